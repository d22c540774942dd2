import { invalidQuery } from '@bqml-emulator/common';
import { batchFault } from '../batch-dimension.ts';
import { isKnown, product } from '../convert/shape.ts';
import type { GraphTensor, ModelSpec, SavedModelGraph, TensorSpec } from '../model-spec.ts';
import { allocateTensorData } from '../pool/tensor-data.ts';
import { tensorFlowDtype, valueType } from '../savedmodel/element-type.ts';
import type { SignatureTensor } from '../savedmodel/saved-model.ts';
import { DirectoryFiles } from '../savedmodel/saved-model-files.ts';
import { modelError } from '../savedmodel/service-error.ts';
import { readServingSignature, valueName } from '../savedmodel/serving-signature.ts';
import { TfjsNodeSession } from './tfjs-node-session.ts';

/** Loads the SavedModel in `directory` once for trial. Nothing is converted; the signature is read by our reader. */
export async function importForTfjsNode(directory: string): Promise<ModelSpec> {
  const { graph, spec } = readSignature(directory);
  const fault = batchFault(spec.inputs);
  if (fault !== undefined) throw invalidQuery(`Invalid TensorFlow model: ${fault}.`);
  const session = TfjsNodeSession.open(directory, graph);
  await checkVariables(session, spec);
  await session.release();
  return { ...spec, savedModel: graph };
}

type NamedTensor = readonly [name: string, tensor: SignatureTensor];

function readSignature(directory: string): { readonly graph: SavedModelGraph; readonly spec: ModelSpec } {
  try {
    const { meta, inputs, outputs } = readServingSignature(new DirectoryFiles(directory));
    const tensors = [...inputs, ...outputs];
    return {
      graph: { tags: meta.tags, tensors: tensors.map(graphTensor) },
      spec: {
        format: 'TENSORFLOW',
        inputs: inputs.map(tensorSpec),
        outputs: outputs.map(tensorSpec),
        batching: tensors.every(([, { shape }]) => shape?.[0] === null) ? 'batch' : 'row',
      },
    };
  } catch (error) {
    throw modelError(error);
  }
}

function graphTensor([name, tensor]: NamedTensor): GraphTensor {
  return { name, value: valueName(name, tensor), type: valueType(tensor.type) };
}

function tensorSpec([name, { type, shape }]: NamedTensor): TensorSpec {
  const dtype = tensorFlowDtype(type);
  if (shape === undefined) return { name, dtype };
  return { name, dtype, shape: shape.map((size) => (isKnown(size) ? size : null)) };
}

/** A larger trial is left out. */
const MAX_TRIAL_ELEMENTS = 2 ** 24;

/**
 * TensorFlow's session loader restores the variables of what Keras 3 saved by `tf.saved_model.save` under other names
 * than the graph reads, which shows in a run. Any other complaint may be about the zeros.
 */
async function checkVariables(session: TfjsNodeSession, { inputs, outputs }: ModelSpec): Promise<void> {
  const row = inputs.map(({ name, dtype, shape }) => ({ name, dtype, dims: (shape ?? [1]).map((size) => size ?? 1) }));
  if (row.some(({ dims }) => product(dims) > MAX_TRIAL_ELEMENTS)) return;
  const zeros = row.map((tensor) => ({ ...tensor, data: allocateTensorData(tensor.dtype, product(tensor.dims)) }));
  const names = outputs.map(({ name }) => name);
  const complaint = await session.run(zeros, names).then(
    () => '',
    (error: Error) => error.message,
  );
  const variable = /Could not find variable (\S+)\. /.exec(complaint)?.[1];
  if (variable === undefined) return;
  throw invalidQuery(
    `Invalid TensorFlow model: TensorFlow's loader finds no value for the variable ${variable}. ` +
      `Keras 3 models are exported with model.export().`,
  );
}
