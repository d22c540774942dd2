import type { ScalarFunction, ScalarSignature } from '@bqml-emulator/catalog';
import { invalidQuery } from '@bqml-emulator/common';
import { arrayOf, BOOL, BYTES, INT64, type SqlType, STRING, type Value } from '@bqml-emulator/types';
import { RE2JS } from 're2js';
import { intOr, text } from '../arguments.ts';
import { aliases, doc, optional, scalar, signature } from '../definition.ts';
import { codePointIndex, codePointLength, codeUnitIndex } from './code-points.ts';

const page = (anchor: string) => doc('string_functions', anchor);

/** RE2's own words for what the port of Go's package reports. */
const MESSAGES: Readonly<Record<string, string>> = {
  'missing closing ]': 'missing ]',
  'missing closing )': 'missing )',
  'missing argument to repetition operator': 'no argument for repetition operator',
  'invalid nested repetition operator': 'bad repetition operator',
  'trailing backslash at end of expression': 'trailing \\',
  'invalid repeat count': 'invalid repetition size',
  'invalid named capture': 'invalid named capture group',
  'invalid or unsupported Perl syntax': 'invalid perl operator',
};

const compiled = new Map<string, RE2JS>();

function compile(pattern: string): RE2JS {
  const known = compiled.get(pattern);
  if (known) return known;
  let expression: RE2JS;
  try {
    expression = RE2JS.compile(pattern);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const match = /^error parsing regexp: ([^`]*?)(?:: `([\s\S]*)`)?$/.exec(error.message);
    if (!match) throw error;
    const reason = match[1] ?? '';
    const where = reason === 'missing closing )' || reason === 'unexpected )' ? pattern : match[2];
    throw invalidQuery(
      `Cannot parse regular expression: ${MESSAGES[reason] ?? reason}${where === undefined ? '' : `: ${where}`}`,
    );
  }
  if (compiled.size > 500) compiled.clear();
  compiled.set(pattern, expression);
  return expression;
}

interface Match {
  readonly start: number;
  readonly end: number;
  /** The only capturing group, or the whole match; `undefined`: the group took no part. */
  readonly group: { readonly start: number; readonly end: number } | undefined;
}

/**
 * Matches from code unit `from` on, as GoogleSQL walks them: an empty match moves on by one character, and none is
 * reported at the end of a text that is not empty.
 */
function* findMatches(value: string, pattern: string, from: number): Generator<Match> {
  const expression = compile(pattern);
  const matcher = expression.matcher(value);
  const groups = matcher.groupCount();
  if (groups > 1) {
    throw invalidQuery(
      'Regular expressions passed into extraction functions must not have more than 1 capturing group',
    );
  }
  let at = from;
  while (matcher.find(at)) {
    const start = matcher.start(0);
    const end = matcher.end(0);
    if (start === end && start === value.length && value.length > 0 && at > from) return;
    const groupStart = groups === 1 ? matcher.start(1) : start;
    const group = groupStart < 0 ? undefined : { start: groupStart, end: groups === 1 ? matcher.end(1) : end };
    yield { start, end, group };
    if (end >= value.length) return;
    at = end > start ? end : end + ((value.codePointAt(end) ?? 0) > 0xffff ? 2 : 1);
  }
}

/** Position and occurrence arguments, checked. */
function startOf(
  value: string,
  args: readonly Value[],
  name: string,
): { readonly from: number; readonly occurrence: bigint } | undefined {
  const position = intOr(args, 2, 1n);
  const occurrence = intOr(args, 3, 1n);
  if (position < 1n) throw invalidQuery(`Position must be positive in ${name}`);
  if (occurrence < 1n) throw invalidQuery(`Occurrence must be positive in ${name}`);
  const length = codePointLength(value);
  if (position > BigInt(length) + (length === 0 ? 1n : 0n)) return undefined;
  return { from: codeUnitIndex(value, Number(position) - 1), occurrence };
}

function nthMatch(value: string, pattern: string, from: number, occurrence: bigint): Match | undefined {
  let left = occurrence;
  for (const match of findMatches(value, pattern, from)) if (--left === 0n) return match;
  return undefined;
}

function extract(args: readonly Value[]): string | null {
  const value = text(args, 0);
  compile(text(args, 1));
  const start = startOf(value, args, 'REGEXP_EXTRACT');
  const match = start && nthMatch(value, text(args, 1), start.from, start.occurrence);
  return match?.group ? value.slice(match.group.start, match.group.end) : null;
}

function extractAll(args: readonly Value[]): Value {
  const value = text(args, 0);
  return Array.from(findMatches(value, text(args, 1), 0), ({ group }) =>
    group ? value.slice(group.start, group.end) : '',
  );
}

/** One based, 0 for no match; `occurrence_position` 1 asks for the end. An empty pattern finds nothing. */
function instr(args: readonly Value[]): bigint {
  const value = text(args, 0);
  const end = intOr(args, 4, 0n);
  if (end !== 0n && end !== 1n) throw invalidQuery('Invalid return_position_after_match.');
  if (text(args, 1) === '') return 0n;
  const start = startOf(value, args, 'REGEXP_INSTR');
  const match = start && nthMatch(value, text(args, 1), start.from, start.occurrence);
  if (!match?.group) return 0n;
  return BigInt(codePointIndex(value, end === 1n ? match.group.end : match.group.start) + 1);
}

function expand(replacement: string, groups: readonly string[]): string {
  let out = '';
  for (let i = 0; i < replacement.length; i++) {
    const char = replacement.charAt(i);
    if (char !== '\\') {
      out += char;
      continue;
    }
    i++;
    const next = replacement.charAt(i);
    if (next === '\\') out += '\\';
    else if (/^[0-9]$/.test(next)) out += groups[Number(next)] ?? '';
  }
  return out;
}

function checkReplacement(replacement: string, groupCount: number): void {
  for (const match of replacement.matchAll(/\\([\s\S]?)/g)) {
    const next = match[1] ?? '';
    if (next === '\\') continue;
    if (!/^[0-9]$/.test(next)) {
      const why =
        next === ''
          ? "Rewrite schema error: '\\' not allowed at end."
          : "Rewrite schema error: '\\' must be followed by a digit or '\\'.";
      throw invalidQuery(`Invalid REGEXP_REPLACE pattern: ${why}`);
    }
    if (Number(next) > groupCount) {
      throw invalidQuery(
        `Invalid REGEXP_REPLACE pattern: Rewrite schema requests ${next} matches, but the regexp only has ${groupCount} parenthesized subexpressions.`,
      );
    }
  }
}

/** RE2's GlobalReplace: an empty match right after a match is not replaced. */
function replace(args: readonly Value[]): string {
  const value = text(args, 0);
  const replacement = text(args, 2);
  const matcher = compile(text(args, 1)).matcher(value);
  checkReplacement(replacement, matcher.groupCount());
  let out = '';
  let copied = 0;
  let at = 0;
  let lastEnd = -1;
  while (at <= value.length && matcher.find(at)) {
    const start = matcher.start(0);
    const end = matcher.end(0);
    if (start === end && start === lastEnd) {
      if (at >= value.length) break;
      at += (value.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
      lastEnd = -1;
      continue;
    }
    const groups = Array.from({ length: matcher.groupCount() + 1 }, (_, i) =>
      matcher.start(i) < 0 ? '' : value.slice(matcher.start(i), matcher.end(i)),
    );
    out += value.slice(copied, start) + expand(replacement, groups);
    copied = end;
    lastEnd = end;
    at = end;
    if (start === end) {
      at += (value.codePointAt(end) ?? 0) > 0xffff ? 2 : 1;
      lastEnd = -1;
    }
  }
  return out + value.slice(copied);
}

const latin1 = (value: Value): Value => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value);
const toBytes = (value: Value): Value =>
  typeof value === 'string'
    ? new Uint8Array(Buffer.from(value, 'latin1'))
    : Array.isArray(value)
      ? value.map((v: Value) => toBytes(v))
      : value;

/** A BYTES pattern matches bytes: both sides become text of one character for each byte. */
const both = (
  rest: readonly (SqlType | ReturnType<typeof optional>)[],
  result: (type: SqlType) => SqlType,
  evaluate: (args: readonly Value[]) => Value,
): readonly ScalarSignature[] => [
  signature([STRING, STRING, ...rest], result(STRING), (args) => evaluate(args)),
  signature(
    [BYTES, BYTES, ...rest.map((type) => ('kind' in type && type.kind === 'STRING' ? BYTES : type))],
    result(BYTES),
    (args) => toBytes(evaluate(args.map(latin1))),
  ),
];

const extractSignatures = both([optional(INT64), optional(INT64)], (type) => type, extract);

export const regexpFunctions: readonly ScalarFunction[] = [
  scalar('REGEXP_CONTAINS', page('regexp_contains'), [
    ...both(
      [],
      () => BOOL,
      (args) => compile(text(args, 1)).matcher(text(args, 0)).find(),
    ),
  ]),
  scalar('REGEXP_MATCH', page('regexp_contains'), [
    ...both(
      [],
      () => BOOL,
      (args) => compile(text(args, 1)).matcher(text(args, 0)).matches(),
    ),
  ]),
  ...aliases(['REGEXP_EXTRACT', 'REGEXP_SUBSTR'], page('regexp_extract'), extractSignatures),
  scalar('REGEXP_EXTRACT_ALL', page('regexp_extract_all'), both([], arrayOf, extractAll)),
  scalar(
    'REGEXP_INSTR',
    page('regexp_instr'),
    both([optional(INT64), optional(INT64), optional(INT64)], () => INT64, instr),
  ),
  scalar(
    'REGEXP_REPLACE',
    page('regexp_replace'),
    both([STRING], (type) => type, replace),
  ),
];
