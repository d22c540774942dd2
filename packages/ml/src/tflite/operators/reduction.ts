import { cumulate } from '../../convert/operations/cumulation.ts';
import { cast } from '../../convert/operations/elementwise.ts';
import { extremeIndex, topElements } from '../../convert/operations/gather.ts';
import { matrixMultiply } from '../../convert/operations/matrix.ts';
import { reduce } from '../../convert/operations/reduction.ts';
import type { ReductionOperator } from '../../convert/operations/reduction.ts';
import type { LiteConversion } from '../lite-operator.ts';

const reduction = (op: string, onnx: ReductionOperator): LiteConversion => ({
  op,
  convert: (call) => reduce(call.builder, onnx, call.tensor(0), call.numbers(1, 'axes'), call.options.flag(0)),
});

/** Of booleans, as of zeros and ones. */
const logical = (op: string, onnx: ReductionOperator): LiteConversion => ({
  op,
  convert: (call) => {
    const x = cast(call.builder, call.tensor(0), 'int32');
    return cast(call.builder, reduce(call.builder, onnx, x, call.numbers(1, 'axes'), call.options.flag(0)), 'bool');
  },
});

const extreme = (op: string, onnx: 'ArgMax' | 'ArgMin'): LiteConversion => ({
  op,
  convert: (call) => {
    const dtype = call.options.int8(0) === 4 ? 'int64' : 'int32';
    return extremeIndex(call.builder, onnx, call.tensor(0), call.number(1, 'axes'), dtype);
  },
});

export const reductionConversions: readonly LiteConversion[] = [
  reduction('MEAN', 'ReduceMean'),
  reduction('SUM', 'ReduceSum'),
  reduction('REDUCE_MAX', 'ReduceMax'),
  reduction('REDUCE_MIN', 'ReduceMin'),
  reduction('REDUCE_PROD', 'ReduceProd'),
  logical('REDUCE_ALL', 'ReduceMin'),
  logical('REDUCE_ANY', 'ReduceMax'),
  extreme('ARG_MAX', 'ArgMax'),
  extreme('ARG_MIN', 'ArgMin'),
  { op: 'TOPK_V2', convert: (call) => topElements(call.builder, call.tensor(0), call.tensor(1)) },
  {
    op: 'BATCH_MATMUL',
    convert: (call) =>
      matrixMultiply(call.builder, call.tensor(0), call.tensor(1), call.options.flag(0), call.options.flag(1)),
  },
  {
    op: 'CUMSUM',
    convert: (call) =>
      cumulate(call.builder, call.tensor(0), call.tensor(1), {
        exclusive: call.options.flag(0),
        reverse: call.options.flag(1),
      }),
  },
];
