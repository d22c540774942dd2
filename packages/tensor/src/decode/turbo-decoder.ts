import { createRequire } from 'node:module';
import { isMainThread } from 'node:worker_threads';
import type { JpegHeader } from '../header/jpeg-header.ts';
import type { DecodedPixels } from './decoded-pixels.ts';

export const TURBO_PACKAGE = '@julusian/jpeg-turbo';

/** The part of the optional package that is used. It always decodes with the fast inverse DCT. */
interface TurboModule {
  readonly FORMAT_RGB: number;
  readonly FORMAT_GRAY: number;
  decompress(
    file: Buffer,
    out: Buffer,
    options: { format: number },
  ): Promise<{ data: Buffer; size: number; width: number; height: number }>;
}

export interface TurboDecoder {
  /** The pixels in `out`, or `undefined` for a file that the package refuses: 4:1:0 sampling, or any warning. */
  decode(file: Uint8Array, header: JpegHeader, channels: 3 | 'native', out: Buffer): Promise<DecodedPixels | undefined>;
}

export type TurboAvailability =
  | { readonly decoder: TurboDecoder; readonly missing?: undefined }
  | { readonly decoder?: undefined; readonly missing: string };

function load(): TurboAvailability {
  // Its native code aborts the process when a worker thread ends during a decode.
  if (!isMainThread) return { missing: `${TURBO_PACKAGE} does not run in worker threads` };
  let turbo: TurboModule;
  try {
    turbo = createRequire(import.meta.url)(TURBO_PACKAGE) as TurboModule;
  } catch {
    // An optional dependency: absent, or without a binary for this platform.
    return { missing: `${TURBO_PACKAGE} is not installed or has no binary for this platform` };
  }
  return { decoder: createTurboDecoder(turbo) };
}

const createTurboDecoder = (turbo: TurboModule): TurboDecoder => ({
  async decode(file, header, channels, out) {
    const gray = channels === 'native' && header.components === 1;
    const { height, width } = header;
    try {
      const decoded = await turbo.decompress(Buffer.from(file.buffer, file.byteOffset, file.byteLength), out, {
        format: gray ? turbo.FORMAT_GRAY : turbo.FORMAT_RGB,
      });
      if (decoded.height !== height || decoded.width !== width) return undefined;
    } catch {
      // It has no text that tells damage from what it cannot do; sharp decides.
      return undefined;
    }
    return { height, width, channels: gray ? 1 : 3, bytes: out };
  },
});

let availability: TurboAvailability | undefined;

/** Looks for the optional package once a process. */
export const findTurboDecoder = (): TurboAvailability => (availability ??= load());
