import type { TensorSpec } from '../model-spec.ts';
import type { GraphBuilder } from './graph-builder.ts';
import { BATCH, isKnown } from './shape.ts';
import type { Shape } from './shape.ts';
import type { Tensor } from './tensor.ts';

export interface ConvertedModel {
  readonly onnx: Uint8Array<ArrayBuffer>;
  /** In the byte order of their names. */
  readonly inputs: readonly TensorSpec[];
  /** In the byte order of their names. */
  readonly outputs: readonly TensorSpec[];
  /** Name of the converted signature; empty when the file has none. */
  readonly signature: string;
  /** `batch`: the first dimension of every tensor is the row. `row`: one run a row. */
  readonly batching: 'batch' | 'row';
}

export function convertedModel(
  builder: GraphBuilder,
  inputs: ReadonlyMap<string, Tensor>,
  outputs: ReadonlyMap<string, Tensor>,
  signature: string,
): ConvertedModel {
  const tensors = [...inputs.values(), ...outputs.values()];
  return {
    onnx: builder.finish(outputs),
    inputs: Array.from(inputs, ([name, tensor]) => tensorSpec(name, tensor)),
    outputs: Array.from(outputs, ([name, tensor]) => tensorSpec(name, tensor)),
    signature,
    batching: tensors.every(({ shape }) => shape?.[0] === BATCH) ? 'batch' : 'row',
  };
}

function tensorSpec(name: string, { dtype, shape }: Tensor): TensorSpec {
  return shape === undefined ? { name, dtype } : { name, dtype, shape: sizes(shape) };
}

const sizes = (shape: Shape) => shape.map((size) => (isKnown(size) ? size : null));
