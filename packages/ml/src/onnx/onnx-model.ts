import { WireReader } from '../protobuf/wire-reader.ts';

/** A dimension as declared: a number, a symbol, or nothing. */
export type Dimension = number | string | undefined;

/** Type of a graph input or output. `shape` is undefined for unknown rank. */
export type OnnxType =
  | { readonly kind: 'TENSOR'; readonly elementType: number; readonly shape: readonly Dimension[] | undefined }
  | { readonly kind: 'SEQUENCE' | 'MAP' | 'OPAQUE' | 'SPARSETENSOR' | 'OPTIONAL' | 'UNKNOWN' };

export interface OnnxValue {
  readonly name: string;
  readonly type: OnnxType;
}

/** What import must know of a model; weights are not read. */
export interface OnnxModel {
  readonly irVersion: number;
  /** Version by domain; the default domain is the empty string. */
  readonly opsets: ReadonlyMap<string, number>;
  /** Graph inputs that are no initializers, in graph order. */
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** Every operator type in use, `domain` and `name`, also in subgraphs and local functions. */
  readonly operators: readonly { readonly domain: string; readonly name: string }[];
  /** Domains of the functions that the model itself defines. */
  readonly functionDomains: ReadonlySet<string>;
  /** Name of a tensor whose data lies outside the file; undefined when there is none. */
  readonly externalTensor: string | undefined;
  /** False when the file has no graph at all. */
  readonly hasGraph: boolean;
}

interface Graph {
  readonly inputs: OnnxValue[];
  readonly outputs: OnnxValue[];
  readonly initializers: Set<string>;
}

/** Collects over all graphs of a model. */
interface Findings {
  readonly operators: Map<string, { readonly domain: string; readonly name: string }>;
  externalTensor: string | undefined;
}

/**
 * Reads a ModelProto; throws WireFormatError for bytes that are none.
 * https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
export function readOnnxModel(bytes: Uint8Array): OnnxModel {
  const reader = new WireReader(bytes);
  const findings: Findings = { operators: new Map(), externalTensor: undefined };
  const opsets = new Map<string, number>();
  const functionDomains = new Set<string>();
  let irVersion = 0;
  let graph: Graph | undefined;
  while (reader.next()) {
    switch (reader.field) {
      case 1:
        irVersion = reader.integer();
        break;
      case 7:
        graph = readGraph(reader.message(), findings);
        break;
      case 8: {
        const { domain, version } = readOperatorSet(reader.message());
        opsets.set(domain, version);
        break;
      }
      case 20:
        readTrainingInfo(reader.message(), findings);
        break;
      case 25:
        functionDomains.add(readFunction(reader.message(), findings));
        break;
    }
  }
  return {
    irVersion,
    opsets,
    inputs: graph?.inputs.filter((input) => !graph.initializers.has(input.name)) ?? [],
    outputs: graph?.outputs ?? [],
    operators: [...findings.operators.values()],
    functionDomains,
    externalTensor: findings.externalTensor,
    hasGraph: graph !== undefined,
  };
}

const defaultDomain = (domain: string) => (domain === 'ai.onnx' ? '' : domain);

function readOperatorSet(reader: WireReader): { domain: string; version: number } {
  let domain = '';
  let version = 0;
  while (reader.next()) {
    if (reader.field === 1) domain = defaultDomain(reader.string());
    else if (reader.field === 2) version = reader.integer();
  }
  return { domain, version };
}

function readGraph(reader: WireReader, findings: Findings): Graph {
  const graph: Graph = { inputs: [], outputs: [], initializers: new Set() };
  while (reader.next()) {
    switch (reader.field) {
      case 1:
        readNode(reader.message(), findings);
        break;
      case 5:
        graph.initializers.add(readTensor(reader.message(), findings));
        break;
      case 11:
        graph.inputs.push(readValueInfo(reader.message()));
        break;
      case 12:
        graph.outputs.push(readValueInfo(reader.message()));
        break;
      case 15:
        graph.initializers.add(readSparseTensor(reader.message(), findings));
        break;
    }
  }
  return graph;
}

function readNode(reader: WireReader, findings: Findings): void {
  let name = '';
  let domain = '';
  while (reader.next()) {
    if (reader.field === 4) name = reader.string();
    else if (reader.field === 5) readAttribute(reader.message(), findings);
    else if (reader.field === 7) domain = defaultDomain(reader.string());
  }
  findings.operators.set(`${domain}\0${name}`, { domain, name });
}

function readAttribute(reader: WireReader, findings: Findings): void {
  while (reader.next()) {
    switch (reader.field) {
      case 5:
      case 10:
        readTensor(reader.message(), findings);
        break;
      case 6:
      case 11:
        readGraph(reader.message(), findings);
        break;
      case 22:
      case 23:
        readSparseTensor(reader.message(), findings);
        break;
    }
  }
}

/** TrainingInfoProto: two graphs that inference does not run, but whose tensors a loader resolves. */
function readTrainingInfo(reader: WireReader, findings: Findings): void {
  while (reader.next()) if (reader.field === 1 || reader.field === 2) readGraph(reader.message(), findings);
}

