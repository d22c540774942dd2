/** What a JPEG file tells before its pixels. */
export interface JpegFrame {
  readonly format: 'jpeg';
  readonly height: number;
  readonly width: number;
  /** 1 gray, 3 YCbCr or RGB, 4 CMYK or YCCK. */
  readonly components: number;
  readonly progressive: boolean;
}

/** What the walk over all markers of a JPEG file tells. */
export interface JpegHeader extends JpegFrame {
  /** An Adobe APP14 marker is there: CMYK values are inverted. */
  readonly adobe: boolean;
  readonly scans: number;
}

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const DRI = 0xdd;
const DNL = 0xdc;
const COM = 0xfe;
const APP0 = 0xe0;
const APP14 = 0xee;
const APP15 = 0xef;
/** Baseline, extended and progressive Huffman, then sequential and progressive arithmetic; 8 bits each. */
const DECODABLE_FRAMES = new Set([0xc0, 0xc1, 0xc2, 0xc9, 0xca]);
const PROGRESSIVE_FRAMES = new Set([0xc2, 0xca]);
/** DHT, DAC, DQT, DRI. */
const TABLES = new Set([0xc4, 0xcc, 0xdb, DRI]);

const isRestart = (marker: number) => marker >= 0xd0 && marker <= 0xd7;
/** TEM and the restart markers stand alone. */
const standsAlone = (marker: number) => marker === 0x01 || isRestart(marker);
/** libjpeg takes those as empty whose length is less than that of the length. */
const isFreeForm = (marker: number) => (marker >= APP0 && marker <= APP15) || marker === COM || marker === DNL;
const isSkipped = (marker: number) => isFreeForm(marker) || TABLES.has(marker);

const ADOBE = [0x41, 0x64, 0x6f, 0x62, 0x65];

/** Index of the byte after the next `FF xx` that is a marker, from `from`; -1 at the end of the file. */
function nextMarker(bytes: Uint8Array, from: number, inScan: boolean): number {
  for (let at = bytes.indexOf(0xff, from); at !== -1; at = bytes.indexOf(0xff, at + 1)) {
    const code = bytes[at + 1];
    if (code === undefined) return -1;
    if (code === 0x00 || code === 0xff || (inScan && isRestart(code))) continue;
    return at + 1;
  }
  return -1;
}

/**
 * Walks every marker to the end of the image and accepts what libjpeg finishes: `undefined` when the file ends
 * before its EOI, has no decodable frame, or carries a marker that libjpeg refuses.
 */
export const readJpegHeader = (bytes: Uint8Array): JpegHeader | undefined => walk(bytes, 'end');

/** The frame of a file whose markers are as above as far as the frame: the rest may still be damaged. */
export const readJpegFrame = (bytes: Uint8Array): JpegFrame | undefined => walk(bytes, 'frame');

function walk(bytes: Uint8Array, to: 'frame' | 'end'): JpegHeader | undefined {
  if (bytes[0] !== 0xff || bytes[1] !== SOI || bytes[2] !== 0xff) return undefined;
  let frame: JpegFrame | undefined;
  let adobe = false;
  let scans = 0;
  let whole = false;
  let restartInterval = 0;
  let position = 2;
  for (;;) {
    const code = nextMarker(bytes, position, scans > 0);
    if (code === -1) return undefined;
    const marker = bytes[code]!;
    if (marker === EOI) break;
    if (standsAlone(marker)) {
      position = code + 1;
      continue;
    }
    const body = code + 3;
    const length = (bytes[code + 1]! << 8) | bytes[code + 2]!;
    const isFrame = DECODABLE_FRAMES.has(marker);
    if (!isFrame && marker !== SOS && !isSkipped(marker)) {
      // With restart intervals libjpeg resynchronises over foreign markers inside a scan.
      if (scans === 0 || restartInterval === 0 || marker >= 0xc0) return undefined;
      position = code + 1;
      continue;
    }
    position = body + Math.max(length - 2, 0);
    if (!(length >= 2 || isFreeForm(marker)) || position > bytes.length) return undefined;
    if (isFrame) {
      if (frame || length < 8) return undefined;
      const components = bytes[body + 5]!;
      frame = {
        format: 'jpeg',
        height: (bytes[body + 1]! << 8) | bytes[body + 2]!,
        width: (bytes[body + 3]! << 8) | bytes[body + 4]!,
        components,
        progressive: PROGRESSIVE_FRAMES.has(marker),
      };
      const decodable = components === 1 || components === 3 || components === 4;
      if (bytes[body] !== 8 || frame.height === 0 || frame.width === 0 || !decodable) return undefined;
      if (to === 'frame') break;
    } else if (marker === SOS) {
      if (!frame) return undefined;
      // A sequential image that the first scan holds whole has no second one.
      if (scans === 0) whole = !frame.progressive && bytes[body] === frame.components;
      else if (whole) return undefined;
      scans += 1;
    } else if (marker === DRI) {
      restartInterval = (bytes[body]! << 8) | bytes[body + 1]!;
    } else if (marker === APP14 && length >= 14 && ADOBE.every((letter, i) => bytes[body + i] === letter)) {
      adobe = true;
    }
  }
  return frame && (scans > 0 || to === 'frame') ? { ...frame, adobe, scans } : undefined;
}
