import type { GraphBuilder } from '../graph-builder.ts';
import type { Tensor } from '../tensor.ts';
import { imageInput, imageOutput } from './image.ts';
import type { ImageLayout } from './image.ts';
import { absorbPadding, padWindow } from './padding.ts';
import type { Padding } from './padding.ts';

export interface PoolingOptions {
  readonly layout: ImageLayout;
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly padding: Padding;
}

/** Averages leave padding out, as TensorFlow does. */
export function pool(g: GraphBuilder, op: 'MaxPool' | 'AveragePool', x: Tensor, options: PoolingOptions): Tensor {
  const window = { ...options, dilations: options.kernel.map(() => 1) };
  // Zeros are no more than what they surround, so that they and no value at all have the same largest value.
  const harmless = op === 'MaxPool' && x.padded?.source.nonNegative === true;
  const { images, padding } = harmless ? absorbPadding(x, options.layout, window) : { images: x, ...options };
  const image = imageInput(g, images, options.layout);
  const { attributes, size } = padWindow(image.size, { ...window, padding });
  const average = op === 'AveragePool' ? { count_include_pad: 0 } : {};
  return imageOutput(g, g.emit(op, [image.name], { ...attributes, ...average }), options.layout, { ...image, size });
}
