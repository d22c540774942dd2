import type { ImageHost } from '../image-host.ts';
import { findTurboDecoder, TURBO_PACKAGE } from './turbo-decoder.ts';

/** Which decoders are at work, for the health page. */
export interface DecodeCapabilities {
  readonly jpegIdct: 'fast' | 'accurate';
  /** Decoder of ordinary JPEG files; CMYK, 4:1:0 and damaged ones always go to sharp. */
  readonly jpegDecoder: typeof TURBO_PACKAGE | 'sharp';
  /** A sentence for the log when the fast inverse DCT was asked for and its decoder is missing. */
  readonly warning: string | undefined;
}

export function decodeCapabilities(host: ImageHost): DecodeCapabilities {
  const { jpegIdct } = host.options;
  const missing = jpegIdct === 'fast' ? findTurboDecoder().missing : undefined;
  return {
    jpegIdct,
    jpegDecoder: jpegIdct === 'fast' && missing === undefined ? TURBO_PACKAGE : 'sharp',
    warning: missing && `${missing}: JPEG pixels differ from BigQuery's by about 1 level in 255 (sharp decodes them).`,
  };
}
