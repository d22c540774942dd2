import type { ScalarFunction } from '@bqml-emulator/catalog';
import { invalidQuery } from '@bqml-emulator/common';
import { asBytes, asString, BOOL, BYTES, STRING, type Value } from '@bqml-emulator/types';
import { argument, bytes, text } from '../arguments.ts';
import { doc, repeated, scalar, signature } from '../definition.ts';

const LIKE = doc('operators', 'like_operator');
const QUANTIFIED = doc('operators', 'like_operator_quantified');

const ANY_TEXT = -1;
const ANY_ONE = -2;

/** Symbols to match: code points, ANY_TEXT for `%` and ANY_ONE for `_`. */
function parsePattern(symbols: readonly number[]): readonly number[] {
  const out: number[] = [];
  for (let i = 0; i < symbols.length; i++) {
    const symbol = symbols[i] ?? 0;
    if (symbol === 0x5c) {
      i++;
      const escaped = symbols[i];
      if (escaped === undefined) throw invalidQuery('LIKE pattern ends with a backslash');
      out.push(escaped);
    } else out.push(symbol === 0x25 ? ANY_TEXT : symbol === 0x5f ? ANY_ONE : symbol);
  }
  return out;
}

/** Goes back only to the last `%`. */
function matches(value: readonly number[], pattern: readonly number[]): boolean {
  let v = 0;
  let p = 0;
  let star = -1;
  let resume = 0;
  while (v < value.length) {
    const symbol = pattern[p];
    if (symbol === ANY_TEXT) {
      star = p++;
      resume = v;
    } else if (symbol !== undefined && (symbol === ANY_ONE || symbol === value[v])) {
      v++;
      p++;
    } else if (star >= 0) {
      p = star + 1;
      v = ++resume;
    } else return false;
  }
  while (pattern[p] === ANY_TEXT) p++;
  return p === pattern.length;
}

const codePoints = (value: string): number[] => Array.from(value, (char) => char.codePointAt(0) ?? 0);

const patterns = new Map<string, readonly number[]>();

function textPattern(pattern: string): readonly number[] {
  let parsed = patterns.get(pattern);
  if (!parsed) {
    parsed = parsePattern(codePoints(pattern));
    if (patterns.size > 500) patterns.clear();
    patterns.set(pattern, parsed);
  }
  return parsed;
}

function like(value: Value, pattern: Value): boolean | null {
  if (value === null || pattern === null) return null;
  if (typeof value === 'string') return matches(codePoints(value), textPattern(asString(pattern)));
  return matches([...asBytes(value)], parsePattern([...asBytes(pattern)]));
}

/** `decisive` ends the search; NULL comparisons make the rest NULL. */
const quantified = (decisive: boolean) => (args: readonly Value[]) => {
  let result: boolean | null = !decisive;
  for (const pattern of args.slice(1)) {
    const matched = like(argument(args, 0), pattern);
    if (matched === decisive) return decisive;
    if (matched === null) result = null;
  }
  return result;
};

export const likeFunctions: readonly ScalarFunction[] = [
  scalar('$like', LIKE, [
    signature([STRING, STRING], BOOL, (args) => matches(codePoints(text(args, 0)), textPattern(text(args, 1))), {
      // Escapes differ between the dialects, so only a literal pattern without any goes through.
      duckdb: ([value, pattern = '']) =>
        /^'(?:[^'\\]|'')*'$/.test(pattern) ? `(${value} LIKE ${pattern})` : undefined,
    }),
    signature([BYTES, BYTES], BOOL, (args) => like(bytes(args, 0), bytes(args, 1))),
  ]),
  scalar('$like_any', QUANTIFIED, [
    signature([STRING, repeated(STRING)], BOOL, quantified(true), { receiveNulls: true }),
    signature([BYTES, repeated(BYTES)], BOOL, quantified(true), { receiveNulls: true }),
  ]),
  scalar('$like_all', QUANTIFIED, [
    signature([STRING, repeated(STRING)], BOOL, quantified(false), { receiveNulls: true }),
    signature([BYTES, repeated(BYTES)], BOOL, quantified(false), { receiveNulls: true }),
  ]),
];
