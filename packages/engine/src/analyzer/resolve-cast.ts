import type * as sql from '@bqml-emulator/sql';
import { STRING, canCast, typeName } from '@bqml-emulator/types';
import type { Expression } from '../logical/index.ts';
import type { Analysis } from './analysis.ts';
import { coerce, coercibilityOf, decimalOfFloatLiteral, explicitLiteral } from './coerce.ts';
import type { ExpressionContext } from './expression-context.ts';
import { resolveAs, resolveExpression } from './resolve-expression.ts';
import { resolveType } from './resolve-type.ts';

/** CAST and SAFE_CAST. https://cloud.google.com/bigquery/docs/reference/standard-sql/conversion_functions#cast */
export function resolveCast(analysis: Analysis, node: sql.CastExpression, context: ExpressionContext): Expression {
  const operand = resolveExpression(analysis, node.expression, context);
  const type = resolveType(analysis, node.type);
  const clause = (name: string) => (wanted: string, found: string) =>
    `${name} should return type ${wanted}, but returns ${found}`;
  const format =
    node.format && resolveAs(analysis, node.format.format, STRING, context, clause('FORMAT clause in CAST'));
  const timeZone =
    node.format?.timeZone && resolveAs(analysis, node.format.timeZone, STRING, context, clause('AT TIME ZONE'));
  const how = coercibilityOf(operand);
  if (how === 'null' && operand.kind === 'Literal') return explicitLiteral(type, null);
  if (!format) {
    const decimal = decimalOfFloatLiteral(operand, type);
    if (decimal) return explicitLiteral(type, decimal.value);
  }
  // Constructors of literals become the type part by part; CAST allows for them what it forbids for a column.
  if (how === 'null' || how === 'empty-array' || (how === 'literal' && operand.kind !== 'Literal')) {
    const coerced = coerce(operand, type, (message) => analysis.error(node.expression, message));
    if (coerced) return coerced;
  }
  if (!canCast(operand.type, type)) {
    const prefix =
      operand.type.kind === 'ARRAY' && type.kind === 'ARRAY'
        ? 'Casting between arrays with incompatible element types is not supported: '
        : '';
    throw analysis.error(node.expression, `${prefix}Invalid cast from ${typeName(operand.type)} to ${typeName(type)}`);
  }
  return analysis.writtenAt({ kind: 'Cast', type, operand, safe: node.isSafe, format, timeZone }, node);
}
