import { malformed, unsupported } from '../convert/conversion-error.ts';
import type { GraphBuilder } from '../convert/graph-builder.ts';
import type { TensorDtype } from '../onnx/element-type.ts';
import { clip, unary } from '../convert/operations/elementwise.ts';
import { permute } from '../convert/shape.ts';
import { constantNumbers } from '../convert/tensor.ts';
import type { Tensor } from '../convert/tensor.ts';
import { transposeData } from '../convert/constant/transpose.ts';
import { FlatTable } from './flatbuffer.ts';
import type { LiteOperator } from './lite-model.ts';
import type { LiteValue } from './lite-value.ts';
import { constantData, dequantize, isQuantized } from './quantization.ts';

/** How one TFLite operator becomes ONNX; quantized tensors are real values on both sides. */
export interface LiteConversion {
  readonly op: string;
  readonly convert: (call: LiteCall) => Tensor | readonly Tensor[];
}

/** Options of an operator that has none. */
const NO_OPTIONS = new FlatTable(Uint8Array.of(4, 0, 4, 0, 4, 0, 0, 0), 4);

export class LiteCall {
  readonly builder: GraphBuilder;
  readonly operator: LiteOperator;
  /** Undefined for an input that is left out. */
  readonly inputs: readonly (LiteValue | undefined)[];
  readonly options: FlatTable;
  /** Type of the first output; float32 for a quantized one. */
  readonly outputDtype: TensorDtype;

  constructor(
    builder: GraphBuilder,
    operator: LiteOperator,
    inputs: readonly (LiteValue | undefined)[],
    outputDtype: TensorDtype,
  ) {
    this.outputDtype = outputDtype;
    this.builder = builder;
    this.operator = operator;
    this.inputs = inputs;
    this.options = operator.options ?? NO_OPTIONS;
  }

  has(index: number): boolean {
    return this.inputs[index] !== undefined;
  }

  value(index: number): LiteValue {
    const value = this.inputs.at(index);
    if (value === undefined) throw malformed(`input ${index} is missing`);
    return value;
  }

  tensor(index: number): Tensor {
    return this.value(index).tensor;
  }

  tensors(): Tensor[] {
    return this.inputs.map((_, i) => this.tensor(i));
  }

  /** The elements of an input that must be constant; `what` names it. */
  numbers(index: number, what: string): number[] {
    const numbers = constantNumbers(this.tensor(index));
    if (numbers === undefined) throw unsupported(`${what} that are not constant`);
    return Array.from(numbers);
  }

  number(index: number, what: string): number {
    const [number] = this.numbers(index, what);
    if (number === undefined) throw malformed(`${what} are empty`);
    return number;
  }

  /**
   * Name of a weight in another order of axes, `shape` being that of the input as it is read. Stored integers are
   * transposed, so that the runtime sees them behind one DequantizeLinear.
   */
  weights(index: number, shape: readonly number[], permutation: readonly number[]): string {
    const { builder: g } = this;
    const { tensor, declared } = this.value(index);
    if (declared.bytes === undefined || !isQuantized(declared) || declared.quantization === undefined) {
      if (tensor.data !== undefined) return g.transposed(g.constant(tensor.dtype, shape, tensor.data), permutation);
      const reshaped = g.emit('Reshape', [g.name(tensor), g.int64List(shape)]);
      return g.emit('Transpose', [reshaped], { perm: [...permutation] });
    }
    const { dtype, data } = constantData(declared);
    const stored = g.initializer(dtype, permute(shape, permutation), transposeData(data, shape, permutation));
    return dequantize(g, stored, dtype, declared.quantization, permutation.indexOf(declared.quantization.axis));
  }

  /** Name of a bias; undefined when it is left out. */
  bias(index: number): string | undefined {
    return this.has(index) ? this.builder.name(this.tensor(index)) : undefined;
  }

  /** The activation that is fused into an operator. */
  activate(x: Tensor, activation: number): Tensor {
    switch (activation) {
      case 0:
        return x;
      case 1:
        return unary(this.builder, { op: 'Relu' }, x);
      case 2:
        return clip(this.builder, x, -1, 1);
      case 3:
        return clip(this.builder, x, 0, 6);
      case 4:
        return unary(this.builder, { op: 'Tanh' }, x);
      default:
        throw unsupported(`the fused activation ${activation}`);
    }
  }
}
