import { unsupported } from '../../convert/conversion-error.ts';
import { broadcastTo, fill, range, tile } from '../../convert/operations/fill.ts';
import { gather, gatherElements, nonZeroIndices, oneHot } from '../../convert/operations/gather.ts';
import { concatenate, pack, split, splitEvenly, unpack } from '../../convert/operations/join.ts';
import { reverse } from '../../convert/operations/order.ts';
import { pad } from '../../convert/operations/pad.ts';
import { expandDimensions, reshape, reshapeTo, shapeOf, squeeze, transpose } from '../../convert/operations/reshape.ts';
import { resize } from '../../convert/operations/resize.ts';
import { scatterOverZeros } from '../../convert/operations/scatter.ts';
import { slice, stridedSlice } from '../../convert/operations/slice.ts';
import type { Tensor } from '../../convert/tensor.ts';
import type { LiteCall, LiteConversion } from '../lite-operator.ts';

/** The new shape is an input, or in the options of old files. */
function convertReshape(call: LiteCall): Tensor {
  if (call.has(1)) return reshape(call.builder, call.tensor(0), call.tensor(1));
  return reshapeTo(call.builder, call.tensor(0), call.options.int32s(0));
}

export const arrayConversions: readonly LiteConversion[] = [
  { op: 'RESHAPE', convert: convertReshape },
  { op: 'SQUEEZE', convert: (call) => squeeze(call.builder, call.tensor(0), call.options.int32s(0)) },
  {
    op: 'EXPAND_DIMS',
    convert: (call) => expandDimensions(call.builder, call.tensor(0), call.number(1, 'axes')),
  },
  { op: 'TRANSPOSE', convert: (call) => transpose(call.builder, call.tensor(0), call.numbers(1, 'permutations')) },
  {
    op: 'SHAPE',
    convert: (call) => shapeOf(call.builder, call.tensor(0), call.options.int8(0) === 4 ? 'int64' : 'int32'),
  },
  {
    op: 'RANK',
    convert: (call) => {
      const { rank } = call.tensor(0);
      if (rank === undefined) throw unsupported('a tensor of unknown rank');
      return call.builder.constantOf('int32', [], [rank]);
    },
  },
  {
    op: 'CONCATENATION',
    convert: (call) =>
      call.activate(concatenate(call.builder, call.tensors(), call.options.int32(0)), call.options.int8(1)),
  },
  { op: 'PACK', convert: (call) => pack(call.builder, call.tensors(), call.options.int32(1)) },
  {
    op: 'UNPACK',
    convert: (call) => unpack(call.builder, call.tensor(0), call.options.int32(1), call.options.int32(0)),
  },
  {
    op: 'SPLIT',
    convert: (call) => splitEvenly(call.builder, call.tensor(1), call.number(0, 'axes'), call.options.int32(0)),
  },
  {
    op: 'SPLIT_V',
    convert: (call) => split(call.builder, call.tensor(0), call.number(2, 'axes'), call.numbers(1, 'split sizes')),
  },
  { op: 'PAD', convert: (call) => pad(call.builder, call.tensor(0), call.tensor(1), 'constant') },
  { op: 'PADV2', convert: (call) => pad(call.builder, call.tensor(0), call.tensor(1), 'constant', call.tensor(2)) },
  {
    op: 'MIRROR_PAD',
    convert: (call) => {
      const mode = call.options.int8(0) === 1 ? 'symmetric' : 'reflect';
      return pad(call.builder, call.tensor(0), call.tensor(1), mode);
    },
  },
  {
    op: 'STRIDED_SLICE',
    convert: (call) => {
      if (call.options.flag(5)) throw unsupported('ends that count from the begins');
      return stridedSlice(call.builder, call.tensor(0), call.tensor(1), call.tensor(2), call.tensor(3), {
        begin: call.options.int32(0),
        end: call.options.int32(1),
        ellipsis: call.options.int32(2),
        newAxis: call.options.int32(3),
        shrinkAxis: call.options.int32(4),
      });
    },
  },
  { op: 'SLICE', convert: (call) => slice(call.builder, call.tensor(0), call.tensor(1), call.tensor(2)) },
  {
    op: 'GATHER',
    convert: (call) =>
      gather(call.builder, call.tensor(0), call.tensor(1), call.options.int32(0), call.options.int32(1)),
  },
  { op: 'GATHER_ND', convert: (call) => gatherElements(call.builder, call.tensor(0), call.tensor(1)) },
  {
    op: 'ONE_HOT',
    convert: (call) =>
      oneHot(call.builder, call.tensor(0), call.tensor(1), call.tensor(2), call.tensor(3), call.options.int32(0)),
  },
  { op: 'WHERE', convert: (call) => nonZeroIndices(call.builder, call.tensor(0)) },
  {
    op: 'SCATTER_ND',
    convert: (call) => scatterOverZeros(call.builder, call.tensor(0), call.tensor(1), call.tensor(2)),
  },
  {
    op: 'ZEROS_LIKE',
    convert: (call) => {
      const x = call.tensor(0);
      return fill(call.builder, shapeOf(call.builder, x, 'int64'), call.builder.scalar(x, 0));
    },
  },
  { op: 'TILE', convert: (call) => tile(call.builder, call.tensor(0), call.tensor(1)) },
  { op: 'FILL', convert: (call) => fill(call.builder, call.tensor(0), call.tensor(1)) },
  { op: 'BROADCAST_TO', convert: (call) => broadcastTo(call.builder, call.tensor(0), call.tensor(1)) },
  { op: 'RANGE', convert: (call) => range(call.builder, call.tensor(0), call.tensor(1), call.tensor(2)) },
  { op: 'REVERSE_V2', convert: (call) => reverse(call.builder, call.tensor(0), call.numbers(1, 'axes')) },
  {
    op: 'RESIZE_BILINEAR',
    convert: (call) =>
      resize(call.builder, 'linear', call.tensor(0), call.tensor(1), {
        alignCorners: call.options.flag(2),
        halfPixelCenters: call.options.flag(3),
      }),
  },
  {
    op: 'RESIZE_NEAREST_NEIGHBOR',
    convert: (call) =>
      resize(call.builder, 'nearest', call.tensor(0), call.tensor(1), {
        alignCorners: call.options.flag(0),
        halfPixelCenters: call.options.flag(1),
      }),
  },
];
