import { unsupported } from '../../convert/conversion-error.ts';
import { gather, gatherElements, nonZeroIndices, oneHot } from '../../convert/operations/gather.ts';
import { concatenate, pack, split, splitEvenly, unpack } from '../../convert/operations/join.ts';
import { reverse } from '../../convert/operations/order.ts';
import { pad } from '../../convert/operations/pad.ts';
import { bandPart, linearSpace, roll, scatter, scatterOverZeros } from '../../convert/operations/scatter.ts';
import { slice, stridedSlice } from '../../convert/operations/slice.ts';
import { batchToSpace, spaceToBatch } from '../../convert/operations/batch-space.ts';
import type { Operator } from '../operator.ts';

const scattering = (op: string, reduction: 'none' | 'add' | 'max' | 'min'): Operator => ({
  op,
  convert: (call) => scatter(call.builder, call.tensor(0), call.tensor(1), call.tensor(2), reduction),
});

export const arrayOperators: readonly Operator[] = [
  {
    op: 'ConcatV2',
    convert: (call) => concatenate(call.builder, call.tensors(0, -1), call.number(-1, 'axes')),
  },
  { op: 'Concat', convert: (call) => concatenate(call.builder, call.tensors(1), call.number(0, 'axes')) },
  { op: 'Pack', convert: (call) => pack(call.builder, call.tensors(), call.attributes.integer('axis', 0)) },
  {
    op: 'Unpack',
    convert: (call) =>
      unpack(call.builder, call.tensor(0), call.attributes.integer('axis', 0), call.attributes.integer('num')),
  },
  {
    op: 'Split',
    convert: (call) =>
      splitEvenly(call.builder, call.tensor(1), call.number(0, 'axes'), call.attributes.integer('num_split')),
  },
  {
    op: 'SplitV',
    convert: (call) => split(call.builder, call.tensor(0), call.number(2, 'axes'), call.numbers(1, 'split sizes')),
  },
  { op: 'Pad', convert: (call) => pad(call.builder, call.tensor(0), call.tensor(1), 'constant') },
  { op: 'PadV2', convert: (call) => pad(call.builder, call.tensor(0), call.tensor(1), 'constant', call.tensor(2)) },
  {
    op: 'MirrorPad',
    convert: (call) => {
      const mode = call.attributes.text('mode') === 'SYMMETRIC' ? 'symmetric' : 'reflect';
      return pad(call.builder, call.tensor(0), call.tensor(1), mode);
    },
  },
  {
    op: 'StridedSlice',
    convert: (call) =>
      stridedSlice(call.builder, call.tensor(0), call.tensor(1), call.tensor(2), call.tensor(3), {
        begin: call.attributes.integer('begin_mask', 0),
        end: call.attributes.integer('end_mask', 0),
        ellipsis: call.attributes.integer('ellipsis_mask', 0),
        newAxis: call.attributes.integer('new_axis_mask', 0),
        shrinkAxis: call.attributes.integer('shrink_axis_mask', 0),
      }),
  },
  { op: 'Slice', convert: (call) => slice(call.builder, call.tensor(0), call.tensor(1), call.tensor(2)) },
  {
    op: 'GatherV2',
    convert: (call) =>
      gather(
        call.builder,
        call.tensor(0),
        call.tensor(1),
        call.number(2, 'axes'),
        call.attributes.integer('batch_dims', 0),
      ),
  },
  { op: 'Gather', convert: (call) => gather(call.builder, call.tensor(0), call.tensor(1), 0) },
  {
    op: 'ResourceGather',
    convert: (call) => {
      const handle = call.value(0);
      if (handle.kind !== 'variable') throw unsupported('an input that is no variable');
      return gather(call.builder, call.evaluator.variables.read(handle.name), call.tensor(1), 0);
    },
  },
  { op: 'GatherNd', convert: (call) => gatherElements(call.builder, call.tensor(0), call.tensor(1)) },
  {
    op: 'OneHot',
    convert: (call) =>
      oneHot(
        call.builder,
        call.tensor(0),
        call.tensor(1),
        call.tensor(2),
        call.tensor(3),
        call.attributes.integer('axis', -1),
      ),
  },
  { op: 'ReverseV2', convert: (call) => reverse(call.builder, call.tensor(0), call.numbers(1, 'axes')) },
  {
    op: 'SpaceToBatchND',
    convert: (call) =>
      spaceToBatch(call.builder, call.tensor(0), call.numbers(1, 'block sizes'), call.numbers(2, 'paddings')),
  },
  {
    op: 'BatchToSpaceND',
    convert: (call) =>
      batchToSpace(call.builder, call.tensor(0), call.numbers(1, 'block sizes'), call.numbers(2, 'crops')),
  },
  {
    op: 'ScatterNd',
    convert: (call) => scatterOverZeros(call.builder, call.tensor(0), call.tensor(1), call.tensor(2)),
  },
  scattering('TensorScatterUpdate', 'none'),
  scattering('TensorScatterAdd', 'add'),
  scattering('TensorScatterMax', 'max'),
  scattering('TensorScatterMin', 'min'),
  {
    op: 'Roll',
    convert: (call) => roll(call.builder, call.tensor(0), call.numbers(1, 'shifts'), call.numbers(2, 'axes')),
  },
  {
    op: 'MatrixBandPart',
    convert: (call) => bandPart(call.builder, call.tensor(0), call.number(1, 'widths'), call.number(2, 'widths')),
  },
  {
    op: 'LinSpace',
    convert: (call) => linearSpace(call.builder, call.number(0, 'bounds'), call.number(1, 'bounds'), call.tensor(2)),
  },
  {
    op: 'InvertPermutation',
    convert: (call) => {
      const order = call.numbers(0, 'permutations');
      const inverse = order.map((_, i) => order.indexOf(i));
      return call.builder.integers(inverse, call.tensor(0).dtype === 'int64' ? 'int64' : 'int32');
    },
  },
  { op: 'Where', convert: (call) => nonZeroIndices(call.builder, call.tensor(0)) },
];
