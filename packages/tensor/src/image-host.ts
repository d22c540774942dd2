import { Budget } from './decode/budget.ts';
import { BufferPool } from './decode/buffer-pool.ts';
import { DEFAULT_IMAGE_OPTIONS } from './image-options.ts';
import type { ImageOptions } from './image-options.ts';
import type { ResizeKernel } from './kernels/resize-bilinear.ts';
import { createWasmResize } from './kernels/resize-wasm.ts';
import { ImageLanes } from './lanes/image-lanes.ts';

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
  readonly lanes: ImageLanes;
}

export function createImageHost(options: Partial<ImageOptions> = {}): ImageHost {
  const all = { ...DEFAULT_IMAGE_OPTIONS, ...options };
  const buffers = new BufferPool(all.maxDecodedBytes);
  return {
    options: all,
    places: new Budget(all.maxConcurrentDecodes),
    memory: new Budget(all.maxDecodedBytes),
    buffers,
    kernel: createWasmResize().resize,
    lanes: new ImageLanes(all, buffers),
  };
}
