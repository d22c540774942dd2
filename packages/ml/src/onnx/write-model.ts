import { WireWriter, bytesOf } from '../protobuf/wire-writer.ts';
import type { TensorData } from '../convert/tensor-data.ts';
import type { TensorDtype } from './element-type.ts';

/** A subgraph is an attribute of the operators If and Loop. */
export type OnnxAttribute =
  | number
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly strings: readonly string[] }
  | { readonly graph: OnnxGraph };

export interface OnnxNode {
  readonly op: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

export interface OnnxTensor {
  readonly name: string;
  readonly dtype: TensorDtype;
  readonly dims: readonly number[];
  readonly data: TensorData;
}

/** `shape` undefined: unknown rank. A string names a dimension; null is unknown. */
export interface OnnxTensorValue {
  readonly name: string;
  readonly dtype: TensorDtype;
  readonly shape: readonly (number | string | null)[] | undefined;
}

export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
  readonly inputs: readonly OnnxTensorValue[];
  readonly outputs: readonly OnnxTensorValue[];
}

/** TensorProto.DataType. https://github.com/onnx/onnx/blob/main/onnx/onnx.proto */
export const ONNX_ELEMENT_TYPE: Readonly<Record<TensorDtype, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
};

export interface OnnxModelOptions {
  readonly irVersion: number;
  /** Version by domain; the default domain is the empty string. */
  readonly opsets: ReadonlyMap<string, number>;
  readonly producer: string;
}

/** The bytes of a ModelProto. */
export function writeOnnxModel(graph: OnnxGraph, options: OnnxModelOptions): Uint8Array<ArrayBuffer> {
  const model = new WireWriter().integer(1, options.irVersion).string(2, options.producer);
  for (const [domain, version] of options.opsets) {
    model.message(8, new WireWriter().string(1, domain).integer(2, version));
  }
  return model.message(7, writeGraph(graph)).finish();
}

function writeGraph(graph: OnnxGraph): WireWriter {
  const writer = new WireWriter();
  for (const node of graph.nodes) writer.message(1, writeNode(node));
  writer.string(2, graph.name);
  for (const tensor of graph.initializers) writer.message(5, writeTensor(tensor));
  for (const input of graph.inputs) writer.message(11, writeValue(input));
  for (const output of graph.outputs) writer.message(12, writeValue(output));
  return writer;
}

function writeNode(node: OnnxNode): WireWriter {
  const writer = new WireWriter();
  for (const input of node.inputs) writer.string(1, input);
  for (const output of node.outputs) writer.string(2, output);
  writer.string(4, node.op);
  for (const [name, value] of Object.entries(node.attributes)) writer.message(5, writeAttribute(name, value));
  if (node.domain !== '') writer.string(7, node.domain);
  return writer;
}

function writeAttribute(name: string, value: OnnxAttribute): WireWriter {
  const writer = new WireWriter().string(1, name);
  if (typeof value === 'number') return writer.integer(3, value).integer(20, 2);
  if (typeof value === 'string') return writer.string(4, value).integer(20, 3);
  if ('float' in value) return writer.float32(2, value.float).integer(20, 1);
  if ('floats' in value) return writer.floats(7, value.floats).integer(20, 6);
  if ('graph' in value) return writer.message(6, writeGraph(value.graph)).integer(20, 5);
  if ('strings' in value) {
    for (const text of value.strings) writer.string(9, text);
    return writer.integer(20, 8);
  }
  return writer.integers(8, value).integer(20, 7);
}

function writeTensor(tensor: OnnxTensor): WireWriter {
  const writer = new WireWriter();
  if (tensor.dims.length > 0) writer.integers(1, tensor.dims);
  writer.integer(2, ONNX_ELEMENT_TYPE[tensor.dtype]).string(8, tensor.name);
  if (ArrayBuffer.isView(tensor.data)) return writer.bytes(9, bytesOf(tensor.data));
  for (const text of tensor.data) writer.string(6, text);
  return writer;
}

function writeValue(value: OnnxTensorValue): WireWriter {
  const tensor = new WireWriter().integer(1, ONNX_ELEMENT_TYPE[value.dtype]);
  if (value.shape !== undefined) {
    const shape = new WireWriter();
    for (const dimension of value.shape) {
      const written = new WireWriter();
      if (typeof dimension === 'number') written.integer(1, dimension);
      else if (dimension !== null) written.string(2, dimension);
      shape.message(1, written);
    }
    tensor.message(2, shape);
  }
  return new WireWriter().string(1, value.name).message(2, new WireWriter().message(1, tensor));
}
