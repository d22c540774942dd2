import { MAX_MODEL_BYTES } from '@bqml-emulator/common';
import { malformed, unsupported } from '../convert/conversion-error.ts';
import type { ConvertedModel } from '../convert/converted-model.ts';
import { convertedModel } from '../convert/converted-model.ts';
import { GraphBuilder } from '../convert/graph-builder.ts';
import { BATCH } from '../convert/shape.ts';
import type { Shape } from '../convert/shape.ts';
import type { Tensor } from '../convert/tensor.ts';
import { byBytes } from '../convert/byte-order.ts';
import { tensorFlowDtype } from './element-type.ts';
import { Evaluator } from './evaluator.ts';
import { chooseSignature, readServingGraph } from './saved-model.ts';
import type { MetaGraph, Signature, SignatureTensor } from './saved-model.ts';
import type { SavedModelFiles } from './saved-model-files.ts';
import { parseReference } from './scope.ts';
import { modelError } from './service-error.ts';
import { Tables } from './tables.ts';
import { tensorValue } from './value.ts';
import type { Value } from './value.ts';
import { Variables } from './variables.ts';

export interface SavedModelOptions {
  /** Undefined: `serving_default`, or the only one. */
  readonly signature?: string | undefined;
  /** A graph larger than this is refused; undefined: what BigQuery allows for a model. */
  readonly maxBytes?: number | undefined;
}

/**
 * Converts a signature of a TensorFlow SavedModel to ONNX. Names and types of the signature stay; inputs and outputs
 * are in the byte order of their names. Throws ServiceErrors for files that are no SavedModel, and for operators that
 * are not converted, naming operator, node and signature.
 * https://www.tensorflow.org/guide/saved_model
 */
export function convertSavedModel(files: SavedModelFiles, options: SavedModelOptions = {}): ConvertedModel {
  try {
    const size = files.size('saved_model.pb');
    if (size === undefined) throw malformed('it has no file saved_model.pb');
    const limit = options.maxBytes ?? MAX_MODEL_BYTES;
    if (size > limit) throw malformed(`saved_model.pb has ${size} bytes; the limit is ${limit} bytes`);
    const meta = readServingGraph(files.read('saved_model.pb'));
    return convertSignature(meta, files, chooseSignature(meta, options.signature));
  } catch (error) {
    throw modelError(error);
  }
}

function convertSignature(meta: MetaGraph, files: SavedModelFiles, name: string): ConvertedModel {
  const signature = meta.signatures.get(name);
  if (signature === undefined) throw malformed(`it has no signature '${name}'`);
  checkNames(signature);
  const builder = new GraphBuilder([...signature.inputs.keys(), ...signature.outputs.keys()]);
  const inputs = new Map<string, Tensor>();
  const fed = new Map<string, Value>();
  for (const [input, declared] of sorted(signature.inputs)) {
    const tensor = builder.input(input, tensorFlowDtype(declared.type), inputShape(input, declared));
    inputs.set(input, tensor);
    fed.set(parseReference(valueName(input, declared)).node, tensorValue(tensor));
  }
  const variables = new Variables(meta, files, builder);
  const evaluator = new Evaluator(builder, meta, variables, new Tables(meta, files), name, fed);
  const outputs = new Map<string, Tensor>();
  for (const [output, declared] of sorted(signature.outputs)) {
    const value = evaluator.value(valueName(output, declared));
    if (value.kind !== 'tensor') throw unsupported(`output '${output}' that is no tensor`);
    outputs.set(output, builder.retyped(value.tensor, value.tensor.dtype, outputShape(value.tensor, declared)));
  }
  return convertedModel(builder, inputs, outputs, name);
}

const sorted = (tensors: ReadonlyMap<string, SignatureTensor>) => [...tensors].toSorted(([a], [b]) => byBytes(a, b));

/** A name is a column, and an ONNX value. */
function checkNames({ inputs, outputs }: Signature): void {
  if (outputs.size === 0) throw malformed('the signature has no output');
  if (inputs.size === 0) throw malformed('the signature has no input');
  for (const name of outputs.keys()) {
    if (inputs.has(name)) throw unsupported(`an input and an output of the same name '${name}'`);
  }
}

function valueName(name: string, { value }: SignatureTensor): string {
  if (value === undefined || value === '') throw unsupported(`the sparse or composite tensor '${name}'`);
  return value;
}

/** A first dimension of unknown size is the batch. */
const inputShape = (name: string, { shape }: SignatureTensor): Shape | undefined =>
  shape?.map((size, axis) => size ?? (axis === 0 ? BATCH : `${name}_${axis}`));

/** What conversion found out, completed by what the signature says. */
function outputShape({ shape }: Tensor, declared: SignatureTensor): Shape | undefined {
  if (shape === undefined) return declared.shape;
  return shape.map(
    (size, axis) => size ?? (declared.shape?.length === shape.length ? (declared.shape[axis] ?? null) : null),
  );
}
