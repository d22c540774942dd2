import type { ScalarFunction, ScalarSignature } from '@bqml-emulator/catalog';
import { invalidQuery, MAX_FUNCTION_OUTPUT_BYTES, notImplemented } from '@bqml-emulator/common';
import {
  arrayOf,
  asArray,
  asString,
  BOOL,
  BYTES,
  BIGNUMERIC,
  DATE,
  DATETIME,
  FLOAT64,
  NUMERIC,
  type ScalarType,
  TIME,
  TIMESTAMP,
  formatDisplay,
  formatValue,
  INT64,
  type JsonNode,
  isJsonArray,
  isJsonObject,
  type SqlType,
  STRING,
  utf8TextLossy,
  type Value,
} from '@bqml-emulator/types';
import { argument, array, bytes, int, intOr, json, text, textOr } from '../arguments.ts';
import {
  aliases,
  any,
  arrayOfAny,
  doc,
  type Evaluate,
  optional,
  parameter,
  repeated,
  scalar,
  signature,
  typeAt,
} from '../definition.ts';
import { codePointIndex, codePointLength, codePointSlice, codeUnitIndex } from './code-points.ts';

const page = (anchor: string) => doc('string_functions', anchor);

/** BYTES as text of one character for each byte, so that one implementation serves both types. */
const latin1 = (value: Uint8Array): string => Buffer.from(value).toString('latin1');
const fromLatin1 = (value: string): Uint8Array => new Uint8Array(Buffer.from(value, 'latin1'));

type TextFunction = (values: readonly Value[]) => Value;

/** The BYTES form of a function over texts: arguments and results pass as Latin-1. */
const onBytes =
  (evaluate: TextFunction): Evaluate =>
  (args) => {
    const result = evaluate(args.map((arg) => (arg instanceof Uint8Array ? latin1(arg) : arg)));
    if (typeof result === 'string') return fromLatin1(result);
    return Array.isArray(result) ? asArray(result).map((v) => fromLatin1(asString(v))) : result;
  };

/** A STRING and a BYTES signature; `types` uses STRING where the value's type stands. */
function both(
  types: readonly (SqlType | ReturnType<typeof optional>)[],
  result: SqlType,
  evaluate: TextFunction,
  options: Parameters<typeof signature>[3] = {},
): readonly ScalarSignature[] {
  const toBytes = (type: SqlType): SqlType =>
    type.kind === 'STRING' ? BYTES : type.kind === 'ARRAY' ? arrayOf(toBytes(type.element)) : type;
  const bytesTypes = types.map((type) =>
    'type' in type && type.type.pattern === 'EXACT'
      ? { ...type, type: { ...type.type, type: toBytes(type.type.type) } }
      : 'kind' in type
        ? toBytes(type)
        : type,
  );
  return [
    signature(types, result, (args) => evaluate(args), options),
    signature(bytesTypes, toBytes(result), onBytes(evaluate), options),
  ];
}

const string = (values: readonly Value[], index: number) => asString(values[index] ?? null);

function substring(values: readonly Value[]): string {
  const value = string(values, 0);
  const length = codePointLength(value);
  const position = int(values, 1);
  const count = values.length > 2 ? int(values, 2) : BigInt(length);
  if (count < 0n) throw invalidQuery('Third argument in SUBSTR() cannot be negative');
  let start = position > 0n ? position - 1n : position < 0n ? BigInt(length) + position : 0n;
  if (start < 0n) start = 0n;
  if (start >= BigInt(length)) return '';
  const end = start + count;
  return codePointSlice(value, Number(start), end > BigInt(length) ? length : Number(end));
}

