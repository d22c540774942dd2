import { notImplemented } from '@bqml-emulator/common';
import type { ImageHost } from './image-host.ts';
import type { ImageDimensions, ImageReference } from './image-reference.ts';

/**
 * Dimensions of the image that `image` becomes, from the header of its file; nothing is decoded.
 * Throws the ServiceError of any operation that the header already shows to fail.
 */
export async function imageDimensions(
  _image: ImageReference,
  _host: ImageHost,
  _signal?: AbortSignal,
): Promise<ImageDimensions> {
  throw notImplemented('image dimensions');
}