function readFunction(reader: WireReader, findings: Findings): string {
  let domain = '';
  while (reader.next()) {
    if (reader.field === 7) readNode(reader.message(), findings);
    else if (reader.field === 10) domain = defaultDomain(reader.string());
    else if (reader.field === 11) readAttribute(reader.message(), findings);
  }
  return domain;
}

const EXTERNAL = 1;

function readTensor(reader: WireReader, findings: Findings): string {
  let name = '';
  let external = false;
  while (reader.next()) {
    if (reader.field === 8) name = reader.string();
    else if (reader.field === 13) external = true;
    else if (reader.field === 14) external ||= reader.integer() === EXTERNAL;
  }
  if (external) findings.externalTensor ??= name;
  return name;
}

/** A sparse tensor is named by its values. */
function readSparseTensor(reader: WireReader, findings: Findings): string {
  let name = '';
  while (reader.next()) {
    if (reader.field === 1) name = readTensor(reader.message(), findings);
    else if (reader.field === 2) readTensor(reader.message(), findings);
  }
  return name;
}

function readValueInfo(reader: WireReader): OnnxValue {
  let name = '';
  let type: OnnxType = { kind: 'UNKNOWN' };
  while (reader.next()) {
    if (reader.field === 1) name = reader.string();
    else if (reader.field === 2) type = readType(reader.message());
  }
  return { name, type };
}

function readType(reader: WireReader): OnnxType {
  let type: OnnxType = { kind: 'UNKNOWN' };
  while (reader.next()) {
    if (reader.field === 1) type = readTensorType(reader.message());
    else if (reader.field === 4) type = { kind: 'SEQUENCE' };
    else if (reader.field === 5) type = { kind: 'MAP' };
    else if (reader.field === 7) type = { kind: 'OPAQUE' };
    else if (reader.field === 8) type = { kind: 'SPARSETENSOR' };
    else if (reader.field === 9) type = { kind: 'OPTIONAL' };
  }
  return type;
}

function readTensorType(reader: WireReader): OnnxType {
  let elementType = 0;
  let shape: Dimension[] | undefined;
  while (reader.next()) {
    if (reader.field === 1) elementType = reader.integer();
    else if (reader.field === 2) shape = readShape(reader.message());
  }
  return { kind: 'TENSOR', elementType, shape };
}

function readShape(reader: WireReader): Dimension[] {
  const shape: Dimension[] = [];
  while (reader.next()) if (reader.field === 1) shape.push(readDimension(reader.message()));
  return shape;
}

/** A negative dim_value is what some exporters write for a dynamic dimension. */
function readDimension(reader: WireReader): Dimension {
  let dimension: Dimension;
  while (reader.next()) {
    if (reader.field === 1) {
      const value = reader.integer();
      dimension = value < 0 ? undefined : value;
    } else if (reader.field === 2) {
      dimension = reader.string() || undefined;
    }
  }
  return dimension;
}
