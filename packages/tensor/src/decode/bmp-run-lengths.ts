import type { BmpHeader } from '../header/bmp-header.ts';

const END_OF_LINE = 0;
const END_OF_BITMAP = 1;
const DELTA = 2;

/**
 * The palette indexes of an RLE4 or RLE8 bitmap, rows from the top. Pixels that the codes skip are 0; codes beyond a
 * row or after the end of the file are ignored.
 * https://learn.microsoft.com/en-us/windows/win32/gdi/bitmap-compression
 */
export function expandRunLengths(codes: Uint8Array, header: BmpHeader): Uint8Array {
  const { height, width, topDown } = header;
  const perByte = 8 / header.bitsPerPixel;
  const indexes = new Uint8Array(height * width);
  let x = 0;
  let y = 0;
  const put = (byte: number, i: number) => {
    const index = perByte === 1 ? byte : (i & 1) === 0 ? byte >> 4 : byte & 15;
    if (x < width) indexes[(topDown ? y : height - 1 - y) * width + x] = index;
    x += 1;
  };
  for (let at = 0; at + 1 < codes.length && y < height;) {
    const count = codes[at]!;
    const code = codes[at + 1]!;
    at += 2;
    if (count > 0) {
      for (let i = 0; i < count; i += 1) put(code, i);
    } else if (code === END_OF_LINE) {
      x = 0;
      y += 1;
    } else if (code === END_OF_BITMAP) {
      break;
    } else if (code === DELTA) {
      x += codes[at] ?? 0;
      y += codes[at + 1] ?? 0;
      at += 2;
    } else {
      for (let i = 0; i < code; i += 1) put(codes[at + Math.floor(i / perByte)] ?? 0, i);
      // Literal runs end on a word.
      at += Math.ceil(Math.ceil(code / perByte) / 2) * 2;
    }
  }
  return indexes;
}
