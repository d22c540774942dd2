import type { ArrayScan } from '../../../logical/index.ts';
import type { EmissionContext } from '../emission-context.ts';
import { emitCondition } from '../expression/conditional.ts';
import { emitValue } from '../expression/emit-expression.ts';
import { columnNames, selectList } from './columns.ts';
import { emitFrom } from './emit-scan.ts';

/** UNNEST in the select list keeps the order of the rows and of the elements, which a lateral join does not. */
export function emitArrayScan(scan: ArrayScan, context: EmissionContext): string {
  return emitUnnest(scan, context, undefined) ?? emitOuterUnnestWithCondition(scan, context);
}

/** Undefined: a LEFT JOIN UNNEST with a condition, which takes more. `ordinal` names a column for the position. */
export function emitUnnest(scan: ArrayScan, context: EmissionContext, ordinal: string | undefined): string | undefined {
  if (scan.outer && scan.condition) return undefined;
  const array = context.stage.alias('a');
  const orNull = (list: string) => (scan.outer ? `CASE WHEN len(${array}) > 0 THEN ${list} ELSE [NULL] END` : list);
  const items = [
    ...inputNames(scan),
    `unnest(${orNull(array)}) AS c${scan.elementColumn.id}`,
    ...[scan.offsetColumn && `c${scan.offsetColumn.id}`, ordinal]
      .filter((name) => name !== undefined)
      .map((name) => `unnest(${orNull(`range(len(${array}))`)}) AS ${name}`),
  ];
  const unnested = `SELECT ${items.join(', ')} FROM ${arrayInput(scan, array, context)}`;
  if (scan.condition === undefined) return unnested;
  const columns = [...columnNames(scan.columns), ...(ordinal === undefined ? [] : [ordinal])];
  return `SELECT ${selectList(columns)} FROM (${unnested}) AS ${context.stage.alias('t')} WHERE ${emitCondition(scan.condition, context)}`;
}

function emitOuterUnnestWithCondition(scan: ArrayScan, context: EmissionContext): string {
  const array = context.stage.alias('a');
  const names = [`c${scan.elementColumn.id}`, ...(scan.offsetColumn ? [`c${scan.offsetColumn.id}`] : [])];
  const items = [
    `unnest(${array}) AS c${scan.elementColumn.id}`,
    ...(scan.offsetColumn ? [`unnest(range(len(${array}))) AS c${scan.offsetColumn.id}`] : []),
  ];
  const condition = scan.condition ? emitCondition(scan.condition, context) : 'TRUE';
  const elements = `SELECT ${names.join(', ')} FROM (SELECT ${items.join(', ')}) AS ${context.stage.alias('t')} WHERE ${condition}`;
  const columns = selectList([...inputNames(scan), ...names]);
  return `SELECT ${columns} FROM ${arrayInput(scan, array, context)} LEFT JOIN LATERAL (${elements}) AS ${context.stage.alias('t')} ON TRUE`;
}

const inputNames = (scan: ArrayScan): string[] => (scan.input ? columnNames(scan.input.columns) : []);

/** The rows with the array beside them, so that its text stands in the stage once. */
function arrayInput(scan: ArrayScan, array: string, context: EmissionContext): string {
  const items = [...inputNames(scan), `${emitValue(scan.array, context)} AS ${array}`];
  const from = scan.input ? ` FROM ${emitFrom(scan.input, context)}` : '';
  return `(SELECT ${items.join(', ')}${from}) AS ${context.stage.alias('t')}`;
}
