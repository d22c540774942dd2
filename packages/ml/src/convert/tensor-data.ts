import { invariant } from '@bqml-emulator/common';
import type { TensorDtype } from '../onnx/element-type.ts';
import { TYPED_ARRAYS } from '../onnx/tensor-elements.ts';
import type { TensorElements } from '../onnx/tensor-elements.ts';
import { fromHalf, toHalf } from '../pool/half-float.ts';

/** Contents of a constant; float16 is kept as its bits. */
export type TensorData = TensorElements;

export type NumericDtype = keyof typeof TYPED_ARRAYS;

export const isNumeric = (dtype: TensorDtype): dtype is NumericDtype => dtype !== 'string';

export const bytesPerElement = (dtype: TensorDtype): number =>
  isNumeric(dtype) ? TYPED_ARRAYS[dtype].BYTES_PER_ELEMENT : 1;

/** Integers of all widths; not bool. */
export const isInteger = (dtype: TensorDtype): boolean => dtype.startsWith('int') || dtype.startsWith('uint');
export const isFloat = (dtype: TensorDtype): boolean => dtype.startsWith('float');

/** Little-endian bytes as elements; copies when the bytes are not aligned. `bytes` holds whole elements. */
export function dataFromBytes(dtype: NumericDtype, bytes: Uint8Array): TensorData {
  const constructor = TYPED_ARRAYS[dtype];
  const aligned = bytes.byteOffset % constructor.BYTES_PER_ELEMENT === 0 ? bytes : new Uint8Array(bytes);
  return new constructor(
    aligned.buffer as ArrayBuffer,
    aligned.byteOffset,
    Math.floor(aligned.length / constructor.BYTES_PER_ELEMENT),
  );
}

/** Values rounded, or wrapped for integers, to `dtype`. NaN and infinities become integer 0. */
export function dataFromNumbers(dtype: NumericDtype, values: ArrayLike<number>): TensorData {
  switch (dtype) {
    case 'float16':
      return toHalf(Float32Array.from(values));
    case 'int64':
      return BigInt64Array.from({ length: values.length }, (_, i) => bigInteger(values[i]));
    case 'uint64':
      return BigUint64Array.from({ length: values.length }, (_, i) => bigInteger(values[i]));
    case 'bool':
      return Uint8Array.from(values, (value) => (value === 0 ? 0 : 1));
    default:
      return TYPED_ARRAYS[dtype].from(values);
  }
}

const bigInteger = (value: number | undefined): bigint =>
  value !== undefined && Number.isFinite(value) ? BigInt(Math.trunc(value)) : 0n;

/** Elements as numbers; 64 bit integers beyond 2^53 lose precision. */
export function numbersOf(dtype: TensorDtype, data: TensorData): ArrayLike<number> {
  invariant(!isStrings(data), 'strings are no numbers');
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) return Float64Array.from(data, Number);
  if (dtype === 'float16' && data instanceof Uint16Array) return fromHalf(data);
  return data;
}

export const isStrings = (data: TensorData): data is readonly string[] => Array.isArray(data);
