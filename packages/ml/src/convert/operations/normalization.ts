import type { GraphBuilder } from '../graph-builder.ts';
import { normalizeAxis } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { imageInput, imageOutput } from './image.ts';
import type { ImageLayout } from './image.ts';

export interface BatchNormalization {
  readonly scale: Tensor;
  readonly offset: Tensor;
  readonly mean: Tensor;
  readonly variance: Tensor;
  readonly epsilon: number;
}

export function normalizeBatch(
  g: GraphBuilder,
  x: Tensor,
  parameters: BatchNormalization,
  layout: ImageLayout,
): Tensor {
  const image = imageInput(g, x, layout);
  const { scale, offset, mean, variance, epsilon } = parameters;
  const vectors = [scale, offset, mean, variance].map((vector) => g.name(vector));
  const name = g.emit('BatchNormalization', [image.name, ...vectors], { epsilon: { float: epsilon } });
  return imageOutput(g, name, layout, { ...image, channels: image.channels ?? scale.shape?.[0] ?? null });
}

/** Over the last axis. */
export function softmax(g: GraphBuilder, op: 'Softmax' | 'LogSoftmax', x: Tensor): Tensor {
  if (x.isChannelsFirst && x.shape !== undefined) {
    const axis = normalizeAxis(1, x.shape.length);
    return g.channelsFirstTensor(g.emit(op, [g.channelsFirst(x)], { axis }), x.dtype, x.shape);
  }
  return g.apply(op, [x], x.dtype, x.shape, { axis: -1 });
}

/** Over neighbouring channels; `alpha` counts for each of them, where ONNX divides it by their number. */
export function normalizeLocalResponse(
  g: GraphBuilder,
  x: Tensor,
  { radius, bias, alpha, beta }: { radius: number; bias: number; alpha: number; beta: number },
): Tensor {
  const image = imageInput(g, x, 'channels-last');
  const size = 2 * radius + 1;
  const attributes = { size, alpha: { float: alpha * size }, beta: { float: beta }, bias: { float: bias } };
  return imageOutput(g, g.emit('LRN', [image.name], attributes), 'channels-last', image);
}
