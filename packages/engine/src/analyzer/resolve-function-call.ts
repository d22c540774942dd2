import type { AggregateFunction, FunctionDefinition } from '@bqml-emulator/catalog';
import type * as sql from '@bqml-emulator/sql';
import { typeName } from '@bqml-emulator/types';
import type { AggregateCall, Expression } from '../logical/index.ts';
import type { Analysis } from './analysis.ts';
import { callFunction, matchCall } from './call-scalar.ts';
import { supportsGrouping } from './coerce.ts';
import { callConditional, isConditional } from './conditional-functions.ts';
import { constantCount } from './constant-count.ts';
import type { ExpressionContext } from './expression-context.ts';
import { displayName, qualifiedName } from './function-text.ts';
import { identifierText } from './identifier-text.ts';
import type { CallArgument } from './match-signature.ts';
import { isExpression } from './resolve-element.ts';
import { keywordArgument, resolveKeywordArgument } from './resolve-date-part.ts';
import { resolveExpression } from './resolve-expression.ts';
import { resolveOrderByItems } from './resolve-order-by.ts';
import { resolveWindow } from './resolve-window.ts';
import { suggestName } from './suggest-name.ts';

/** A call without OVER: a scalar function, a conditional one, or an aggregate of the SELECT around it. */
export function resolveFunctionCall(
  analysis: Analysis,
  node: sql.FunctionCall,
  context: ExpressionContext,
): Expression {
  const { name, safe } = functionName(node);
  refuseUnsupported(analysis, node);
  const definition = isConditional(name) ? undefined : findFunction(analysis, node, name);
  if (definition?.kind === 'aggregate') {
    if (definition.analyticOnly) {
      throw analysis.error(node, `${capitalized(qualifiedName(definition))} cannot be called without an OVER clause`);
    }
    return resolveAggregate(analysis, node, definition, context);
  }
  if (definition?.kind === 'table') {
    throw analysis.error(node, `Table-valued function is not expected here: ${writtenName(node)}`);
  }
  if (node.distinct) {
    throw analysis.error(node, `Non-aggregate function ${name} cannot be called with DISTINCT`);
  }
  if (node.nullHandling) {
    throw analysis.error(node, 'IGNORE NULLS and RESPECT NULLS are not supported on scalar functions');
  }
  if (node.havingModifier) {
    throw analysis.error(node, 'HAVING MAX and HAVING MIN are not supported on scalar functions');
  }
  if (node.orderBy) throw analysis.error(node.orderBy, `Function ${name} does not support ORDER BY in arguments`);
  if (node.limit) throw analysis.error(node.limit, `Function ${name} does not support LIMIT in arguments`);
  const { args, nodes } = resolveArguments(analysis, node, name, context);
  const result = definition
    ? callFunction(analysis, node, definition, args, nodes, safe)
    : callConditional(analysis, node, name, args, nodes);
  if (!result) throw analysis.notImplemented(node, name);
  return result;
}

/** A call with OVER. */
export function resolveAnalyticCall(
  analysis: Analysis,
  node: sql.AnalyticFunctionCall,
  context: ExpressionContext,
): Expression {
  const { call } = node;
  const { name } = functionName(call);
  refuseUnsupported(analysis, call);
  if (context.inside === 'analytic') {
    throw analysis.error(node, 'Analytic function cannot be an argument of another analytic function');
  }
  if (!context.analytics) throw analysis.error(node, `Analytic function not allowed in ${context.clause}`);
  const definition = findFunction(analysis, call, name);
  if (definition.kind !== 'aggregate' || !definition.supportsOver) {
    const kind =
      definition.kind === 'table'
        ? 'Function'
        : capitalized(qualifiedName(definition)).split(' ').slice(0, -1).join(' ');
    throw analysis.error(call, `${kind} ${displayName(definition)} does not support an OVER clause`);
  }
  const inner: ExpressionContext = { ...context, analytics: undefined, inside: 'analytic' };
  const resolved = aggregateCall(analysis, call, definition, inner);
  const window = resolveWindow(analysis, node.window, context.analytics, inner);
  return context.analytics.add(resolved, window);
}

function resolveAggregate(
  analysis: Analysis,
  node: sql.FunctionCall,
  definition: AggregateFunction,
  context: ExpressionContext,
): Expression {
  if (context.inside === 'aggregate') throw analysis.error(node, 'Aggregations of aggregations are not allowed');
  if (!context.aggregates) {
    throw analysis.error(node, `${capitalized(qualifiedName(definition))} not allowed in ${context.clause}`);
  }
  const inner: ExpressionContext = {
    ...context,
    scope: context.aggregateScope,
    aggregates: undefined,
    analytics: undefined,
    inside: 'aggregate',
  };
  return context.aggregates.add(aggregateCall(analysis, node, definition, inner));
}

