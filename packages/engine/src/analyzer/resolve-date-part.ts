import type * as sql from '@bqml-emulator/sql';
import { INT64, STRING } from '@bqml-emulator/types';
import type { Expression } from '../logical/index.ts';
import type { Analysis } from './analysis.ts';
import { callScalar } from './call-scalar.ts';
import type { ExpressionContext } from './expression-context.ts';
import { resolveAs, resolveExpression, stringLiteral } from './resolve-expression.ts';

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/date_functions#extract and its siblings. */
const PARTS = new Set(
  `YEAR ISOYEAR QUARTER MONTH WEEK ISOWEEK DAY DAYOFWEEK DAYOFYEAR HOUR MINUTE SECOND MILLISECOND MICROSECOND NANOSECOND
   DATE TIME DATETIME`.split(/\s+/),
);
const WEEKDAYS = new Set('SUNDAY MONDAY TUESDAY WEDNESDAY THURSDAY FRIDAY SATURDAY'.split(' '));
const NORMALIZE_MODES = new Set(['NFC', 'NFKC', 'NFD', 'NFKD']);

/** What an argument that is a keyword and not a value may be. */
type KeywordArgument = 'part' | 'interval' | 'normalize-mode';

/**
 * Functions with arguments that are not expressions: position and kind. An `interval` argument is passed on as two,
 * the number and the part.
 */
const KEYWORD_ARGUMENTS: Readonly<Record<string, readonly [position: number, kind: KeywordArgument]>> = {
  DATE_ADD: [1, 'interval'],
  DATE_SUB: [1, 'interval'],
  DATETIME_ADD: [1, 'interval'],
  DATETIME_SUB: [1, 'interval'],
  TIME_ADD: [1, 'interval'],
  TIME_SUB: [1, 'interval'],
  TIMESTAMP_ADD: [1, 'interval'],
  TIMESTAMP_SUB: [1, 'interval'],
  GENERATE_DATE_ARRAY: [2, 'interval'],
  GENERATE_TIMESTAMP_ARRAY: [2, 'interval'],
  DATE_DIFF: [2, 'part'],
  DATETIME_DIFF: [2, 'part'],
  TIME_DIFF: [2, 'part'],
  TIMESTAMP_DIFF: [2, 'part'],
  DATE_TRUNC: [1, 'part'],
  DATETIME_TRUNC: [1, 'part'],
  TIME_TRUNC: [1, 'part'],
  TIMESTAMP_TRUNC: [1, 'part'],
  LAST_DAY: [1, 'part'],
  NORMALIZE: [1, 'normalize-mode'],
  NORMALIZE_AND_CASEFOLD: [1, 'normalize-mode'],
};

export function keywordArgument(name: string, position: number): KeywordArgument | undefined {
  const keyword = KEYWORD_ARGUMENTS[name];
  return keyword?.[0] === position ? keyword[1] : undefined;
}

/** The constants that a keyword argument is passed as. */
export function resolveKeywordArgument(
  analysis: Analysis,
  node: sql.FunctionCallArgument,
  kind: KeywordArgument,
  context: ExpressionContext,
): readonly Expression[] {
  switch (kind) {
    case 'part':
      return [stringLiteral(datePart(analysis, node))];
    case 'normalize-mode': {
      const mode = node.kind === 'PathExpression' ? (node.names[0]?.name.toUpperCase() ?? '') : '';
      if (NORMALIZE_MODES.has(mode)) return [stringLiteral(mode)];
      throw analysis.error(node, 'Argument is not a valid NORMALIZE mode');
    }
    case 'interval': {
      if (node.kind !== 'IntervalExpr') throw analysis.error(node, 'Expected INTERVAL expression');
      if (node.datePartTo) {
        throw analysis.error(node.datePartTo, 'INTERVAL argument only support single date part field.');
      }
      const value = resolveAs(
        analysis,
        node.value,
        INT64,
        context,
        (wanted) => `Interval value must be coercible to ${wanted} type`,
      );
      return [value, stringLiteral(partName(analysis, node.datePart))];
    }
  }
}

/** `DAY`, `WEEK(MONDAY)`: upper case. */
function datePart(analysis: Analysis, node: sql.FunctionCallArgument): string {
  if (node.kind === 'PathExpression') {
    const [name, ...others] = node.names;
    if (name && others.length === 0) return partName(analysis, name);
  }
  if (node.kind === 'FunctionCall') {
    const name = node.function.names.map((n) => n.name.toUpperCase()).join('.');
    const [argument] = node.arguments;
    const day = argument?.kind === 'PathExpression' ? (argument.names[0]?.name.toUpperCase() ?? '') : '';
    if (name === 'WEEK' && node.arguments.length === 1 && WEEKDAYS.has(day)) return `WEEK(${day})`;
    if (argument) {
      throw analysis.error(argument, `A valid date part argument for ${name} is required, but found ${day}`);
    }
  }
  throw analysis.error(node, 'A valid date part name is required');
}

function partName(analysis: Analysis, name: sql.Identifier): string {
  const part = name.name.toUpperCase();
  if (PARTS.has(part)) return part;
  throw analysis.error(name, `A valid date part name is required but found ${name.name}`);
}

/** `EXTRACT(part FROM value [AT TIME ZONE zone])`. */
export function resolveExtract(
  analysis: Analysis,
  node: sql.ExtractExpression,
  context: ExpressionContext,
): Expression {
  const value = resolveExpression(analysis, node.from, context);
  const args = [value, stringLiteral(datePart(analysis, node.part))];
  const nodes: sql.SourceRange[] = [node.from, node.part];
  if (node.timeZone) {
    const zone = resolveAs(
      analysis,
      node.timeZone,
      STRING,
      context,
      (wanted, found) => `AT TIME ZONE should return type ${wanted}, but returns ${found}`,
    );
    args.push(zone);
    nodes.push(node.timeZone);
  }
  return callScalar(analysis, node, '$extract', args, nodes);
}

/** `INTERVAL 1 DAY`, `INTERVAL '1-2' YEAR TO MONTH`. */
export function resolveInterval(analysis: Analysis, node: sql.IntervalExpr, context: ExpressionContext): Expression {
  const part = stringLiteral(partName(analysis, node.datePart));
  const value = resolveExpression(analysis, node.value, context);
  if (!node.datePartTo) {
    if (value.type.kind !== 'STRING') return callScalar(analysis, node, '$interval', [value, part], [node.value]);
    return callScalar(analysis, node, '$interval_range', [value, part, part], [node.value]);
  }
  const to = stringLiteral(partName(analysis, node.datePartTo));
  return callScalar(analysis, node, '$interval_range', [value, part, to], [node.value]);
}
