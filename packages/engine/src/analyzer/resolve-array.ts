import type * as sql from '@bqml-emulator/sql';
import { INT64, typeName } from '@bqml-emulator/types';
import type { ArrayScan, Expression } from '../logical/index.ts';
import type { Analysis } from './analysis.ts';
import { EMPTY_NAME_LIST, NameScope, columnRef } from './name-scope.ts';
import { scalarContext } from './expression-context.ts';
import { inferredAlias } from './inferred-alias.ts';
import { namesOfValue } from './relation.ts';
import type { Relation } from './relation.ts';
import { resolveExpression } from './resolve-expression.ts';
import type { FromEnvironment } from './resolve-from.ts';
import { resolvePath } from './resolve-path.ts';

/**
 * `UNNEST(array) [AS a] [WITH OFFSET [AS o]]` and `t.arr`. `input` is what stands left of it in FROM, whose columns the
 * array may read; the result has the names of the array only.
 */
export function resolveArray(
  analysis: Analysis,
  node: sql.TablePathExpression,
  input: Relation | undefined,
  environment: FromEnvironment,
): Relation & { readonly scan: ArrayScan } {
  const scope = NameScope.ofQuery(input?.names ?? EMPTY_NAME_LIST, environment.outer);
  const { array, name } = arrayOfNode(analysis, node, scope, environment);
  if (array.type.kind !== 'ARRAY') throw notAnArray(analysis, node, array);
  const alias = node.alias?.identifier.name ?? name;
  const elementColumn = analysis.newColumn(alias ?? '$array', array.type.element);
  const offsetName = node.withOffset ? (node.withOffset.alias?.identifier.name ?? 'offset') : undefined;
  const offsetColumn = offsetName === undefined ? undefined : analysis.newColumn(offsetName, INT64);
  const own = offsetColumn ? [elementColumn, offsetColumn] : [elementColumn];
  const names = namesOfValue(alias, elementColumn);
  return {
    scan: {
      kind: 'ArrayScan',
      columns: [...(input?.scan.columns ?? []), ...own],
      input: input?.scan,
      array,
      elementColumn,
      offsetColumn,
      condition: undefined,
      outer: false,
    },
    names: offsetColumn
      ? { ...names, columns: [...names.columns, { name: offsetColumn.name, expression: columnRef(offsetColumn) }] }
      : names,
  };
}

function arrayOfNode(
  analysis: Analysis,
  node: sql.TablePathExpression,
  scope: NameScope,
  environment: FromEnvironment,
): { readonly array: Expression; readonly name: string | undefined } {
  if (node.unnest) {
    const [only, second] = node.unnest.expressions;
    if (!only || second || node.unnest.zipMode) throw analysis.notImplemented(node.unnest, 'UNNEST of many arrays');
    const context = scalarContext(scope, environment.ctes, 'UNNEST');
    const name = only.alias?.identifier.name ?? undefined;
    return { array: resolveExpression(analysis, only.expression, context), name };
  }
  if (!node.path) throw analysis.notImplemented(node, node.kind);
  const context = scalarContext(scope, environment.ctes, 'FROM clause');
  return { array: resolvePath(analysis, node.path, context), name: inferredAlias(node.path) };
}

function notAnArray(analysis: Analysis, node: sql.TablePathExpression, array: Expression) {
  const type = typeName(array.type);
  if (node.unnest) {
    return analysis.error(
      node.unnest.expressions[0] ?? node,
      `Values referenced in UNNEST must be arrays. UNNEST contains expression of type ${type}`,
    );
  }
  return analysis.error(
    node,
    `Values referenced in FROM clause must be arrays. ${node.path?.names.map((n) => n.name).join('.') ?? ''} has type ${type}`,
  );
}
