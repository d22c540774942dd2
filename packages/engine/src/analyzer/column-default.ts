import type { ColumnSchema } from '@bqml-emulator/catalog';
import { parseExpression } from '@bqml-emulator/sql';
import type { Expression } from '../logical/index.ts';
import { Analysis } from './analysis.ts';
import { coerceAt, resolveExpression } from './resolve-expression.ts';
import { scalarContext } from './expression-context.ts';
import { NameScope } from './name-scope.ts';
import { WithScope } from './with-scope.ts';

/** What a column gets that a statement gives no value for. An ARRAY without a default is empty. */
export function resolveDefault(analysis: Analysis, column: ColumnSchema): Expression {
  const { name, type, defaultExpression } = column;
  if (defaultExpression !== undefined) {
    // The text stands alone, so positions in it are its own.
    const own = new Analysis({ ...analysis.context, sql: defaultExpression, parameters: [] });
    const node = parseExpression(defaultExpression);
    const context = scalarContext(NameScope.empty(), new WithScope(), 'a column default expression');
    const value = resolveExpression(own, node, context);
    return coerceAt(own, value, type, node, (wanted, found) => defaultMismatch(name, wanted, found));
  }
  if (type.kind === 'ARRAY') return { kind: 'MakeArray', type, elements: [] };
  return { kind: 'Literal', type, value: null };
}

export const defaultMismatch = (name: string, wanted: string, found: string): string =>
  `Column default expression of ${name} has type ${found} which cannot be assigned to type ${wanted}`;
