import { ServiceError, invalidQuery, notImplemented } from '@bqml-emulator/common';
import { byBytes } from '../convert/byte-order.ts';
import { MalformedModelError, UnsupportedConstructError, malformed, unsupported } from '../convert/conversion-error.ts';
import { convertedModel } from '../convert/converted-model.ts';
import type { ConvertedModel } from '../convert/converted-model.ts';
import { GraphBuilder } from '../convert/graph-builder.ts';
import { BATCH } from '../convert/shape.ts';
import type { Shape } from '../convert/shape.ts';
import { Tensor } from '../convert/tensor.ts';
import { readLiteModel } from './lite-model.ts';
import type { LiteModel, LiteOperator, LiteSignature, LiteTensor } from './lite-model.ts';
import { LiteCall } from './lite-operator.ts';
import type { LiteValue } from './lite-value.ts';
import { LITE_OPERATORS } from './operators/registry.ts';
import { constantData, dequantizeTensor, isQuantized, quantizeTensor } from './quantization.ts';

/**
 * Converts the main graph of a TensorFlow Lite model to ONNX. Inputs and outputs have the names of the signature, or of
 * the tensors when there is none, and stay quantized; they are in the byte order of their names. Throws ServiceErrors
 * for bytes that are no model, and for operators that are not converted, naming operator, tensor and signature.
 */
export function convertTfLite(bytes: Uint8Array): ConvertedModel {
  try {
    return new LiteConverter(readLiteModel(bytes)).convert();
  } catch (error) {
    throw modelError(error);
  }
}

function modelError(error: unknown): unknown {
  if (error instanceof UnsupportedConstructError)
    return notImplemented(`a TensorFlow Lite model with ${error.message}`);
  if (error instanceof MalformedModelError) return invalidQuery(`Invalid TensorFlow Lite model: ${error.message}.`);
  return error;
}

class LiteConverter {
  readonly #model: LiteModel;
  readonly #signature: LiteSignature;
  readonly #builder: GraphBuilder;
  readonly #values = new Map<number, LiteValue>();

  constructor(model: LiteModel) {
    this.#model = model;
    this.#signature = chooseSignature(model);
    const { inputs, outputs } = this.#signature;
    for (const name of outputs.keys()) {
      if (inputs.has(name)) throw unsupported(`an input and an output of the same name '${name}'`);
    }
    this.#builder = new GraphBuilder([...inputs.keys(), ...outputs.keys()]);
  }

  convert(): ConvertedModel {
    const inputs = new Map<string, Tensor>();
    for (const [name, index] of sorted(this.#signature.inputs)) {
      const declared = this.#tensor(index);
      const tensor = this.#builder.input(name, declared.dtype, inputShape(name, declared));
      inputs.set(name, tensor);
      this.#values.set(index, this.#fromStored(tensor, declared));
    }
    for (const operator of this.#model.operators) this.#convertOperator(operator);
    const outputs = new Map<string, Tensor>();
    for (const [name, index] of sorted(this.#signature.outputs)) {
      const { stored, tensor } = this.#value(index);
      outputs.set(name, stored ?? tensor);
    }
    return convertedModel(this.#builder, inputs, outputs, this.#signature.key);
  }

  #tensor(index: number): LiteTensor {
    const tensor = this.#model.tensors[index];
    if (tensor === undefined) throw malformed(`there is no tensor ${index}`);
    return tensor;
  }

  #value(index: number): LiteValue {
    let value = this.#values.get(index);
    if (value === undefined) {
      const declared = this.#tensor(index);
      const { dtype, data } = constantData(declared);
      value = this.#fromStored(this.#builder.constant(dtype, declared.shape, data), declared);
      this.#values.set(index, value);
    }
    return value;
  }

  #fromStored(stored: Tensor, declared: LiteTensor): LiteValue {
    if (!isQuantized(declared)) return { tensor: stored, stored: undefined, declared };
    return { tensor: dequantizeTensor(this.#builder, stored, declared), stored, declared };
  }

  #convertOperator(operator: LiteOperator): void {
    const conversion = operator.custom
      ? LITE_OPERATORS.get(`custom ${operator.name}`)
      : LITE_OPERATORS.get(operator.name);
    try {
      if (conversion === undefined) throw unsupported('');
      const inputs = operator.inputs.map((index) => (index < 0 ? undefined : this.#value(index)));
      const output = this.#tensor(operator.outputs[0] ?? -1);
      const dtype = isQuantized(output) ? 'float32' : output.dtype;
      const result = conversion.convert(new LiteCall(this.#builder, operator, inputs, dtype));
      const results = result instanceof Tensor ? [result] : result;
      operator.outputs.forEach((index, i) => {
        const tensor = results[i];
        if (tensor !== undefined) this.#values.set(index, this.#fromReal(tensor, this.#tensor(index)));
      });
    } catch (error) {
      throw error instanceof ServiceError ? error : this.#operatorError(error, operator);
    }
  }

  /** Rounds to the declared quantization, as every integer kernel does. */
  #fromReal(tensor: Tensor, declared: LiteTensor): LiteValue {
    if (!isQuantized(declared) || tensor.dtype !== 'float32') return { tensor, stored: undefined, declared };
    const stored = quantizeTensor(this.#builder, tensor, declared);
    return { tensor: dequantizeTensor(this.#builder, stored, declared), stored, declared };
  }

  #operatorError(error: unknown, { name, custom, outputs }: LiteOperator): unknown {
    const tensor = this.#model.tensors[outputs[0] ?? -1]?.name ?? '';
    const { key } = this.#signature;
    const place = `tensor '${tensor}'${key === '' ? '' : `, signature '${key}'`}`;
    const operator = `${custom ? 'custom operator' : 'operator'} ${name}`;
    if (error instanceof UnsupportedConstructError) {
      const construct = error.message === '' ? '' : ` with ${error.message}`;
      return notImplemented(`TensorFlow Lite ${operator}${construct} (${place})`);
    }
    if (error instanceof MalformedModelError) {
      return invalidQuery(`Invalid TensorFlow Lite model: ${operator} (${place}): ${error.message}.`);
    }
    return error;
  }
}

const sorted = (tensors: ReadonlyMap<string, number>) => [...tensors].toSorted(([a], [b]) => byBytes(a, b));

/** `serving_default`, or the first; without any, the graph's own inputs and outputs. */
function chooseSignature(model: LiteModel): LiteSignature {
  const { signatures, tensors, inputs, outputs } = model;
  const chosen = signatures.find(({ key }) => key === 'serving_default') ?? signatures[0];
  if (chosen !== undefined && chosen.inputs.size > 0 && chosen.outputs.size > 0) return chosen;
  const named = (indices: readonly number[]) =>
    new Map(indices.map((index) => [tensors[index]?.name ?? `tensor_${index}`, index]));
  if (inputs.length === 0 || outputs.length === 0) throw malformed('the graph has no input or no output');
  return { key: '', inputs: named(inputs), outputs: named(outputs) };
}

/** A first dimension of unknown size is the batch. */
function inputShape(name: string, { signatureShape }: LiteTensor): Shape {
  return signatureShape.map((size, axis) => size ?? (axis === 0 ? BATCH : `${name}_${axis}`));
}
