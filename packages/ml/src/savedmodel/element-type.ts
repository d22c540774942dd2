import { unsupported } from '../convert/conversion-error.ts';
import type { TensorDtype } from '../onnx/element-type.ts';

/**
 * TensorFlow's DataType by number; bfloat16 is computed in float32, of which it is the upper half.
 * https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/framework/types.proto
 */
const DTYPES = new Map<number, TensorDtype>([
  [1, 'float32'],
  [2, 'float64'],
  [3, 'int32'],
  [4, 'uint8'],
  [5, 'int16'],
  [6, 'int8'],
  [7, 'string'],
  [9, 'int64'],
  [10, 'bool'],
  [14, 'float32'],
  [17, 'uint16'],
  [19, 'float16'],
  [22, 'uint32'],
  [23, 'uint64'],
]);

export const BFLOAT16 = 14;

const NAMES = new Map<number, string>([
  [8, 'complex64'],
  [11, 'qint8'],
  [12, 'quint8'],
  [13, 'qint32'],
  [15, 'qint16'],
  [16, 'quint16'],
  [18, 'complex128'],
  [20, 'resource'],
  [21, 'variant'],
]);

/** Reference types lie 100 above. */
const REFERENCE = 100;

export const valueType = (type: number): number => (type > REFERENCE ? type - REFERENCE : type);

export function tensorFlowDtype(type: number): TensorDtype {
  const value = valueType(type);
  const dtype = DTYPES.get(value);
  if (dtype === undefined) throw unsupported(`the type ${NAMES.get(value) ?? value}`);
  return dtype;
}
