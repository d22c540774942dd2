import { unsupported } from '../convert/conversion-error.ts';
import type { GraphBuilder } from '../convert/graph-builder.ts';
import { commonShape } from '../convert/shape.ts';
import { cast } from '../convert/operations/elementwise.ts';
import { tensorValue } from './value.ts';
import type { Guard, Value } from './value.ts';

/**
 * Conditions of TensorFlow 1 that are decided when the model runs: Switch gives its input to both sides, both are
 * computed, and Merge chooses. Every value knows by its guards on which sides it stands.
 */
export function commonGuards(values: readonly Value[]): Guard[] {
  const guards: Guard[] = [];
  for (const guard of values.flatMap((value) => value.guards ?? [])) {
    if (!guards.some((other) => isSameGuard(other, guard))) guards.push(guard);
  }
  return guards;
}

const isSameGuard = (a: Guard, b: Guard) => a.predicate === b.predicate && a.branch === b.branch;

export function guarded(value: Value | 'dead', guards: readonly Guard[]): Value | 'dead' {
  if (value === 'dead') return value;
  const all = [...(value.guards ?? [])];
  for (const guard of guards) if (!all.some((other) => isSameGuard(other, guard))) all.push(guard);
  return { ...value, guards: all };
}

/** The value of the side that is taken, and its number. */
export function mergeGuarded(g: GraphBuilder, values: readonly Value[]): Value[] {
  const [a, b, ...others] = values;
  if (a?.kind !== 'tensor' || b?.kind !== 'tensor' || others.length > 0) throw unsupported('sides that are no tensors');
  const guard = a.guards?.find(({ predicate, branch }) =>
    b.guards?.some((other) => other.predicate === predicate && other.branch !== branch),
  );
  if (guard === undefined) throw unsupported('sides of different conditions');
  const [whenTrue, whenFalse] = guard.branch ? [a, b] : [b, a];
  const branches = [whenTrue, whenFalse].map(({ tensor }) => g.subgraph(() => [tensor]).graph);
  const [thenBranch, elseBranch] = branches;
  if (thenBranch === undefined || elseBranch === undefined || a.tensor.dtype !== b.tensor.dtype) {
    throw unsupported('sides of different types');
  }
  const attributes = { then_branch: { graph: thenBranch }, else_branch: { graph: elseBranch } };
  const name = g.emit('If', [g.name(guard.predicate)], attributes);
  const merged = tensorValue(g.tensor(name, a.tensor.dtype, commonShape(a.tensor.shape, b.tensor.shape)));
  const rest = commonGuards(values).filter(({ predicate }) => predicate !== guard.predicate);
  const index = tensorValue(cast(g, guard.predicate, 'int32'));
  return [merged, index].map((value) => (rest.length === 0 ? value : { ...value, guards: rest }));
}
