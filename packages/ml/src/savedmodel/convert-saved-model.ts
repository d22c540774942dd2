import { unsupported } from '../convert/conversion-error.ts';
import type { ConvertedModel } from '../convert/converted-model.ts';
import { convertedModel } from '../convert/converted-model.ts';
import { GraphBuilder } from '../convert/graph-builder.ts';
import { BATCH } from '../convert/shape.ts';
import type { Shape } from '../convert/shape.ts';
import type { Tensor } from '../convert/tensor.ts';
import { tensorFlowDtype } from './element-type.ts';
import { Evaluator } from './evaluator.ts';
import type { SignatureTensor } from './saved-model.ts';
import type { SavedModelFiles } from './saved-model-files.ts';
import { parseReference } from './scope.ts';
import { modelError } from './service-error.ts';
import { readServingSignature, valueName } from './serving-signature.ts';
import type { SavedModelOptions, ServingSignature } from './serving-signature.ts';
import { Tables } from './tables.ts';
import { tensorValue } from './value.ts';
import type { Value } from './value.ts';
import { Variables } from './variables.ts';

/**
 * Converts a signature of a TensorFlow SavedModel to ONNX. Names and types of the signature stay; inputs and outputs
 * are in the byte order of their names. Throws ServiceErrors for files that are no SavedModel, and for operators that
 * are not converted, naming operator, node and signature.
 * https://www.tensorflow.org/guide/saved_model
 */
export function convertSavedModel(files: SavedModelFiles, options: SavedModelOptions = {}): ConvertedModel {
  try {
    return convertSignature(readServingSignature(files, options), files);
  } catch (error) {
    throw modelError(error);
  }
}

function convertSignature(signature: ServingSignature, files: SavedModelFiles): ConvertedModel {
  const { name, meta } = signature;
  const builder = new GraphBuilder([...signature.inputs, ...signature.outputs].map(([tensor]) => tensor));
  const inputs = new Map<string, Tensor>();
  const fed = new Map<string, Value>();
  for (const [input, declared] of signature.inputs) {
    const tensor = builder.input(input, tensorFlowDtype(declared.type), inputShape(input, declared));
    inputs.set(input, tensor);
    fed.set(parseReference(valueName(input, declared)).node, tensorValue(tensor));
  }
  const variables = new Variables(meta, files, builder);
  const evaluator = new Evaluator(builder, meta, variables, new Tables(meta, files), name, fed);
  const outputs = new Map<string, Tensor>();
  for (const [output, declared] of signature.outputs) {
    const value = evaluator.value(valueName(output, declared));
    if (value.kind !== 'tensor') throw unsupported(`output '${output}' that is no tensor`);
    outputs.set(output, builder.retyped(value.tensor, value.tensor.dtype, outputShape(value.tensor, declared)));
  }
  return convertedModel(builder, inputs, outputs, name);
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
