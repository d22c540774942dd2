import { bmpStride, isBmp } from './bmp-header.ts';
import type { BmpCoding, BmpHeader } from './bmp-header.ts';

const FILE_HEADER = 14;
const CORE_HEADER = 12;
const INFO_HEADER = 40;
/** From this header on the masks are a part of it; OS/2's second header, of 64 bytes, has none. */
const MASKS_HEADER = 52;
const OS2_HEADER = 64;
const MASKS = FILE_HEADER + INFO_HEADER;
const BI_RGB = 0;
const BI_RLE8 = 1;
const BI_RLE4 = 2;
const BI_BITFIELDS = 3;
const BI_ALPHABITFIELDS = 6;
const MASKS_555 = [0x7c00, 0x3e0, 0x1f] as const;
const MASKS_888 = [0xff0000, 0xff00, 0xff] as const;

interface DibHeader {
  readonly size: number;
  readonly width: number;
  readonly signedHeight: number;
  readonly bitsPerPixel: number;
  readonly compression: number;
  readonly colors: number;
}

function readDibHeader(view: DataView): DibHeader | undefined {
  if (view.byteLength < FILE_HEADER + CORE_HEADER) return undefined;
  const size = view.getUint32(FILE_HEADER, true);
  if (FILE_HEADER + size > view.byteLength) return undefined;
  if (size === CORE_HEADER) {
    const [width, signedHeight] = [view.getUint16(18, true), view.getUint16(20, true)];
    return { size, width, signedHeight, bitsPerPixel: view.getUint16(24, true), compression: BI_RGB, colors: 0 };
  }
  if (size < 16) return undefined;
  return {
    size,
    width: view.getInt32(18, true),
    signedHeight: view.getInt32(22, true),
    bitsPerPixel: view.getUint16(28, true),
    compression: size >= 20 ? view.getUint32(30, true) : BI_RGB,
    colors: size >= 36 ? view.getUint32(46, true) : 0,
  };
}

/** Red, green and blue of each colour between the headers and the pixels. */
function readPalette(bytes: Uint8Array, dib: DibHeader, pixels: number): Uint8Array {
  const entry = dib.size === CORE_HEADER ? 3 : 4;
  const start = FILE_HEADER + dib.size;
  const most = 2 ** dib.bitsPerPixel;
  const stored = Math.max(Math.floor((Math.min(pixels, bytes.length) - start) / entry), 0);
  const count = Math.min(dib.colors === 0 ? most : dib.colors, most, stored);
  const palette = new Uint8Array(most * 3);
  for (let i = 0; i < count; i += 1) {
    for (let c = 0; c < 3; c += 1) palette[i * 3 + c] = bytes[start + i * entry + 2 - c]!;
  }
  return palette;
}

function readCoding(bytes: Uint8Array, view: DataView, dib: DibHeader, pixels: number): BmpCoding | undefined {
  const { bitsPerPixel, compression, size } = dib;
  if (bitsPerPixel <= 8) {
    const runLength =
      (compression === BI_RLE8 && bitsPerPixel === 8) || (compression === BI_RLE4 && bitsPerPixel === 4);
    if (![1, 2, 4, 8].includes(bitsPerPixel) || (compression !== BI_RGB && !runLength)) return undefined;
    return { kind: 'palette', palette: readPalette(bytes, dib, pixels), runLength };
  }
  if (bitsPerPixel === 24) return compression === BI_RGB ? { kind: 'channels' } : undefined;
  if (bitsPerPixel !== 16 && bitsPerPixel !== 32) return undefined;
  if (compression === BI_RGB) return { kind: 'masks', masks: bitsPerPixel === 16 ? MASKS_555 : MASKS_888 };
  const masked = compression === BI_BITFIELDS || compression === BI_ALPHABITFIELDS;
  const placed = size === INFO_HEADER || (size >= MASKS_HEADER && size !== OS2_HEADER);
  if (!masked || !placed || view.byteLength < MASKS + 12) return undefined;
  return {
    kind: 'masks',
    masks: [view.getUint32(MASKS, true), view.getUint32(MASKS + 4, true), view.getUint32(MASKS + 8, true)],
  };
}

/**
 * Bitmaps as other programs read them: with palettes, 1, 2, 4 and 16 bits, masks, run lengths and OS/2's headers, and
 * with bytes after the rows. JPEG, PNG, Huffman and 24-bit run-length bitmaps are refused.
 * https://learn.microsoft.com/en-us/windows/win32/gdi/bitmap-storage
 */
export function readLenientBmpHeader(bytes: Uint8Array): BmpHeader | undefined {
  if (!isBmp(bytes)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const dib = readDibHeader(view);
  if (!dib) return undefined;
  const { width, signedHeight, bitsPerPixel } = dib;
  const height = Math.abs(signedHeight);
  const pixels = view.getUint32(10, true);
  const coding = readCoding(bytes, view, dib, pixels);
  if (!coding || width <= 0 || height === 0) return undefined;
  const lastRow = Math.ceil((bitsPerPixel * width) / 8);
  const needed =
    coding.kind === 'palette' && coding.runLength ? 0 : bmpStride(bitsPerPixel, width) * (height - 1) + lastRow;
  if (pixels < FILE_HEADER + dib.size || pixels + needed > bytes.length) return undefined;
  return { format: 'bmp', height, width, bitsPerPixel, topDown: signedHeight < 0, pixels, coding };
}
