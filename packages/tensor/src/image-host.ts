import { DEFAULT_IMAGE_OPTIONS } from './image-options.ts';
import type { ImageOptions } from './image-options.ts';

/**
 * What renders images in one process: the options and the means that images share.
 * One a process, so that its bounds on memory hold for the process.
 */
export interface ImageHost {
  readonly options: ImageOptions;
}

export const createImageHost = (options: Partial<ImageOptions> = {}): ImageHost => ({
  options: { ...DEFAULT_IMAGE_OPTIONS, ...options },
});
