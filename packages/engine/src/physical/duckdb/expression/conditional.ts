import type { Case, Coalesce, Expression, Logical } from '../../../logical/index.ts';
import { isLazyExpression } from '../../../logical/lazy.ts';
import type { EmissionContext } from '../emission-context.ts';
import { conjunctsOf } from '../../../optimizer/conjunction.ts';
import { cannotFail } from '../cannot-fail.ts';
import { emitBranch, emitValue } from './emit-expression.ts';

/** The engine evaluates a branch of CASE for the rows that reach it and for no others. */
export function emitCase(e: Case, context: EmissionContext): string {
  const lazy = isLazyExpression(e, context.lazyColumns);
  const branches = e.branches.map(
    (b) => `WHEN ${emitValue(b.when, context)} THEN ${emitBranch(b.then, lazy, context)}`,
  );
  return `(CASE ${branches.join(' ')} ELSE ${emitBranch(e.otherwise, lazy, context)} END)`;
}

/**
 * The engine's AND and OR evaluate every operand for every row, so an operand that can fail is guarded by CASE.
 */
export function emitLogical(e: Logical, context: EmissionContext): string {
  const isAnd = e.operator === 'AND';
  const [first, ...rest] = e.operands;
  if (first === undefined) return isAnd ? 'TRUE' : 'FALSE';
  if (rest.length === 0) return emitValue(first, context);
  const split = rest.findIndex((operand) => !cannotFail(operand));
  if (split < 0) return joined(e.operands, e.operator, context);
  const before = joined([first, ...rest.slice(0, split)], e.operator, context);
  const after = emitLogical({ ...e, operands: rest.slice(split) }, context);
  return `(CASE WHEN ${isAnd ? `NOT ${before}` : before} THEN ${isAnd ? 'FALSE' : 'TRUE'} ELSE ${after} ${e.operator} ${before} END)`;
}

/**
 * A condition of which only TRUE counts: NULL is as good as FALSE, which makes the guards simpler. What cannot fail
 * comes first and stands outside the guards, where the engine finds the keys of its hash joins and pushes filters down.
 */
export function emitCondition(e: Expression, context: EmissionContext): string {
  if (e.kind !== 'Logical' || e.operator === 'OR') return emitValue(e, context);
  const conjuncts = conjunctsOf(e);
  const safe = conjuncts.filter(cannotFail).map((c) => emitValue(c, context));
  const guarded = conjuncts
    .filter((c) => !cannotFail(c))
    .map((c) => emitValue(c, context))
    .reduceRight<string | undefined>(
      (after, c) => (after === undefined ? c : `CASE WHEN ${c} THEN ${after} ELSE FALSE END`),
      undefined,
    );
  const before = safe.join(' AND ');
  if (guarded === undefined) return before;
  return before === '' ? guarded : `${before} AND CASE WHEN ${before} THEN ${guarded} ELSE FALSE END`;
}

function joined(operands: readonly Expression[], operator: string, context: EmissionContext): string {
  return `(${operands.map((operand) => emitValue(operand, context)).join(` ${operator} `)})`;
}

/** COALESCE of the engine stops at the first operand that is not NULL. */
export function emitCoalesce(e: Coalesce, context: EmissionContext): string {
  const lazy = isLazyExpression(e, context.lazyColumns);
  return `COALESCE(${e.operands.map((operand) => emitBranch(operand, lazy, context)).join(', ')})`;
}
