import { unreachable } from '@bqml-emulator/common';
import { colorSpaceNeedsRgb, imageStructTooLarge, resizedToNothing } from './image-error.ts';
import type { ImageOptions } from './image-options.ts';
import type { ColorSpace, ImageDimensions, ImageOperation } from './image-reference.ts';
import { colorSpaceChannels } from './kernels/convert-color-space.ts';
import { fitWithin } from './kernels/preserve-aspect.ts';

/** An operation whose input and output sizes are known. */
export type ImageStage = { readonly input: ImageDimensions; readonly output: ImageDimensions } & (
  | { readonly kind: 'resize' }
  | { readonly kind: 'convertColorSpace'; readonly space: ColorSpace }
  | { readonly kind: 'convertImageType' }
);

const BYTES_PER_VALUE = 8;
const structBytes = ([height, width, channels]: ImageDimensions) => height * width * channels * BYTES_PER_VALUE;

/**
 * The size that ML.DECODE_IMAGE gives a picture over the limit on image values: "downscaled to that size while
 * preserving aspect ratio". The formula is unconfirmed.
 * https://cloud.google.com/bigquery/docs/reference/standard-sql/bigqueryml-syntax-decode-image
 */
export function downscaledDimensions(decoded: ImageDimensions, options: ImageOptions): ImageDimensions {
  if (options.decodeDownscale === 'off' || structBytes(decoded) <= options.maxStructBytes) return decoded;
  const [height, width, channels] = decoded;
  const scale = Math.sqrt(options.maxStructBytes / structBytes(decoded));
  return [Math.max(Math.floor(scale * height), 1), Math.max(Math.floor(scale * width), 1), channels];
}

function resolveStage(operation: ImageOperation, input: ImageDimensions, options: ImageOptions): ImageStage {
  const [height, width, channels] = input;
  switch (operation.kind) {
    case 'decode':
      return { kind: 'resize', input, output: downscaledDimensions(input, options) };
    case 'resize': {
      const size = operation.preserveAspectRatio
        ? fitWithin(height, width, operation.height, operation.width)
        : operation;
      const output: ImageDimensions = [size.height, size.width, channels];
      if (!(size.height > 0 && size.width > 0)) throw resizedToNothing();
      if (structBytes(output) > options.maxStructBytes) throw imageStructTooLarge(output, options.maxStructBytes);
      return { kind: 'resize', input, output };
    }
    case 'convertColorSpace':
      if (channels !== 3) throw colorSpaceNeedsRgb(input);
      return { ...operation, input, output: [height, width, colorSpaceChannels(operation.space)] };
    case 'convertImageType':
      return { ...operation, input, output: input };
    default:
      return unreachable(operation);
  }
}

/** The stages that compute an image from a source of the given size; a decode within the limits needs none. */
export function resolveStages(
  source: ImageDimensions,
  operations: readonly ImageOperation[],
  options: ImageOptions,
): ImageStage[] {
  const stages: ImageStage[] = [];
  let input = source;
  for (const operation of operations) {
    const stage = resolveStage(operation, input, options);
    if (operation.kind !== 'decode' || stage.output !== input) stages.push(stage);
    input = stage.output;
  }
  return stages;
}
