import type {
  AfterMatchSkipClause,
  Expression,
  MatchRecognizeClause,
  Quantifier,
  QuantifierBound,
  RowPatternExpression,
  SelectColumn,
  SelectList,
} from '../ast/index.ts';
import type { TokenCursor } from './cursor.ts';
import { parseNamedExpression } from './constructor.ts';
import { parseExpression } from './expression.ts';
import { parseIdentifier, parseOptionalAlias, parseRequiredAlias } from './identifier.ts';
import { atParameter, parseIntLiteral, parseParameterExpression } from './literal.ts';
import { parseOptionalOptions } from './option.ts';
import { parseOptionalOrderBy } from './select.ts';
import { parseOptionalPartitionBy } from './window.ts';

export const atMatchRecognize = (c: TokenCursor): boolean => c.at('MATCH_RECOGNIZE');

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/query-syntax#match_recognize_clause */
export function parseMatchRecognize(c: TokenCursor): MatchRecognizeClause {
  const { start } = c.expect('MATCH_RECOGNIZE');
  c.expect('(');
  const partitionBy = parseOptionalPartitionBy(c);
  const orderBy = parseOptionalOrderBy(c);
  if (!orderBy) return partitionBy ? c.expected('ORDER', ',') : c.expected('ORDER', 'PARTITION');
  c.expect('MEASURES', ',');
  const measures = parseList(c, parseMeasure);
  const afterMatchSkip = c.at('AFTER') ? parseAfterMatchSkip(c) : undefined;
  if (afterMatchSkip) c.expect('PATTERN');
  else c.expect('PATTERN', 'AFTER', ',');
  c.expect('(');
  const pattern = parseAlternation(c);
  c.expect(')');
  c.expect('DEFINE');
  const definitions = parseList(c, parseNamedExpression);
  const options = parseOptionalOptions(c);
  if (options) c.expect(')');
  else c.expect(')', ',', 'OPTIONS');
  const alias = parseOptionalAlias(c);
  return {
    kind: 'MatchRecognizeClause',
    start,
    end: c.previousEnd,
    options,
    partitionBy,
    orderBy,
    measures,
    afterMatchSkip,
    pattern,
    definitions,
    alias,
  };
}

function parseList(c: TokenCursor, parseColumn: (c: TokenCursor) => SelectColumn): SelectList {
  const { start } = c.token;
  const columns = [parseColumn(c)];
  while (c.take(',')) columns.push(parseColumn(c));
  return { kind: 'SelectList', start, end: c.previousEnd, columns };
}

function parseMeasure(c: TokenCursor): SelectColumn {
  const { start } = c.token;
  const expression = parseExpression(c);
  if (!c.at('AS')) c.expected('AS');
  const alias = parseRequiredAlias(c);
  return { kind: 'SelectColumn', start, end: c.previousEnd, expression, alias, order: undefined };
}

/** "AFTER" "MATCH" "SKIP" ("PAST" "LAST" "ROW" | "TO" "NEXT" "ROW") */
function parseAfterMatchSkip(c: TokenCursor): AfterMatchSkipClause {
  c.expect('AFTER');
  c.expectSequence('MATCH', 'SKIP');
  const { start } = c.token;
  const isPast = c.take('PAST');
  if (isPast) c.expectSequence('LAST', 'ROW');
  else {
    c.expect('TO', 'PAST');
    c.expectSequence('NEXT', 'ROW');
  }
  const target = isPast ? 'PAST LAST ROW' : 'TO NEXT ROW';
  return { kind: 'AfterMatchSkipClause', start, end: c.previousEnd, target };
}

/** row_pattern_expr: concatenations between bars, each of which may be empty. */
function parseAlternation(c: TokenCursor): RowPatternExpression {
  return c.nested(() => {
    const { start } = c.token;
    const first: RowPatternExpression = startsFactor(c)
      ? parseConcatenation(c)
      : { kind: 'EmptyRowPattern', start, end: start, parenthesized: false };
    const operands = [first];
    while (c.at('|') || c.at('||')) {
      if (c.advance().symbol === '||') {
        const middle = c.previousEnd - 1;
        operands.push({ kind: 'EmptyRowPattern', start: middle, end: middle, parenthesized: false });
      }
      operands.push(parseConcatenation(c));
    }
    if (operands.length === 1) return first;
    const end = Math.max(c.previousEnd, first.end);
    return { kind: 'RowPatternOperation', start: Math.min(start, first.start), end, operator: 'ALTERNATE', operands };
  });
}

const startsFactor = (c: TokenCursor) => c.atIdentifier() || c.at('(') || c.at('^') || c.at('$');

function parseConcatenation(c: TokenCursor): RowPatternExpression {
  const { start } = c.token;
  if (!startsFactor(c)) {
    return { kind: 'EmptyRowPattern', start: c.previousEnd, end: c.previousEnd, parenthesized: false };
  }
  const first = parseFactor(c);
  const operands = [first];
  while (startsFactor(c)) operands.push(parseFactor(c));
  if (operands.length === 1) return first;
  return { kind: 'RowPatternOperation', start, end: c.previousEnd, operator: 'CONCAT', operands };
}

function parseFactor(c: TokenCursor): RowPatternExpression {
  const { start, symbol } = c.token;
  if (symbol === '^' || symbol === '$') {
    c.advance();
    return { kind: 'RowPatternAnchor', start, end: c.previousEnd, anchor: symbol };
  }
  let operand: RowPatternExpression;
  if (c.take('(')) {
    operand = parseAlternation(c);
    c.expect(')');
    if (operand.kind === 'EmptyRowPattern') operand = { ...operand, parenthesized: true };
  } else {
    const name = parseIdentifier(c);
    operand = { kind: 'RowPatternVariable', start, end: c.previousEnd, name };
  }
  const quantifier = parseQuantifier(c);
  if (!quantifier) return operand;
  return { kind: 'RowPatternQuantification', start, end: c.previousEnd, operand, quantifier };
}

function parseQuantifier(c: TokenCursor): Quantifier | undefined {
  const { start, symbol } = c.token;
  if (symbol === '?' || symbol === '*' || symbol === '+') {
    c.advance();
    const isReluctant = c.take('?');
    return { kind: 'SymbolQuantifier', start, end: c.previousEnd, symbol, isReluctant };
  }
  if (!c.take('{')) return undefined;
  const lower = parseBound(c);
  if (lower.bound && c.take('}')) {
    return { kind: 'FixedQuantifier', start, end: c.previousEnd, bound: lower.bound, isReluctant: false };
  }
  if (lower.bound) c.expect(',', '}');
  else c.expect(',');
  const upper = parseBound(c);
  c.expect('}');
  const isReluctant = c.take('?');
  return { kind: 'BoundedQuantifier', start, end: c.previousEnd, lower, upper, isReluctant };
}

function parseBound(c: TokenCursor): QuantifierBound {
  const { start } = c.token;
  let bound: Expression | undefined;
  if (c.token.type === 'integer') bound = parseIntLiteral(c);
  else if (atParameter(c)) bound = parseParameterExpression(c);
  return bound
    ? { kind: 'QuantifierBound', start, end: c.previousEnd, bound }
    : { kind: 'QuantifierBound', start: c.previousEnd, end: c.previousEnd, bound };
}
