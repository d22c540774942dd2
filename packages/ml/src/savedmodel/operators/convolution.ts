import { malformed, unsupported } from '../../convert/conversion-error.ts';
import { ADD, binary } from '../../convert/operations/elementwise.ts';
import {
  convolutionFilter,
  convolve,
  convolveTransposed,
  depthwiseFilter,
} from '../../convert/operations/convolution.ts';
import type { ConvolutionOptions } from '../../convert/operations/convolution.ts';
import type { ImageLayout } from '../../convert/operations/image.ts';
import type { Padding } from '../../convert/operations/padding.ts';
import { depthToSpace, spaceToDepth } from '../../convert/operations/space.ts';
import { reshapeTo } from '../../convert/operations/reshape.ts';
import { knownElements } from '../../convert/tensor.ts';
import type { NodeAttributes } from '../attributes.ts';
import type { Operator, OperatorCall } from '../operator.ts';

/** NHWC, NDHWC or NCHW, NCDHW. */
export function imageLayout(attributes: NodeAttributes): ImageLayout {
  const format = attributes.text('data_format', 'NHWC');
  if (/^N(D?)HWC$/.test(format)) return 'channels-last';
  if (/^NC(D?)HW$/.test(format)) return 'channels-first';
  throw unsupported(`the data format ${format}`);
}

/** The spatial part of a list with one number an axis. */
export function spatialPart(list: readonly number[], layout: ImageLayout): number[] {
  return layout === 'channels-first' ? list.slice(2) : list.slice(1, -1);
}

export function windowPadding(attributes: NodeAttributes, layout: ImageLayout): Padding {
  const padding = attributes.text('padding');
  if (padding === 'SAME' || padding === 'VALID') return padding;
  const list = attributes.integers('explicit_paddings');
  if (padding !== 'EXPLICIT' || list.length % 2 !== 0) throw malformed(`the padding is ${padding}`);
  const pairs = Array.from({ length: list.length / 2 }, (_, i): [number, number] => [
    list[2 * i] ?? 0,
    list[2 * i + 1] ?? 0,
  ]);
  return layout === 'channels-first' ? pairs.slice(2) : pairs.slice(1, -1);
}

function convolutionOptions({ attributes }: OperatorCall): ConvolutionOptions {
  const layout = imageLayout(attributes);
  const strides = spatialPart(attributes.integers('strides'), layout);
  const dilations = attributes.integers('dilations');
  return {
    layout,
    strides,
    dilations: dilations.length === 0 ? strides.map(() => 1) : spatialPart(dilations, layout),
    padding: windowPadding(attributes, layout),
  };
}

const convolution = (call: OperatorCall) =>
  convolve(call.builder, call.tensor(0), convolutionFilter(call.builder, call.tensor(1)), convolutionOptions(call));

/** Inputs: size of the result, filter, gradient. */
function transposedConvolution(call: OperatorCall) {
  const options = convolutionOptions(call);
  const x = call.tensor(2);
  const sizes = knownElements(call.tensor(0)) ?? Array<null>(x.rank ?? 4).fill(null);
  const spatial = options.layout === 'channels-first' ? sizes.slice(2) : sizes.slice(1, -1);
  return convolveTransposed(call.builder, x, call.tensor(1), spatial, options);
}

export const convolutionOperators: readonly Operator[] = [
  { op: 'Conv2D', convert: convolution },
  { op: 'Conv3D', convert: convolution },
  {
    op: 'DepthwiseConv2dNative',
    convert: (call) =>
      convolve(call.builder, call.tensor(0), depthwiseFilter(call.builder, call.tensor(1)), convolutionOptions(call)),
  },
  { op: 'Conv2DBackpropInput', convert: transposedConvolution },
  { op: 'Conv3DBackpropInputV2', convert: transposedConvolution },
  {
    op: 'BiasAdd',
    convert: (call) => {
      const [x, bias] = [call.tensor(0), call.tensor(1)];
      if (call.attributes.text('data_format', 'NHWC') === 'NHWC' || x.rank === undefined)
        return binary(call.builder, ADD, x, bias);
      const shape = [bias.shape?.[0] ?? null, ...Array<number>(x.rank - 2).fill(1)];
      return binary(call.builder, ADD, x, reshapeTo(call.builder, bias, shape));
    },
  },
  {
    op: 'SpaceToDepth',
    convert: (call) =>
      spaceToDepth(call.builder, call.tensor(0), call.attributes.integer('block_size'), imageLayout(call.attributes)),
  },
  {
    op: 'DepthToSpace',
    convert: (call) =>
      depthToSpace(call.builder, call.tensor(0), call.attributes.integer('block_size'), imageLayout(call.attributes)),
  },
];
