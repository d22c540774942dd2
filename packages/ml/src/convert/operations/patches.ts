import { unsupported } from '../conversion-error.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import { isKnown } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { convolve } from './convolution.ts';
import type { Window } from './padding.ts';

/** The filter has the square of a patch's elements. */
const MAX_PATCH_ELEMENTS = 2048;

/**
 * The cells under each window, row by row, as channels: a convolution whose filter picks one cell for each output.
 * https://www.tensorflow.org/api_docs/python/tf/image/extract_patches
 */
export function extractPatches(g: GraphBuilder, x: Tensor, window: Window): Tensor {
  const channels = x.shape?.at(-1);
  const [height = 0, width = 0] = window.kernel;
  if (!isKnown(channels)) throw unsupported('an unknown number of channels');
  const outputs = height * width * channels;
  if (outputs > MAX_PATCH_ELEMENTS) throw unsupported(`patches of ${outputs} elements`);
  const weights = new Float32Array(outputs * outputs);
  for (let output = 0; output < outputs; output++) {
    const channel = output % channels;
    const cell = Math.floor(output / channels);
    weights[(output * channels + channel) * height * width + cell] = 1;
  }
  const name = g.initializer('float32', [outputs, channels, height, width], weights);
  const filter = { name, kernel: [height, width], inputs: channels, outputs, channels };
  return convolve(g, x, filter, { ...window, layout: 'channels-last' });
}
