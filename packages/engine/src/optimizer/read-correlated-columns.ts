import type { ComputedColumn, Expression, Scan } from '../logical/index.ts';
import { readsElements } from '../logical/element-query.ts';
import { isLazyExpression, lazyColumns } from '../logical/lazy.ts';
import { expressionsOf, inputsOf, mapScan, rewriteExpression } from '../logical/rewrite.ts';
import { isAsynchronous, isNullTest } from './asynchronous.ts';
import { columnRef } from './column-references.ts';
import { mapOperands, someExpression } from '../logical/expression-tree.ts';
import type { Rule, RuleContext } from './rule.ts';
import { columnsReadBy, rewriteScans } from './scan-tree.ts';

/**
 * What a correlated subquery reads of the large values of the query around it is read below that query's scan: the
 * subquery runs in the relational engine, which holds handles only. One that can be evaluated element by element stays.
 */
export const readCorrelatedColumns: Rule = {
  name: 'read_correlated_columns',
  apply: (plan, context) => {
    const lazy = lazyColumns(plan);
    return rewriteScans(plan, (s) => readBelow(s, lazy, context));
  },
};

function readBelow(s: Scan, lazy: ReadonlySet<number>, context: RuleContext): Scan {
  if (!expressionsOf(s).some((e) => someExpression(e, (x) => x.kind === 'Subquery'))) return s;
  const reads = inputsOf(s).map((input) => new CorrelatedReads(input, lazy, context));
  const rewritten = mapScan(
    s,
    (input) => input,
    (e) => reads.reduce((x, read) => read.rewrite(x), e),
  );
  const below = new Map(inputsOf(s).map((input, i) => [input, reads[i]?.below() ?? input]));
  return mapScan(
    rewritten,
    (input) => below.get(input) ?? input,
    (e) => e,
  );
}

/** Gives the expression for what stands in a branch of a conditional: NULL where the branch is not reached. */
type Guard = (e: Expression) => Expression;

class CorrelatedReads {
  private readonly input: Scan;
  private readonly own: ReadonlySet<number>;
  private readonly lazy: ReadonlySet<number>;
  private readonly context: RuleContext;
  private readonly computed: ComputedColumn[] = [];

  constructor(input: Scan, lazy: ReadonlySet<number>, context: RuleContext) {
    this.input = input;
    this.own = new Set(input.columns.map((c) => c.id));
    this.lazy = lazy;
    this.context = context;
  }

  /** The input with the columns that were read for subqueries beside its own. */
  below(): Scan {
    const { input, computed } = this;
    if (computed.length === 0) return input;
    return { kind: 'ProjectScan', input, columns: [...input.columns, ...computed.map((c) => c.column)], computed };
  }

  /** An expression over the input, with what its subqueries read replaced by columns. */
  rewrite(e: Expression, guard: Guard = (x) => x): Expression {
    switch (e.kind) {
      case 'Subquery':
        if (readsElements(e, this.lazy) && e.correlatedColumns.every((c) => this.own.has(c.id))) return e;
        return rewriteExpression(e, (x) => (x === e ? undefined : this.replacement(x, guard)));
      case 'Case': {
        const { branches } = e;
        return {
          ...e,
          branches: branches.map((b, i) => ({
            when: this.rewrite(b.when, i === 0 ? guard : guarded(guard, branches.slice(0, i), 'otherwise')),
            then: this.rewrite(b.then, guarded(guard, branches.slice(0, i + 1), 'last')),
          })),
          otherwise: this.rewrite(e.otherwise, guarded(guard, branches, 'otherwise')),
        };
      }
      case 'Logical': {
        if (e.operator !== 'AND') return mapOperands(e, (x) => this.rewrite(x, guard));
        const first = e.operands.filter((x) => !hasSubquery(x));
        const condition: Expression | undefined = first.length > 1 ? { ...e, operands: first } : first[0];
        const inner = condition ? guarded(guard, [{ when: condition }], 'last') : guard;
        return { ...e, operands: e.operands.map((x) => this.rewrite(x, hasSubquery(x) ? inner : guard)) };
      }
      default:
        return mapOperands(e, (x) => this.rewrite(x, guard));
    }
  }

  private replacement(e: Expression, guard: Guard): Expression | undefined {
    if (e.kind === 'FunctionCall' && isNullTest(e)) return e;
    const isLazy = isLazyExpression(e, this.lazy);
    if (!isLazy && !isAsynchronous(e, this.lazy)) return undefined;
    if (!this.isOverInput(e)) return undefined;
    const column = this.context.newColumn('$read', e.type);
    const local = rewriteExpression(e, (x) => (x.kind === 'ColumnRef' ? columnRef(x.column) : undefined));
    this.computed.push({ column, expression: guard(isLazy ? valueOf(local) : local) });
    return { ...columnRef(column), correlated: true };
  }

  /** Whether the expression depends on one row of the input and on nothing else. */
  private isOverInput(e: Expression): boolean {
    const ids = columnsReadBy(e);
    return ids.size > 0 && [...ids].every((id) => this.own.has(id)) && !someExpression(e, isOfItsPlace);
  }
}

const isOfItsPlace = (e: Expression) =>
  e.kind === 'Subquery' || (e.kind === 'FunctionCall' && e.signature.volatile === true);

const hasSubquery = (e: Expression) => someExpression(e, (x) => x.kind === 'Subquery');

const valueOf = (e: Expression): Expression => ({
  kind: 'Cast',
  operand: e,
  safe: false,
  format: undefined,
  timeZone: undefined,
  type: e.type,
});

/** `last`: reached when the last condition is the first that is true; `otherwise`: when none is. */
function guarded(outer: Guard, branches: readonly { readonly when: Expression }[], at: 'last' | 'otherwise'): Guard {
  if (branches.some((b) => hasSubquery(b.when))) return outer;
  return (e) => {
    const nothing: Expression = { kind: 'Literal', type: e.type, value: null };
    return outer({
      kind: 'Case',
      branches: branches.map((b, i) => ({
        when: b.when,
        then: at === 'last' && i === branches.length - 1 ? e : nothing,
      })),
      otherwise: at === 'last' ? nothing : e,
      type: e.type,
    });
  };
}
