/** Elements of a tensor, row-major; bool as 0 and 1. */
export type TensorElements<Storage extends ArrayBufferLike = ArrayBufferLike> =
  | Float32Array<Storage>
  | Float64Array<Storage>
  | Int8Array<Storage>
  | Uint8Array<Storage>
  | Int16Array<Storage>
  | Uint16Array<Storage>
  | Int32Array<Storage>
  | Uint32Array<Storage>
  | BigInt64Array<Storage>
  | BigUint64Array<Storage>
  | readonly string[];

/** By type, as files hold elements: float16 as its bits. */
export const TYPED_ARRAYS = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
} as const;
