import type { ColumnSchema } from '@bqml-emulator/catalog';
import { notImplemented } from '@bqml-emulator/common';
import type { Expression } from '../logical/index.ts';
import type { Analysis } from './analysis.ts';

/** What a column gets that a statement gives no value for. An ARRAY without a default is empty. */
export function resolveDefault(_analysis: Analysis, column: ColumnSchema): Expression {
  if (column.defaultExpression !== undefined) throw notImplemented('DEFAULT values');
  if (column.type.kind === 'ARRAY') return { kind: 'MakeArray', type: column.type, elements: [] };
  return { kind: 'Literal', type: column.type, value: null };
}
