import { invariant } from '@bqml-emulator/common';
import type { Expression } from '../logical/index.ts';

/** The operands of AND, through all of its levels. */
export const conjunctsOf = (e: Expression): readonly Expression[] =>
  e.kind === 'Logical' && e.operator === 'AND' ? e.operands.flatMap(conjunctsOf) : [e];

export function conjunction(conjuncts: readonly Expression[]): Expression {
  const [first] = conjuncts;
  invariant(first, 'a conjunction has operands');
  return conjuncts.length === 1 ? first : { kind: 'Logical', operator: 'AND', operands: conjuncts, type: first.type };
}
