import type { ImageHost } from '../image-host.ts';

/** Which decoders are at work, for the health page. */
export interface DecodeCapabilities {
  readonly jpegIdct: 'fast' | 'accurate';
  /** Decoder of ordinary JPEG files; CMYK, 4:1:0 and damaged ones always go to sharp. */
  readonly jpegDecoder: '@julusian/jpeg-turbo' | 'sharp';
  /** A sentence for the log when the fast inverse DCT was asked for and its decoder is missing. */
  readonly warning: string | undefined;
}

export const decodeCapabilities = (host: ImageHost): DecodeCapabilities => ({
  jpegIdct: host.options.jpegIdct,
  jpegDecoder: 'sharp',
  warning: undefined,
});
