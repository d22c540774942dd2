import type { JoinScan } from '../../../logical/index.ts';
import type { EmissionContext } from '../emission-context.ts';
import { emitCondition } from '../expression/conditional.ts';
import { columnNames, selectList } from './columns.ts';
import { emitFrom } from './emit-scan.ts';

export function emitJoinScan(scan: JoinScan, context: EmissionContext): string {
  const left = emitFrom(scan.left, context);
  const right = emitFrom(scan.right, context);
  const columns = selectList(columnNames(scan.columns));
  if (scan.condition === undefined && scan.joinType === 'INNER')
    return `SELECT ${columns} FROM ${left} CROSS JOIN ${right}`;
  const condition = scan.condition ? emitCondition(scan.condition, context) : 'TRUE';
  return `SELECT ${columns} FROM ${left} ${scan.joinType} JOIN ${right} ON ${condition}`;
}
