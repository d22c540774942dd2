import { invalidQuery, invariant } from '@bqml-emulator/common';
import type { GraphTensor, SavedModelGraph } from '../model-spec.ts';
import type { ModelSession } from '../pool/model-session.ts';
import type { OutputTensor } from '../pool/predict-protocol.ts';
import type { PreparedTensor } from '../pool/prepared-run.ts';
import { loadTfjsNode } from './addon.ts';
import type { TfjsNodeAddon } from './addon.ts';
import { readTensor, writeTensor } from './tensor-transfer.ts';

/** A SavedModel in TensorFlow. A run that fails leaves the memory of its inputs behind: the addon forgets them. */
export class TfjsNodeSession implements ModelSession {
  takesBatches = true;
  readonly #addon: TfjsNodeAddon;
  readonly #model: number;
  readonly #tensors: ReadonlyMap<string, GraphTensor>;

  private constructor(addon: TfjsNodeAddon, model: number, graph: SavedModelGraph) {
    this.#addon = addon;
    this.#model = model;
    this.#tensors = new Map(graph.tensors.map((tensor) => [tensor.name, tensor]));
  }

  /** Throws a ServiceError when tfjs-node is not installed, or does not load the model. */
  static open(directory: string, graph: SavedModelGraph): TfjsNodeSession {
    const addon = loadTfjsNode();
    let model: number;
    try {
      model = addon.loadSavedModel(directory, graph.tags.join(','));
    } catch (error) {
      throw invalidQuery(`Invalid TensorFlow model: ${messageOf(error).replaceAll(directory, 'the model')}`);
    }
    return new TfjsNodeSession(addon, model, graph);
  }

  async run(inputs: readonly PreparedTensor[], outputs: readonly string[]): Promise<OutputTensor[]> {
    const held: number[] = [];
    try {
      for (const { name, dims, data } of inputs) {
        held.push(writeTensor(this.#addon, this.#tensor(name).type, dims, data));
      }
      const results = this.#addon.runSavedModel(
        this.#model,
        [...held],
        this.#values(inputs.map(({ name }) => name)),
        this.#values(outputs),
      );
      held.push(...results.map(({ id }) => id));
      return outputs.map((name, index) => {
        const result = results[index];
        const { type } = this.#tensor(name);
        if (result?.dtype !== type) throw new Error(`output '${name}' has another type than the signature says`);
        return { dims: result.shape, data: readTensor(this.#addon, result) };
      });
    } catch (error) {
      throw new Error(messageOf(error), { cause: error });
    } finally {
      for (const id of held) this.#addon.deleteTensor(id);
    }
  }

  async release(): Promise<void> {
    this.#addon.deleteSavedModel(this.#model);
  }

  #tensor(name: string): GraphTensor {
    const tensor = this.#tensors.get(name);
    invariant(tensor, 'the signature has every column');
    return tensor;
  }

  #values(names: readonly string[]): string {
    return names.map((name) => this.#tensor(name).value).join(',');
  }
}

/** TensorFlow's words without the addon's. */
const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/^Session fail to run with error: /, '').trim();
