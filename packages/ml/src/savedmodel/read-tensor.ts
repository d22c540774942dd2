import { malformed } from '../convert/conversion-error.ts';
import { product } from '../convert/shape.ts';
import type { Dimension } from '../convert/shape.ts';
import { bytesPerElement, dataFromBytes, dataFromNumbers, isNumeric } from '../convert/tensor-data.ts';
import type { NumericDtype, TensorData } from '../convert/tensor-data.ts';
import type { TensorDtype } from '../onnx/element-type.ts';
import { WireReader } from '../protobuf/wire-reader.ts';
import { BFLOAT16, tensorFlowDtype } from './element-type.ts';

export interface TensorContent {
  readonly dtype: TensorDtype;
  readonly shape: readonly number[];
  readonly data: TensorData;
}

/** No tensor of a model is larger. */
const MAX_ELEMENTS = 2 ** 28;

/** A constant may repeat one value; real ones, written out, are larger. */
const MAX_REPEATED_ELEMENTS = 2 ** 22;

/** Undefined for unknown rank; null for an unknown size. */
export function readShape(reader: WireReader): Dimension[] | undefined {
  const shape: Dimension[] = [];
  let unknownRank = false;
  while (reader.next()) {
    if (reader.field === 2) shape.push(readSize(reader.message()));
    else if (reader.field === 3) unknownRank = reader.bool();
  }
  return unknownRank ? undefined : shape;
}

function readSize(reader: WireReader): number | null {
  let size = 0;
  while (reader.next()) if (reader.field === 1) size = reader.integer();
  return size < 0 || !Number.isSafeInteger(size) ? null : size;
}

/** A shape in which every size is known. */
export function readStaticShape(reader: WireReader): number[] {
  const shape = readShape(reader);
  if (shape === undefined || !shape.every((size) => typeof size === 'number')) throw malformed('a tensor has no shape');
  if (!(product(shape) <= MAX_ELEMENTS)) throw malformed(`a tensor has the shape ${shape.join()}`);
  return shape;
}

/** https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/framework/tensor.proto */
export function readTensor(reader: WireReader): TensorContent {
  let type = 0;
  let shape: number[] = [];
  let content: Uint8Array = new Uint8Array(0);
  const values: (number | bigint)[] = [];
  const strings: string[] = [];
  while (reader.next()) {
    switch (reader.field) {
      case 1:
        type = reader.integer();
        break;
      case 2:
        shape = readStaticShape(reader.message());
        break;
      case 4:
        content = reader.bytes();
        break;
      case 5:
        readFixed(reader, 4, values);
        break;
      case 6:
        readFixed(reader, 8, values);
        break;
      case 8:
        strings.push(reader.string());
        break;
      case 7:
      case 10:
      case 11:
      case 13:
      case 16:
      case 17:
        for (const value of reader.integers()) values.push(value);
        break;
    }
  }
  const dtype = tensorFlowDtype(type);
  const count = product(shape);
  if (!isNumeric(dtype)) return { dtype, shape, data: repeatLast(strings, count, '') };
  if (content.length > 0) return { dtype, shape, data: contentData(type, dtype, content, count) };
  return { dtype, shape, data: valueData(type, dtype, values, count) };
}

/** One number, or a packed run of them. */
function readFixed(reader: WireReader, width: 4 | 8, values: (number | bigint)[]): void {
  if (reader.wireType !== 2) {
    values.push(width === 4 ? reader.float32() : reader.float64());
    return;
  }
  const bytes = reader.bytes();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + width <= bytes.length; at += width) {
    values.push(width === 4 ? view.getFloat32(at, true) : view.getFloat64(at, true));
  }
}

/** Elements as they lie in tensor_content and in checkpoints. */
export function contentData(type: number, dtype: NumericDtype, content: Uint8Array, count: number): TensorData {
  const width = type === BFLOAT16 ? 2 : bytesPerElement(dtype);
  if (content.length !== count * width) throw malformed(`${count} elements are stored in ${content.length} bytes`);
  if (type === BFLOAT16) return widen(dataFromBytes('uint16', content) as Uint16Array);
  return dataFromBytes(dtype, content);
}

/** bfloat16 bits to float32. */
function widen(halves: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(halves, (half) => half * 65536).buffer);
}

function valueData(type: number, dtype: NumericDtype, values: readonly (number | bigint)[], count: number): TensorData {
  if (type === BFLOAT16) return widen(Uint16Array.from(repeatLast(values.map(Number), count, 0)));
  if (dtype === 'float16') return Uint16Array.from(repeatLast(values.map(Number), count, 0));
  if (dtype === 'int64') return BigInt64Array.from(repeatLast(values.map(BigInt), count, 0n));
  if (dtype === 'uint64') return BigUint64Array.from(repeatLast(values.map(BigInt), count, 0n));
  return dataFromNumbers(dtype, repeatLast(values.map(Number), count, 0));
}

/** Values left out at the end repeat the last one. */
function repeatLast<T>(values: readonly T[], count: number, empty: T): T[] {
  if (values.length > count) throw malformed(`${values.length} values are stored for ${count} elements`);
  if (count > MAX_REPEATED_ELEMENTS) throw malformed(`${values.length} values stand for ${count} elements`);
  if (values.length === count) return [...values];
  const last = values.at(-1) ?? empty;
  return Array.from({ length: count }, (_, i) => values[i] ?? last);
}
