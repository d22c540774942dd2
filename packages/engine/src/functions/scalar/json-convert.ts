import type { ScalarFunction, ScalarSignature } from '@bqml-emulator/catalog';
import { invalidQuery } from '@bqml-emulator/common';
import {
  BOOL,
  DATE,
  DATETIME,
  fitsInt64,
  FLOAT64,
  formatGeneral,
  formatTimestamp,
  formatValue,
  INT64,
  JSON_TYPE,
  type JsonNode,
  jsonOf,
  JsonSyntaxError,
  parseDecimal,
  parseFloat64,
  parseJson,
  BIGNUMERIC_KIND,
  decimalToInt64,
  STRING,
  TIME,
  TIMESTAMP,
  timeZone,
} from '@bqml-emulator/types';
import { argument, boolOr, int, json, text, textOr } from '../arguments.ts';
import { any, doc, optional, parameter, scalar, signature, typeAt } from '../definition.ts';
import { jsonScalarText } from './json-extract.ts';
import { toJsonText } from './json-print.ts';

const page = (anchor: string) => doc('json_functions', anchor);

function wideNumberMode(mode: string): boolean {
  if (mode !== 'round' && mode !== 'exact') throw invalidQuery(`Invalid \`wide_number_mode\` specified: ${mode}`);
  return mode === 'round';
}

function toBool(node: JsonNode): boolean {
  if (typeof node !== 'boolean') throw invalidQuery('The provided JSON input is not a boolean');
  return node;
}

function toInt64(node: JsonNode): bigint {
  if (typeof node !== 'bigint' && typeof node !== 'number')
    throw invalidQuery('The provided JSON input is not an integer');
  const whole = typeof node === 'bigint' ? node : Number.isInteger(node) ? BigInt(node) : undefined;
  if (whole === undefined || !fitsInt64(whole)) {
    const shown = typeof node === 'bigint' ? node.toString() : formatGeneral(node, 6);
    throw invalidQuery(`The provided JSON number: ${shown} cannot be converted to an int64`);
  }
  return whole;
}

function toFloat64(node: JsonNode, round: boolean): number {
  if (typeof node === 'number') return node;
  if (typeof node !== 'bigint') throw invalidQuery('The provided JSON input is not a number');
  const value = Number(node);
  if (!round && BigInt(value) !== node) {
    throw invalidQuery(`JSON number: ${node} cannot be converted to DOUBLE without loss of precision`);
  }
  return value;
}

function laxBool(node: JsonNode): boolean | null {
  if (typeof node === 'boolean') return node;
  if (typeof node === 'bigint') return node !== 0n;
  if (typeof node === 'number') return node !== 0;
  const word = typeof node === 'string' ? node.toLowerCase() : '';
  return word === 'true' ? true : word === 'false' ? false : null;
}

function laxInt64(node: JsonNode): bigint | null {
  if (typeof node === 'boolean') return node ? 1n : 0n;
  if (typeof node === 'bigint') return fitsInt64(node) ? node : null;
  const decimal =
    typeof node === 'number' || typeof node === 'string' ? parseDecimal(String(node), BIGNUMERIC_KIND) : undefined;
  if (decimal === undefined) return null;
  const limit = 2n ** 63n * BIGNUMERIC_KIND.unit;
  return decimal >= limit || decimal < -limit ? null : decimalToInt64(decimal, BIGNUMERIC_KIND);
}

function laxFloat64(node: JsonNode): number | null {
  if (typeof node === 'number' || typeof node === 'bigint') return Number(node);
  return typeof node === 'string' ? (parseFloat64(node) ?? null) : null;
}

const wide = optional(STRING, 'wide_number_mode');

const floatSignatures: readonly ScalarSignature[] = [
  signature([JSON_TYPE, wide], FLOAT64, (args) =>
    toFloat64(json(args, 0).json, wideNumberMode(textOr(args, 1, 'round'))),
  ),
];
const laxFloatSignatures: readonly ScalarSignature[] = [
  signature([JSON_TYPE], FLOAT64, (args) => laxFloat64(json(args, 0).json)),
];

export const jsonConvertFunctions: readonly ScalarFunction[] = [
  scalar('PARSE_JSON', page('parse_json'), [
    signature([STRING, wide], JSON_TYPE, (args) => {
      const roundNumbers = wideNumberMode(textOr(args, 1, 'exact'));
      try {
        return parseJson(text(args, 0), { roundNumbers });
      } catch (error) {
        if (error instanceof JsonSyntaxError) throw invalidQuery(`Invalid input to PARSE_JSON: ${error.message}`);
        throw error;
      }
    }),
  ]),
  scalar('TO_JSON', page('to_json'), [
    signature(
      [any(), parameter(BOOL, { optional: true, name: 'stringify_wide_numbers' })],
      JSON_TYPE,
      (args, types) => jsonOf(argument(args, 0), typeAt(types, 0), { stringifyWideNumbers: boolOr(args, 1, false) }),
      { receiveNulls: true },
    ),
  ]),
  scalar('TO_JSON_STRING', page('to_json_string'), [
    signature(
      [any(), optional(BOOL)],
      STRING,
      (args, types) => toJsonText(argument(args, 0), typeAt(types, 0), boolOr(args, 1, false)),
      { receiveNulls: true },
    ),
  ]),
  scalar('BOOL', page('bool_for_json'), [signature([JSON_TYPE], BOOL, (args) => toBool(json(args, 0).json))]),
  scalar('INT64', page('int64_for_json'), [signature([JSON_TYPE], INT64, (args) => toInt64(json(args, 0).json))]),
  scalar('FLOAT64', page('double_for_json'), floatSignatures),
  scalar('DOUBLE', page('double_for_json'), floatSignatures),
  scalar('STRING', page('string_for_json'), [
    signature([JSON_TYPE], STRING, (args) => {
      const node = json(args, 0).json;
      if (typeof node !== 'string') throw invalidQuery('The provided JSON input is not a string');
      return node;
    }),
    signature([TIMESTAMP, optional(STRING)], STRING, (args, _types, context) =>
      formatTimestamp(int(args, 0), timeZone(textOr(args, 1, context.timeZone))),
    ),
    ...[DATE, DATETIME, TIME].map((type) => signature([type], STRING, (args) => formatValue(argument(args, 0), type))),
  ]),
  scalar('LAX_BOOL', page('lax_bool'), [signature([JSON_TYPE], BOOL, (args) => laxBool(json(args, 0).json))]),
  scalar('LAX_INT64', page('lax_int64'), [signature([JSON_TYPE], INT64, (args) => laxInt64(json(args, 0).json))]),
  scalar('LAX_FLOAT64', page('lax_double'), laxFloatSignatures),
  scalar('LAX_DOUBLE', page('lax_double'), laxFloatSignatures),
  scalar('LAX_STRING', page('lax_string'), [
    signature([JSON_TYPE], STRING, (args) => jsonScalarText(json(args, 0).json) ?? null),
  ]),
];
