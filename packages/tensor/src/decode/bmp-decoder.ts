import { unreachable } from '@bqml-emulator/common';
import { bmpStride } from '../header/bmp-header.ts';
import type { BmpHeader } from '../header/bmp-header.ts';
import { expandRunLengths } from './bmp-run-lengths.ts';
import type { DecodedPixels } from './decoded-pixels.ts';

/** Offset of the row that is shown at `y`. */
const rowOffset = (header: BmpHeader, y: number) =>
  header.pixels + bmpStride(header.bitsPerPixel, header.width) * (header.topDown ? y : header.height - 1 - y);

/** Rows to RGB. Alpha is dropped, gray repeated; `native` keeps both. */
export function decodeBmp(file: Uint8Array, header: BmpHeader, channels: 3 | 'native'): DecodedPixels {
  const { height, width, coding } = header;
  switch (coding.kind) {
    case 'channels': {
      const kept = channels === 'native' ? header.bitsPerPixel / 8 : channels;
      return { height, width, channels: kept, bytes: decodeChannels(file, header, kept) };
    }
    case 'palette':
      return { height, width, channels: 3, bytes: decodePalette(file, header, coding.palette, coding.runLength) };
    case 'masks':
      return { height, width, channels: 3, bytes: decodeMasks(file, header, coding.masks) };
    default:
      return unreachable(coding);
  }
}

function decodeChannels(file: Uint8Array, header: BmpHeader, kept: number): Uint8Array {
  const stored = header.bitsPerPixel / 8;
  const bytes = new Uint8Array(header.height * header.width * kept);
  let out = 0;
  for (let y = 0; y < header.height; y += 1) {
    let at = rowOffset(header, y);
    for (let x = 0; x < header.width; x += 1, at += stored) {
      if (stored === 1) {
        for (let c = 0; c < kept; c += 1) bytes[out++] = file[at]!;
        continue;
      }
      bytes[out++] = file[at + 2]!;
      bytes[out++] = file[at + 1]!;
      bytes[out++] = file[at]!;
      if (kept === 4) bytes[out++] = file[at + 3]!;
    }
  }
  return bytes;
}

function decodePalette(file: Uint8Array, header: BmpHeader, palette: Uint8Array, runLength: boolean): Uint8Array {
  const { height, width, bitsPerPixel: bits } = header;
  const bytes = new Uint8Array(height * width * 3);
  const expanded = runLength ? expandRunLengths(file.subarray(header.pixels), header) : undefined;
  const mask = 2 ** bits - 1;
  let out = 0;
  for (let y = 0; y < height; y += 1) {
    const row = rowOffset(header, y);
    for (let x = 0; x < width; x += 1) {
      const bit = x * bits;
      const index = expanded ? expanded[y * width + x]! : (file[row + (bit >> 3)]! >> (8 - bits - (bit & 7))) & mask;
      for (let c = 0; c < 3; c += 1) bytes[out++] = palette[index * 3 + c]!;
    }
  }
  return bytes;
}

/** Takes one channel out of a pixel and stretches it to 0..255. */
function channelReader(mask: number): (pixel: number) => number {
  if (mask === 0) return () => 0;
  const shift = 31 - Math.clz32(mask & -mask);
  const most = mask >>> shift;
  return (pixel) => Math.round((((pixel & mask) >>> shift) * 255) / most);
}

function decodeMasks(file: Uint8Array, header: BmpHeader, masks: readonly number[]): Uint8Array {
  const { height, width } = header;
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const readers = masks.map(channelReader);
  const bytes = new Uint8Array(height * width * 3);
  let out = 0;
  for (let y = 0; y < height; y += 1) {
    const row = rowOffset(header, y);
    for (let x = 0; x < width; x += 1) {
      const pixel = header.bitsPerPixel === 16 ? view.getUint16(row + x * 2, true) : view.getUint32(row + x * 4, true);
      for (const read of readers) bytes[out++] = read(pixel);
    }
  }
  return bytes;
}
