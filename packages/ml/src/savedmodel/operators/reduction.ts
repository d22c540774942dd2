import { cumulate } from '../../convert/operations/cumulation.ts';
import { extremeIndex, topElements } from '../../convert/operations/gather.ts';
import { cast } from '../../convert/operations/elementwise.ts';
import { reduce } from '../../convert/operations/reduction.ts';
import type { ReductionOperator } from '../../convert/operations/reduction.ts';
import type { Operator } from '../operator.ts';

const reduction = (op: string, onnx: ReductionOperator): Operator => ({
  op,
  convert: (call) =>
    reduce(call.builder, onnx, call.tensor(0), call.numbers(1, 'axes'), call.attributes.flag('keep_dims')),
});

/** Of booleans, as of zeros and ones. */
const logical = (op: string, onnx: ReductionOperator): Operator => ({
  op,
  convert: (call) => {
    const x = cast(call.builder, call.tensor(0), 'int32');
    const reduced = reduce(call.builder, onnx, x, call.numbers(1, 'axes'), call.attributes.flag('keep_dims'));
    return cast(call.builder, reduced, 'bool');
  },
});

const extreme = (op: 'ArgMax' | 'ArgMin'): Operator => ({
  op,
  convert: (call) => {
    const dtype = call.attributes.dtype('output_type', 'int64') === 'int32' ? 'int32' : 'int64';
    return extremeIndex(call.builder, op, call.tensor(0), call.number(1, 'axes'), dtype);
  },
});

export const reductionOperators: readonly Operator[] = [
  reduction('Mean', 'ReduceMean'),
  reduction('Sum', 'ReduceSum'),
  reduction('Max', 'ReduceMax'),
  reduction('Min', 'ReduceMin'),
  reduction('Prod', 'ReduceProd'),
  reduction('EuclideanNorm', 'ReduceL2'),
  logical('All', 'ReduceMin'),
  logical('Any', 'ReduceMax'),
  extreme('ArgMax'),
  extreme('ArgMin'),
  {
    op: 'TopKV2',
    outputs: ['values', 'indices'],
    convert: (call) => topElements(call.builder, call.tensor(0), call.tensor(1)),
  },
  {
    op: 'TopK',
    outputs: ['values', 'indices'],
    convert: (call) => topElements(call.builder, call.tensor(0), call.builder.integers([call.attributes.integer('k')])),
  },
  {
    op: 'Cumsum',
    convert: (call) =>
      cumulate(call.builder, call.tensor(0), call.tensor(1), {
        exclusive: call.attributes.flag('exclusive'),
        reverse: call.attributes.flag('reverse'),
      }),
  },
];
