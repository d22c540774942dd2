import { invalidQuery, invariant } from '@bqml-emulator/common';
import type { TensorDtype } from '../onnx/element-type.ts';
import { TYPED_ARRAYS } from '../onnx/tensor-elements.ts';
import type { InputBuffers } from './input-buffers.ts';
import type { TensorData } from './predict-protocol.ts';

/** Zeros or empty strings; numbers out of `buffers` are arbitrary. */
export function allocateTensorData(dtype: TensorDtype, length: number, buffers?: InputBuffers): TensorData {
  if (dtype === 'string') return Array.from({ length }, () => '');
  const View = dtype === 'float16' ? Float32Array : TYPED_ARRAYS[dtype];
  return buffers ? new View(buffers.take(length * View.BYTES_PER_ELEMENT)) : new View(length);
}

const INTEGER_RANGES: Partial<Record<TensorDtype, readonly [bigint, bigint]>> = {
  int8: [-128n, 127n],
  uint8: [0n, 255n],
  int16: [-32768n, 32767n],
  uint16: [0n, 65535n],
  int32: [-2147483648n, 2147483647n],
  uint32: [0n, 4294967295n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 63n - 1n],
};

/** Stores an SQL number of the column's own type: bigint for integer tensors, number for floating point. */
export function storeNumber(
  data: TensorData,
  index: number,
  value: number | bigint,
  dtype: TensorDtype,
  column: string,
): void {
  const range = INTEGER_RANGES[dtype];
  if (range !== undefined && (value < range[0] || value > range[1])) {
    throw invalidQuery(`Value ${value} in column ${column} is out of range of the model's type ${dtype}`);
  }
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) data[index] = BigInt(value);
  else {
    invariant(ArrayBuffer.isView(data), 'strings are not numbers');
    data[index] = Number(value);
  }
}
