import { isLazyValue } from '@bqml-emulator/types';
import type { LazyValue } from '@bqml-emulator/types';

/** The bytes of an object as an object table's `data` gives them: BYTES that can also be found where they lie. */
export interface ObjectBytesValue extends LazyValue {
  readonly object: {
    readonly bucket: string;
    readonly name: string;
    readonly generation: bigint;
    readonly size: number;
    /** The file that holds the bytes now, for a process that reads it itself; undefined when there is none. */
    readonly localPath: string | undefined;
    /** The bytes of this very generation: `uriNotFound` when it is gone, `resourcesExceeded` above `maxBytes`. */
    read(maxBytes: number, signal?: AbortSignal): Promise<Uint8Array>;
  };
}

export const isObjectBytes = (value: unknown): value is ObjectBytesValue =>
  isLazyValue(value) && 'object' in value && typeof value.object === 'object' && value.object !== null;
