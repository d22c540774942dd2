import { invariant } from '@bqml-emulator/common';
import { writeOnnxModel } from '../onnx/write-model.ts';
import type { OnnxAttribute, OnnxGraph, OnnxTensor, OnnxTensorValue } from '../onnx/write-model.ts';
import type { TensorDtype } from '../onnx/element-type.ts';
import { transposeData } from './constant/transpose.ts';
import { malformed, unsupported } from './conversion-error.ts';
import { pruneGraph } from './prune.ts';
import { isStatic, permute, toChannelsFirst, toChannelsLast } from './shape.ts';
import type { Dimension, Shape } from './shape.ts';
import { dataFromNumbers, isNumeric } from './tensor-data.ts';
import type { NumericDtype, TensorData } from './tensor-data.ts';
import { Tensor, constantNumbers } from './tensor.ts';
import type { GraphScope } from './tensor.ts';

export type Attributes = Readonly<Record<string, OnnxAttribute>>;

/** The oldest opset with everything that is emitted: Resize along axes, ReduceMax with axes as an input. */
const OPSET = 18;
const ML_OPSET = 2;
const IR_VERSION = 8;

/** A network has thousands of nodes; a file that unfolds to more than this is refused. */
const MAX_NODES = 400_000;

const isNumberList = (value: OnnxAttribute): value is readonly number[] => Array.isArray(value);

/** All constants together; a ModelProto holds no more than 2 GB. */
const MAX_CONSTANT_BYTES = 1_900_000_000;

/**
 * An ONNX graph under construction. Nodes are emitted as values are made, and what no output needs is dropped at the
 * end; so an operation may emit freely.
 */
export class GraphBuilder {
  readonly #root: GraphScope = { nodes: [] };
  #scope: GraphScope = this.#root;
  readonly #initializers = new Map<string, OnnxTensor>();
  readonly #inputs: OnnxTensorValue[] = [];
  readonly #reserved: ReadonlySet<string>;
  readonly #int64Lists = new Map<string, string>();
  readonly #transposed = new Map<Tensor, Map<string, string>>();
  readonly #counted = new WeakSet<TensorData>();
  #constantBytes = 0;
  #names = 0;
  #nodeCount = 0;

  /** `reserved`: names of the model's inputs and outputs, which inner values must not take. */
  constructor(reserved: Iterable<string>) {
    this.#reserved = new Set(reserved);
  }

  input(name: string, dtype: TensorDtype, shape: Shape | undefined): Tensor {
    this.#inputs.push({ name, dtype, shape });
    return this.tensor(name, dtype, shape);
  }

