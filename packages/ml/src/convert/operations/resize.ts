import type { GraphBuilder } from '../graph-builder.ts';
import { unsupported } from '../conversion-error.ts';
import { isKnown, isStatic } from '../shape.ts';
import { knownElements } from '../tensor.ts';
import type { Tensor } from '../tensor.ts';
import { cast } from './elementwise.ts';
import { imageInput, imageOutput } from './image.ts';
import type { ImageInput } from './image.ts';
import { resizeCubic } from './image-sampling.ts';

export type ResizeMethod = 'nearest' | 'linear' | 'cubic';

export interface ResizeOptions {
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

/**
 * `size` is (height, width). Nearest keeps the type, the others give float32.
 * TensorFlow's nearest neighbour at half pixels is floor((i + 0.5) * scale), which is ONNX's half_pixel rounded up at
 * ties.
 */
export function resize(g: GraphBuilder, method: ResizeMethod, x: Tensor, size: Tensor, options: ResizeOptions): Tensor {
  const { alignCorners, halfPixelCenters } = options;
  const sizes = knownElements(size);
  if (method === 'cubic' && isStatic(sizes) && isStatic(x.shape?.slice(1, 3))) return resizeCubic(g, x, size, options);
  const dtype = method === 'nearest' ? x.dtype : 'float32';
  const source = imageInput(g, method === 'nearest' ? comparable(g, x) : cast(g, x, 'float32'), 'channels-last');
  const name = g.emit('Resize', [source.name, '', '', targetSizes(g, source, size)], {
    mode: method,
    coordinate_transformation_mode: alignCorners ? 'align_corners' : halfPixelCenters ? 'half_pixel' : 'asymmetric',
    ...(method === 'nearest' ? { nearest_mode: alignCorners || halfPixelCenters ? 'round_prefer_ceil' : 'floor' } : {}),
    ...(method === 'cubic' ? cubicAttributes(halfPixelCenters) : {}),
  });
  const result = imageOutput(g, name, 'channels-last', { ...source, size: [sizes?.[0] ?? null, sizes?.[1] ?? null] });
  return cast(g, result, dtype);
}

const cubicAttributes = (halfPixelCenters: boolean) =>
  halfPixelCenters ? { cubic_coeff_a: { float: -0.5 }, exclude_outside: 1 } : { cubic_coeff_a: { float: -0.75 } };

/**
 * Sizes of all four axes. The runtime's optimizer loses sizes that are given for some axes when it moves a
 * transposition past a resize.
 */
function targetSizes(g: GraphBuilder, { name, batch, channels }: ImageInput, size: Tensor): string {
  const sizes = knownElements(size);
  if (sizes?.every(isKnown) && isKnown(batch) && isKnown(channels)) return g.int64List([batch, channels, ...sizes]);
  const outer = g.emit('Slice', [g.emit('Shape', [name]), g.int64List([0]), g.int64List([2])]);
  return g.emit('Concat', [outer, g.name(cast(g, size, 'int64'))], { axis: 0 });
}

/** The runtime resizes these types. */
function comparable(g: GraphBuilder, x: Tensor): Tensor {
  if (x.dtype === 'string') throw unsupported('a resize of strings');
  return ['float32', 'int32', 'uint8', 'int8'].includes(x.dtype) ? x : cast(g, x, 'float32');
}
