import { INT64 } from '@bqml-emulator/types';
import type { AnalyticScan, WindowFrameBound, WindowSpecification } from '../../../logical/index.ts';
import { emitAggregateCall, emitOperands } from '../aggregate-call.ts';
import type { EmissionContext } from '../emission-context.ts';
import { emitValue } from '../expression/emit-expression.ts';
import { emitOrderKeys } from '../order.ts';
import { columnNames, distinctColumns } from './columns.ts';
import { emitFrom } from './emit-scan.ts';

export function emitAnalyticScan(scan: AnalyticScan, context: EmissionContext): string {
  const items = columnNames(scan.input.columns);
  const compute = (text: string) => {
    const name = context.stage.alias('a');
    items.push(`${text} AS ${name}`);
    return name;
  };
  const calls = new Map(
    scan.calls.map(({ column, call, window }) => {
      const over = emitOver(window, compute, context);
      const operands = emitOperands(call, compute, context);
      return [column.id, emitAggregateCall(call, operands, over, context)];
    }),
  );
  const columns = distinctColumns(scan.columns).map(({ id }) => {
    const call = calls.get(id);
    return call === undefined ? `c${id}` : `${call} AS c${id}`;
  });
  const from = `(SELECT ${items.join(', ') || 'CAST(1 AS BIGINT) AS z'} FROM ${emitFrom(scan.input, context)}) AS ${context.stage.alias('t')}`;
  return `SELECT ${columns.join(', ')} FROM ${from}`;
}

function emitOver(window: WindowSpecification, compute: (text: string) => string, context: EmissionContext): string {
  const parts: string[] = [];
  const partitions = window.partitionBy.map((e) => compute(emitValue(e, context)));
  if (partitions.length > 0) parts.push(`PARTITION BY ${partitions.join(', ')}`);
  const isRange = window.frame?.unit === 'RANGE' && [window.frame.start, window.frame.end].some((b) => b.offset);
  const keys = window.orderBy.map((item) => {
    const name = compute(emitValue(item.expression, context));
    // A RANGE frame with an offset takes one key.
    return emitOrderKeys(item, name, isRange ? INT64 : item.expression.type);
  });
  if (keys.length > 0) parts.push(`ORDER BY ${keys.join(', ')}`);
  if (window.frame) {
    const { unit, start, end } = window.frame;
    parts.push(`${unit} BETWEEN ${emitBound(start, context)} AND ${emitBound(end, context)}`);
  }
  return ` OVER (${parts.join(' ')})`;
}

function emitBound(bound: WindowFrameBound, context: EmissionContext): string {
  switch (bound.kind) {
    case 'UNBOUNDED_PRECEDING':
      return 'UNBOUNDED PRECEDING';
    case 'UNBOUNDED_FOLLOWING':
      return 'UNBOUNDED FOLLOWING';
    case 'CURRENT_ROW':
      return 'CURRENT ROW';
    default:
      return `${bound.offset ? emitValue(bound.offset, context) : '0'} ${bound.kind}`;
  }
}