function pad(values: readonly Value[], left: boolean): string {
  const value = string(values, 0);
  const size = int(values, 1);
  const pattern = values.length > 2 ? string(values, 2) : ' ';
  if (size < 0n) throw invalidQuery('Second argument (output size) for LPAD/RPAD cannot be negative');
  if (pattern === '') throw invalidQuery('Third argument (pad pattern) for LPAD/RPAD cannot be empty');
  if (size > BigInt(MAX_FUNCTION_OUTPUT_BYTES)) {
    throw invalidQuery('Output of LPAD/RPAD exceeds max allowed output size of 1MB');
  }
  const missing = Number(size) - codePointLength(value);
  if (missing <= 0) return codePointSlice(value, 0, Number(size));
  const patternLength = codePointLength(pattern);
  const padding =
    pattern.repeat(Math.floor(missing / patternLength)) + codePointSlice(pattern, 0, missing % patternLength);
  const result = left ? padding + value : value + padding;
  if (Buffer.byteLength(result) > MAX_FUNCTION_OUTPUT_BYTES) {
    throw invalidQuery('Output of LPAD/RPAD exceeds max allowed output size of 1MB');
  }
  return result;
}

function repeat(values: readonly Value[]): string {
  const value = string(values, 0);
  const count = int(values, 1);
  if (count < 0n) throw invalidQuery('Second argument (repeat count) for REPEAT cannot be negative');
  if (BigInt(Buffer.byteLength(value)) * count > BigInt(MAX_FUNCTION_OUTPUT_BYTES)) {
    throw invalidQuery('Output of REPEAT exceeds max allowed output size of 1MB');
  }
  return value.repeat(Number(count));
}

function edge(name: 'LEFT' | 'RIGHT', values: readonly Value[]): string {
  const value = string(values, 0);
  const length = int(values, 1);
  if (length < 0n) throw invalidQuery(`Second argument in ${name}() cannot be negative`);
  const size = codePointLength(value);
  const count = length > BigInt(size) ? size : Number(length);
  return name === 'LEFT' ? codePointSlice(value, 0, count) : codePointSlice(value, size - count);
}

/** One based; 0 if there is none. A negative position searches backward from the end. */
function instr(values: readonly Value[]): bigint {
  const value = string(values, 0);
  const part = string(values, 1);
  const position = intOr(values, 2, 1n);
  const occurrence = intOr(values, 3, 1n);
  if (position === 0n) throw invalidQuery('Third argument (position) in INSTR() cannot be zero');
  if (occurrence <= 0n) throw invalidQuery('Fourth argument (occurrence) in INSTR() must be positive');
  const length = codePointLength(value);
  if (position > BigInt(length) || -position > BigInt(length) || part === '') return 0n;
  let left = occurrence;
  if (position > 0n) {
    let at = codeUnitIndex(value, Number(position) - 1);
    for (;;) {
      at = value.indexOf(part, at);
      if (at < 0) return 0n;
      if (--left === 0n) return BigInt(codePointIndex(value, at) + 1);
      at++;
    }
  }
  let at = codeUnitIndex(value, length + Number(position));
  for (;;) {
    at = at < 0 ? -1 : value.lastIndexOf(part, at);
    if (at < 0) return 0n;
    if (--left === 0n) return BigInt(codePointIndex(value, at) + 1);
    at--;
  }
}

function split(values: readonly Value[]): Value {
  const value = string(values, 0);
  const delimiter = values.length > 1 ? string(values, 1) : ',';
  if (value === '') return [''];
  return delimiter === '' ? Array.from(value) : value.split(delimiter);
}

const WHITE = /\p{White_Space}/u;

function trim(values: readonly Value[], left: boolean, right: boolean): string {
  const chars = Array.from(string(values, 0));
  const set = values.length > 1 ? new Set(Array.from(string(values, 1))) : undefined;
  const drop = (char: string | undefined) => char !== undefined && (set ? set.has(char) : WHITE.test(char));
  let start = 0;
  let end = chars.length;
  if (left) while (start < end && drop(chars[start])) start++;
  if (right) while (end > start && drop(chars[end - 1])) end--;
  return chars.slice(start, end).join('');
}

const trimSignatures = (left: boolean, right: boolean): readonly ScalarSignature[] => [
  signature([STRING, optional(STRING)], STRING, (args) => trim(args, left, right)),
  signature(
    [BYTES, BYTES],
    BYTES,
    onBytes((values) => trim(values, left, right)),
  ),
];

