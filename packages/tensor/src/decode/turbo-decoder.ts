import { createRequire } from 'node:module';
import { isMainThread } from 'node:worker_threads';
import type { JpegFrame } from '../header/jpeg-header.ts';
import type { DecodedPixels } from './decoded-pixels.ts';

export const TURBO_PACKAGE = '@julusian/jpeg-turbo';

interface Decompressed {
  readonly width: number;
  readonly height: number;
}

/** The part of the optional package that is used. It always decodes with the fast inverse DCT. */
interface TurboModule {
  readonly FORMAT_RGB: number;
  readonly FORMAT_GRAY: number;
  decompress(file: Buffer, out: Buffer, options: { format: number }): Promise<Decompressed>;
  decompressSync(file: Buffer, out: Buffer, options: { format: number }): Decompressed;
}

/** Both give the pixels in `out`, or `undefined` for a file that the package refuses: 4:1:0 sampling, or any warning. */
export interface TurboDecoder {
  /** In libuv's pool. */
  decode(file: Uint8Array, frame: JpegFrame, channels: 3 | 'native', out: Buffer): Promise<DecodedPixels | undefined>;
  /** In this thread. */
  decodeNow(file: Uint8Array, frame: JpegFrame, channels: 3 | 'native', out: Buffer): DecodedPixels | undefined;
}

export type TurboAvailability =
  | { readonly decoder: TurboDecoder; readonly missing?: undefined }
  | { readonly decoder?: undefined; readonly missing: string };

function load(): TurboAvailability {
  // Its native code aborts the process when a worker thread ends during a decode.
  if (!isMainThread) return { missing: `${TURBO_PACKAGE} does not run in worker threads` };
  try {
    return { decoder: loadTurboDecoder() };
  } catch {
    // An optional dependency: absent, or without a binary for this platform.
    return { missing: `${TURBO_PACKAGE} is not installed or has no binary for this platform` };
  }
}

/** In a worker thread a decode has to be over before the thread ends: see `decodeUnlessEnding`. */
export function loadTurboDecoder(): TurboDecoder {
  const turbo = createRequire(import.meta.url)(TURBO_PACKAGE) as TurboModule;
  const isGray = (frame: JpegFrame, channels: 3 | 'native') => channels === 'native' && frame.components === 1;
  const asBuffer = (file: Uint8Array) => Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const optionsOf = (gray: boolean) => ({ format: gray ? turbo.FORMAT_GRAY : turbo.FORMAT_RGB });
  const pixelsOf = (decoded: Decompressed, frame: JpegFrame, gray: boolean, bytes: Buffer) => {
    const { height, width } = frame;
    if (decoded.height !== height || decoded.width !== width) return undefined;
    return { height, width, channels: gray ? 1 : 3, bytes };
  };
  // The package has no text that tells damage from what it cannot do; sharp decides.
  return {
    async decode(file, frame, channels, out) {
      const gray = isGray(frame, channels);
      try {
        return pixelsOf(await turbo.decompress(asBuffer(file), out, optionsOf(gray)), frame, gray, out);
      } catch {
        return undefined;
      }
    },
    decodeNow(file, frame, channels, out) {
      const gray = isGray(frame, channels);
      try {
        return pixelsOf(turbo.decompressSync(asBuffer(file), out, optionsOf(gray)), frame, gray, out);
      } catch {
        return undefined;
      }
    },
  };
}

let availability: TurboAvailability | undefined;

/** Looks for the optional package once a process. */
export const findTurboDecoder = (): TurboAvailability => (availability ??= load());
