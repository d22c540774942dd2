import { STRING, typeName } from '@bqml-emulator/types';
import type * as sql from '@bqml-emulator/sql';
import type { Expression } from '../logical/index.ts';
import { rewriteExpression } from '../logical/index.ts';
import type { Analysis } from './analysis.ts';
import type { ExpressionContext } from './expression-context.ts';
import { identifierText } from './identifier-text.ts';
import { findColumn } from './name-scope.ts';
import type { NamedExpression, NameScope, RangeVariable } from './name-scope.ts';
import { callScalar } from './call-scalar.ts';
import { suggestName } from './suggest-name.ts';

/** `t`, `a`, `t.a`, `t.a.field`, `a.field.field`. */
export function resolvePath(analysis: Analysis, path: sql.PathExpression, context: ExpressionContext): Expression {
  const { expression, rest } = resolvePathStart(analysis, path, context.scope);
  return resolveFields(analysis, expression, rest);
}

/** The column or value that the path begins with, and the names after it. */
function resolvePathStart(
  analysis: Analysis,
  path: sql.PathExpression,
  scope: NameScope,
): { readonly expression: Expression; readonly rest: readonly sql.Identifier[] } {
  const [first, second] = path.names;
  if (!first) throw analysis.error(path, 'Unrecognized name');
  const found = scope.lookup(first.name);
  if (!found) throw unrecognizedName(analysis, first, scope);
  const { target, correlated } = found;
  const place = (expression: Expression) => marked(analysis, expression, path, correlated);
  switch (target.kind) {
    case 'ambiguous':
      throw analysis.error(path, `Column name ${identifierText(first.name)} is ambiguous`);
    case 'expression':
      return { expression: place(target.expression), rest: path.names.slice(1) };
    case 'variable': {
      const { variable } = target;
      if (!second) return { expression: place(rowOf(variable)), rest: [] };
      const column = findColumn(variable, second.name);
      if (column === 'ambiguous') {
        throw analysis.error(second, `Name ${second.name} is ambiguous inside ${first.name}`);
      }
      if (column) return { expression: place(column), rest: path.names.slice(2) };
      if (variable.value) return { expression: place(variable.value), rest: path.names.slice(1) };
      throw analysis.error(second, `Name ${second.name} not found inside ${first.name}`);
    }
  }
}

export function unrecognizedName(analysis: Analysis, name: sql.Identifier, scope: NameScope) {
  const suggestion = scope.suggest(name.name);
  const hint = suggestion === undefined ? '' : `; Did you mean ${identifierText(suggestion)}?`;
  return analysis.error(name, `Unrecognized name: ${identifierText(name.name)}${hint}`);
}

/** The value of a range variable: the value itself, or the row as a STRUCT of its visible columns. */
function rowOf(variable: RangeVariable): Expression {
  if (variable.value) return variable.value;
  return structOfColumns(variable.columns);
}

function structOfColumns(columns: readonly NamedExpression[]): Expression {
  return {
    kind: 'MakeStruct',
    type: { kind: 'STRUCT', fields: columns.map((c) => ({ name: c.name, type: c.expression.type })) },
    fields: columns.map((c) => c.expression),
  };
}

/**
 * A copy whose column references know where they were written and whether they leave their query. What an alias of
 * the same query stands for stays the same object, so that it is computed once.
 */
function marked(analysis: Analysis, expression: Expression, node: sql.SourceRange, correlated: boolean): Expression {
  const isName = expression.kind === 'ColumnRef' || expression.kind === 'GetStructField';
  if (!correlated && !isName && expression.kind !== 'MakeStruct') return expression;
  return rewriteExpression(expression, (e) =>
    e.kind === 'ColumnRef' ? analysis.writtenAt({ ...e, correlated: e.correlated || correlated }, node) : undefined,
  );
}

function resolveFields(analysis: Analysis, expression: Expression, names: readonly sql.Identifier[]): Expression {
  return names.reduce((operand, name) => resolveField(analysis, operand, name), expression);
}

/** `operand.name` on a STRUCT or a JSON value. */
export function resolveField(analysis: Analysis, operand: Expression, name: sql.Identifier): Expression {
  const type = operand.type;
  if (type.kind === 'JSON') {
    const key: Expression = { kind: 'Literal', type: STRING, value: name.name };
    return callScalar(analysis, name, '$json_field', [operand, key]);
  }
  if (type.kind !== 'STRUCT') {
    throw analysis.error(name, `Cannot access field ${name.name} on a value with type ${typeName(type)}`);
  }
  const key = name.name.toLowerCase();
  const matches = type.fields.flatMap((f, index) => (f.name?.toLowerCase() === key ? [{ index, type: f.type }] : []));
  const [match] = matches;
  if (matches.length > 1) {
    throw analysis.error(name, `Struct field name ${identifierText(name.name)} is ambiguous`);
  }
  if (!match) {
    const suggestion = suggestName(
      name.name,
      type.fields.flatMap((f) => f.name ?? []),
    );
    const hint = suggestion === undefined ? '' : `; Did you mean ${suggestion}?`;
    throw analysis.error(name, `Field name ${identifierText(name.name)} does not exist in ${typeName(type)}${hint}`);
  }
  if (operand.kind === 'MakeStruct') return operand.fields[match.index] ?? operand;
  return { kind: 'GetStructField', type: match.type, operand, index: match.index };
}
