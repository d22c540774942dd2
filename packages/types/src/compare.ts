import { invariant } from '@bqml-emulator/common';
import { asArray, asBigint, asBoolean, asBytes, asInterval, asJson, asNumber, asRange, asString } from './format.ts';
import { intervalTotalMicros } from './interval.ts';
import { formatJson } from './json.ts';
import type { SqlType } from './type.ts';
import { compareBytes, compareText } from './utf8.ts';
import type { Value } from './value.ts';

const order = <T extends number | bigint | boolean>(a: T, b: T) => (a < b ? -1 : a > b ? 1 : 0);

/** NaN before every number. */
function compareFloat64(a: number, b: number): number {
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : -1;
  return Number.isNaN(b) ? 1 : order(a, b);
}

/**
 * Total order of two values of one type, for ORDER BY, MIN, MAX and grouping: NULL before all, NaN before numbers,
 * -0 equals 0, STRING by code point. JSON by its canonical text (only for grouping equality). Negative, 0 or positive.
 */
export function compareValues(a: Value, b: Value, type: SqlType): number {
  if (a === null) return b === null ? 0 : -1;
  if (b === null) return 1;
  switch (type.kind) {
    case 'BOOL':
      return order(asBoolean(a), asBoolean(b));
    case 'INT64':
    case 'NUMERIC':
    case 'BIGNUMERIC':
    case 'DATETIME':
    case 'TIME':
    case 'TIMESTAMP':
      return order(asBigint(a), asBigint(b));
    case 'FLOAT64':
      return compareFloat64(asNumber(a), asNumber(b));
    case 'DATE':
      return order(asNumber(a), asNumber(b));
    case 'STRING':
    case 'GEOGRAPHY':
      return compareText(asString(a), asString(b));
    case 'BYTES':
      return compareBytes(asBytes(a), asBytes(b));
    case 'INTERVAL':
      return order(intervalTotalMicros(asInterval(a)), intervalTotalMicros(asInterval(b)));
    case 'JSON':
      return compareText(formatJson(asJson(a).json), formatJson(asJson(b).json));
    case 'RANGE': {
      const x = asRange(a);
      const y = asRange(b);
      const start = compareValues(x.start, y.start, type.element);
      if (start !== 0) return start;
      // An unbounded end is the largest.
      if (x.end === null || y.end === null) return order(x.end === null, y.end === null);
      return compareValues(x.end, y.end, type.element);
    }
    case 'ARRAY': {
      const x = asArray(a);
      const y = asArray(b);
      const length = Math.min(x.length, y.length);
      for (let i = 0; i < length; i++) {
        const result = compareValues(x[i] ?? null, y[i] ?? null, type.element);
        if (result !== 0) return result;
      }
      return x.length - y.length;
    }
    case 'STRUCT': {
      const x = asArray(a);
      const y = asArray(b);
      for (const [i, field] of type.fields.entries()) {
        const result = compareValues(x[i] ?? null, y[i] ?? null, field.type);
        if (result !== 0) return result;
      }
      return 0;
    }
  }
}

/** SQL `=`: NULL if an operand is NULL, FALSE for NaN; a STRUCT is NULL only if no field differs. */
export function sqlEquals(a: Value, b: Value, type: SqlType): boolean | null {
  if (a === null || b === null) return null;
  if (type.kind === 'FLOAT64') return asNumber(a) === asNumber(b);
  if (type.kind === 'STRUCT' || type.kind === 'ARRAY') {
    const x = asArray(a);
    const y = asArray(b);
    if (x.length !== y.length) return false;
    let result: boolean | null = true;
    for (let i = 0; i < x.length; i++) {
      const element = type.kind === 'ARRAY' ? type.element : type.fields[i]?.type;
      invariant(element, 'a struct value has as many fields as its type');
      const equal = sqlEquals(x[i] ?? null, y[i] ?? null, element);
      if (equal === false) return false;
      if (equal === null) result = null;
    }
    return result;
  }
  return compareValues(a, b, type) === 0;
}

/** SQL `<`: NULL if an operand is NULL, FALSE if one is NaN. */
export function sqlLess(a: Value, b: Value, type: SqlType): boolean | null {
  if (a === null || b === null) return null;
  if (type.kind === 'FLOAT64') return asNumber(a) < asNumber(b);
  return compareValues(a, b, type) < 0;
}

/** SQL `<=`, with the same rules. */
export function sqlLessOrEqual(a: Value, b: Value, type: SqlType): boolean | null {
  if (a === null || b === null) return null;
  if (type.kind === 'FLOAT64') return asNumber(a) <= asNumber(b);
  return compareValues(a, b, type) <= 0;
}

/** Values of one type are in one group of GROUP BY and DISTINCT exactly if their keys are equal. */
export function groupingKey(value: Value, type: SqlType): string {
  if (value === null) return 'N';
  switch (type.kind) {
    case 'STRING':
    case 'GEOGRAPHY': {
      const text = asString(value);
      return `${text.length}:${text}`;
    }
    case 'BYTES':
      return `${Buffer.from(asBytes(value)).toString('hex')};`;
    case 'FLOAT64': {
      const number = asNumber(value);
      return `${number === 0 ? 0 : number};`;
    }
    case 'INTERVAL':
      return `${intervalTotalMicros(asInterval(value))};`;
    case 'JSON': {
      const text = formatJson(asJson(value).json);
      return `${text.length}:${text}`;
    }
    case 'ARRAY': {
      const elements = asArray(value);
      return `[${elements.length}:${elements.map((v) => groupingKey(v, type.element)).join('')}`;
    }
    case 'STRUCT':
      return asArray(value)
        .map((v, i) => groupingKey(v, type.fields[i]?.type ?? type))
        .join('');
    case 'RANGE': {
      const { start, end } = asRange(value);
      return groupingKey(start, type.element) + groupingKey(end, type.element);
    }
    case 'BOOL':
      return asBoolean(value) ? 't' : 'f';
    case 'DATE':
      return `${asNumber(value)};`;
    default:
      return `${asBigint(value)};`;
  }
}
