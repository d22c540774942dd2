import { ServiceError } from '@bqml-emulator/common';
import { malformed, unsupported } from '../convert/conversion-error.ts';
import type { GraphBuilder } from '../convert/graph-builder.ts';
import type { GraphNode } from './graph-def.ts';
import { OperatorCall, toValues } from './operator.ts';
import { OPERATORS } from './operators/registry.ts';
import type { MetaGraph } from './saved-model.ts';
import { functionScope, isControl, parseReference } from './scope.ts';
import type { Reference, Scope } from './scope.ts';
import { commonGuards, guarded, mergeGuarded } from './guard.ts';
import { nodeError } from './service-error.ts';
import type { Tables } from './tables.ts';
import { tensorValue } from './value.ts';
import type { Value } from './value.ts';
import type { Variables } from './variables.ts';

/** Functions nested deeper, and graphs that unfold to more nodes, are refused: no real model comes near. */
const MAX_CALL_DEPTH = 64;
const MAX_EVALUATED_NODES = 400_000;

/**
 * Converts what the outputs of a signature need, and nothing else: a node is converted when a value of it is asked
 * for, once in each scope. Functions are inlined by evaluating their bodies in scopes of their own.
 */
export class Evaluator {
  readonly builder: GraphBuilder;
  readonly meta: MetaGraph;
  readonly variables: Variables;
  readonly tables: Tables;
  readonly signature: string;
  readonly #main: Scope;
  #evaluated = 0;

  constructor(
    builder: GraphBuilder,
    meta: MetaGraph,
    variables: Variables,
    tables: Tables,
    signature: string,
    /** Values of nodes that the signature feeds. */
    fed: ReadonlyMap<string, Value>,
  ) {
    this.builder = builder;
    this.meta = meta;
    this.variables = variables;
    this.tables = tables;
    this.signature = signature;
    this.#main = { name: undefined, nodes: meta.graph.nodes, parameters: fed, results: new Map(), depth: 0 };
  }

  /** A value of the graph by name: `node` or `node:output`. */
  value(name: string): Value {
    return this.#valueIn(this.#main, name);
  }

  call(name: string, inputs: readonly Value[], depth: number): readonly Value[] {
    const definition = this.meta.graph.functions.get(name);
    if (definition === undefined) throw malformed(`there is no function '${name}'`);
    if (depth >= MAX_CALL_DEPTH) throw unsupported(`functions nested deeper than ${MAX_CALL_DEPTH}`);
    const scope = functionScope(definition, inputs, depth + 1);
    return definition.results.map((result) => this.#valueIn(scope, result));
  }

  #valueIn(scope: Scope, input: string): Value {
    const reference = parseReference(input);
    if (!scope.parameters.has(reference.node)) this.#evaluate(scope, reference.node);
    const value = this.#resolved(scope, reference);
    if (value === 'dead') throw malformed(`'${input}' is on a side of a condition that is never taken`);
    return value;
  }