function aggregateCall(
  analysis: Analysis,
  node: sql.FunctionCall,
  definition: AggregateFunction,
  context: ExpressionContext,
): AggregateCall {
  const { args, nodes } = resolveArguments(analysis, node, definition.name, context);
  const matched = matchCall(analysis, node, definition, args, nodes);
  refuseModifiers(analysis, node, definition, matched.arguments);
  const { havingModifier } = node;
  return {
    kind: 'AggregateCall',
    type: matched.type,
    function: definition,
    signature: matched.signature,
    arguments: matched.arguments,
    distinct: node.distinct,
    nullHandling: node.nullHandling && (node.nullHandling === 'IGNORE NULLS' ? 'IGNORE' : 'RESPECT'),
    having: havingModifier && {
      kind: havingModifier.modifier,
      expression: resolveExpression(analysis, havingModifier.expression, context),
    },
    orderBy: node.orderBy ? resolveOrderByItems(analysis, node.orderBy, context) : [],
    limit: node.limit?.limit.expression && constantCount(analysis, node.limit.limit.expression, 'LIMIT', context),
  };
}

function refuseModifiers(
  analysis: Analysis,
  node: sql.FunctionCall,
  definition: AggregateFunction,
  args: readonly Expression[],
): void {
  const name = displayName(definition);
  if (node.distinct) {
    if (definition.name === '$count_star') throw analysis.error(node, 'COUNT(*) cannot be used with DISTINCT');
    if (!definition.supportsDistinct) throw analysis.error(node, `DISTINCT is not allowed for function ${name}`);
    const bad = args.find((a) => !supportsGrouping(a.type));
    if (bad) {
      throw analysis.error(
        node,
        `Aggregate functions with DISTINCT cannot be used with arguments of type ${typeName(bad.type)}`,
      );
    }
  }
  if (node.orderBy && !definition.supportsOrderBy) {
    throw analysis.error(node, `ORDER BY in aggregate function call is not supported for function ${name}`);
  }
  if (node.limit && !definition.supportsLimit) {
    throw analysis.error(node, `LIMIT in aggregate function call is not supported for function ${name}`);
  }
  if (node.nullHandling && !definition.supportsNullHandling) {
    throw analysis.error(node, `IGNORE NULLS and RESPECT NULLS are not allowed for function ${name}`);
  }
}

/** `SAFE.` is a prefix of any function, not a namespace. */
function functionName(node: sql.FunctionCall): { readonly name: string; readonly safe: boolean } {
  const names = node.function.names.map((n) => n.name.toUpperCase());
  const safe = names.length > 1 && names[0] === 'SAFE';
  const name = (safe ? names.slice(1) : names).join('.');
  const [argument] = node.arguments;
  return { name: name === 'COUNT' && argument?.kind === 'Star' ? '$count_star' : name, safe };
}

const writtenName = (node: sql.FunctionCall) => node.function.names.map((n) => identifierText(n.name)).join('.');

function findFunction(analysis: Analysis, node: sql.FunctionCall, name: string): FunctionDefinition {
  const definition = analysis.context.functions(name);
  if (definition) return definition;
  const known = [...(analysis.context.functionNames?.() ?? [])]
    .filter((n) => !n.startsWith('$'))
    .map((n) => n.toLowerCase());
  const suggestion = suggestName(name.toLowerCase(), known);
  const hint = suggestion === undefined ? '' : `; Did you mean ${suggestion}?`;
  throw analysis.error(node, `Function not found: ${writtenName(node)}${hint}`);
}

const capitalized = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

function refuseUnsupported(analysis: Analysis, node: sql.FunctionCall): void {
  if (node.isChained) throw analysis.notImplemented(node, 'chained function call');
  if (node.where) throw analysis.notImplemented(node.where, 'WHERE in a function call');
  if (node.groupBy) throw analysis.notImplemented(node.groupBy, 'GROUP BY in a function call');
  if (node.having) throw analysis.notImplemented(node.having, 'HAVING in a function call');
  if (node.clampedBetween) throw analysis.notImplemented(node.clampedBetween, node.clampedBetween.kind);
  if (node.withReport) throw analysis.notImplemented(node.withReport, node.withReport.kind);
}

/** Arguments as values; keyword arguments become constants. */
function resolveArguments(
  analysis: Analysis,
  node: sql.FunctionCall,
  name: string,
  context: ExpressionContext,
): { readonly args: readonly CallArgument[]; readonly nodes: readonly sql.SourceRange[] } {
  const args: CallArgument[] = [];
  const nodes: sql.SourceRange[] = [];
  for (const [i, argument] of node.arguments.entries()) {
    const keyword = keywordArgument(name, i);
    if (keyword) {
      for (const expression of resolveKeywordArgument(analysis, argument, keyword, context)) {
        args.push({ expression, name: undefined });
        nodes.push(argument);
      }
      continue;
    }
    if (argument.kind === 'Star') {
      if (name === '$count_star' && node.arguments.length === 1) continue;
      throw analysis.error(argument, 'Argument * can only be used in COUNT(*)');
    }
    const value = argument.kind === 'NamedArgument' ? argument.value : argument;
    if (argument.kind !== 'NamedArgument' && args.some((a) => a.name !== undefined)) {
      throw analysis.error(
        argument,
        `Call to function ${writtenName(node)} must not specify positional arguments after named arguments; named arguments must be specified last in the argument list`,
      );
    }
    if (!isExpression(value)) throw analysis.notImplemented(value, value.kind);
    args.push({
      expression: resolveExpression(analysis, value, context),
      name: argument.kind === 'NamedArgument' ? argument.name.name : undefined,
    });
    nodes.push(value);
  }
  return { args, nodes };
}
