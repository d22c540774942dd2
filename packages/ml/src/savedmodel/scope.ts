import type { Value } from './value.ts';
import type { FunctionDefinition, GraphNode, NodeMap } from './graph-def.ts';

/** A place in a graph: a node's output, or a parameter of the function. */
export interface Reference {
  readonly node: string;
  /** Name of an output argument, which may have several outputs; functions refer so. */
  readonly argument: string | undefined;
  readonly index: number;
}

/** One evaluation of a graph or of a function's body. */
export interface Scope {
  /** Of the function; undefined for the graph itself. */
  readonly name: string | undefined;
  readonly nodes: NodeMap;
  readonly parameters: ReadonlyMap<string, Value>;
  readonly results: Map<string, readonly (Value | 'dead')[] | 'dead'>;
  readonly depth: number;
}

export const isControl = (input: string): boolean => input.startsWith('^');

export const dataInputs = (node: GraphNode): readonly string[] => node.inputs.filter((input) => !isControl(input));

export function parseReference(input: string): Reference {
  const [node = '', second, third] = input.split(':');
  if (third !== undefined) return { node, argument: second, index: Number(third) };
  return { node, argument: undefined, index: second === undefined ? 0 : Number(second) };
}

export function functionScope(
  { name, nodes, parameters }: FunctionDefinition,
  values: readonly Value[],
  depth: number,
): Scope {
  const bound = new Map<string, Value>();
  parameters.forEach((parameter, i) => {
    const value = values[i];
    if (value !== undefined) bound.set(parameter, value);
  });
  return { name, nodes, parameters: bound, results: new Map(), depth };
}