  constant(dtype: TensorDtype, shape: readonly number[], data: TensorData): Tensor {
    this.#count(data);
    return new Tensor({ dtype, shape, data, scope: this.#root });
  }

  constantOf(dtype: NumericDtype, shape: readonly number[], values: ArrayLike<number>): Tensor {
    return this.constant(dtype, shape, dataFromNumbers(dtype, values));
  }

  /** A scalar constant; of `like`'s type if a tensor is given. */
  scalar(like: TensorDtype | Tensor, value: number): Tensor {
    const dtype = typeof like === 'string' ? like : like.dtype;
    if (!isNumeric(dtype)) throw unsupported('a number where strings are expected');
    return this.constantOf(dtype, [], [value]);
  }

  integers(values: readonly number[], dtype: 'int32' | 'int64' = 'int64'): Tensor {
    return this.constantOf(dtype, [values.length], values);
  }

  /** The tensor held by an ONNX value in ordinary order. */
  tensor(name: string, dtype: TensorDtype, shape: Shape | undefined): Tensor {
    return new Tensor({ dtype, shape, ordinary: name, scope: this.#scope });
  }

  /** The tensor held by an ONNX value whose channels are second; `shape` has them last. */
  channelsFirstTensor(name: string, dtype: TensorDtype, shape: Shape): Tensor {
    return new Tensor({ dtype, shape, channelsFirst: name, scope: this.#scope });
  }

  /** An integer scalar or vector of which some elements are known: a constant if all are. */
  followed(tensor: Tensor, elements: readonly Dimension[] | undefined): Tensor {
    const { dtype, shape, ordinary, channelsFirst, scope } = tensor;
    const known = new Tensor({ dtype, shape, elements, ordinary, channelsFirst, scope });
    const numbers = constantNumbers(known);
    if (numbers === undefined || !isNumeric(dtype) || !isStatic(shape)) return known;
    return this.constantOf(dtype, shape, numbers);
  }

  /** The same value under another shape and type, as after a node that changes neither bits nor order. */
  retyped(tensor: Tensor, dtype: TensorDtype, shape: Shape | undefined): Tensor {
    const { data, elements, ordinary, channelsFirst, scope } = tensor;
    return new Tensor({ dtype, shape, data, elements, ordinary, channelsFirst, scope });
  }

  /** Name of the ONNX value that holds `tensor` in ordinary order. */
  name(tensor: Tensor): string {
    tensor.ordinary ??= this.#materialize(tensor);
    return tensor.ordinary;
  }

  /** Name of the ONNX value that holds `tensor`, of rank 3 or more, with the channels second. */
  channelsFirst(tensor: Tensor): string {
    if (tensor.channelsFirst !== undefined) return tensor.channelsFirst;
    invariant(tensor.shape !== undefined && tensor.shape.length > 2, 'channels-first needs a known rank');
    tensor.channelsFirst = this.transposed(tensor, toChannelsFirst(tensor.shape.length));
    return tensor.channelsFirst;
  }

  /** Name of a transposition of `tensor`; of a constant it is made now. */
  transposed(tensor: Tensor, permutation: readonly number[]): string {
    const key = permutation.join();
    const known = this.#transposed.get(tensor) ?? new Map<string, string>();
    this.#transposed.set(tensor, known);
    let name = known.get(key);
    if (name === undefined) {
      if (tensor.data !== undefined && isStatic(tensor.shape)) {
        const dims = permute(tensor.shape, permutation);
        name = this.initializer(tensor.dtype, dims, transposeData(tensor.data, tensor.shape, permutation));
      } else {
        const source = this.name(tensor);
        name = this.#emitIn(tensor.scope, 'Transpose', [source], { perm: [...permutation] });
      }
      known.set(key, name);
    }
    return name;
  }

  initializer(dtype: TensorDtype, dims: readonly number[], data: TensorData): string {
    if (!dims.every(Number.isSafeInteger)) throw malformed(`a constant would have the shape ${dims.join()}`);
    this.#count(data);
    const name = this.#newName();
    this.#initializers.set(name, { name, dtype, dims, data });
    return name;
  }

  /** Name of a constant int64 vector. */
  int64List(values: readonly number[]): string {
    const key = values.join();
    let name = this.#int64Lists.get(key);
    if (name === undefined) {
      name = this.initializer('int64', [values.length], dataFromNumbers('int64', values));
      this.#int64Lists.set(key, name);
    }
    return name;
  }

  /** Emits a node with one output and gives the output's name. An empty input name stands for an absent input. */
  emit(op: string, inputs: readonly string[], attributes: Attributes = {}, domain = ''): string {
    return this.#emitIn(this.#scope, op, inputs, attributes, domain);
  }

  emitMany(op: string, inputs: readonly string[], attributes: Attributes, count: number): string[] {
    const outputs = Array.from({ length: count }, () => this.#newName());
    this.#push(this.#scope, op, inputs, outputs, attributes, '');
    return outputs;
  }

  /** Emits a node over tensors in ordinary order. */
  apply(
    op: string,
    inputs: readonly Tensor[],
    dtype: TensorDtype,
    shape: Shape | undefined,
    attributes: Attributes = {},
  ): Tensor {
    const names = inputs.map((input) => this.name(input));
    return this.tensor(this.emit(op, names, attributes), dtype, shape);
  }

  /**
   * Builds a subgraph, which sees all values made before. `build` gives the outputs; parameters are made with
   * `parameter`.
   */
  subgraph(build: (parameter: (dtype: TensorDtype, shape: Shape | undefined) => Tensor) => readonly Tensor[]): {
    readonly graph: OnnxGraph;
    readonly outputs: readonly Tensor[];
  } {
    const outer = this.#scope;
    const scope: GraphScope = { nodes: [] };
    const inputs: OnnxTensorValue[] = [];
    this.#scope = scope;
    try {
      const outputs = build((dtype, shape) => {
        const name = this.#newName();
        inputs.push({ name, dtype, shape });
        return this.tensor(name, dtype, shape);
      });
      // A subgraph's output must be made inside it.
      const values = outputs.map((tensor): OnnxTensorValue => {
        const name = this.emit('Identity', [this.name(tensor)]);
        return { name, dtype: tensor.dtype, shape: tensor.shape };
      });
      return {
        graph: { name: this.#newName(), nodes: scope.nodes, initializers: [], inputs, outputs: values },
        outputs,
      };
    } finally {
      this.#scope = outer;
    }
  }

  /** The bytes of the model, whose outputs are `outputs` in their order. */
  finish(outputs: ReadonlyMap<string, Tensor>): Uint8Array<ArrayBuffer> {
    const values = Array.from(outputs, ([name, tensor]): OnnxTensorValue => {
      this.#push(this.#root, 'Identity', [this.name(tensor)], [name], {}, '');
      return { name, dtype: tensor.dtype, shape: tensor.shape };
    });
    const graph = pruneGraph({
      name: 'model',
      nodes: this.#root.nodes,
      initializers: [...this.#initializers.values()],
      inputs: this.#inputs,
      outputs: values,
    });
    return writeOnnxModel(graph, {
      irVersion: IR_VERSION,
      opsets: new Map([
        ['', OPSET],
        ['ai.onnx.ml', ML_OPSET],
      ]),
      producer: 'bqml-emulator',
    });
  }

  #materialize(tensor: Tensor): string {
    if (tensor.data !== undefined) {
      invariant(isStatic(tensor.shape), 'a constant has a shape');
      return this.initializer(tensor.dtype, tensor.shape, tensor.data);
    }
    invariant(tensor.channelsFirst !== undefined && tensor.shape !== undefined, 'a tensor is held by some value');
    const attributes = { perm: toChannelsLast(tensor.shape.length) };
    return this.#emitIn(tensor.scope, 'Transpose', [tensor.channelsFirst], attributes);
  }

  #emitIn(scope: GraphScope, op: string, inputs: readonly string[], attributes: Attributes, domain = ''): string {
    const output = this.#newName();
    this.#push(scope, op, inputs, [output], attributes, domain);
    return output;
  }

  #push(
    scope: GraphScope,
    op: string,
    inputs: readonly string[],
    outputs: readonly string[],
    attributes: Attributes,
    domain: string,
  ): void {
    if (++this.#nodeCount > MAX_NODES) throw unsupported(`more than ${MAX_NODES} nodes`);
    // Broken files lead to sizes that are no integers.
    for (const [name, value] of Object.entries(attributes)) {
      const numbers = typeof value === 'number' ? [value] : isNumberList(value) ? value : [];
      if (!numbers.every(Number.isSafeInteger)) throw malformed(`${op} would have the ${name} ${numbers.join()}`);
    }
    scope.nodes.push({ op, domain, inputs, outputs, attributes });
  }

  /** Files can name one large constant many times, each time under another shape or order. */
  #count(data: TensorData): void {
    if (this.#counted.has(data)) return;
    this.#counted.add(data);
    this.#constantBytes += ArrayBuffer.isView(data) ? data.byteLength : data.length;
    if (this.#constantBytes > MAX_CONSTANT_BYTES)
      throw unsupported(`more than ${MAX_CONSTANT_BYTES} bytes of constants`);
  }

  #newName(): string {
    for (;;) {
      const name = `v${this.#names++}`;
      if (!this.#reserved.has(name)) return name;
    }
  }
}
