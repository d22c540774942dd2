import { invariant } from '@bqml-emulator/common';
import type { AggregatePart } from '@bqml-emulator/catalog';
import type { AggregateCall, AggregateScan, Expression, PlanColumn, Scan } from '../logical/index.ts';
import { lazyColumns } from '../logical/lazy.ts';
import { columnRef } from './column-references.ts';
import { largeInput } from './large-input.ts';
import type { Rule, RuleContext } from './rule.ts';
import { rewriteScans } from './scan-tree.ts';

/**
 * Aggregates over what comes of large values fold some rows at a time, and then what those gave: the elements of all
 * images of a table are never together.
 */
export const aggregateInParts: Rule = {
  name: 'aggregate_in_parts',
  apply: (plan, context) => {
    const lazy = lazyColumns(plan);
    return rewriteScans(plan, (s) => (s.kind === 'AggregateScan' ? (inParts(s, lazy, context) ?? s) : s));
  },
};

function inParts(s: AggregateScan, lazy: ReadonlySet<number>, context: RuleContext): Scan | undefined {
  if (s.groupingSets !== undefined || s.inParts || !s.aggregates.every(({ call }) => isSplittable(call))) {
    return undefined;
  }
  const keys = s.groupBy.map(({ column, expression }) => ({
    column: context.newColumn(column.name, column.type),
    expression,
  }));
  const parts: AggregateScan['aggregates'][number][] = [];
  const add = (call: AggregateCall): PlanColumn => {
    const column = context.newColumn('$part', call.type);
    parts.push({ column, call });
    return column;
  };
  const aggregates = s.aggregates.map(({ column, call }) => ({ column, call: splitCall(call, add) }));
  const part: AggregateScan = {
    kind: 'AggregateScan',
    inParts: true,
    columns: [...keys, ...parts].map((c) => c.column),
    input: s.input,
    groupBy: keys,
    groupingSets: undefined,
    aggregates: parts,
  };
  if (largeInput(part, lazy) === undefined) return undefined;
  const groupBy = s.groupBy.map(({ column }, i) => {
    const key = keys[i]?.column;
    invariant(key, 'every key has its part');
    return { column, expression: columnRef(key) };
  });
  return { ...s, input: part, groupBy, aggregates };
}

const isSplittable = (call: AggregateCall): boolean =>
  call.signature.split !== undefined &&
  !call.distinct &&
  call.nullHandling === undefined &&
  call.having === undefined &&
  call.orderBy.length === 0 &&
  call.limit === undefined;

/** The call over the columns of its parts, which `add` makes. */
function splitCall(call: AggregateCall, add: (part: AggregateCall) => PlanColumn): AggregateCall {
  const { split } = call.signature;
  invariant(split, 'the call can be split');
  if (split === 'self') return { ...call, arguments: [columnRef(add(call))] };
  const columns = split.parts.map((part) => add(partCall(part, call.arguments, call)));
  return partCall(split.whole, columns.map(columnRef), call);
}

function partCall(part: AggregatePart, args: readonly Expression[], of: AggregateCall): AggregateCall {
  const { result } = part.signature;
  const type = typeof result !== 'function' && result.pattern === 'EXACT' ? result.type : of.type;
  return { ...of, function: part.function, signature: part.signature, arguments: args, type };
}
