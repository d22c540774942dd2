import { malformed, unsupported } from '../../convert/conversion-error.ts';
import { convolve, convolveTransposed } from '../../convert/operations/convolution.ts';
import type { ConvolutionOptions, Filter } from '../../convert/operations/convolution.ts';
import type { Padding } from '../../convert/operations/padding.ts';
import { pool } from '../../convert/operations/pooling.ts';
import { reshapeTo, transpose } from '../../convert/operations/reshape.ts';
import { depthToSpace, spaceToDepth } from '../../convert/operations/space.ts';
import { batchToSpace, spaceToBatch } from '../../convert/operations/batch-space.ts';
import { isKnown } from '../../convert/shape.ts';
import { knownElements } from '../../convert/tensor.ts';
import type { Tensor } from '../../convert/tensor.ts';
import type { LiteCall, LiteConversion } from '../lite-operator.ts';

const padding = (call: LiteCall, slot: number): Padding => (call.options.int8(slot) === 0 ? 'SAME' : 'VALID');

const layout = 'channels-last';

/** Height before width; the options have them the other way. */
const pair = (call: LiteCall, slot: number, absent = 0): number[] => [
  call.options.int32(slot + 1, absent),
  call.options.int32(slot, absent),
];

/** A filter [outputs, height, width, inputs]. */
function convolution(call: LiteCall): Tensor {
  const [outputs = 0, height = 0, width = 0, inputs = 0] = call.value(1).declared.shape;
  const name = call.weights(1, [outputs, height, width, inputs], [0, 3, 1, 2]);
  const filter: Filter = { name, kernel: [height, width], inputs, outputs, channels: inputs };
  const options: ConvolutionOptions = {
    layout,
    padding: padding(call, 0),
    strides: pair(call, 1),
    dilations: pair(call, 4, 1),
  };
  return call.activate(convolve(call.builder, call.tensor(0), filter, options, call.bias(2)), call.options.int8(3));
}

/** A filter [1, height, width, outputs]. */
function depthwiseConvolution(call: LiteCall): Tensor {
  const x = call.tensor(0);
  const [one = 0, height = 0, width = 0, outputs = 0] = call.value(1).declared.shape;
  const name = call.weights(1, [one, height, width, outputs], [3, 0, 1, 2]);
  const channels = x.shape?.at(-1);
  if (!isKnown(channels)) throw unsupported('an unknown number of channels');
  const filter: Filter = { name, kernel: [height, width], inputs: 1, outputs, channels };
  const options: ConvolutionOptions = {
    layout,
    padding: padding(call, 0),
    strides: pair(call, 1),
    dilations: pair(call, 5, 1),
  };
  return call.activate(convolve(call.builder, x, filter, options, call.bias(2)), call.options.int8(4));
}

/** Inputs: size of the result, filter [outputs, height, width, inputs], images, bias. */
function transposedConvolution(call: LiteCall): Tensor {
  const filter = transpose(call.builder, call.tensor(1), [1, 2, 0, 3]);
  const sizes = knownElements(call.tensor(0)) ?? [null, null, null, null];
  const options: ConvolutionOptions = { layout, padding: padding(call, 0), strides: pair(call, 1), dilations: [1, 1] };
  const result = convolveTransposed(call.builder, call.tensor(2), filter, sizes.slice(1, -1), options, call.bias(3));
  return call.activate(result, call.options.int8(3));
}

const pooling = (op: string, onnx: 'MaxPool' | 'AveragePool'): LiteConversion => ({
  op,
  convert: (call) => {
    const options = { layout, padding: padding(call, 0), strides: pair(call, 1), kernel: pair(call, 3) } as const;
    return call.activate(pool(call.builder, onnx, call.tensor(0), options), call.options.int8(5));
  },
});

/** Weights [outputs, inputs]; all axes but the last are rows. */
function fullyConnected(call: LiteCall): Tensor {
  const { builder: g } = call;
  const [outputs, inputs] = call.value(1).declared.shape;
  if (outputs === undefined || inputs === undefined) throw malformed('the weights are no matrix');
  if (call.options.int8(1) !== 0) throw unsupported('shuffled weights');
  const x = call.tensor(0);
  const rows = x.rank === 2 ? x : reshapeTo(g, x, [-1, inputs]);
  const bias = call.bias(2);
  const operands = [g.name(rows), call.weights(1, [outputs, inputs], [0, 1]), ...(bias === undefined ? [] : [bias])];
  const name = g.emit('Gemm', operands, { transB: 1 });
  const product = g.tensor(name, x.dtype, [rows.shape?.[0] ?? null, outputs]);
  const keep = call.options.flag(2) && x.shape !== undefined;
  const result = keep ? reshapeTo(g, product, [...(x.shape ?? []).slice(0, -1), outputs]) : product;
  return call.activate(result, call.options.int8(0));
}

export const convolutionConversions: readonly LiteConversion[] = [
  { op: 'CONV_2D', convert: convolution },
  { op: 'DEPTHWISE_CONV_2D', convert: depthwiseConvolution },
  { op: 'TRANSPOSE_CONV', convert: transposedConvolution },
  { op: 'FULLY_CONNECTED', convert: fullyConnected },
  pooling('MAX_POOL_2D', 'MaxPool'),
  pooling('AVERAGE_POOL_2D', 'AveragePool'),
  {
    op: 'SPACE_TO_DEPTH',
    convert: (call) => spaceToDepth(call.builder, call.tensor(0), call.options.int32(0), layout),
  },
  {
    op: 'DEPTH_TO_SPACE',
    convert: (call) => depthToSpace(call.builder, call.tensor(0), call.options.int32(0), layout),
  },
  {
    op: 'SPACE_TO_BATCH_ND',
    convert: (call) =>
      spaceToBatch(call.builder, call.tensor(0), call.numbers(1, 'block sizes'), call.numbers(2, 'paddings')),
  },
  {
    op: 'BATCH_TO_SPACE_ND',
    convert: (call) =>
      batchToSpace(call.builder, call.tensor(0), call.numbers(1, 'block sizes'), call.numbers(2, 'crops')),
  },
];
