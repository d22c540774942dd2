import { malformed, unsupported } from '../convert/conversion-error.ts';
import { cast } from '../convert/operations/elementwise.ts';
import type { GraphBuilder } from '../convert/graph-builder.ts';
import { isKnown, isStatic, product } from '../convert/shape.ts';
import { bytesPerElement, dataFromBytes, dataFromNumbers, isNumeric } from '../convert/tensor-data.ts';
import type { NumericDtype, TensorData } from '../convert/tensor-data.ts';
import { constantNumbers } from '../convert/tensor.ts';
import type { Tensor } from '../convert/tensor.ts';
import { fromHalf } from '../pool/half-float.ts';
import type { LiteTensor, Quantization } from './lite-model.ts';

/** int8 and uint8 activations have ONNX operators; int16 ones, whose biases are int64, are computed as real values. */
export const isQuantized = ({ dtype, quantization }: LiteTensor): boolean =>
  quantization !== undefined &&
  (dtype === 'int8' || dtype === 'uint8' || dtype === 'int16' || dtype === 'int32' || dtype === 'int64');

const hasOperators = (dtype: string): dtype is 'int8' | 'uint8' => dtype === 'int8' || dtype === 'uint8';

/** Names of scale and zero point: scalars, or vectors along an axis. */
function quantizationOperands(g: GraphBuilder, dtype: NumericDtype, { scales, zeroPoints }: Quantization): string[] {
  const shape = scales.length > 1 ? [scales.length] : [];
  const scale = g.initializer('float32', shape, Float32Array.from(scales));
  // Biases, of int32, have no zero point.
  if (dtype === 'int32') return [scale];
  return [scale, g.initializer(dtype, shape, dataFromNumbers(dtype, zeroPoints))];
}

/** Real values from stored ones; `axis` counts in the order in which `name` holds them. */
export function dequantize(
  g: GraphBuilder,
  name: string,
  dtype: NumericDtype,
  quantization: Quantization,
  axis: number,
): string {
  const operands = quantizationOperands(g, dtype, quantization);
  return g.emit('DequantizeLinear', [name, ...operands], quantization.scales.length > 1 ? { axis } : {});
}

/** Real values of a stored tensor. */
export function dequantizeTensor(g: GraphBuilder, stored: Tensor, { quantization, dtype }: LiteTensor): Tensor {
  if (quantization === undefined || !isNumeric(dtype)) return stored;
  if (dtype === 'int64') return realConstant(g, stored, quantization);
  if (dtype === 'int16' || (dtype === 'int32' && quantization.zeroPoints.some((zero) => zero !== 0))) {
    return g.apply('Mul', [cast(g, stored, 'float32'), realScale(g, quantization)], 'float32', stored.shape);
  }
  if (stored.isChannelsFirst && stored.shape !== undefined && quantization.scales.length === 1) {
    return g.channelsFirstTensor(
      dequantize(g, g.channelsFirst(stored), dtype, quantization, 0),
      'float32',
      stored.shape,
    );
  }
  return g.tensor(dequantize(g, g.name(stored), dtype, quantization, quantization.axis), 'float32', stored.shape);
}

/** A bias, with a scale for each element or one for all. */
function realConstant(g: GraphBuilder, stored: Tensor, { scales, zeroPoints }: Quantization): Tensor {
  const numbers = constantNumbers(stored);
  if (numbers === undefined || !isStatic(stored.shape) || stored.shape.length > 1) {
    throw unsupported('quantized numbers of 64 bits');
  }
  const at = (list: readonly number[], i: number) => list[list.length === 1 ? 0 : i] ?? 0;
  const values = Array.from(numbers, (value, i) => at(scales, i) * (value - at(zeroPoints, i)));
  return g.constantOf('float32', stored.shape, values);
}

function realScale(g: GraphBuilder, { scales, zeroPoints }: Quantization): Tensor {
  const [scale] = scales;
  if (scales.length !== 1 || scale === undefined || zeroPoints.some((zero) => zero !== 0)) {
    throw unsupported('an asymmetric quantization of 16 bits');
  }
  return g.scalar('float32', scale);
}

/** The integers that stand for real values: rounded to the nearest, ties to even, and clamped. */
export function quantizeTensor(g: GraphBuilder, real: Tensor, { quantization, dtype }: LiteTensor): Tensor {
  if (quantization === undefined || !isNumeric(dtype)) return real;
  if (hasOperators(dtype)) {
    const operands = quantizationOperands(g, dtype, quantization);
    if (real.isChannelsFirst && real.shape !== undefined) {
      return g.channelsFirstTensor(g.emit('QuantizeLinear', [g.channelsFirst(real), ...operands]), dtype, real.shape);
    }
    return g.tensor(g.emit('QuantizeLinear', [g.name(real), ...operands]), dtype, real.shape);
  }
  const steps = g.apply('Div', [real, realScale(g, quantization)], 'float32', real.shape);
  const rounded = g.apply('Round', [steps], 'float32', real.shape);
  const limit = dtype === 'int16' ? 32767 : 2147483520;
  const bounds = [-limit - (dtype === 'int16' ? 1 : 0), limit].map((bound) => g.scalar('float32', bound));
  return cast(g, g.apply('Clip', [rounded, ...bounds], 'float32', real.shape), dtype);
}

/** Contents of a constant. float16 is widened, because the processor computes in float32. */
export function constantData(tensor: LiteTensor): { readonly dtype: NumericDtype; readonly data: TensorData } {
  const { dtype, shape, bytes, name } = tensor;
  if (bytes === undefined) throw malformed(`tensor '${name}' has no value`);
  if (!isNumeric(dtype)) throw unsupported(`the constant '${name}' of strings`);
  if (bytes.length !== product(shape) * bytesPerElement(dtype)) {
    throw malformed(`tensor '${name}' of shape ${shape.filter(isKnown).join()} is stored in ${bytes.length} bytes`);
  }
  const data = dataFromBytes(dtype, bytes);
  return dtype === 'float16' ? { dtype: 'float32', data: fromHalf(data as Uint16Array) } : { dtype, data };
}
