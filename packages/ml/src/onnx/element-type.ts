/** Element types that cross between SQL and a session, in ONNX Runtime's words, with the kind of their SQL type. */
export const TENSOR_DTYPES = {
  float32: 'FLOAT64',
  float64: 'FLOAT64',
  float16: 'FLOAT64',
  int8: 'INT64',
  uint8: 'INT64',
  int16: 'INT64',
  uint16: 'INT64',
  int32: 'INT64',
  uint32: 'INT64',
  int64: 'INT64',
  uint64: 'INT64',
  bool: 'BOOL',
  string: 'STRING',
} as const;

export type TensorDtype = keyof typeof TENSOR_DTYPES;

export const isTensorDtype = (dtype: string): dtype is TensorDtype => Object.hasOwn(TENSOR_DTYPES, dtype);

/**
 * TensorProto.DataType by number: its name, and the dtype where the runtime takes such tensors as input and output.
 * https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
const ELEMENT_TYPES = new Map<number, { readonly name: string; readonly dtype: TensorDtype | undefined }>([
  [1, { name: 'FLOAT', dtype: 'float32' }],
  [2, { name: 'UINT8', dtype: 'uint8' }],
  [3, { name: 'INT8', dtype: 'int8' }],
  [4, { name: 'UINT16', dtype: 'uint16' }],
  [5, { name: 'INT16', dtype: 'int16' }],
  [6, { name: 'INT32', dtype: 'int32' }],
  [7, { name: 'INT64', dtype: 'int64' }],
  [8, { name: 'STRING', dtype: 'string' }],
  [9, { name: 'BOOL', dtype: 'bool' }],
  [10, { name: 'FLOAT16', dtype: 'float16' }],
  [11, { name: 'DOUBLE', dtype: 'float64' }],
  [12, { name: 'UINT32', dtype: 'uint32' }],
  [13, { name: 'UINT64', dtype: 'uint64' }],
  [14, { name: 'COMPLEX64', dtype: undefined }],
  [15, { name: 'COMPLEX128', dtype: undefined }],
  [16, { name: 'BFLOAT16', dtype: undefined }],
]);

export const elementTypeName = (elementType: number): string =>
  ELEMENT_TYPES.get(elementType)?.name ?? `element type ${elementType}`;

export const elementTypeDtype = (elementType: number): TensorDtype | undefined => ELEMENT_TYPES.get(elementType)?.dtype;