function replaceAll(values: readonly Value[]): string {
  const from = string(values, 1);
  return from === '' ? string(values, 0) : string(values, 0).replaceAll(from, () => string(values, 2));
}

function translate(values: readonly Value[]): string {
  const source = Array.from(string(values, 1));
  const target = Array.from(string(values, 2));
  const map = new Map<string, string>();
  for (const [i, char] of source.entries()) {
    if (map.has(char)) throw invalidQuery('Duplicate character in TRANSLATE source characters');
    map.set(char, target[i] ?? '');
  }
  return Array.from(string(values, 0), (char) => map.get(char) ?? char).join('');
}

const INITCAP_DELIMITERS = '[](){}/|!?@"^#$&~_,.:;*%+-';

function initcap(value: string, delimiters: string | undefined): string {
  const set = new Set(Array.from(delimiters ?? INITCAP_DELIMITERS));
  let atStart = true;
  let out = '';
  for (const char of value) {
    const delimiter = set.has(char) || (delimiters === undefined && WHITE.test(char));
    out += delimiter ? char : atStart ? char.toUpperCase() : char.toLowerCase();
    atStart = delimiter;
  }
  return out;
}

const SOUNDEX: Readonly<Record<string, string>> = Object.fromEntries(
  ['BFPV', 'CGJKQSXZ', 'DT', 'L', 'MN', 'R'].flatMap((letters, i) => Array.from(letters, (l) => [l, String(i + 1)])),
);

function soundex(value: string): string {
  const letters = value.toUpperCase().replace(/[^A-Z]/g, '');
  if (letters === '') return '';
  let out = letters.charAt(0);
  let previous = SOUNDEX[out];
  for (const letter of letters.slice(1)) {
    const code = SOUNDEX[letter];
    if (code !== undefined && code !== previous) out += code;
    // H and W do not separate equal codes, vowels do.
    if (letter !== 'H' && letter !== 'W') previous = code;
    if (out.length === 4) break;
  }
  return out.padEnd(4, '0');
}

/** https://www.unicode.org/reports/tr44/#NFKC_Casefold, up to what JavaScript's case mappings give. */
const caseFold = (value: string): string => value.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC');

function normalize(value: string, mode: string): string {
  if (mode === 'NFC' || mode === 'NFD' || mode === 'NFKC' || mode === 'NFKD') return value.normalize(mode);
  throw invalidQuery(`Invalid normalization mode: ${mode}`);
}

const isCodePoint = (value: bigint) => value >= 0n && value <= 0x10ffffn && !(value >= 0xd800n && value <= 0xdfffn);

function codePointText(value: bigint): string {
  if (!isCodePoint(value)) throw invalidQuery(`Invalid codepoint ${value}`);
  return String.fromCodePoint(Number(value));
}

function codePointsToBytes(values: readonly Value[]): Uint8Array | null {
  if (values.includes(null)) return null;
  return Uint8Array.from(values, (_, i) => {
    const value = int(values, i);
    if (value < 0n || value > 255n) throw invalidQuery(`Invalid extended ASCII value ${value}`);
    return Number(value);
  });
}

