import { MAX_MODEL_BYTES } from '@bqml-emulator/common';
import { byBytes } from '../convert/byte-order.ts';
import { malformed, unsupported } from '../convert/conversion-error.ts';
import { chooseSignature, readServingGraph } from './saved-model.ts';
import type { MetaGraph, Signature, SignatureTensor } from './saved-model.ts';
import type { SavedModelFiles } from './saved-model-files.ts';

export interface SavedModelOptions {
  /** Undefined: `serving_default`, or the only one. */
  readonly signature?: string | undefined;
  /** A graph larger than this is refused; undefined: what BigQuery allows for a model. */
  readonly maxBytes?: number | undefined;
}

/** A signature that can be columns: it has inputs and outputs, and no name is both. */
export interface ServingSignature {
  readonly name: string;
  readonly meta: MetaGraph;
  /** In the byte order of their names, as the outputs. */
  readonly inputs: readonly (readonly [name: string, tensor: SignatureTensor])[];
  readonly outputs: readonly (readonly [name: string, tensor: SignatureTensor])[];
}

export function readServingSignature(files: SavedModelFiles, options: SavedModelOptions = {}): ServingSignature {
  const size = files.size('saved_model.pb');
  if (size === undefined) throw malformed('it has no file saved_model.pb');
  const limit = options.maxBytes ?? MAX_MODEL_BYTES;
  if (size > limit) throw malformed(`saved_model.pb has ${size} bytes; the limit is ${limit} bytes`);
  const meta = readServingGraph(files.read('saved_model.pb'));
  const name = chooseSignature(meta, options.signature);
  const signature = meta.signatures.get(name);
  if (signature === undefined) throw malformed(`it has no signature '${name}'`);
  checkNames(signature);
  return { name, meta, inputs: sorted(signature.inputs), outputs: sorted(signature.outputs) };
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

/** The tensor's name in the graph. */
export function valueName(name: string, { value }: SignatureTensor): string {
  if (value === undefined || value === '') throw unsupported(`the sparse or composite tensor '${name}'`);
  return value;
}
