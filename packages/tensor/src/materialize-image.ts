import type { Block } from './evaluate-stages.ts';
import type { ImageHost } from './image-host.ts';
import type { Image, ImageReference, ImageValues, Pixels } from './image-reference.ts';
import { BYTE_TO_DOUBLE } from './kernels/byte-to-float.ts';
import { renderImage } from './render-image.ts';

/**
 * Computes every value of the image. FLOAT64 images come as Float32Array when a resize closes them, whose results
 * are float32. Rejects with the ServiceError that BigQuery gives, or the signal's reason.
 */
export const materializeImage = (image: ImageReference, host: ImageHost, signal?: AbortSignal): Promise<Image> =>
  renderImage(image, host, { finish: toImage }, signal);

/** As `materializeImage`, with the values of an image that was only decoded as its bytes. */
export const materializePixels = (image: ImageReference, host: ImageHost, signal?: AbortSignal): Promise<Pixels> =>
  renderImage(image, host, { finish: toPixels }, signal);

const toPixels = ({ height, width, channels, values }: Block): Pixels => ({
  dimensions: [height, width, channels],
  // The decoder's buffer is longer and is used again.
  values: values instanceof Uint8Array ? new Uint8Array(values.subarray(0, height * width * channels)) : values,
});

const toImage = (block: Block): Image => ({
  dimensions: [block.height, block.width, block.channels],
  values: block.values instanceof Uint8Array ? decodedValues(block) : block.values,
});

function decodedValues({ height, width, channels, values: bytes }: Block): ImageValues {
  const values = new Float64Array(height * width * channels);
  for (let i = 0; i < values.length; i += 1) values[i] = BYTE_TO_DOUBLE[Number(bytes[i]!)]!;
  return values;
}