  /** Depth first with a stack of its own, because graphs are thousands of nodes deep. */
  #evaluate(scope: Scope, name: string): void {
    const path: { readonly node: GraphNode; readonly inputs: readonly string[]; next: number }[] = [];
    const active = new Set<string>();
    const enter = (child: string) => {
      if (scope.parameters.has(child) || scope.results.has(child)) return;
      const node = scope.nodes.get(child);
      if (node === undefined) throw malformed(`there is no node '${child}'${inFunction(scope)}`);
      if (active.has(child)) {
        throw nodeError(unsupported('a loop between nodes'), node, this.signature);
      }
      active.add(child);
      path.push({ node, inputs: evaluatedInputs(scope, node), next: 0 });
    };
    enter(name);
    for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
      const input = step.inputs[step.next++];
      if (input !== undefined) {
        enter(parseReference(isControl(input) ? input.slice(1) : input).node);
        continue;
      }
      scope.results.set(step.node.name, this.#convert(scope, step.node, step.inputs));
      active.delete(step.node.name);
      path.pop();
    }
  }

  #convert(scope: Scope, node: GraphNode, inputs: readonly string[]): readonly (Value | 'dead')[] | 'dead' {
    if (++this.#evaluated > MAX_EVALUATED_NODES) throw unsupported(`more than ${MAX_EVALUATED_NODES} nodes`);
    try {
      const values = inputs.map((input) =>
        this.#resolved(scope, parseReference(isControl(input) ? input.slice(1) : input)),
      );
      if (node.op === 'Merge') return this.#merge(values.slice(0, dataCount(inputs)));
      if (values.includes('dead')) return 'dead';
      const present = values.filter((value) => value !== 'dead');
      const outputs = this.#operate(scope, node, present.slice(0, dataCount(inputs)));
      const guards = commonGuards(present);
      return guards.length === 0 ? outputs : outputs.map((value) => guarded(value, guards));
    } catch (error) {
      if (error instanceof ServiceError) throw error;
      throw nodeError(error, node, this.signature);
    }
  }

  #operate(scope: Scope, node: GraphNode, values: readonly Value[]): readonly (Value | 'dead')[] {
    const operator = OPERATORS.get(node.op);
    if (operator !== undefined) {
      return toValues(operator.convert(new OperatorCall(this, node, values, scope.depth)));
    }
    if (this.meta.graph.functions.has(node.op)) return this.call(node.op, values, scope.depth);
    throw unsupported('');
  }

  /** The side of a condition that is taken, and which one it is. */
  #merge(values: readonly (Value | 'dead')[]): readonly (Value | 'dead')[] | 'dead' {
    const live = values.filter((value) => value !== 'dead');
    const [value, other] = live;
    if (value === undefined) return 'dead';
    if (other !== undefined) return mergeGuarded(this.builder, live);
    return [value, tensorValue(this.builder.constantOf('int32', [], [values.indexOf(value)]))];
  }

  #resolved(scope: Scope, reference: Reference): Value | 'dead' {
    const parameter = scope.parameters.get(reference.node);
    if (parameter !== undefined) return parameter;
    const outputs = scope.results.get(reference.node);
    if (outputs === 'dead') return 'dead';
    const node = scope.nodes.get(reference.node);
    const value = outputs?.[outputIndex(node, reference)];
    if (value === undefined) {
      // A control input needs no value.
      if (outputs !== undefined && outputs.length === 0) return NOTHING;
      throw unsupported(`output ${reference.argument ?? reference.index} of ${node?.op ?? reference.node}`);
    }
    return value;
  }
}

/** Stands for the output of a node that has none. */
const NOTHING: Value = { kind: 'list', tensor: undefined, size: undefined };

const inFunction = ({ name }: Scope): string => (name === undefined ? '' : ` in function '${name}'`);

const dataCount = (inputs: readonly string[]): number => inputs.filter((input) => !isControl(input)).length;

/**
 * The data inputs, and control inputs that say on which side of a TF1 condition a node stands: those from an Identity
 * of a Switch.
 */
function evaluatedInputs(scope: Scope, node: GraphNode): string[] {
  const data = node.inputs.filter((input) => !isControl(input));
  const pivots = node.inputs.filter((input) => isControl(input) && isPivot(scope, input.slice(1)));
  return [...data, ...pivots];
}

function isPivot(scope: Scope, name: string): boolean {
  const node = scope.nodes.get(name);
  if (node?.op !== 'Identity') return false;
  const [source] = node.inputs;
  return source !== undefined && scope.nodes.get(parseReference(source).node)?.op === 'Switch';
}

function outputIndex(node: GraphNode | undefined, { argument, index }: Reference): number {
  const names = node === undefined || argument === undefined ? undefined : OPERATORS.get(node.op)?.outputs;
  if (names === undefined || argument === undefined) return index;
  const place = names.indexOf(argument);
  if (place < 0) throw unsupported(`output ${argument}`);
  return place + index;
}
