import { malformed, unsupported } from '../conversion-error.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import { isKnown, isStatic } from '../shape.ts';
import type { Dimension } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { imageInput, imageOutput } from './image.ts';
import type { ImageLayout } from './image.ts';
import { absorbPadding, padWindow } from './padding.ts';
import type { Padding } from './padding.ts';

export interface ConvolutionOptions {
  readonly layout: ImageLayout;
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly padding: Padding;
}

/** A filter in ONNX's order, [outputs, inputs per group, ...kernel], and its sizes. */
export interface Filter {
  readonly name: string;
  readonly kernel: readonly number[];
  readonly inputs: number;
  readonly outputs: number;
  /** Channels of the images that it is made for; grouped filters say so only here. */
  readonly channels: number;
}

/** A filter [...kernel, inputs, outputs]. */
export function convolutionFilter(g: GraphBuilder, filter: Tensor): Filter {
  const [kernel, [inputs, outputs]] = filterShape(filter);
  const rank = kernel.length + 2;
  const spatial = kernel.map((_, i) => i);
  return { name: g.transposed(filter, [rank - 1, rank - 2, ...spatial]), kernel, inputs, outputs, channels: inputs };
}

/** A filter [height, width, inputs, multiplier] that keeps the channels apart. */
export function depthwiseFilter(g: GraphBuilder, filter: Tensor): Filter {
  const [kernel, [channels, multiplier]] = filterShape(filter);
  const outputs = channels * multiplier;
  const shape = [...kernel, outputs, 1];
  const flat =
    filter.data === undefined
      ? g.tensor(g.emit('Reshape', [g.name(filter), g.int64List(shape)]), filter.dtype, shape)
      : g.constant(filter.dtype, shape, filter.data);
  return { name: g.transposed(flat, [2, 3, 0, 1]), kernel, inputs: 1, outputs, channels };
}

function filterShape(filter: Tensor): [kernel: number[], channels: [number, number]] {
  if (!isStatic(filter.shape)) throw unsupported('a filter of unknown shape');
  const [inputs, outputs] = filter.shape.slice(-2);
  const kernel = filter.shape.slice(0, -2);
  if (inputs === undefined || outputs === undefined || kernel.length === 0)
    throw malformed('a filter has too few dimensions');
  return [kernel, [inputs, outputs]];
}

/** `bias` is the name of a vector. */
export function convolve(
  g: GraphBuilder,
  x: Tensor,
  filter: Filter,
  options: ConvolutionOptions,
  bias?: string,
): Tensor {
  const window = { ...options, kernel: filter.kernel };
  const { images, padding } = absorbPadding(x, options.layout, window);
  const image = imageInput(g, images, options.layout);
  if (image.size.length !== filter.kernel.length) throw malformed('a filter does not fit its input');
  const channels = isKnown(image.channels) ? image.channels : filter.channels;
  const group = channels / filter.inputs;
  if (!Number.isInteger(group) || group < 1)
    throw malformed(`a filter for ${filter.inputs} channels meets ${channels}`);
  const { attributes, size } = padWindow(image.size, { ...window, padding });
  const inputs = bias === undefined ? [image.name, filter.name] : [image.name, filter.name, bias];
  const name = g.emit('Conv', inputs, { ...attributes, dilations: [...options.dilations], group });
  return imageOutput(g, name, options.layout, { ...image, channels: filter.outputs, size });
}

/**
 * The gradient of a convolution, also called deconvolution: `filter` is [...kernel, outputs, inputs], `size` the
 * spatial size of the result, where known.
 */
export function convolveTransposed(
  g: GraphBuilder,
  x: Tensor,
  filter: Tensor,
  size: readonly Dimension[],
  options: ConvolutionOptions,
  bias?: string,
): Tensor {
  const image = imageInput(g, x, options.layout);
  const [kernel, [outputs]] = filterShape(filter);
  const rank = kernel.length + 2;
  const weights = g.transposed(filter, [rank - 1, rank - 2, ...kernel.map((_, i) => i)]);
  const axes = kernel.map((extent, i) => transposedAxis(image.size[i] ?? null, size[i] ?? null, extent, i, options));
  const attributes = {
    kernel_shape: kernel,
    strides: [...options.strides],
    dilations: [...options.dilations],
    pads: [...axes.map(({ before }) => before), ...axes.map(({ after }) => after)],
    output_padding: axes.map(({ extra }) => extra),
  };
  const inputs = bias === undefined ? [image.name, weights] : [image.name, weights, bias];
  const name = g.emit('ConvTranspose', inputs, attributes);
  return imageOutput(g, name, options.layout, { ...image, channels: outputs, size });
}

/** Padding of one axis, such that `input` cells grow to `output` ones. */
function transposedAxis(
  input: Dimension,
  output: Dimension,
  kernel: number,
  axis: number,
  { strides, dilations, padding }: ConvolutionOptions,
): { before: number; after: number; extra: number } {
  const stride = strides[axis] ?? 1;
  const extent = (kernel - 1) * (dilations[axis] ?? 1) + 1;
  if (typeof padding !== 'string') throw unsupported('explicit padding of a transposed convolution');
  if (!isKnown(input) || !isKnown(output)) {
    // Keras' sizes: input * stride, to which VALID adds what the kernel overhangs.
    const overhang = Math.max(0, extent - stride);
    if (padding === 'VALID') return { before: 0, after: 0, extra: Math.max(0, stride - extent) };
    return { before: Math.floor(overhang / 2), after: Math.ceil(overhang / 2), extra: Math.max(0, stride - extent) };
  }
  const total = padding === 'SAME' ? Math.max(0, (input - 1) * stride + extent - output) : 0;
  const extra = output - ((input - 1) * stride + extent - total);
  if (extra < 0 || (extra >= stride && extra > 0 && extra >= (dilations[axis] ?? 1))) {
    throw malformed(`a transposed convolution cannot give size ${output} from ${input}`);
  }
  return { before: Math.floor(total / 2), after: Math.ceil(total / 2), extra };
}
