import { arrayOf } from '@bqml-emulator/types';
import type { SqlType } from '@bqml-emulator/types';
import type { ModelColumn } from '@bqml-emulator/catalog';
import type { TensorSpec } from './model-spec.ts';
import { TENSOR_DTYPES } from './onnx/element-type.ts';

/** `[N]` and `[N,1]` are scalar, every other shape an array. */
export function modelColumn(tensor: TensorSpec): ModelColumn {
  return { name: tensor.name, type: columnType(tensor), dtype: tensor.dtype, shape: tensor.shape };
}

function columnType({ dtype, shape }: TensorSpec): SqlType {
  const element = { kind: TENSOR_DTYPES[dtype] };
  return shape !== undefined && isScalarShape(shape) ? element : arrayOf(element);
}

function isScalarShape(shape: readonly (number | null)[]): boolean {
  const [batch, ...row] = shape;
  return (
    (batch === undefined || batch === null || batch === 1) && (row.length === 0 || (row.length === 1 && row[0] === 1))
  );
}
