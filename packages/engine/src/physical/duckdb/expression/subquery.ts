import { invariant } from '@bqml-emulator/common';
import type { Subquery } from '../../../logical/index.ts';
import { emitEqual, hasNativeEquality } from '../comparison.ts';
import type { EmissionContext } from '../emission-context.ts';
import { physicalType } from '../physical-type.ts';
import { emitOrderedScan } from '../scan/ordered-scan.ts';
import { emitFrom, emitScan } from '../scan/emit-scan.ts';
import { emitOrderBy } from '../scan/row-wise.ts';
import { givesOneRow } from '../scan/gives-one-row.ts';
import { emitValue } from './emit-expression.ts';

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/subqueries#expression_subquery_concepts */
export function emitSubquery(e: Subquery, context: EmissionContext): string {
  switch (e.form) {
    case 'EXISTS':
      return `EXISTS (SELECT 1 FROM (${emitScan(e.scan, context)}) AS ${context.stage.alias('t')})`;
    case 'SCALAR': {
      const from = `(${emitScan(e.scan, context)}) AS ${context.stage.alias('t')}`;
      const column = columnName(e);
      if (givesOneRow(e.scan)) return `(SELECT ${column} FROM ${from})`;
      return `(SELECT CASE WHEN count(*) > 1 THEN error('Scalar subquery produced more than one element') ELSE first(${column}) END FROM ${from})`;
    }
    case 'ARRAY':
      return emitArray(e, context);
    case 'IN':
      return emitIn(e, context);
  }
}

function emitArray({ type, scan, ...e }: Subquery, context: EmissionContext): string {
  const array = (orderBy: string, from: string) =>
    `(SELECT COALESCE(list(${columnName(e)}${orderBy}), CAST([] AS ${physicalType(type)})) FROM ${from})`;
  if (scan.kind === 'OrderByScan' && !context.storedScans.has(scan)) {
    // A correlated window, which would number the rows, sorts by the whole columns of the outer row.
    return array(` ORDER BY ${emitOrderBy(scan.items, context)}`, emitFrom(scan.input, context));
  }
  const ordered = emitOrderedScan(scan, context);
  const orderBy = ordered.ordinal === undefined ? '' : ` ORDER BY ${ordered.ordinal}`;
  return array(orderBy, `(${ordered.text}) AS ${context.stage.alias('t')}`);
}

function emitIn(e: Subquery, context: EmissionContext): string {
  invariant(e.operand, 'IN has an operand');
  const operand = emitValue(e.operand, context);
  const column = columnName(e);
  const from = `(${emitScan(e.scan, context)}) AS ${context.stage.alias('t')}`;
  const { type } = e.operand;
  if (hasNativeEquality(type)) return `(${operand} IN (SELECT ${column} FROM ${from}))`;
  // In the engine NaN equals NaN; without NaN in the set nothing equals it.
  if (type.kind === 'FLOAT64') {
    return `(${operand} IN (SELECT ${column} FROM ${from} WHERE isnan(${column}) IS NOT TRUE))`;
  }
  const equal = emitEqual(operand, column, type);
  return `(SELECT CASE WHEN bool_or(${equal}) THEN TRUE WHEN count(*) = count(${equal}) THEN FALSE END FROM ${from})`;
}

function columnName(e: Pick<Subquery, 'form' | 'column'>): string {
  invariant(e.column, `a subquery of form ${e.form} reads a column`);
  return `c${e.column.id}`;
}
