import { unreachable } from '@bqml-emulator/common';
import type { ImageFrame, ImageHeader } from '../header/image-header.ts';
import { nativeChannels } from '../header/image-header.ts';
import type { JpegFrame, JpegHeader } from '../header/jpeg-header.ts';
import type { ImageHost } from '../image-host.ts';
import type { ImageOptions } from '../image-options.ts';
import { decodeBmp } from './bmp-decoder.ts';
import type { DecodedPixels } from './decoded-pixels.ts';
import { decodeWithSharp } from './sharp-decoder.ts';
import { findTurboDecoder } from './turbo-decoder.ts';
import type { TurboDecoder } from './turbo-decoder.ts';

/** Decoded pixels, and the end of their use: the buffer may be needed for the next image. */
export interface DecodedFile extends DecodedPixels {
  readonly decoder: 'sharp' | 'turbo' | 'bmp';
  release(): void;
}

const NOTHING_TO_RELEASE = { release: () => {} };

export async function decodeImageFile(file: Uint8Array, header: ImageHeader, host: ImageHost): Promise<DecodedFile> {
  const { channels } = host.options;
  switch (header.format) {
    case 'bmp':
      return { ...decodeBmp(file, header, channels), decoder: 'bmp', ...NOTHING_TO_RELEASE };
    case 'jpeg':
      return (
        (await decodeWithTurbo(file, header, host)) ?? {
          ...(await decodeWithSharp(file, header, channels)),
          decoder: 'sharp',
          ...NOTHING_TO_RELEASE,
        }
      );
    case 'png':
      return { ...(await decodeWithSharp(file, header, channels)), decoder: 'sharp', ...NOTHING_TO_RELEASE };
    default:
      return unreachable(header);
  }
}

async function decodeWithTurbo(
  file: Uint8Array,
  header: JpegHeader,
  { options, buffers }: ImageHost,
): Promise<DecodedFile | undefined> {
  const turbo = turboDecoderFor(header, options);
  if (!turbo) return undefined;
  const out = buffers.take(decodedBytes(header, options.channels));
  const pixels = await turbo.decode(file, header, options.channels, out);
  if (pixels) return { ...pixels, decoder: 'turbo', release: () => buffers.give(out) };
  buffers.give(out);
  return undefined;
}

/** The fast decoder, where it is wanted, there, and able. It may still refuse the file. */
export const turboDecoderFor = (frame: JpegFrame, { jpegIdct }: ImageOptions): TurboDecoder | undefined =>
  jpegIdct === 'fast' && frame.components !== 4 ? findTurboDecoder().decoder : undefined;

/** Bytes of the pixels. */
export const decodedBytes = (frame: ImageFrame, channels: 3 | 'native'): number =>
  frame.height * frame.width * (channels === 3 ? 3 : nativeChannels(frame));

/** Bytes that a decode holds at its peak, the decoder's own buffers included. */
export function decodingBytes(frame: ImageFrame, channels: 3 | 'native'): number {
  const pixels = frame.height * frame.width;
  const out = decodedBytes(frame, channels);
  switch (frame.format) {
    case 'bmp':
      return out + (frame.coding.kind === 'palette' && frame.coding.runLength ? pixels : 0);
    case 'jpeg':
      // Coefficients of a progressive image are all held, at two bytes each.
      return out + (frame.progressive ? pixels * frame.components * 2 : 0) + (frame.components === 4 ? pixels * 4 : 0);
    case 'png':
      return out + (frame.interlaced ? pixels * 4 * (frame.bitDepth === 16 ? 2 : 1) : 0);
    default:
      return unreachable(frame);
  }
}
