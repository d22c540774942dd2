import type { GraphBuilder } from '../graph-builder.ts';
import type { Tensor } from '../tensor.ts';
import { imageInput, imageOutput } from './image.ts';
import type { ImageLayout } from './image.ts';
import { padWindow } from './padding.ts';
import type { Padding } from './padding.ts';

export interface PoolingOptions {
  readonly layout: ImageLayout;
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly padding: Padding;
}

/** Averages leave padding out, as TensorFlow does. */
export function pool(g: GraphBuilder, op: 'MaxPool' | 'AveragePool', x: Tensor, options: PoolingOptions): Tensor {
  const image = imageInput(g, x, options.layout);
  const { attributes, size } = padWindow(image.size, { ...options, dilations: options.kernel.map(() => 1) });
  const average = op === 'AveragePool' ? { count_include_pad: 0 } : {};
  return imageOutput(g, g.emit(op, [image.name], { ...attributes, ...average }), options.layout, { ...image, size });
}
