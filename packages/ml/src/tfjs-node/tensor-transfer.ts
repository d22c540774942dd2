import type { TensorDtype } from '../onnx/element-type.ts';
import type { TensorData } from '../pool/predict-protocol.ts';
import { tensorFlowDtype } from '../savedmodel/element-type.ts';
import type { AddonData, TensorHandle, TfjsNodeAddon } from './addon.ts';

/** TensorFlow's DataType. https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/framework/types.proto */
const FLOAT = 1;
const INT32 = 3;
const UINT8 = 4;
const INT64 = 9;

/** A type that the addon cannot read or write travels as another one, to which TensorFlow turns it without loss. */
interface Carrier {
  readonly type: number;
  readonly operator: 'Bitcast' | 'Cast';
}

const CARRIERS: ReadonlyMap<number, Carrier> = new Map([
  // double, uint32, uint64
  [2, { type: INT64, operator: 'Bitcast' }],
  [22, { type: INT32, operator: 'Bitcast' }],
  [23, { type: INT64, operator: 'Bitcast' }],
  // uint8, int16, int8, uint16
  [UINT8, { type: INT32, operator: 'Cast' }],
  [5, { type: INT32, operator: 'Cast' }],
  [6, { type: INT32, operator: 'Cast' }],
  [17, { type: INT32, operator: 'Cast' }],
  // bfloat16, half
  [14, { type: FLOAT, operator: 'Cast' }],
  [19, { type: FLOAT, operator: 'Cast' }],
]);

/** Makes a tensor of TensorFlow's `type`, which the caller deletes. `data` must not change before. */
export function writeTensor(addon: TfjsNodeAddon, type: number, dims: readonly number[], data: TensorData): number {
  // The addon takes uint8, though it gives none.
  const carrier = type === UINT8 ? undefined : CARRIERS.get(type);
  if (carrier === undefined) return addon.createTensor(dims, type, toAddonData(data));
  const carried = addon.createTensor(dims, carrier.type, toAddonData(data));
  try {
    return convert(addon, carrier.operator, carried, carrier.type, type);
  } finally {
    addon.deleteTensor(carried);
  }
}

/** The elements of a tensor, copied. */
export function readTensor(addon: TfjsNodeAddon, { id, dtype: type }: TensorHandle): TensorData {
  const dtype = tensorFlowDtype(type);
  const carrier = CARRIERS.get(type);
  if (carrier === undefined) return fromAddonData(addon.tensorDataSync(id), dtype);
  const carried = convert(addon, carrier.operator, id, type, carrier.type);
  try {
    return fromAddonData(addon.tensorDataSync(carried), dtype);
  } finally {
    addon.deleteTensor(carried);
  }
}

/** https://www.tensorflow.org/api_docs/python/tf/raw_ops/Bitcast, and Cast */
const TYPE_ATTRIBUTES = { Bitcast: ['T', 'type'], Cast: ['SrcT', 'DstT'] } as const;

function convert(
  addon: TfjsNodeAddon,
  operator: Carrier['operator'],
  tensor: number,
  from: number,
  to: number,
): number {
  const [source, target] = TYPE_ATTRIBUTES[operator];
  const type = addon.TF_ATTR_TYPE;
  const attributes = [
    { name: source, type, value: from },
    { name: target, type, value: to },
  ];
  const [result] = addon.executeOp(operator, attributes, [tensor], 1);
  if (result === undefined) throw new Error(`${operator} gave nothing`);
  return result.id;
}

/** 64 bit elements as pairs of int32, 32 bit ones as they are, smaller integers widened, strings as UTF-8. */
function toAddonData(data: TensorData): AddonData {
  if (!ArrayBuffer.isView(data)) return data.map((text) => encoder.encode(text));
  if (data instanceof Float32Array || data instanceof Int32Array || data instanceof Uint8Array) return data;
  if (data instanceof Int8Array || data instanceof Int16Array || data instanceof Uint16Array) {
    return Int32Array.from(data);
  }
  return new Int32Array(data.buffer, data.byteOffset, data.byteLength / Int32Array.BYTES_PER_ELEMENT);
}

/** The opposite, from a buffer that nobody else has. */
function fromAddonData(data: AddonData, dtype: TensorDtype): TensorData {
  if (!ArrayBuffer.isView(data)) return data.map((bytes) => decoder.decode(bytes));
  const buffer = data.buffer as ArrayBuffer;
  switch (dtype) {
    case 'float64':
      return new Float64Array(buffer);
    case 'uint32':
      return new Uint32Array(buffer);
    case 'uint64':
      return new BigUint64Array(buffer);
    case 'int8':
      return Int8Array.from(data as Int32Array);
    case 'uint8':
      return Uint8Array.from(data as Int32Array);
    case 'int16':
      return Int16Array.from(data as Int32Array);
    case 'uint16':
      return Uint16Array.from(data as Int32Array);
    default:
      return data as TensorData;
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
