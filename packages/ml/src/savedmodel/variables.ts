import { malformed } from '../convert/conversion-error.ts';
import type { GraphBuilder } from '../convert/graph-builder.ts';
import type { Tensor } from '../convert/tensor.ts';
import { Checkpoint } from './checkpoint.ts';
import { findStoredVariables } from './restore.ts';
import type { StoredVariable } from './restore.ts';
import type { MetaGraph } from './saved-model.ts';
import type { SavedModelFiles } from './saved-model-files.ts';

/** The variables of a model as constants, each read once. */
export class Variables {
  readonly #meta: MetaGraph;
  readonly #files: SavedModelFiles;
  readonly #builder: GraphBuilder;
  readonly #tensors = new Map<string, Tensor>();
  #sources: { stored: ReadonlyMap<string, StoredVariable>; checkpoint: Checkpoint | undefined } | undefined;

  constructor(meta: MetaGraph, files: SavedModelFiles, builder: GraphBuilder) {
    this.#meta = meta;
    this.#files = files;
    this.#builder = builder;
  }

  read(name: string): Tensor {
    let tensor = this.#tensors.get(name);
    if (tensor === undefined) {
      const { stored, checkpoint } = (this.#sources ??= this.#open());
      const { key, slice } = stored.get(name) ?? { key: name, slice: undefined };
      if (checkpoint === undefined || !checkpoint.has(key)) {
        throw malformed(`variable '${name}' has no value in the checkpoint`);
      }
      const { dtype, shape, data } = checkpoint.read(key, slice);
      tensor = this.#builder.constant(dtype, shape, data);
      this.#tensors.set(name, tensor);
    }
    return tensor;
  }

  #open(): { stored: ReadonlyMap<string, StoredVariable>; checkpoint: Checkpoint | undefined } {
    return { stored: findStoredVariables(this.#meta), checkpoint: Checkpoint.open(this.#files) };
  }
}