function editDistance(a: string, b: string, limit: bigint | undefined): bigint {
  const x = Array.from(a);
  const y = Array.from(b);
  if (limit !== undefined && limit < 0n) throw invalidQuery('max_distance must be non-negative');
  let row = Array.from({ length: y.length + 1 }, (_, i) => i);
  for (const [i, char] of x.entries()) {
    const next = [i + 1];
    for (const [j, other] of y.entries()) {
      const substitution = (row[j] ?? 0) + (char === other ? 0 : 1);
      next.push(Math.min(substitution, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  const distance = BigInt(row[y.length] ?? 0);
  return limit !== undefined && distance > limit ? limit : distance;
}

/** Whether the folded needle occurs; `null`: not found, and a part of the value is NULL. */
function containsFolded(value: Value, type: SqlType, needle: string): boolean | null {
  if (value === null) return null;
  const children: (boolean | null)[] =
    type.kind === 'ARRAY'
      ? asArray(value).map((v) => containsFolded(v, type.element, needle))
      : type.kind === 'STRUCT'
        ? asArray(value).map((v, i) => containsFolded(v, type.fields[i]?.type ?? type, needle))
        : type.kind === 'JSON'
          ? [jsonContains(json([value], 0).json, needle)]
          : [
              caseFold(type.kind === 'BYTES' ? utf8TextLossy(bytes([value], 0)) : formatDisplay(value, type)).includes(
                needle,
              ),
            ];
  if (children.includes(true)) return true;
  return children.includes(null) ? null : false;
}

function jsonContains(node: JsonNode, needle: string): boolean {
  if (node === null) return false;
  if (isJsonArray(node)) return node.some((child) => jsonContains(child, needle));
  if (isJsonObject(node)) return Object.values(node).some((child) => jsonContains(child, needle));
  return caseFold(String(node)).includes(needle);
}

function concat(values: readonly Value[]): string {
  return values.map((_, i) => string(values, i)).join('');
}

function concatBytes(values: readonly Value[]): Uint8Array {
  return new Uint8Array(Buffer.concat(values.map((_, i) => bytes(values, i))));
}

/** Other types are written as CAST writes them. */
const concatAsText: Evaluate = (args, types) => args.map((value, i) => formatValue(value, typeAt(types, i))).join('');

const CASTABLE: readonly ScalarType[] = [INT64, NUMERIC, BIGNUMERIC, FLOAT64, BOOL, DATE, DATETIME, TIME, TIMESTAMP];

const castableOperands = CASTABLE.flatMap((type) => [
  signature([type, STRING], STRING, concatAsText),
  signature([STRING, type], STRING, concatAsText),
  signature([type, type], STRING, concatAsText),
]);

const MAX_CONCAT_ARGUMENTS = 32;

/** The collation's name is part of the type, so it must be known before any row is. */
function collatedType(_types: readonly SqlType[], constants: readonly (Value | undefined)[]): SqlType {
  if (typeof constants[1] === 'string') return STRING;
  throw invalidQuery('The second argument of COLLATE() must be a string literal');
}

const asciiCase = (value: Uint8Array, upper: boolean) =>
  value.map((byte) =>
    upper ? (byte >= 0x61 && byte <= 0x7a ? byte - 32 : byte) : byte >= 0x41 && byte <= 0x5a ? byte + 32 : byte,
  );

const joined = (args: readonly string[]) => `(${args.join(' || ')})`;

export const stringFunctions: readonly ScalarFunction[] = [
  scalar('$concat_op', doc('operators', 'concatenation_operator'), [
    signature([STRING, STRING], STRING, concat, { duckdb: joined }),
    signature([BYTES, BYTES], BYTES, concatBytes, { duckdb: joined }),
    signature([arrayOfAny(), arrayOfAny()], arrayOfAny(), (args) => [...array(args, 0), ...array(args, 1)]),
    ...castableOperands,
  ]),
  scalar('CONCAT', page('concat'), [
    signature([repeated(STRING)], STRING, concat, { duckdb: joined }),
    signature([repeated(BYTES)], BYTES, concatBytes, { duckdb: joined }),
    signature(
      [any('T1'), ...Array.from({ length: MAX_CONCAT_ARGUMENTS - 1 }, (_, i) => optional(any(`T${i + 2}`)))],
      (types) => (types.some((type) => type.kind === 'BYTES') ? BYTES : STRING),
      (args, types, context) =>
        typeAt(types, types.length - 1).kind === 'BYTES' ? concatBytes(args) : concatAsText(args, types, context),
    ),
  ]),
  scalar('ASCII', page('ascii'), [
    signature([STRING], INT64, (args) => {
      const code = text(args, 0).codePointAt(0) ?? 0;
      if (code > 127) throw invalidQuery(`Non-ASCII character found in ASCII(): ${text(args, 0)}`);
      return BigInt(code);
    }),
    signature([BYTES], INT64, (args) => BigInt(bytes(args, 0)[0] ?? 0)),
  ]),
  scalar('UNICODE', page('unicode'), [signature([STRING], INT64, (args) => BigInt(text(args, 0).codePointAt(0) ?? 0))]),
  scalar('CHR', page('chr'), [signature([INT64], STRING, (args) => codePointText(int(args, 0)))]),
  ...aliases(['BYTE_LENGTH', 'OCTET_LENGTH'], page('byte_length'), [
    signature([STRING], INT64, (args) => BigInt(Buffer.byteLength(text(args, 0))), { duckdb: ([a]) => `strlen(${a})` }),
    signature([BYTES], INT64, (args) => BigInt(bytes(args, 0).length), { duckdb: ([a]) => `octet_length(${a})` }),
  ]),
  ...aliases(['CHAR_LENGTH', 'CHARACTER_LENGTH'], page('char_length'), [
    signature([STRING], INT64, (args) => BigInt(codePointLength(text(args, 0))), { duckdb: ([a]) => `length(${a})` }),
  ]),
  scalar('LENGTH', page('length'), [
    signature([STRING], INT64, (args) => BigInt(codePointLength(text(args, 0))), { duckdb: ([a]) => `length(${a})` }),
    signature([BYTES], INT64, (args) => BigInt(bytes(args, 0).length), { duckdb: ([a]) => `octet_length(${a})` }),
  ]),
  scalar('CODE_POINTS_TO_BYTES', page('code_points_to_bytes'), [
    signature([arrayOf(INT64)], BYTES, (args) => codePointsToBytes(array(args, 0))),
  ]),
  scalar('CODE_POINTS_TO_STRING', page('code_points_to_string'), [
    signature([arrayOf(INT64)], STRING, (args) => {
      const points = array(args, 0);
      return points.includes(null) ? null : points.map((_, i) => codePointText(int(points, i))).join('');
    }),
  ]),
  scalar('TO_CODE_POINTS', page('to_code_points'), [
    signature([STRING], arrayOf(INT64), (args) => Array.from(text(args, 0), (c) => BigInt(c.codePointAt(0) ?? 0))),
    signature([BYTES], arrayOf(INT64), (args) => Array.from(bytes(args, 0), BigInt)),
  ]),
  scalar('COLLATE', page('collate'), [
    signature([STRING, STRING], collatedType, (args) => {
      const name = text(args, 1);
      if (name !== '' && name !== 'binary') throw notImplemented(`collation ${name}`);
      return text(args, 0);
    }),
  ]),
  scalar('CONTAINS_SUBSTR', page('contains_substr'), [
    signature(
      [any(), STRING, optional(STRING, 'json_scope')],
      BOOL,
      (args, types) => {
        const needle = argument(args, 1);
        if (needle === null) throw invalidQuery('The second argument of CONTAINS_SUBSTR() must not be NULL');
        if (textOr(args, 2, 'JSON_VALUES') !== 'JSON_VALUES') throw notImplemented('CONTAINS_SUBSTR json_scope');
        return containsFolded(argument(args, 0), typeAt(types, 0), caseFold(asString(needle)));
      },
      { receiveNulls: true },
    ),
  ]),
  scalar('EDIT_DISTANCE', page('edit_distance'), [
    ...both([STRING, STRING, optional(INT64, 'max_distance')], INT64, (values) =>
      editDistance(string(values, 0), string(values, 1), values.length > 2 ? int(values, 2) : undefined),
    ),
  ]),
  scalar('STARTS_WITH', page('starts_with'), [
    ...both([STRING, STRING], BOOL, (values) => string(values, 0).startsWith(string(values, 1)), {
      duckdb: ([a, b], types) => (types[0]?.kind === 'STRING' ? `starts_with(${a}, ${b})` : undefined),
    }),
  ]),
  scalar('ENDS_WITH', page('ends_with'), [
    ...both([STRING, STRING], BOOL, (values) => string(values, 0).endsWith(string(values, 1)), {
      duckdb: ([a, b], types) => (types[0]?.kind === 'STRING' ? `ends_with(${a}, ${b})` : undefined),
    }),
  ]),
  scalar('INITCAP', page('initcap'), [
    signature([STRING, optional(STRING)], STRING, (args) =>
      initcap(text(args, 0), args.length > 1 ? text(args, 1) : undefined),
    ),
  ]),
  scalar('INSTR', page('instr'), both([STRING, STRING, optional(INT64), optional(INT64)], INT64, instr)),
  scalar('STRPOS', page('strpos'), [
    ...both([STRING, STRING], INT64, (values) => {
      const at = string(values, 0).indexOf(string(values, 1));
      return at < 0 ? 0n : BigInt(codePointIndex(string(values, 0), at) + 1);
    }),
  ]),
  scalar(
    'LEFT',
    page('left'),
    both([STRING, INT64], STRING, (values) => edge('LEFT', values)),
  ),
  scalar(
    'RIGHT',
    page('right'),
    both([STRING, INT64], STRING, (values) => edge('RIGHT', values)),
  ),
  scalar('LOWER', page('lower'), [
    signature([STRING], STRING, (args) => text(args, 0).toLowerCase()),
    signature([BYTES], BYTES, (args) => asciiCase(bytes(args, 0), false)),
  ]),
  scalar('UPPER', page('upper'), [
    signature([STRING], STRING, (args) => text(args, 0).toUpperCase()),
    signature([BYTES], BYTES, (args) => asciiCase(bytes(args, 0), true)),
  ]),
  scalar(
    'LPAD',
    page('lpad'),
    both([STRING, INT64, optional(STRING)], STRING, (values) => pad(values, true)),
  ),
  scalar(
    'RPAD',
    page('rpad'),
    both([STRING, INT64, optional(STRING)], STRING, (values) => pad(values, false)),
  ),
  scalar('TRIM', page('trim'), trimSignatures(true, true)),
  scalar('LTRIM', page('ltrim'), trimSignatures(true, false)),
  scalar('RTRIM', page('rtrim'), trimSignatures(false, true)),
  scalar('NORMALIZE', page('normalize'), [
    signature([STRING, optional(STRING)], STRING, (args) => normalize(text(args, 0), textOr(args, 1, 'NFC'))),
  ]),
  scalar('NORMALIZE_AND_CASEFOLD', page('normalize_and_casefold'), [
    signature([STRING, optional(STRING)], STRING, (args) => {
      const mode = textOr(args, 1, 'NFC');
      return normalize(normalize(text(args, 0), mode).toUpperCase().toLowerCase(), mode);
    }),
  ]),
  scalar('REPEAT', page('repeat'), both([STRING, INT64], STRING, repeat)),
  scalar('REPLACE', page('replace'), both([STRING, STRING, STRING], STRING, replaceAll)),
  scalar('REVERSE', page('reverse'), [
    ...both([STRING], STRING, (values) => Array.from(string(values, 0)).reverse().join('')),
  ]),
  scalar('SAFE_CONVERT_BYTES_TO_STRING', page('safe_convert_bytes_to_string'), [
    signature([BYTES], STRING, (args) => utf8TextLossy(bytes(args, 0))),
  ]),
  scalar('SOUNDEX', page('soundex'), [signature([STRING], STRING, (args) => soundex(text(args, 0)))]),
  scalar('SPLIT', page('split'), [
    signature([STRING, optional(STRING)], arrayOf(STRING), (args) => split(args)),
    signature([BYTES, BYTES], arrayOf(BYTES), onBytes(split)),
  ]),
  ...aliases(['SUBSTR', 'SUBSTRING'], page('substr'), [
    ...both([STRING, INT64, parameter(INT64, { optional: true })], STRING, substring),
  ]),
  scalar('TRANSLATE', page('translate'), both([STRING, STRING, STRING], STRING, translate)),
];
