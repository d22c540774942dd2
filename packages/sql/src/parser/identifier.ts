import type { Alias, Identifier, PathExpression } from '../ast/index.ts';
import { decodeString } from '../text-literal.ts';
import type { Token } from '../token.ts';
import type { TokenCursor } from './cursor.ts';

export function identifierOf(c: TokenCursor, token: Token): Identifier {
  const { start, end } = token;
  if (token.type !== 'quoted') return { kind: 'Identifier', start, end, name: token.text, quoted: false };
  if (token.text.length === 2) c.fail('Syntax error: Invalid empty identifier', start);
  const name = decodeString(token.text);
  if (typeof name !== 'string') {
    const offset = start + Buffer.byteLength(token.text.slice(0, name.index));
    c.fail(`Syntax error: ${name.detail}`, offset);
  }
  return { kind: 'Identifier', start, end, name, quoted: true };
}

export function parseIdentifier(c: TokenCursor): Identifier {
  if (!c.atIdentifier()) c.unexpected();
  return identifierOf(c, c.advance());
}

/** A comma-separated list of at least one identifier. */
export function parseIdentifiers(c: TokenCursor): Identifier[] {
  const identifiers = [parseIdentifier(c)];
  while (c.take(',')) identifiers.push(parseIdentifier(c));
  return identifiers;
}

/** `(a, b)`. */
export function parseParenthesizedIdentifiers(c: TokenCursor): Identifier[] {
  c.expect('(');
  const identifiers = parseIdentifiers(c);
  c.expect(')', ',');
  return identifiers;
}

/** path_expression: identifier ("." identifier)* */
export function parsePath(c: TokenCursor): PathExpression {
  const { start } = c.token;
  const names = [parseIdentifier(c)];
  while (c.take('.')) names.push(parseIdentifier(c));
  return { kind: 'PathExpression', start, end: c.previousEnd, names };
}

export const pathOf = (...names: readonly [Identifier, ...Identifier[]]): PathExpression => ({
  kind: 'PathExpression',
  start: names[0].start,
  end: names.at(-1)?.end ?? names[0].end,
  names,
});

/**
 * maybe_dashed_path_expression: a path whose first name may be a dashed project, `my-project-1.dataset.table`. The
 * dashes must touch what they join. A number after a dash is lexed as one, even as the float `1.` before a name.
 */
export function parseDashedPath(c: TokenCursor): PathExpression {
  const { start } = c.token;
  const first = parseIdentifier(c);
  if (!c.at('-') || first.quoted) return restOfPath(c, start, [first]);
  let name = first.name;
  let second: Identifier | undefined;
  while (c.at('-') && !second) {
    const dash = c.token;
    const part = c.peek(1);
    const isWord = part.type === 'word' && !part.isReserved;
    if (!isWord && part.type !== 'integer' && part.type !== 'float') {
      c.advance();
      c.unexpected();
    }
    if (dash.start !== c.previousEnd || part.start !== dash.end) c.fail('Syntax error: Unexpected "-"', dash.start);
    c.advance();
    c.advance();
    name += `-${part.text}`;
    if (part.type === 'float') {
      if (!part.text.endsWith('.')) c.fail('Syntax error: Unexpected "-"', dash.start);
      name = name.slice(0, -1);
      second = parseIdentifier(c);
    } else if (c.token.type === 'attached') {
      name += c.advance().text;
    }
  }
  const end = second ? second.start - 1 : c.previousEnd;
  const project: Identifier = { kind: 'Identifier', start, end, name, quoted: false };
  return restOfPath(c, start, second ? [project, second] : [project]);
}

function restOfPath(c: TokenCursor, start: number, names: Identifier[]): PathExpression {
  while (c.at('.') && c.peek(1).symbol !== '(') {
    c.advance();
    names.push(parseIdentifier(c));
  }
  return { kind: 'PathExpression', start, end: c.previousEnd, names };
}

/** as_alias? : "AS"? identifier */
export function parseOptionalAlias(c: TokenCursor): Alias | undefined {
  if (c.at('AS')) return parseRequiredAlias(c);
  if (!c.atIdentifier()) return undefined;
  const identifier = parseIdentifier(c);
  return { kind: 'Alias', start: identifier.start, end: identifier.end, identifier };
}

/** "AS" identifier */
export function parseRequiredAlias(c: TokenCursor): Alias {
  const { start } = c.token;
  c.expect('AS');
  const identifier = parseIdentifier(c);
  return { kind: 'Alias', start, end: c.previousEnd, identifier };
}
