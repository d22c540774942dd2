import type { PartitionBy, WindowDefinition, WindowFrame, WindowFrameExpr, WindowSpecification } from '../ast/index.ts';
import type { TokenCursor } from './cursor.ts';
import { parseExpression, parseExpressions } from './expression.ts';
import { parseOptionalHint } from './hint.ts';
import { parseIdentifier } from './identifier.ts';
import { parseOptionalOrderBy } from './select.ts';

/** window_specification: identifier | "(" identifier? partition_by? order_by? window_frame? ")" */
export function parseWindowSpecification(c: TokenCursor): WindowSpecification {
  const { start } = c.token;
  if (c.atIdentifier()) {
    const baseWindow = parseIdentifier(c);
    return {
      kind: 'WindowSpecification',
      start,
      end: c.previousEnd,
      baseWindow,
      partitionBy: undefined,
      orderBy: undefined,
      frame: undefined,
    };
  }
  if (!c.at('(')) c.unexpected();
  c.advance();
  const baseWindow = c.atIdentifier() ? parseIdentifier(c) : undefined;
  const partitionBy = parseOptionalPartitionBy(c);
  const orderBy = parseOptionalOrderBy(c);
  const frame = parseOptionalFrame(c);
  if (frame) c.expect(')');
  else if (orderBy) c.expect(')', 'RANGE', 'ROWS');
  else c.expect(')', 'ORDER', 'RANGE', 'ROWS');
  return { kind: 'WindowSpecification', start, end: c.previousEnd, baseWindow, partitionBy, orderBy, frame };
}

/** "PARTITION" hint? "BY" expression ("," expression)* */
export function parseOptionalPartitionBy(c: TokenCursor, allowsHint = true): PartitionBy | undefined {
  const { start } = c.token;
  if (!c.take('PARTITION')) return undefined;
  const hint = allowsHint ? parseOptionalHint(c) : undefined;
  if (allowsHint && !hint) c.expect('BY', '@ for hint');
  else c.expect('BY');
  const expressions = parseExpressions(c);
  return { kind: 'PartitionBy', start, end: c.previousEnd, hint, expressions };
}

/** ("ROWS" | "RANGE") ("BETWEEN" bound "AND" bound | bound) */
function parseOptionalFrame(c: TokenCursor): WindowFrame | undefined {
  const { start, symbol } = c.token;
  if (symbol !== 'ROWS' && symbol !== 'RANGE') return undefined;
  c.advance();
  const isBetween = c.take('BETWEEN');
  const lower = parseFrameBound(c);
  let upper: WindowFrameExpr | undefined;
  if (isBetween) {
    c.expect('AND');
    upper = parseFrameBound(c);
  }
  return { kind: 'WindowFrame', start, end: c.previousEnd, unit: symbol, lower, upper };
}

function parseFrameBound(c: TokenCursor): WindowFrameExpr {
  const { start } = c.token;
  if (c.take('CURRENT')) {
    c.expect('ROW');
    return { kind: 'WindowFrameExpr', start, end: c.previousEnd, boundary: 'CURRENT ROW', expression: undefined };
  }
  const expression = c.take('UNBOUNDED') ? undefined : parseExpression(c);
  const { symbol } = c.token;
  if (symbol !== 'PRECEDING' && symbol !== 'FOLLOWING') return c.expected('FOLLOWING', 'PRECEDING');
  c.advance();
  const extent = expression ? 'OFFSET' : 'UNBOUNDED';
  return { kind: 'WindowFrameExpr', start, end: c.previousEnd, boundary: `${extent} ${symbol}`, expression };
}

/** identifier "AS" window_specification */
export function parseWindowDefinition(c: TokenCursor): WindowDefinition {
  const { start } = c.token;
  const name = parseIdentifier(c);
  c.expect('AS');
  const window = parseWindowSpecification(c);
  return { kind: 'WindowDefinition', start, end: c.previousEnd, name, window };
}
