import type * as sql from '@bqml-emulator/sql';
import { INT64, formatValue } from '@bqml-emulator/types';
import { visitExpression } from '../logical/index.ts';
import type { AggregateCall, AggregateScan, ComputedColumn, Expression, PlanColumn } from '../logical/index.ts';
import type { Analysis } from './analysis.ts';
import { AggregateList } from './call-collectors.ts';
import { callScalar, matchCall } from './call-scalar.ts';
import { coerce, commonSupertype } from './coerce.ts';
import { scalarContext } from './expression-context.ts';
import type { ExpressionContext } from './expression-context.ts';
import { fold } from './fold.ts';
import { NameScope, columnRef } from './name-scope.ts';
import type { NamedExpression } from './name-scope.ts';
import { namesOfColumns } from './relation.ts';
import type { Relation } from './relation.ts';
import { resolveExpression } from './resolve-expression.ts';
import type { FromEnvironment } from './resolve-from.ts';

interface PivotValue {
  readonly name: string;
  readonly expression: Expression;
}

/**
 * `PIVOT(SUM(x) AS s FOR c IN (1, 2 AS two))`: groups by every column that the clause does not read and gives, value
 * by value, each aggregate over the rows whose `c` is that value.
 * https://cloud.google.com/bigquery/docs/reference/standard-sql/query-syntax#pivot_operator
 */
export function resolvePivot(
  analysis: Analysis,
  node: sql.PivotClause,
  input: Relation,
  environment: FromEnvironment,
): Relation {
  const scope = NameScope.ofQuery(input.names, environment.outer);
  const context = scalarContext(scope, environment.ctes, 'PIVOT');
  const subject = resolveExpression(analysis, node.forExpression, context);
  const calls = node.expressions.expressions.map((e) => pivotCall(analysis, e, context));
  const values = pivotValues(analysis, node, subject, context);
  const read = columnsRead(subject, calls);
  const keys = input.names.columns.flatMap(({ name, expression }): ComputedColumn[] =>
    expression.kind === 'ColumnRef' && read.has(expression.column.id)
      ? []
      : [{ column: analysis.newColumn(name ?? '$pivot', expression.type), expression }],
  );
  const aggregates: AggregateScan['aggregates'][number][] = [];
  for (const value of values) {
    const equal = callScalar(analysis, node.forExpression, '$is_not_distinct_from', [
      coerce(subject, value.expression.type) ?? subject,
      value.expression,
    ]);
    for (const [i, call] of calls.entries()) {
      const alias = node.expressions.expressions[i]?.alias?.identifier.name;
      const name = alias === undefined ? value.name.replace(/^(?=\d)/, '_') : `${alias}_${value.name}`;
      const filtered = onlyWhere(analysis, node, call, equal);
      aggregates.push({ column: analysis.newColumn(name, filtered.type), call: filtered });
    }
  }
  const named = (column: PlanColumn): NamedExpression => ({ name: column.name, expression: columnRef(column) });
  const columns = [...keys.map((k) => k.column), ...aggregates.map((a) => a.column)];
  return {
    scan: { kind: 'AggregateScan', columns, input: input.scan, groupBy: keys, groupingSets: undefined, aggregates },
    names: namesOfColumns(node.alias?.identifier.name, columns.map(named)),
  };
}

function pivotCall(analysis: Analysis, node: sql.PivotExpression, context: ExpressionContext): AggregateCall {
  const aggregates = new AggregateList(analysis);
  const expression = resolveExpression(analysis, node.expression, { ...context, aggregates });
  const [only] = aggregates.calls;
  if (!only || expression.kind !== 'ColumnRef' || expression.column.id !== only.column.id) {
    throw analysis.error(node, 'PIVOT expression must be an aggregate function call');
  }
  const { call } = only;
  if (call.having || call.orderBy.length > 0 || call.limit) {
    throw analysis.notImplemented(node, 'PIVOT of an aggregate with ORDER BY, LIMIT or HAVING');
  }
  // The rows of other values are made NULL, so the aggregate has to leave NULLs out.
  if (!call.signature.skipNulls && call.arguments.length > 0) {
    throw analysis.error(node, `PIVOT does not support the ${call.function.name} function`);
  }
  return call;
}

function pivotValues(
  analysis: Analysis,
  node: sql.PivotClause,
  subject: Expression,
  context: ExpressionContext,
): readonly PivotValue[] {
  if (node.expressions.expressions.length > 1) {
    const unnamed = node.expressions.expressions.find((e) => !e.alias);
    if (unnamed) {
      throw analysis.error(unnamed, 'PIVOT expression must have an alias unless there is exactly one pivot expression');
    }
  }
  return node.values.values.map((value) => {
    const resolved = resolveExpression(analysis, value.value, context);
    const type = commonSupertype([subject, resolved]);
    const expression = type && coerce(resolved, type, (message) => analysis.error(value, message));
    if (!expression) throw analysis.error(value, 'PIVOT values must have the type of the FOR expression');
    return { name: value.alias?.identifier.name ?? valueName(analysis, value, resolved), expression };
  });
}

/** The name that a value gives its columns. */
function valueName(analysis: Analysis, node: sql.PivotValue, expression: Expression): string {
  const value = fold(expression, analysis.context.evaluationContext);
  if (value === undefined) throw analysis.error(node, 'IN expression in PIVOT clause must be constant');
  if (value === null) return 'NULL';
  const text = formatValue(value, expression.type);
  switch (expression.type.kind) {
    case 'STRING':
      return text;
    case 'BOOL':
      return text.toUpperCase();
    case 'INT64':
    case 'NUMERIC':
    case 'BIGNUMERIC':
      return text.replace('-', 'minus_').replace('.', '_point_');
    case 'DATE':
      return text.replaceAll('-', '_');
    default:
      throw analysis.notImplemented(node, `PIVOT of ${expression.type.kind} without an alias`);
  }
}

function columnsRead(subject: Expression, calls: readonly AggregateCall[]): ReadonlySet<number> {
  const ids = new Set<number>();
  for (const expression of [subject, ...calls.flatMap((c) => c.arguments)]) {
    visitExpression(expression, (e) => {
      if (e.kind === 'ColumnRef') ids.add(e.column.id);
    });
  }
  return ids;
}

/** The same aggregate over the rows where the condition holds: all others give it NULL, which it ignores. */
function onlyWhere(analysis: Analysis, node: sql.SourceRange, call: AggregateCall, when: Expression): AggregateCall {
  const [first, ...others] = call.arguments;
  if (first) {
    const otherwise: Expression = { kind: 'Literal', type: first.type, value: null };
    const argument: Expression = { kind: 'Case', type: first.type, branches: [{ when, then: first }], otherwise };
    return { ...call, arguments: [argument, ...others] };
  }
  // COUNT(*) has no argument to make NULL.
  const count = analysis.context.functions('COUNT');
  if (count?.kind !== 'aggregate') throw analysis.notImplemented(node, 'PIVOT of an aggregate without arguments');
  const one: Expression = { kind: 'Literal', type: INT64, value: 1n };
  const otherwise: Expression = { kind: 'Literal', type: INT64, value: null };
  const argument: Expression = { kind: 'Case', type: INT64, branches: [{ when, then: one }], otherwise };
  const matched = matchCall(analysis, node, count, [{ expression: argument, name: undefined }], []);
  return { ...call, function: count, signature: matched.signature, arguments: matched.arguments, type: matched.type };
}
