import type { BmpHeader } from '../header/bmp-header.ts';
import type { DecodedPixels } from './decoded-pixels.ts';

/** Rows of BGR, BGRA or gray to RGB. Alpha is dropped, gray repeated; `native` keeps both. */
export function decodeBmp(file: Uint8Array, header: BmpHeader, channels: 3 | 'native'): DecodedPixels {
  const { height, width, topDown } = header;
  const stored = header.bitsPerPixel / 8;
  const kept = channels === 'native' ? stored : channels;
  const stride = Math.ceil((stored * width) / 4) * 4;
  const bytes = new Uint8Array(height * width * kept);
  let out = 0;
  for (let y = 0; y < height; y += 1) {
    let at = header.pixels + stride * (topDown ? y : height - 1 - y);
    for (let x = 0; x < width; x += 1, at += stored) {
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
  return { height, width, channels: kept, bytes };
}
