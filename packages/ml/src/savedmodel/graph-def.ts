import { WireReader } from '../protobuf/wire-reader.ts';
import { NodeAttributes } from './attributes.ts';

/** https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/framework/node_def.proto */
export interface GraphNode {
  readonly name: string;
  readonly op: string;
  /** `node`, `node:output`, in functions also `node:argument:output`; `^node` is a control input. */
  readonly inputs: readonly string[];
  readonly attributes: NodeAttributes;
}

export type NodeMap = ReadonlyMap<string, GraphNode>;

export interface FunctionDefinition {
  readonly name: string;
  readonly parameters: readonly string[];
  /** In order; each names a value of the body. */
  readonly results: readonly string[];
  readonly nodes: NodeMap;
}

export interface Graph {
  readonly nodes: NodeMap;
  readonly functions: FunctionLibrary;
}

/** Functions by name; a body is read when it is first called. */
export class FunctionLibrary {
  readonly #sources = new Map<string, Uint8Array>();
  readonly #read = new Map<string, FunctionDefinition>();

  add(bytes: Uint8Array): void {
    const reader = new WireReader(bytes);
    while (reader.next()) {
      if (reader.field === 1) this.#sources.set(readSignature(reader.message()).name, bytes);
    }
  }

  has(name: string): boolean {
    return this.#sources.has(name);
  }

  /** Undefined when there is no such function. */
  get(name: string): FunctionDefinition | undefined {
    const known = this.#read.get(name);
    if (known !== undefined) return known;
    const source = this.#sources.get(name);
    if (source === undefined) return undefined;
    const definition = readFunction(new WireReader(source));
    this.#read.set(name, definition);
    return definition;
  }
}

export function readGraph(reader: WireReader): Graph {
  const nodes = new Map<string, GraphNode>();
  const functions = new FunctionLibrary();
  while (reader.next()) {
    if (reader.field === 1) addNode(nodes, reader.message());
    else if (reader.field === 2) {
      const library = reader.message();
      while (library.next()) if (library.field === 1) functions.add(library.bytes());
    }
  }
  return { nodes, functions };
}

function addNode(nodes: Map<string, GraphNode>, reader: WireReader): void {
  let name = '';
  let op = '';
  const inputs: string[] = [];
  const attributes = new Map<string, Uint8Array>();
  while (reader.next()) {
    if (reader.field === 1) name = reader.string();
    else if (reader.field === 2) op = reader.string();
    else if (reader.field === 3) inputs.push(reader.string());
    else if (reader.field === 5) {
      const [key, value] = readEntry(reader.message());
      attributes.set(key, value);
    }
  }
  nodes.set(name, { name, op, inputs, attributes: new NodeAttributes(attributes) });
}

/** An entry of a map field, its value undecoded. */
export function readEntry(reader: WireReader): [key: string, value: Uint8Array] {
  let key = '';
  let value: Uint8Array = new Uint8Array(0);
  while (reader.next()) {
    if (reader.field === 1) key = reader.string();
    else if (reader.field === 2) value = reader.bytes();
  }
  return [key, value];
}

/** https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/framework/function.proto */
function readFunction(reader: WireReader): FunctionDefinition {
  const nodes = new Map<string, GraphNode>();
  const results = new Map<string, string>();
  let signature: FunctionSignature = { name: '', parameters: [], results: [] };
  while (reader.next()) {
    if (reader.field === 1) signature = readSignature(reader.message());
    else if (reader.field === 3) addNode(nodes, reader.message());
    else if (reader.field === 4) {
      const [name, value] = readTextEntry(reader.message());
      results.set(name, value);
    }
  }
  return { ...signature, results: signature.results.map((name) => results.get(name) ?? name), nodes };
}

function readTextEntry(reader: WireReader): [key: string, value: string] {
  let key = '';
  let value = '';
  while (reader.next()) {
    if (reader.field === 1) key = reader.string();
    else if (reader.field === 2) value = reader.string();
  }
  return [key, value];
}

interface FunctionSignature {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly results: readonly string[];
}

function readSignature(reader: WireReader): FunctionSignature {
  let name = '';
  const parameters: string[] = [];
  const results: string[] = [];
  while (reader.next()) {
    if (reader.field === 1) name = reader.string();
    else if (reader.field === 2) parameters.push(readArgumentName(reader.message()));
    else if (reader.field === 3) results.push(readArgumentName(reader.message()));
  }
  return { name, parameters, results };
}

function readArgumentName(reader: WireReader): string {
  let name = '';
  while (reader.next()) if (reader.field === 1) name = reader.string();
  return name;
}
