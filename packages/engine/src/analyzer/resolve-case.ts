import type * as sql from '@bqml-emulator/sql';
import type { Expression } from '../logical/index.ts';
import type { Analysis } from './analysis.ts';
import { callScalar } from './call-scalar.ts';
import { coerce, coercibilityOf, commonSupertype, untypedNull } from './coerce.ts';
import { argumentTypeText } from './function-text.ts';
import type { ExpressionContext } from './expression-context.ts';
import { resolveExpression } from './resolve-expression.ts';
import { BOOL } from '@bqml-emulator/types';

/** `CASE WHEN a THEN b ... [ELSE c] END`. */
export function resolveCaseNoValue(
  analysis: Analysis,
  node: sql.CaseNoValueExpression,
  context: ExpressionContext,
): Expression {
  const parts = node.arguments.map((a) => resolveExpression(analysis, a, context));
  const whens = parts.filter((_, i) => i % 2 === 0 && i < parts.length - 1);
  const conditions = whens.map((w) => coerce(w, BOOL));
  const fail = () => analysis.error(node, noMatchingCase(parts));
  return makeCase(analysis, node, conditions, parts, fail);
}

/** `CASE value WHEN a THEN b ... [ELSE c] END`: equality in the type that all of them can become. */
export function resolveCaseValue(
  analysis: Analysis,
  node: sql.CaseValueExpression,
  context: ExpressionContext,
): Expression {
  const [value, ...parts] = node.arguments.map((a) => resolveExpression(analysis, a, context));
  if (!value) throw analysis.notImplemented(node, node.kind);
  const conditions = parts.flatMap((when, i) =>
    i % 2 === 0 && i < parts.length - 1
      ? [callScalar(analysis, node.arguments[i + 1] ?? node, '$equal', [value, when])]
      : [],
  );
  const fail = () => {
    const types = [value, ...parts].map(argumentTypeText).join(', ');
    return analysis.error(node, `No matching signature for operator CASE\n  Argument types: ${types}`);
  };
  return makeCase(analysis, node, conditions, parts, fail);
}

function makeCase(
  analysis: Analysis,
  node: sql.SourceRange,
  conditions: readonly (Expression | undefined)[],
  parts: readonly Expression[],
  fail: () => Error,
): Expression {
  const hasElse = parts.length % 2 === 1;
  const otherwise = (hasElse ? parts.at(-1) : undefined) ?? untypedNull();
  const thens = parts.filter((_, i) => i % 2 === 1);
  const type = commonSupertype([...thens, otherwise]);
  if (!type) throw fail();
  const convert = (value: Expression) => {
    const converted = coerce(value, type, (message) => analysis.error(node, message));
    if (!converted) throw fail();
    return converted;
  };
  const branches = thens.map((then, i) => {
    const when = conditions[i];
    if (!when) throw fail();
    return { when, then: convert(then) };
  });
  return { kind: 'Case', type, branches, otherwise: convert(otherwise) };
}

/** The text that GoogleSQL has for CASE alone. */
function noMatchingCase(parts: readonly Expression[]): string {
  const byName = (a: string, b: string) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1);
  const distinct = (expressions: readonly Expression[]) =>
    [...new Set(expressions.map(argumentTypeText))].sort(byName).join(', ');
  const isWhen = (i: number) => i % 2 === 0 && i < parts.length - 1;
  const badWhens = parts.filter((p, i) => isWhen(i) && p.type.kind !== 'BOOL');
  const results = parts.filter((p, i) => !isWhen(i) && coercibilityOf(p) !== 'null');
  const whenText = badWhens.length > 0 ? `; all WHEN argument types must be BOOL but found: ${distinct(badWhens)}` : '';
  const resultText = distinct(results).includes(', ')
    ? `; all THEN/ELSE arguments must be coercible to a common type but found: ${distinct(results)}`
    : '';
  const actual = parts.map((p, i) => {
    const open = isWhen(i) ? ' (' : ' ';
    return `${open}${argumentTypeText(p)}${i % 2 === 1 ? ')' : ''}`;
  });
  return `No matching signature for operator CASE${whenText}${resultText}; actual argument types (WHEN THEN) ELSE:${actual.join('')}`;
}
