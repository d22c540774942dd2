import { readSource } from './encoded-source.ts';
import { pixelDimensions, readImageHeader } from './header/image-header.ts';
import type { ImageHost } from './image-host.ts';
import type { ImageDimensions, ImageReference } from './image-reference.ts';
import { resolveStages } from './image-stages.ts';

/**
 * Dimensions of the image that `image` becomes, from the header of its file; nothing is decoded.
 * Rejects with the ServiceError of any operation that the header already shows to fail.
 */
export async function imageDimensions(
  image: ImageReference,
  host: ImageHost,
  signal?: AbortSignal,
): Promise<ImageDimensions> {
  const { options, places } = host;
  const { source, operations } = image;
  const resolve = (dimensions: ImageDimensions) =>
    resolveStages(dimensions, operations, options).at(-1)?.output ?? dimensions;
  if (source.kind === 'pixels') return resolve(source.dimensions);
  const place = await places.acquire(1, signal);
  try {
    const header = readImageHeader(await readSource(source, options, signal), options);
    return resolve(pixelDimensions(header, options));
  } finally {
    places.release(place);
  }
}
