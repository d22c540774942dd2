import { malformed } from '../convert/conversion-error.ts';
import type { Dimension } from '../convert/shape.ts';
import type { TensorDtype } from '../onnx/element-type.ts';
import { WireReader } from '../protobuf/wire-reader.ts';
import { tensorFlowDtype } from './element-type.ts';
import { readShape, readTensor } from './read-tensor.ts';
import type { TensorContent } from './read-tensor.ts';

/**
 * The attributes of a node, decoded when asked for. An absent one gives the fallback, where there is one: exporters
 * strip the default values.
 * https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/framework/attr_value.proto
 */
export class NodeAttributes {
  readonly #values: ReadonlyMap<string, Uint8Array>;

  constructor(values: ReadonlyMap<string, Uint8Array>) {
    this.#values = values;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  integer(name: string, fallback?: number): number {
    return this.#single(name, 3, (reader) => reader.integer(), fallback);
  }

  float(name: string, fallback?: number): number {
    return this.#single(name, 4, (reader) => reader.float32(), fallback);
  }

  flag(name: string, fallback = false): boolean {
    return this.#single(name, 5, (reader) => reader.bool(), fallback);
  }

  text(name: string, fallback?: string): string {
    return this.#single(name, 2, (reader) => reader.string(), fallback);
  }

  dtype(name: string, fallback?: TensorDtype): TensorDtype {
    return this.#single(name, 6, (reader) => tensorFlowDtype(reader.integer()), fallback);
  }

  shape(name: string): Dimension[] | undefined {
    return this.#values.has(name) ? this.#single(name, 7, (reader) => readShape(reader.message())) : undefined;
  }

  tensor(name: string): TensorContent {
    return this.#single(name, 8, (reader) => readTensor(reader.message()));
  }

  functionName(name: string): string {
    return this.#single(name, 10, (reader) => readFunctionName(reader.message()));
  }

  functionNames(name: string): string[] {
    return this.#list(name, 9, (reader, list) => list.push(readFunctionName(reader.message())));
  }

  /** Empty when absent. */
  integers(name: string): number[] {
    return this.#list(name, 3, (reader, list) => {
      for (const value of reader.integers()) list.push(Number(value));
    });
  }

  #single<T>(name: string, field: number, read: (reader: WireReader) => T, fallback?: T): T {
    const bytes = this.#values.get(name);
    if (bytes === undefined) {
      if (fallback === undefined) throw malformed(`attribute ${name} is missing`);
      return fallback;
    }
    const reader = new WireReader(bytes);
    let value: { readonly read: T } | undefined;
    while (reader.next()) if (reader.field === field) value = { read: read(reader) };
    if (value !== undefined) return value.read;
    if (fallback !== undefined) return fallback;
    throw malformed(`attribute ${name} has another type`);
  }

  #list<T>(name: string, field: number, read: (reader: WireReader, list: T[]) => void): T[] {
    const list: T[] = [];
    const bytes = this.#values.get(name);
    if (bytes === undefined) return list;
    const reader = new WireReader(bytes);
    while (reader.next()) {
      if (reader.field !== 1) continue;
      const items = reader.message();
      while (items.next()) if (items.field === field) read(items, list);
    }
    return list;
  }
}

/** NameAttrList: the attributes of the function itself are those of its definition. */
function readFunctionName(reader: WireReader): string {
  let name = '';
  while (reader.next()) if (reader.field === 1) name = reader.string();
  return name;
}
