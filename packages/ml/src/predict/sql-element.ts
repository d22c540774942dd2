import { invalidQuery, invariant } from '@bqml-emulator/common';
import type { Value } from '@bqml-emulator/types';
import type { TensorDtype } from '../onnx/element-type.ts';
import { TENSOR_DTYPES } from '../onnx/element-type.ts';
import type { TensorData } from '../pool/predict-protocol.ts';

const MAX_INT64 = 2n ** 63n - 1n;

/** One element of an output as an SQL value. */
export function sqlElement(data: TensorData, index: number, dtype: TensorDtype): Value {
  const value = data[index];
  invariant(value !== undefined, 'the index is within the tensor');
  switch (TENSOR_DTYPES[dtype]) {
    case 'BOOL':
      return value !== 0;
    case 'INT64': {
      const integer = BigInt(value);
      if (integer > MAX_INT64) throw invalidQuery(`Output value ${integer} of the model is out of range of INT64`);
      return integer;
    }
    default:
      return value;
  }
}
