import { typeName } from '@bqml-emulator/types';
import type * as sql from '@bqml-emulator/sql';
import type { Expression } from '../logical/index.ts';
import type { Analysis } from './analysis.ts';
import type { ExpressionContext } from './expression-context.ts';
import { identifierText } from './identifier-text.ts';
import { inferredAlias } from './inferred-alias.ts';
import { findByName } from './name-scope.ts';
import type { NamedExpression } from './name-scope.ts';
import { resolveExpression } from './resolve-expression.ts';

/** One column of a SELECT list after stars are expanded. */
export interface SelectItem extends NamedExpression {
  readonly node: sql.SourceRange;
  /** For messages about what the expression reads. */
  readonly clause: 'SELECT list' | 'Star expansion';
}

export function resolveSelectList(
  analysis: Analysis,
  list: sql.SelectList,
  hasFrom: boolean,
  context: ExpressionContext,
): readonly SelectItem[] {
  return list.columns.flatMap((column) => resolveSelectColumn(analysis, column, hasFrom, context));
}

function resolveSelectColumn(
  analysis: Analysis,
  column: sql.SelectColumn,
  hasFrom: boolean,
  context: ExpressionContext,
): readonly SelectItem[] {
  const { expression } = column;
  switch (expression.kind) {
    case 'Star':
    case 'StarWithModifiers': {
      if (!hasFrom) throw analysis.error(expression, 'SELECT * must have a FROM clause');
      const { columns } = context.scope.names;
      return starItems(analysis, expression, columns, context);
    }
    case 'DotStar':
    case 'DotStarWithModifiers':
      return starItems(analysis, expression, dotStarColumns(analysis, expression.expression, context), context);
    default: {
      const name = column.alias?.identifier.name ?? inferredAlias(expression);
      return [
        { name, expression: resolveExpression(analysis, expression, context), node: column, clause: 'SELECT list' },
      ];
    }
  }
}

/** `t.*` gives the columns of a table, `s.*` the fields of a STRUCT. */
function dotStarColumns(
  analysis: Analysis,
  node: sql.Expression,
  context: ExpressionContext,
): readonly NamedExpression[] {
  const value = resolveExpression(analysis, node, context);
  const { type } = value;
  if (type.kind !== 'STRUCT') {
    throw analysis.error(node, `Dot-star is not supported for type ${typeName(type)}`);
  }
  return type.fields.map((f, index) => {
    const expression: Expression =
      value.kind === 'MakeStruct' && value.fields[index]
        ? value.fields[index]
        : { kind: 'GetStructField', type: f.type, operand: value, index };
    return { name: f.name, expression };
  });
}

function starItems(
  analysis: Analysis,
  node: sql.Star | sql.StarWithModifiers | sql.DotStar | sql.DotStarWithModifiers,
  columns: readonly NamedExpression[],
  context: ExpressionContext,
): readonly SelectItem[] {
  const items = columns.map(({ name, expression }): SelectItem => ({
    name,
    expression: expression.kind === 'ColumnRef' ? analysis.writtenAt({ ...expression }, node) : expression,
    node,
    clause: 'Star expansion',
  }));
  if (node.kind === 'Star' || node.kind === 'DotStar') return items;
  return replaceItems(analysis, node.modifiers, exceptItems(analysis, node, items), context);
}

function exceptItems(
  analysis: Analysis,
  node: sql.StarWithModifiers | sql.DotStarWithModifiers,
  items: readonly SelectItem[],
): readonly SelectItem[] {
  const dropped = new Set<string>();
  for (const identifier of node.modifiers.except?.columns.expressions ?? []) {
    if (identifier.kind !== 'Identifier') throw analysis.notImplemented(identifier, identifier.kind);
    const key = identifier.name.toLowerCase();
    const text = identifierText(identifier.name);
    if (findByName(items, identifier.name).length === 0) {
      throw analysis.error(identifier, `Column ${text} in SELECT * EXCEPT list does not exist`);
    }
    if (dropped.has(key)) throw analysis.error(identifier, `Duplicate column ${text} in SELECT * EXCEPT list`);
    dropped.add(key);
  }
  const kept = items.filter((item) => item.name === undefined || !dropped.has(item.name.toLowerCase()));
  if (kept.length > 0) return kept;
  throw analysis.error(node, 'SELECT * expands to zero columns after applying EXCEPT');
}

function replaceItems(
  analysis: Analysis,
  modifiers: sql.StarModifiers,
  items: readonly SelectItem[],
  context: ExpressionContext,
): readonly SelectItem[] {
  const replaced = new Map<string, SelectItem>();
  for (const item of modifiers.replace) {
    const { name } = item.name;
    const key = name.toLowerCase();
    const matches = findByName(items, name);
    const text = identifierText(name);
    if (matches.length === 0) throw analysis.error(item.name, `Column ${text} in SELECT * REPLACE list does not exist`);
    if (matches.length > 1) throw analysis.error(item.name, `Column ${text} in SELECT * REPLACE list is ambiguous`);
    if (replaced.has(key)) throw analysis.error(item.name, `Duplicate column ${text} in SELECT * REPLACE list`);
    const expression = resolveExpression(analysis, item.expression, { ...context, analytics: undefined });
    replaced.set(key, { name, expression, node: item, clause: 'SELECT list' });
  }
  return items.map((item) => {
    const replacement = item.name === undefined ? undefined : replaced.get(item.name.toLowerCase());
    return replacement ? { ...replacement, name: item.name } : item;
  });
}
