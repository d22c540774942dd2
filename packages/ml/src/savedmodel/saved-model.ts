import { malformed } from '../convert/conversion-error.ts';
import type { Dimension } from '../convert/shape.ts';
import { WireReader } from '../protobuf/wire-reader.ts';
import { readEntry, readGraph } from './graph-def.ts';
import type { Graph } from './graph-def.ts';
import { readShape } from './read-tensor.ts';

/** A tensor of a signature. */
export interface SignatureTensor {
  /** The value's name in the graph; undefined for sparse and composite tensors. */
  readonly value: string | undefined;
  /** TensorFlow's DataType. */
  readonly type: number;
  /** Undefined for unknown rank. */
  readonly shape: readonly Dimension[] | undefined;
}

export interface Signature {
  readonly inputs: ReadonlyMap<string, SignatureTensor>;
  readonly outputs: ReadonlyMap<string, SignatureTensor>;
}

/** https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/protobuf/meta_graph.proto */
export interface MetaGraph {
  readonly tags: readonly string[];
  readonly graph: Graph;
  readonly signatures: ReadonlyMap<string, Signature>;
  /** Name of the node that restores the variables. */
  readonly restoreNode: string | undefined;
  /** Names of nodes that a loader runs after restoring. */
  readonly initNodes: readonly string[];
  /** File below `assets/` by the name of the value that holds its path. */
  readonly assets: ReadonlyMap<string, string>;
}

/** The graph that is meant for serving, or the only one. */
export function readServingGraph(bytes: Uint8Array): MetaGraph {
  const graphs: MetaGraph[] = [];
  const reader = new WireReader(bytes);
  while (reader.next()) if (reader.field === 2) graphs.push(readMetaGraph(reader.message()));
  const serving = graphs.find(({ tags }) => tags.length === 1 && tags[0] === 'serve');
  const tagged =
    serving ?? graphs.find(({ tags }) => tags.includes('serve')) ?? (graphs.length === 1 ? graphs[0] : undefined);
  if (tagged === undefined) throw malformed("saved_model.pb has no graph with the tag 'serve'");
  return tagged;
}

const INIT_SIGNATURE = '__saved_model_init_op';
const INIT_COLLECTIONS = new Set(['saved_model_main_op', 'legacy_init_op']);

function readMetaGraph(reader: WireReader): MetaGraph {
  let tags: string[] = [];
  let graph: Graph | undefined;
  let restoreNode: string | undefined;
  const signatures = new Map<string, Signature>();
  const initNodes: string[] = [];
  const assets = new Map<string, string>();
  while (reader.next()) {
    switch (reader.field) {
      case 1:
        tags = readTags(reader.message());
        break;
      case 2:
        graph = readGraph(reader.message());
        break;
      case 3:
        restoreNode = readRestoreNode(reader.message());
        break;
      case 4: {
        const [name, value] = readEntry(reader.message());
        if (INIT_COLLECTIONS.has(name)) initNodes.push(...readNodeList(new WireReader(value)));
        break;
      }
      case 5: {
        const [name, value] = readEntry(reader.message());
        signatures.set(name, readSignature(new WireReader(value)));
        break;
      }
      case 6: {
        const [value, file] = readAsset(reader.message());
        assets.set(value, file);
        break;
      }
    }
  }
  if (graph === undefined) throw malformed('saved_model.pb holds no graph');
  for (const { value } of signatures.get(INIT_SIGNATURE)?.outputs.values() ?? []) {
    if (value !== undefined) initNodes.push(value);
  }
  return { tags, graph, signatures, restoreNode, initNodes, assets };
}

function readTags(reader: WireReader): string[] {
  const tags: string[] = [];
  while (reader.next()) if (reader.field === 4) tags.push(reader.string());
  return tags;
}

function readRestoreNode(reader: WireReader): string | undefined {
  let name = '';
  while (reader.next()) if (reader.field === 3) name = reader.string();
  return name || undefined;
}

/** CollectionDef.node_list */
function readNodeList(reader: WireReader): string[] {
  const names: string[] = [];
  while (reader.next()) {
    if (reader.field !== 1) continue;
    const list = reader.message();
    while (list.next()) if (list.field === 1) names.push(list.string());
  }
  return names;
}

function readSignature(reader: WireReader): Signature {
  const inputs = new Map<string, SignatureTensor>();
  const outputs = new Map<string, SignatureTensor>();
  while (reader.next()) {
    if (reader.field !== 1 && reader.field !== 2) continue;
    const [name, value] = readEntry(reader.message());
    (reader.field === 1 ? inputs : outputs).set(name, readTensorInfo(new WireReader(value)));
  }
  return { inputs, outputs };
}

function readTensorInfo(reader: WireReader): SignatureTensor {
  let value: string | undefined;
  let type = 0;
  let shape: readonly Dimension[] | undefined;
  while (reader.next()) {
    if (reader.field === 1) value = reader.string();
    else if (reader.field === 2) type = reader.integer();
    else if (reader.field === 3) shape = readShape(reader.message());
  }
  return { value, type, shape };
}

function readAsset(reader: WireReader): [value: string, file: string] {
  let value = '';
  let file = '';
  while (reader.next()) {
    if (reader.field === 1) value = readTensorInfo(reader.message()).value ?? '';
    else if (reader.field === 2) file = reader.string();
  }
  return [value, file];
}

/** `serving_default`, or the only signature; `wanted` picks one by name. */
export function chooseSignature(meta: MetaGraph, wanted: string | undefined): string {
  const names = [...meta.signatures.keys()].filter((name) => !name.startsWith('__saved_model_'));
  const [only, ...others] = names;
  if (wanted === undefined) {
    if (names.includes('serving_default')) return 'serving_default';
    if (only !== undefined && others.length === 0) return only;
  } else if (names.includes(wanted)) {
    return wanted;
  }
  const known = names.length === 0 ? 'it has none' : `it has ${names.toSorted().join(', ')}`;
  throw malformed(`it has no signature '${wanted ?? 'serving_default'}'; ${known}`);
}
