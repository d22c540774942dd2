import { unsupported } from '../../convert/conversion-error.ts';
import { broadcastTo, fill, range, tile } from '../../convert/operations/fill.ts';
import { cast } from '../../convert/operations/elementwise.ts';
import { expandDimensions, reshape, shapeOf, squeeze, transpose } from '../../convert/operations/reshape.ts';
import { broadcastShapes, isStatic, product } from '../../convert/shape.ts';
import { isNumeric } from '../../convert/tensor-data.ts';
import { knownElements } from '../../convert/tensor.ts';
import type { Operator, OperatorCall } from '../operator.ts';

function sizeDtype({ attributes }: OperatorCall): 'int32' | 'int64' {
  return attributes.dtype('out_type', 'int32') === 'int64' ? 'int64' : 'int32';
}

const like = (op: string, value: number): Operator => ({
  op,
  convert: (call) => {
    const x = call.tensor(0);
    if (!isNumeric(x.dtype)) throw unsupported('strings');
    return fill(call.builder, shapeOf(call.builder, x, 'int64'), call.builder.scalar(x, value));
  },
});

export const shapeOperators: readonly Operator[] = [
  { op: 'Reshape', convert: (call) => reshape(call.builder, call.tensor(0), call.tensor(1)) },
  {
    op: 'Squeeze',
    convert: (call) => {
      const name = call.attributes.has('squeeze_dims') ? 'squeeze_dims' : 'axis';
      return squeeze(call.builder, call.tensor(0), call.attributes.integers(name));
    },
  },
  {
    op: 'ExpandDims',
    convert: (call) => expandDimensions(call.builder, call.tensor(0), call.number(1, 'axes')),
  },
  { op: 'Transpose', convert: (call) => transpose(call.builder, call.tensor(0), call.numbers(1, 'permutations')) },
  { op: 'Shape', convert: (call) => shapeOf(call.builder, call.tensor(0), sizeDtype(call)) },
  { op: 'ShapeN', convert: (call) => call.tensors().map((x) => shapeOf(call.builder, x, sizeDtype(call))) },
  {
    op: 'Rank',
    convert: (call) => {
      const { rank } = call.tensor(0);
      if (rank === undefined) throw unsupported('a tensor of unknown rank');
      return call.builder.constantOf('int32', [], [rank]);
    },
  },
  {
    op: 'Size',
    convert: (call) => {
      const x = call.tensor(0);
      if (isStatic(x.shape)) return call.builder.constantOf(sizeDtype(call), [], [product(x.shape)]);
      return cast(call.builder, call.builder.apply('Size', [x], 'int64', []), sizeDtype(call));
    },
  },
  { op: 'Fill', convert: (call) => fill(call.builder, call.tensor(0), call.tensor(1)) },
  like('ZerosLike', 0),
  like('OnesLike', 1),
  { op: 'BroadcastTo', convert: (call) => broadcastTo(call.builder, call.tensor(0), call.tensor(1)) },
  { op: 'Tile', convert: (call) => tile(call.builder, call.tensor(0), call.tensor(1)) },
  { op: 'Range', convert: (call) => range(call.builder, call.tensor(0), call.tensor(1), call.tensor(2)) },
  {
    op: 'BroadcastArgs',
    convert: (call) => {
      const [a, b] = [call.tensor(0), call.tensor(1)];
      const shape = broadcastShapes(knownElements(a), knownElements(b));
      if (!isStatic(shape)) throw unsupported('shapes that are not constant');
      return call.builder.integers(shape, a.dtype === 'int64' ? 'int64' : 'int32');
    },
  },
];
