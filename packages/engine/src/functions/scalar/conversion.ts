import type { ScalarFunction } from '@bqml-emulator/catalog';
import { invalidQuery } from '@bqml-emulator/common';
import { BIGNUMERIC, type DecimalKind, NUMERIC, parseDecimal, STRING, decimalKind } from '@bqml-emulator/types';
import { text } from '../arguments.ts';
import { doc, scalar, signature } from '../definition.ts';

/** A sign in front or behind, group commas between digits, blanks between sign and digits. */
function parseLoose(value: string, kind: DecimalKind): bigint {
  const trimmed = value.trim();
  const trailing = /^(.*?)\s*([+-])$/.exec(trimmed);
  const leading = /^([+-])\s*(.*)$/.exec(trimmed);
  const sign = trailing && !/[eE]$/.test(trailing[1] ?? '') ? trailing[2] : leading?.[1];
  const body = (trailing && sign === trailing[2] ? trailing[1] : leading ? leading[2] : trimmed) ?? '';
  const [whole = '', ...rest] = body.split('.');
  const digits = [whole.replaceAll(',', ''), ...rest].join('.');
  const result = /^[+-]/.test(digits) ? undefined : parseDecimal(`${sign ?? ''}${digits}`, kind);
  if (result === undefined) throw invalidQuery(`Invalid input to PARSE_${kind.name}: ${value}`);
  return result;
}

export const conversionFunctions: readonly ScalarFunction[] = [
  scalar('PARSE_NUMERIC', doc('conversion_functions', 'parse_numeric'), [
    signature([STRING], NUMERIC, (args) => parseLoose(text(args, 0), decimalKind('NUMERIC'))),
  ]),
  scalar('PARSE_BIGNUMERIC', doc('conversion_functions', 'parse_bignumeric'), [
    signature([STRING], BIGNUMERIC, (args) => parseLoose(text(args, 0), decimalKind('BIGNUMERIC'))),
  ]),
];
