import { einsum, matrixMultiply } from '../../convert/operations/matrix.ts';
import type { Operator } from '../operator.ts';

const batchProduct = (op: string): Operator => ({
  op,
  convert: (call) =>
    matrixMultiply(
      call.builder,
      call.tensor(0),
      call.tensor(1),
      call.attributes.flag('adj_x'),
      call.attributes.flag('adj_y'),
    ),
});

export const matrixOperators: readonly Operator[] = [
  {
    op: 'MatMul',
    convert: (call) =>
      matrixMultiply(
        call.builder,
        call.tensor(0),
        call.tensor(1),
        call.attributes.flag('transpose_a'),
        call.attributes.flag('transpose_b'),
      ),
  },
  batchProduct('BatchMatMul'),
  batchProduct('BatchMatMulV2'),
  batchProduct('BatchMatMulV3'),
  { op: 'Einsum', convert: (call) => einsum(call.builder, call.tensors(), call.attributes.text('equation')) },
];
