import type { ScalarFunction } from '@bqml-emulator/catalog';
import { invalidQuery } from '@bqml-emulator/common';
import {
  asBigint,
  asNumber,
  asString,
  formatDisplay,
  formatGeneral,
  formatJson,
  formatJsonPretty,
  formatLiteral,
  formatValue,
  asJson,
  type SqlType,
  STRING,
  typeName,
  type Value,
} from '@bqml-emulator/types';
import { argument } from '../arguments.ts';
import { any, doc, optional, scalar, signature, typeAt } from '../definition.ts';

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/string_functions#format_string */

interface Specifier {
  readonly flags: string;
  readonly width: number | undefined;
  readonly precision: number | undefined;
  readonly conversion: string;
}

/** Arguments in order; `undefined` once NULL was read where NULL makes the whole result NULL. */
class ArgumentReader {
  readonly #args: readonly Value[];
  readonly #types: readonly SqlType[];
  readonly #pattern: string;
  #next = 1;

  constructor(args: readonly Value[], types: readonly SqlType[], pattern: string) {
    this.#args = args;
    this.#types = types;
    this.#pattern = pattern;
  }

  read(expected: string, accepts: (type: SqlType) => boolean): { readonly value: Value; readonly type: SqlType } {
    const index = this.#next++;
    if (index >= this.#args.length) {
      throw invalidQuery(
        `Too few arguments to FORMAT for pattern ${JSON.stringify(this.#pattern)}; Expected at least ${index + 1}; Got ${this.#args.length}`,
      );
    }
    const type = typeAt(this.#types, index);
    const value = argument(this.#args, index);
    if (!accepts(type) && !(value === null && type.kind === 'INT64')) {
      throw invalidQuery(
        `Invalid type for argument ${index + 1} to FORMAT; Expected ${expected}; Got ${typeName(type)}`,
      );
    }
    return { value, type };
  }

  finish(): void {
    if (this.#next < this.#args.length) {
      throw invalidQuery(
        `Too many arguments to FORMAT for pattern ${JSON.stringify(this.#pattern)}; Expected ${this.#next}; Got ${this.#args.length}`,
      );
    }
  }
}

const isInteger = (type: SqlType) => type.kind === 'INT64';
const isNumber = (type: SqlType) => ['INT64', 'FLOAT64', 'NUMERIC', 'BIGNUMERIC'].includes(type.kind);
const isReal = (type: SqlType) => ['FLOAT64', 'NUMERIC', 'BIGNUMERIC'].includes(type.kind);

function padded(body: string, sign: string, { flags, width = 0 }: Specifier, zeros: boolean): string {
  const missing = width - (sign.length + Array.from(body).length);
  if (missing <= 0) return sign + body;
  if (flags.includes('-')) return sign + body + ' '.repeat(missing);
  return zeros && flags.includes('0') ? sign + '0'.repeat(missing) + body : ' '.repeat(missing) + sign + body;
}

const signOf = (negative: boolean, flags: string) =>
  negative ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';

const grouped = (digits: string) => digits.replace(/\B(?=(?:[0-9]{3})+(?![0-9]))/g, ',');

function formatInteger(value: bigint, specifier: Specifier): string {
  const { flags, precision, conversion } = specifier;
  const magnitude = value < 0n ? -value : value;
  let digits: string;
  let prefix = '';
  if (conversion === 'x' || conversion === 'X') {
    digits = magnitude.toString(16);
    if (flags.includes('#') && magnitude !== 0n) prefix = '0x';
    if (conversion === 'X') [digits, prefix] = [digits.toUpperCase(), prefix.toUpperCase()];
  } else if (conversion === 'o') {
    digits = magnitude.toString(8);
    if (flags.includes('#')) prefix = '0';
  } else digits = magnitude.toString();
  if (precision !== undefined) digits = precision === 0 && magnitude === 0n ? '' : digits.padStart(precision, '0');
  if (flags.includes("'")) digits = grouped(digits);
  return padded(digits, signOf(value < 0n, flags) + prefix, specifier, precision === undefined);
}

/** Digits of a decimal with `places` after the point, half away from zero. */
function fixedText(text: string, places: number): string {
  const [whole = '0', fraction = ''] = text.split('.');
  const kept = fraction.slice(0, places).padEnd(places, '0');
  const up = (fraction.charAt(places) || '0') >= '5';
  let number = BigInt(whole + kept);
  if (up) number += 1n;
  const digits = number.toString().padStart(places + 1, '0');
  return places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

function exponentText(value: number, places: number): string {
  const [mantissa = '', exponent = '0'] = value.toExponential(places).split('e');
  const size = Math.abs(Number(exponent)).toString().padStart(2, '0');
  return `${mantissa}e${exponent.startsWith('-') ? '-' : '+'}${size}`;
}

function formatReal(value: Value, type: SqlType, specifier: Specifier): string {
  const { flags, precision = 6, conversion } = specifier;
  const upper = conversion !== conversion.toLowerCase();
  const decimalText = type.kind === 'FLOAT64' ? undefined : formatValue(value, type);
  const number = decimalText === undefined ? asNumber(value) : Number(decimalText);
  const negative = decimalText === undefined ? number < 0 || Object.is(number, -0) : decimalText.startsWith('-');
  if (!Number.isFinite(number)) {
    const name = Number.isNaN(number) ? 'nan' : 'inf';
    return padded(upper ? name.toUpperCase() : name, signOf(number < 0, flags), specifier, false);
  }
  const magnitude = Math.abs(number);
  let body: string;
  switch (conversion.toLowerCase()) {
    case 'f':
      body =
        decimalText === undefined
          ? fixedNumber(magnitude, precision)
          : fixedText(decimalText.replace('-', ''), precision);
      break;
    case 'e':
      body = exponentText(magnitude, precision);
      break;
    default:
      body = formatGeneral(magnitude, precision === 0 ? 1 : precision);
  }
  if (flags.includes('#') && !body.includes('.')) body += '.';
  if (flags.includes("'")) {
    const [whole = '', ...rest] = body.split('.');
    body = [grouped(whole), ...rest].join('.');
  }
  return padded(upper ? body.toUpperCase() : body, signOf(negative, flags), specifier, true);
}

/** `toFixed` gives an exponent from 10^21 on, where a double is whole. */
const fixedNumber = (value: number, places: number) =>
  value < 1e21 ? value.toFixed(Math.min(places, 100)) : `${BigInt(value)}${places > 0 ? `.${'0'.repeat(places)}` : ''}`;

const SPECIFIER = /%([-+ #0']*)(\*|[0-9]+)?(?:\.(\*|[0-9]*))?([A-Za-z%])/g;

/** NULL arguments make the result NULL, but for `%t` and `%T`, which print NULL. */
function formatPattern(args: readonly Value[], types: readonly SqlType[]): Value {
  const pattern = argument(args, 0);
  if (pattern === null) return null;
  const text = asString(pattern);
  const reader = new ArgumentReader(args, types, text);
  let isNull = false;
  let out = '';
  let at = 0;
  const size = (token: string | undefined): number | undefined => {
    if (token !== '*') return token === undefined ? undefined : Number(token);
    const { value } = reader.read('integer', isInteger);
    if (value === null) {
      isNull = true;
      return undefined;
    }
    return Number(asBigint(value));
  };
  for (const match of text.matchAll(SPECIFIER)) {
    const literal = text.slice(at, match.index);
    if (literal.includes('%')) throw invalidFormat(text);
    out += literal;
    at = match.index + match[0].length;
    const conversion = match[4] ?? '';
    if (conversion === '%') {
      out += '%';
      continue;
    }
    let flags = match[1] ?? '';
    let width = size(match[2]);
    if (width !== undefined && width < 0) {
      flags += '-';
      width = -width;
    }
    const precision = size(match[3]);
    const specifier: Specifier = {
      flags,
      width,
      precision: precision !== undefined && precision < 0 ? undefined : precision,
      conversion,
    };
    const part = formatArgument(reader, specifier, text);
    if (part === null) isNull = true;
    else out += part;
  }
  const rest = text.slice(at);
  if (rest.includes('%')) throw invalidFormat(text);
  reader.finish();
  return isNull ? null : out + rest;
}

const invalidFormat = (pattern: string) => invalidQuery(`Invalid FORMAT string ${JSON.stringify(pattern)}`);

function formatArgument(reader: ArgumentReader, specifier: Specifier, pattern: string): string | null {
  const { conversion, precision } = specifier;
  switch (conversion) {
    case 'd':
    case 'i': {
      const { value, type } = reader.read(
        'integer',
        (t) => isInteger(t) || t.kind === 'NUMERIC' || t.kind === 'BIGNUMERIC',
      );
      if (value === null) return null;
      return formatInteger(
        type.kind === 'INT64' ? asBigint(value) : BigInt(formatValue(value, type).split('.')[0] ?? '0'),
        specifier,
      );
    }
    case 'u':
    case 'o':
    case 'x':
    case 'X': {
      const { value } = reader.read('integer', isInteger);
      return value === null ? null : formatInteger(asBigint(value), specifier);
    }
    case 'f':
    case 'F':
    case 'e':
    case 'E':
    case 'g':
    case 'G': {
      const { value, type } = reader.read('FLOAT64', (t) => isReal(t) || isNumber(t));
      if (value === null) return null;
      return type.kind === 'INT64'
        ? formatReal(Number(asBigint(value)), { kind: 'FLOAT64' }, specifier)
        : formatReal(value, type, specifier);
    }
    case 's': {
      const { value, type } = reader.read('STRING', (t) => t.kind !== 'ARRAY' && t.kind !== 'STRUCT' && !isNumber(t));
      if (value === null) return null;
      const shown = formatValue(value, type);
      return padded(
        precision === undefined ? shown : Array.from(shown).slice(0, precision).join(''),
        '',
        specifier,
        false,
      );
    }
    case 't':
    case 'T': {
      const { value, type } = reader.read('value', () => true);
      const shown = conversion === 't' ? formatDisplay(value, type) : formatLiteral(value, type);
      return padded(
        precision === undefined ? shown : Array.from(shown).slice(0, precision).join(''),
        '',
        specifier,
        false,
      );
    }
    case 'p':
    case 'P': {
      const { value, type } = reader.read('JSON', (t) => t.kind === 'JSON');
      if (value === null) return null;
      const { json } = asJson(value);
      return type.kind === 'JSON' && conversion === 'P' ? formatJsonPretty(json) : formatJson(json);
    }
    default:
      throw invalidFormat(pattern);
  }
}

const MAX_ARGUMENTS = 64;

export const formatFunctions: readonly ScalarFunction[] = [
  scalar('FORMAT', doc('string_functions', 'format_string'), [
    signature(
      [STRING, ...Array.from({ length: MAX_ARGUMENTS }, (_, i) => optional(any(`T${i + 1}`)))],
      STRING,
      formatPattern,
      { receiveNulls: true },
    ),
  ]),
];
