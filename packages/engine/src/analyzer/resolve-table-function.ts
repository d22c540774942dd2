import { invariant } from '@bqml-emulator/common';
import type { TableFunctionArgument } from '@bqml-emulator/catalog';
import type * as sql from '@bqml-emulator/sql';
import { lazyColumns } from '../logical/index.ts';
import type { PlanColumn, Scan } from '../logical/index.ts';
import type { Analysis } from './analysis.ts';
import { scalarContext } from './expression-context.ts';
import { fold } from './fold.ts';
import { identifierText } from './identifier-text.ts';
import { NameScope, columnRef } from './name-scope.ts';
import type { NamedExpression } from './name-scope.ts';
import { namesOfColumns } from './relation.ts';
import type { Relation } from './relation.ts';
import { isExpression } from './resolve-element.ts';
import { resolveExpression } from './resolve-expression.ts';
import { resolveTableReference } from './resolve-from.ts';
import type { FromEnvironment } from './resolve-from.ts';
import { outputNames } from './output-names.ts';
import { resolveQuery } from './resolve-query.ts';
import { findModel } from './resolve-table.ts';

interface RelationArgument {
  readonly scan: Scan;
  readonly columns: readonly PlanColumn[];
}

/** `ML.PREDICT(MODEL m, TABLE t | (query), STRUCT(...))` and every other table function of the registry. */
export function resolveTableFunction(analysis: Analysis, node: sql.TVF, environment: FromEnvironment): Relation {
  if (node.isLateral) throw analysis.notImplemented(node, 'LATERAL');
  const written = node.name.names.map((n) => identifierText(n.name)).join('.');
  const name = node.name.names.map((n) => n.name.toUpperCase()).join('.');
  const definition = analysis.context.functions(name);
  if (definition?.kind !== 'table') throw analysis.error(node, `Table-valued function not found: ${written}`);
  const args: TableFunctionArgument[] = [];
  let relation: RelationArgument | undefined;
  for (const argument of node.arguments) {
    const resolved = resolveArgument(analysis, argument.value, environment);
    args.push(resolved.argument);
    if (!resolved.relation) continue;
    if (relation) throw analysis.notImplemented(argument, 'a table function of two tables');
    relation = resolved.relation;
  }
  const bound = definition.bind(args, analysis.context.catalog);
  const columns = bound.columns.map((c) => analysis.newColumn(c.name, c.type));
  const scan: Scan = {
    kind: 'TvfScan',
    columns,
    name,
    input: relation?.scan ?? { kind: 'SingleRowScan', columns: [] },
    inputColumns: relation?.columns ?? [],
    function: bound,
  };
  const visible = columns.map((column) => ({ name: column.name, expression: columnRef(column) }));
  return { scan, names: namesOfColumns(node.alias?.identifier.name, visible) };
}

interface ResolvedArgument {
  readonly argument: TableFunctionArgument;
  readonly relation?: RelationArgument;
}

function resolveArgument(
  analysis: Analysis,
  node: sql.FunctionCallArgument,
  environment: FromEnvironment,
): ResolvedArgument {
  const position = analysis.position(node);
  switch (node.kind) {
    case 'ModelClause':
    case 'ModelArg':
      return { argument: { kind: 'model', ...findModel(analysis, node.path), position } };
    case 'TableClause': {
      if (!node.path) throw analysis.notImplemented(node, 'TABLE with a table function');
      if (node.where) throw analysis.notImplemented(node.where, 'TABLE ... WHERE');
      const table = resolveTableReference(analysis, node.path, undefined, environment.ctes);
      return relationArgument(analysis, node, table.scan, table.names.columns);
    }
    case 'ExpressionSubquery': {
      if (node.modifier !== 'NONE') break;
      const result = resolveQuery(analysis, node.query, environment.outer, environment.ctes);
      const columns = result.columns.map((c) => ({ name: c.name, expression: columnRef(c.column) }));
      return relationArgument(analysis, node, result.scan, columns);
    }
    case 'NamedArgument':
      throw analysis.notImplemented(node, 'a named argument of a table function');
    default:
      break;
  }
  if (!isExpression(node)) throw analysis.notImplemented(node, node.kind);
  const context = scalarContext(NameScope.empty(), environment.ctes, 'FROM clause');
  const expression = resolveExpression(analysis, node, context);
  const value = fold(expression, analysis.context.evaluationContext);
  if (value === undefined) {
    throw analysis.error(node, 'Table-valued function arguments must be constant expressions');
  }
  return { argument: { kind: 'scalar', type: expression.type, value, position } };
}

/** Columns that are fields of a value are computed below the function, so that all of them are columns. */
function relationArgument(
  analysis: Analysis,
  node: sql.SourceRange,
  scan: Scan,
  named: readonly NamedExpression[],
): ResolvedArgument {
  const computed = named.flatMap(({ name, expression }) =>
    expression.kind === 'ColumnRef'
      ? []
      : [{ column: analysis.newColumn(name ?? '$col', expression.type), expression }],
  );
  const input: Scan =
    computed.length === 0
      ? scan
      : { kind: 'ProjectScan', columns: [...scan.columns, ...computed.map((c) => c.column)], input: scan, computed };
  const columns = named.map(({ expression }) => {
    if (expression.kind === 'ColumnRef') return expression.column;
    const column = computed.find((c) => c.expression === expression)?.column;
    invariant(column, 'every field was computed');
    return column;
  });
  const lazy = lazyColumns(input, analysis.entries);
  const names = outputNames(named.map((n) => n.name));
  return {
    argument: {
      kind: 'relation',
      columns: columns.map((column, i) => ({ name: names[i] ?? '', type: column.type, lazy: lazy.has(column.id) })),
      objectTable: readsObjectTable(input),
      position: analysis.position(node),
    },
    relation: { scan: input, columns },
  };
}

/** `TABLE t` of an object table itself, not of a query over one. */
const readsObjectTable = (scan: Scan): boolean => scan.kind === 'ObjectTableScan';
