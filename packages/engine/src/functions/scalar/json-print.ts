import { invariant } from '@bqml-emulator/common';
import {
  asArray,
  asBigint,
  asJson,
  asNumber,
  asRange,
  formatFloat64,
  formatJson,
  formatJsonPretty,
  formatValue,
  jsonNodeOf,
  type SqlType,
  type Value,
} from '@bqml-emulator/types';

const WIDE = 2n ** 53n;

function scalarText(value: Value, type: SqlType): string {
  switch (type.kind) {
    case 'INT64': {
      const integer = asBigint(value);
      return integer > WIDE || integer < -WIDE ? `"${integer}"` : integer.toString();
    }
    case 'FLOAT64': {
      const number = asNumber(value);
      return Number.isFinite(number)
        ? formatFloat64(number)
        : formatJson(jsonNodeOf(value, type, { stringifyWideNumbers: true }));
    }
    case 'NUMERIC':
    case 'BIGNUMERIC': {
      const text = formatValue(value, type);
      const exact = /^-?[0-9]+$/.test(text) ? asBigint(value) : undefined;
      const number = Number(text);
      const fits = exact === undefined ? formatFloat64(number) === text : Math.abs(number) <= Number(WIDE);
      return fits ? text : `"${text}"`;
    }
    default:
      return formatJson(jsonNodeOf(value, type, { stringifyWideNumbers: true }));
  }
}

/**
 * TO_JSON_STRING: fields in their own order, repeated names kept, numbers beyond a double's precision as strings.
 * https://cloud.google.com/bigquery/docs/reference/standard-sql/json_functions#to_json_string
 */
export function toJsonText(value: Value, type: SqlType, pretty: boolean, indent = ''): string {
  if (value === null) return 'null';
  if (type.kind === 'JSON') {
    const { json } = asJson(value);
    return pretty ? formatJsonPretty(json, indent) : formatJson(json);
  }
  const inner = `${indent}  `;
  const between = pretty ? `,\n${inner}` : ',';
  const enclose = (open: string, parts: readonly string[], close: string) =>
    parts.length === 0 || !pretty
      ? `${open}${parts.join(between)}${close}`
      : `${open}\n${inner}${parts.join(between)}\n${indent}${close}`;
  if (type.kind === 'ARRAY') {
    return enclose(
      '[',
      asArray(value).map((v) => toJsonText(v, type.element, pretty, inner)),
      ']',
    );
  }
  const colon = pretty ? ': ' : ':';
  if (type.kind === 'RANGE') {
    const { start, end } = asRange(value);
    const part = (name: string, v: Value) => `"${name}"${colon}${toJsonText(v, type.element, pretty, inner)}`;
    return enclose('{', [part('start', start), part('end', end)], '}');
  }
  if (type.kind === 'STRUCT') {
    const members = asArray(value).map((v, i) => {
      const field = type.fields[i];
      invariant(field, 'a struct value has as many fields as its type');
      return `${JSON.stringify(field.name ?? '')}${colon}${toJsonText(v, field.type, pretty, inner)}`;
    });
    return enclose('{', members, '}');
  }
  return scalarText(value, type);
}
