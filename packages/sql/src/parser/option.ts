import type { OptionsEntry, OptionsList } from '../ast/index.ts';
import type { TokenCursor } from './cursor.ts';
import { parseExpression } from './expression.ts';
import { atHintName, parseHintName } from './hint.ts';

/** "OPTIONS" options_list */
export function parseOptions(c: TokenCursor): OptionsList {
  c.expect('OPTIONS');
  return parseOptionsList(c);
}

export const parseOptionalOptions = (c: TokenCursor): OptionsList | undefined =>
  c.at('OPTIONS') ? parseOptions(c) : undefined;

/** options_list: "(" (options_entry ("," options_entry)*)? ")" */
export function parseOptionsList(c: TokenCursor): OptionsList {
  const { start } = c.expect('(');
  const entries: OptionsEntry[] = [];
  if (!c.at(')')) {
    if (!atHintName(c) && !c.at('FROM')) c.expected(')');
    do entries.push(parseEntry(c));
    while (c.take(','));
  }
  c.expect(')');
  return { kind: 'OptionsList', start, end: c.previousEnd, entries };
}

function parseEntry(c: TokenCursor): OptionsEntry {
  const { start } = c.token;
  if (c.at('FROM')) {
    c.advance();
    parseExpression(c);
    c.fail('Syntax error: OPTIONS (FROM <struct_expression>) is not supported', start);
  }
  const name = parseHintName(c);
  const { symbol } = c.token;
  const operator = symbol === '+=' || symbol === '-=' ? symbol : '=';
  c.expect(operator);
  if (c.at('PROTO')) c.unexpected();
  const value = parseExpression(c);
  return { kind: 'OptionsEntry', start, end: c.previousEnd, name, operator, value };
}
