import { crc32, inflateSync } from 'node:zlib';

/** What the walk over a PNG file's chunks tells. https://www.w3.org/TR/png-3/ */
export interface PngHeader {
  readonly format: 'png';
  readonly height: number;
  readonly width: number;
  readonly bitDepth: number;
  /** Channels without alpha: 1 gray, 3 colour or palette. */
  readonly colorChannels: 1 | 3;
  readonly alpha: boolean;
  /** A palette with a tRNS chunk has alpha; on gray and colour tRNS is dropped. */
  readonly palette: boolean;
  readonly transparency: boolean;
  /** Where a tRNS chunk with a wrong CRC stands: libpng leaves it out, and sharp's reader refuses the file. */
  readonly damagedTransparency: { readonly start: number; readonly end: number } | undefined;
  readonly interlaced: boolean;
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const BIT_DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};
const IEND_CRC = 0xae426082;
/** libpng's bound on one side of an image, and on what a compressed ancillary chunk may grow to. */
const MAX_SIDE = 1_000_000;
const MAX_INFLATED_CHUNK = 8_000_000;
/** Deflate shrinks at most 1032 to 1: a chunk below this cannot exceed the bound. */
const HARMLESS_CHUNK = Math.floor(MAX_INFLATED_CHUNK / 1032);
/** Bytes before the compressed part are at most a keyword, a language and a translated keyword. */
const COMPRESSED_CHUNKS = new Set(['iCCP', 'zTXt', 'iTXt']);

/** Whether a compressed ancillary chunk inflates to more than libpng would take. */
function isInflationBomb(type: string, data: Uint8Array): boolean {
  if (!COMPRESSED_CHUNKS.has(type) || data.length <= HARMLESS_CHUNK) return false;
  let start = data.indexOf(0) + 2;
  if (type === 'iTXt') {
    if (data[start - 1] !== 1) return false;
    start = data.indexOf(0, data.indexOf(0, start + 1) + 1) + 1;
  }
  try {
    inflateSync(data.subarray(start), { maxOutputLength: MAX_INFLATED_CHUNK });
    return false;
  } catch (error) {
    // A damaged ancillary chunk is libpng's to judge; only its size is judged here.
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
  }
}

export const isPng = (bytes: Uint8Array) => SIGNATURE.every((byte, i) => bytes[i] === byte);

/** `undefined` when the file ends before its IEND or its header is none that PNG has. */
export function readPngHeader(bytes: Uint8Array): PngHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!isPng(bytes) || bytes.length < 33 || view.getUint32(8) !== 13) return undefined;
  const width = view.getUint32(16);
  const height = view.getUint32(20);
  const bitDepth = bytes[24]!;
  const colorType = bytes[25]!;
  const interlace = bytes[28]!;
  if (width === 0 || height === 0 || width > MAX_SIDE || height > MAX_SIDE) return undefined;
  if (!BIT_DEPTHS[colorType]?.includes(bitDepth) || interlace > 1) return undefined;
  let transparency = false;
  let damagedTransparency: PngHeader['damagedTransparency'];
  let pixels = false;
  for (let position = 8; position + 12 <= bytes.length;) {
    const length = view.getUint32(position);
    const type = String.fromCharCode(...bytes.subarray(position + 4, position + 8));
    const data = position + 8;
    const next = data + length + 4;
    if (next > bytes.length) return undefined;
    if (position === 8 && type !== 'IHDR') return undefined;
    if (type === 'IEND') {
      if (!pixels || view.getUint32(next - 4) !== IEND_CRC) return undefined;
      return {
        format: 'png',
        height,
        width,
        bitDepth,
        colorChannels: colorType === 0 || colorType === 4 ? 1 : 3,
        alpha: colorType >= 4 || (colorType === 3 && transparency),
        palette: colorType === 3,
        transparency,
        damagedTransparency,
        interlaced: interlace === 1,
      };
    }
    const isIntact = () => crc32(bytes.subarray(position + 4, next - 4)) === view.getUint32(next - 4);
    if (type === 'IDAT') pixels = true;
    else if (type === 'PLTE') {
      // Where the palette is only a suggestion, sharp's reader does not look at it.
      if (!isIntact()) return undefined;
    } else if (type === 'tRNS') {
      if (isIntact()) transparency = true;
      else damagedTransparency = { start: position, end: next };
    } else if (isInflationBomb(type, bytes.subarray(data, next - 4))) return undefined;
    position = next;
  }
  return undefined;
}
