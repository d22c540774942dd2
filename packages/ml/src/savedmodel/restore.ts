import { malformed } from '../convert/conversion-error.ts';
import { isStrings } from '../convert/tensor-data.ts';
import type { FunctionLibrary, GraphNode, NodeMap } from './graph-def.ts';
import type { MetaGraph } from './saved-model.ts';
import { dataInputs, isControl, parseReference } from './scope.ts';
import { parseSliceSpecification } from './tensor-slice.ts';
import type { TensorSlice } from './tensor-slice.ts';

/** Where the value of a variable lies in the checkpoint. */
export interface StoredVariable {
  readonly key: string;
  readonly slice: TensorSlice | undefined;
}

/** A body with the places in the caller that its parameters stand for. */
interface Frame {
  readonly nodes: NodeMap;
  readonly bound: ReadonlyMap<string, Place>;
  readonly depth: number;
}

interface Place {
  readonly frame: Frame;
  readonly input: string;
}

/** A node that makes a value, and which of its outputs that is. */
export interface Source {
  readonly node: GraphNode;
  readonly index: number;
  /** The source of one of the node's inputs. */
  readonly follow: (input: string) => Source | undefined;
}

const MAX_DEPTH = 32;
const CALLS = new Set(['PartitionedCall', 'StatefulPartitionedCall']);
const ASSIGNMENTS = new Set(['Assign', 'AssignVariableOp']);
const PASSED_ON = new Set(['Identity', 'ReadVariableOp', 'NoOp']);

/**
 * Calls `visit` for every node that running `start` executes, with functions inlined: through control inputs, through
 * data inputs of nodes that only pass on, and through all of a called body.
 */
export function visitExecuted(
  meta: MetaGraph,
  start: string,
  visit: (node: GraphNode, follow: (input: string) => Source | undefined) => void,
): void {
  const root: Frame = { nodes: meta.graph.nodes, bound: new Map(), depth: 0 };
  const pending: { frame: Frame; name: string }[] = [{ frame: root, name: parseReference(start).node }];
  const seen = new Map<Frame, Set<string>>();
  for (let step = pending.pop(); step !== undefined; step = pending.pop()) {
    const { frame, name } = step;
    const visited = seen.get(frame) ?? new Set();
    seen.set(frame, visited);
    const node = frame.nodes.get(name);
    if (node === undefined || visited.has(name)) continue;
    visited.add(name);
    visit(node, (input) => follow(frame, input));
    for (const input of node.inputs) {
      const control = isControl(input);
      if (control || PASSED_ON.has(node.op)) {
        pending.push({ frame, name: parseReference(control ? input.slice(1) : input).node });
      }
    }
    if (!CALLS.has(node.op)) continue;
    const body = callFrame(meta.graph.functions, frame, node);
    for (const inner of body?.nodes.keys() ?? []) if (body !== undefined) pending.push({ frame: body, name: inner });
  }
}

function callFrame(functions: FunctionLibrary, frame: Frame, node: GraphNode): Frame | undefined {
  if (frame.depth >= MAX_DEPTH) throw malformed('functions call each other without end');
  const definition = functions.get(node.attributes.functionName('f'));
  if (definition === undefined) return undefined;
  const inputs = dataInputs(node);
  const bound = new Map<string, Place>();
  definition.parameters.forEach((parameter, i) => {
    const input = inputs[i];
    if (input !== undefined) bound.set(parameter, { frame, input });
  });
  return { nodes: definition.nodes, bound, depth: frame.depth + 1 };
}

/** The node that makes a value, behind parameters and Identity nodes. */
function follow(start: Frame, input: string): Source | undefined {
  let place: Place = { frame: start, input };
  for (let steps = 0; steps < 1000; steps++) {
    const { node: name, index } = parseReference(place.input);
    const outer = place.frame.bound.get(name);
    if (outer !== undefined) {
      place = outer;
      continue;
    }
    const node = place.frame.nodes.get(name);
    if (node === undefined) return undefined;
    const [first] = dataInputs(node);
    if (node.op !== 'Identity' || first === undefined) {
      const { frame } = place;
      return { node, index, follow: (next) => follow(frame, next) };
    }
    place = { frame: place.frame, input: first };
  }
  return undefined;
}

/** The name under which a node finds its variable or table; reference variables are their nodes. */
export function resourceName(node: GraphNode): string {
  const shared = node.op.startsWith('Variable') ? '' : node.attributes.text('shared_name', '');
  return shared === '' ? node.name : shared;
}

/**
 * For every variable, by name, the tensor of the checkpoint that restoring the model assigns to it: names in a
 * checkpoint need not be names of variables.
 */
export function findStoredVariables(meta: MetaGraph): ReadonlyMap<string, StoredVariable> {
  const stored = new Map<string, StoredVariable>();
  if (meta.restoreNode === undefined) return stored;
  // One node restores all variables: its names are decoded once.
  const decoded = new Map<GraphNode, readonly string[] | undefined>();
  const constantStrings = (restored: Source, input: string): readonly string[] | undefined => {
    const node = restored.follow(input)?.node;
    if (node === undefined) return undefined;
    if (!decoded.has(node)) decoded.set(node, stringConstant(node));
    return decoded.get(node);
  };
  visitExecuted(meta, meta.restoreNode, (node, follow) => {
    if (!ASSIGNMENTS.has(node.op)) return;
    const [target, value] = dataInputs(node);
    const variable = target === undefined ? undefined : follow(target);
    const restored = value === undefined ? undefined : follow(value);
    if (variable === undefined || restored?.node.op !== 'RestoreV2') return;
    const [, names, slices] = dataInputs(restored.node).map((input) => constantStrings(restored, input));
    const key = names?.[restored.index];
    if (key === undefined) return;
    const slice = parseSliceSpecification(slices?.[restored.index] ?? '');
    stored.set(resourceName(variable.node), { key, slice });
  });
  addAliases(meta, stored);
  return stored;
}

function stringConstant(node: GraphNode): readonly string[] | undefined {
  if (node.op !== 'Const') return undefined;
  const { data } = node.attributes.tensor('value');
  return isStrings(data) ? data : undefined;
}

/**
 * Keras 3 models written by tf.saved_model.save: the checkpoint holds copies, which the graph initializes from the
 * variables in use, so that these have the values of their copies.
 */
function addAliases(meta: MetaGraph, stored: Map<string, StoredVariable>): void {
  const { nodes } = meta.graph;
  const variable = (input: string | undefined): GraphNode | undefined => {
    let node = input === undefined ? undefined : nodes.get(parseReference(input).node);
    for (let steps = 0; steps < 100 && node !== undefined && PASSED_ON.has(node.op); steps++) {
      const [next] = dataInputs(node);
      node = next === undefined ? undefined : nodes.get(parseReference(next).node);
    }
    return node?.op === 'VarHandleOp' ? node : undefined;
  };
  for (const node of nodes.values()) {
    if (node.op !== 'AssignVariableOp') continue;
    const [target, source] = dataInputs(node).map(variable);
    if (target === undefined || source === undefined) continue;
    const copy = stored.get(resourceName(target));
    const name = resourceName(source);
    if (copy !== undefined && !stored.has(name)) stored.set(name, copy);
  }
}
