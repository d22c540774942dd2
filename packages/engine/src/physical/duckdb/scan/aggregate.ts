import { notImplemented } from '@bqml-emulator/common';
import type { AggregateCall, AggregateScan } from '../../../logical/index.ts';
import { sameExpression } from '../../../logical/same-expression.ts';
import { emitAggregateCall, emitOperands } from '../aggregate-call.ts';
import type { EmissionContext } from '../emission-context.ts';
import { emitValue } from '../expression/emit-expression.ts';
import { distinctColumns, selectList } from './columns.ts';
import { emitFrom } from './emit-scan.ts';

/**
 * Keys and operands are computed in a relation below, so that an operand that reads only columns of a query around
 * this one is not taken for an aggregate of that query.
 */
export function emitAggregateScan(scan: AggregateScan, context: EmissionContext): string {
  const items = scan.groupBy.map((g) => `${emitValue(g.expression, context)} AS c${g.column.id}`);
  const keys = scan.groupBy.map((g) => `c${g.column.id}`);
  const compute = (text: string) => {
    const name = context.stage.alias('a');
    items.push(`${text} AS ${name}`);
    return name;
  };
  const calls = new Map(
    scan.aggregates.map(({ column, call }) => {
      const grouping = emitGrouping(call, scan);
      if (grouping !== undefined) return [column.id, grouping];
      const operands = {
        ...emitOperands(call, compute, context),
        filter: emitHaving(call, compute, scan, context),
      };
      return [column.id, emitAggregateCall(call, operands, undefined, context)];
    }),
  );
  const columns = distinctColumns(scan.columns).map(({ id }) => {
    const call = calls.get(id);
    return call === undefined ? `c${id}` : `${call} AS c${id}`;
  });
  const select = columns.length === 0 ? 'count(*) AS z' : columns.join(', ');
  const from = `(SELECT ${selectList(items)} FROM ${emitFrom(scan.input, context)}) AS ${context.stage.alias('t')}`;
  return `SELECT ${select} FROM ${from}${emitGroupBy(scan, keys)}`;
}

function emitGroupBy(scan: AggregateScan, keys: readonly string[]): string {
  if (scan.groupingSets) {
    const sets = scan.groupingSets.map((set) => `(${set.map((i) => keys[i]).join(', ')})`);
    return ` GROUP BY GROUPING SETS (${sets.join(', ')})`;
  }
  return keys.length === 0 ? '' : ` GROUP BY ${keys.join(', ')}`;
}

/** HAVING MAX and MIN: a column that tells whether a row has the extreme value of its group. */
function emitHaving(
  call: AggregateCall,
  compute: (text: string) => string,
  scan: AggregateScan,
  context: EmissionContext,
): string | undefined {
  if (!call.having) return undefined;
  if (scan.groupingSets) throw notImplemented('HAVING MAX or MIN in an aggregate with grouping sets');
  const value = emitValue(call.having.expression, context);
  const groupKeys = scan.groupBy.map((g) => emitValue(g.expression, context));
  const partition = groupKeys.length === 0 ? '' : `PARTITION BY ${groupKeys.join(', ')}`;
  return compute(`(${value} = ${call.having.kind === 'MAX' ? 'max' : 'min'}(${value}) OVER (${partition}))`);
}

/** GROUPING names a key; its argument is the key's expression. */
function emitGrouping(call: AggregateCall, scan: AggregateScan): string | undefined {
  if (call.function.name !== 'GROUPING') return undefined;
  const key = scan.groupBy.find((g) => call.arguments.some((a) => sameExpression(a, g.expression)));
  return key && `grouping(c${key.column.id})`;
}
