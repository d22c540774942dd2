import type { Hint, HintEntry, Identifier } from '../ast/index.ts';
import type { Token } from '../token.ts';
import type { TokenCursor } from './cursor.ts';
import { parseExpression } from './expression.ts';
import { identifierOf } from './identifier.ts';
import { parseIntLiteral } from './literal.ts';

/** Whether `@` opens a hint and not a parameter. */
export const atHint = (c: TokenCursor): boolean =>
  c.at('@') && (startsWithDigit(c.peek(1)) || c.peek(1).symbol === '{');

/** A hint takes an integer, and refuses another number itself. */
const startsWithDigit = (token: Token) =>
  token.type === 'integer' || (token.type === 'float' && !token.text.startsWith('.'));

/** hint: "@" integer | "@" integer? "@"? "{" hint_entry ("," hint_entry)* "}" */
export function parseOptionalHint(c: TokenCursor): Hint | undefined {
  if (!atHint(c)) return undefined;
  const { start } = c.advance();
  let shards: Hint['shards'];
  if (!c.at('{')) {
    shards = parseIntLiteral(c);
    if (!(c.at('@') && c.peek(1).symbol === '{')) {
      return { kind: 'Hint', start, end: c.previousEnd, shards, entries: [] };
    }
    c.advance();
  }
  c.expect('{');
  const entries = [parseHintEntry(c)];
  while (c.take(',')) entries.push(parseHintEntry(c));
  c.expect('}', ',');
  return { kind: 'Hint', start, end: c.previousEnd, shards, entries };
}

function parseHintEntry(c: TokenCursor): HintEntry {
  const { start } = c.token;
  const first = parseHintName(c);
  let name = first;
  let qualifier: Identifier | undefined;
  if (c.take('.')) {
    qualifier = first;
    name = parseHintName(c);
    c.expect('=');
  } else {
    c.expect('=', '.');
  }
  const value = parseExpression(c);
  return { kind: 'HintEntry', start, end: c.previousEnd, qualifier, name, value };
}

const EXTRA_NAMES: ReadonlySet<string> = new Set(['HASH', 'PROTO', 'PARTITION']);

/** identifier_in_hints: also some reserved words. */
export const atHintName = (c: TokenCursor): boolean => c.atIdentifier() || c.atOneOf(EXTRA_NAMES);

export function parseHintName(c: TokenCursor): Identifier {
  if (!atHintName(c)) c.unexpected();
  return identifierOf(c, c.advance());
}
