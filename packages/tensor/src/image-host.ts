import { Budget } from './decode/budget.ts';
import { BufferPool } from './decode/buffer-pool.ts';
import { DEFAULT_IMAGE_OPTIONS } from './image-options.ts';
import type { ImageOptions } from './image-options.ts';
import type { ResizeKernel } from './kernels/resize-bilinear.ts';
import { createWasmResize } from './kernels/resize-wasm.ts';

/**
 * What renders images in one process: the options and the means that images share.
 * One a process, so that its bounds on memory hold for the process.
 */
export interface ImageHost {
  readonly options: ImageOptions;
  /** Images that are read or decoded at the same time. */
  readonly places: Budget;
  /** Bytes that their decodes hold. */
  readonly memory: Budget;
  readonly buffers: BufferPool;
  readonly kernel: ResizeKernel;
}

export function createImageHost(options: Partial<ImageOptions> = {}): ImageHost {
  const all = { ...DEFAULT_IMAGE_OPTIONS, ...options };
  return {
    options: all,
    places: new Budget(all.maxConcurrentDecodes),
    memory: new Budget(all.maxDecodedBytes),
    buffers: new BufferPool(all.maxDecodedBytes),
    kernel: createWasmResize(),
  };
}
