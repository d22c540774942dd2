import type { SetOperationScan } from '../../../logical/index.ts';
import type { EmissionContext } from '../emission-context.ts';
import { emitBranch } from '../expression/emit-expression.ts';
import { selectList } from './columns.ts';
import { emitFrom } from './emit-scan.ts';

const OPERATORS = {
  UNION_ALL: 'UNION ALL',
  UNION_DISTINCT: 'UNION',
  INTERSECT_DISTINCT: 'INTERSECT',
  EXCEPT_DISTINCT: 'EXCEPT',
} as const;

export function emitSetOperationScan(scan: SetOperationScan, context: EmissionContext): string {
  const inputs = scan.inputs.map(({ scan: input, inputColumns }) => {
    const items = scan.columns.flatMap((column, i) => {
      const source = inputColumns[i];
      if (source === undefined) return [];
      const lazy = context.lazyColumns.has(column.id);
      const reference = { kind: 'ColumnRef', column: source, correlated: false, type: source.type } as const;
      return [`${emitBranch(reference, lazy, context)} AS c${column.id}`];
    });
    return `(SELECT ${selectList(items)} FROM ${emitFrom(input, context)})`;
  });
  // Left-associative: the inputs of INTERSECT and EXCEPT are taken one after the other.
  return inputs.join(` ${OPERATORS[scan.operation]} `);
}
