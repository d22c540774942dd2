import { malformed, unsupported } from '../../convert/conversion-error.ts';
import { gather } from '../../convert/operations/gather.ts';
import { expandDimensions, reshapeTo, shapeOf, squeeze } from '../../convert/operations/reshape.ts';
import { cast } from '../../convert/operations/elementwise.ts';
import { scatter } from '../../convert/operations/scatter.ts';
import type { Tensor } from '../../convert/tensor.ts';
import { results } from '../operator.ts';
import type { Operator, OperatorCall } from '../operator.ts';
import type { TensorListValue } from '../value.ts';

function listInput(call: OperatorCall): TensorListValue {
  const value = call.value(0);
  if (value.kind !== 'list') throw malformed('the input is no list');
  return value;
}

function listTensor(call: OperatorCall): Tensor {
  const { tensor, added } = listInput(call);
  if (tensor === undefined || added !== undefined) throw unsupported('a list that is read before it is full');
  return tensor;
}

/** Writes an element: into a loop's list, which collects, or into a full one. */
function setItem(call: OperatorCall) {
  const list = listInput(call);
  const [index, element] = [call.tensor(1), call.tensor(2)];
  if (list.collects !== undefined && list.tensor === undefined) {
    if (list.added !== undefined) throw unsupported('two elements in one iteration');
    return results({ ...list, added: { index, element } });
  }
  const g = call.builder;
  const base = list.tensor ?? emptyList(call, list, element);
  const row = expandDimensions(g, expandDimensions(g, cast(g, index, 'int64'), 0), 0);
  const tensor = scatter(g, base, row, expandDimensions(g, element, 0), 'none');
  return results({ kind: 'list', tensor, size: undefined });
}

/** Zeros of the size of the list. */
function emptyList(call: OperatorCall, list: TensorListValue, element: Tensor): Tensor {
  if (list.size === undefined || element.dtype === 'string') throw unsupported('a list of unknown size');
  const g = call.builder;
  const size = reshapeTo(g, cast(g, list.size, 'int64'), [1]);
  const shape = g.emit('Concat', [g.name(size), g.name(shapeOf(g, element, 'int64'))], { axis: 0 });
  const known = element.shape && [null, ...element.shape];
  return g.tensor(g.emit('Expand', [g.name(g.scalar(element, 0)), shape]), element.dtype, known);
}

export const listOperators: readonly Operator[] = [
  { op: 'TensorListReserve', convert: (call) => results({ kind: 'list', tensor: undefined, size: call.tensor(1) }) },
  {
    op: 'TensorListFromTensor',
    convert: (call) => results({ kind: 'list', tensor: call.tensor(0), size: undefined }),
  },
  { op: 'TensorListStack', convert: listTensor },
  { op: 'TensorListGetItem', convert: (call) => gather(call.builder, listTensor(call), call.tensor(1), 0) },
  { op: 'TensorListSetItem', convert: setItem },
  {
    op: 'TensorListLength',
    convert: (call) => {
      const { tensor, size } = listInput(call);
      if (size !== undefined) return size;
      if (tensor === undefined) throw unsupported('a list of unknown size');
      const g = call.builder;
      const first = gather(g, shapeOf(g, tensor, 'int32'), g.integers([0]), 0);
      return squeeze(g, first, [0]);
    },
  },
];
