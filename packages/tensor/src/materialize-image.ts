import type { ImageHost } from './image-host.ts';
import type { Image, ImageReference, Pixels } from './image-reference.ts';
import { renderImage } from './render-image.ts';

/**
 * Computes every value of the image. FLOAT64 images come as Float32Array when a resize closes them, whose results
 * are float32. Rejects with the ServiceError that BigQuery gives, or the signal's reason.
 */
export async function materializeImage(image: ImageReference, host: ImageHost, signal?: AbortSignal): Promise<Image> {
  return (await renderImage(image, host, { form: 'values' }, signal)) as Image;
}

/** As `materializeImage`, with the values of an image that was only decoded as its bytes. */
export const materializePixels = (image: ImageReference, host: ImageHost, signal?: AbortSignal): Promise<Pixels> =>
  renderImage(image, host, { form: 'pixels' }, signal);
