import type { ResultList, ResultType, ResultValue } from './reference-result.ts';

/** A column or field of `schema.fields`. */
export interface WireField {
  readonly name: string;
  readonly type: string;
  readonly mode?: string;
  readonly fields?: readonly WireField[];
  readonly rangeElementType?: { readonly type: string };
}

export interface WireRow {
  readonly f: readonly { readonly v: WireValue }[];
}
type WireValue = null | string | WireRow | readonly { readonly v: WireValue }[];

const SQL_NAMES: Readonly<Record<string, string>> = {
  INTEGER: 'INT64',
  FLOAT: 'FLOAT64',
  BOOLEAN: 'BOOL',
  RECORD: 'STRUCT',
};

export function typeOf(field: WireField): ResultType {
  if (field.mode === 'REPEATED') return { kind: 'ARRAY', element: typeOf({ ...field, mode: 'NULLABLE' }) };
  const kind = SQL_NAMES[field.type] ?? field.type;
  if (field.fields) return rowType(field.fields);
  return field.rangeElementType ? { kind, element: { kind: field.rangeElementType.type } } : { kind };
}

export const rowType = (fields: readonly WireField[]): ResultType => ({
  kind: 'STRUCT',
  fields: fields.map((field) => ({ name: field.name, type: typeOf(field) })),
});

/**
 * Names are compared where the reference has one, without the number that a column gets whose name occurs again; a
 * type that the reference does not show fits any.
 */
export function sameType(expected: ResultType, actual: ResultType): boolean {
  if (expected.kind === '') return true;
  if (expected.kind !== actual.kind) return false;
  if (expected.element && (!actual.element || !sameType(expected.element, actual.element))) return false;
  const { fields = [] } = expected;
  return (
    fields.length === (actual.fields ?? []).length &&
    fields.every((field, i) => {
      const other = actual.fields?.[i];
      return other !== undefined && sameName(field.name, other.name) && sameType(field.type, other.type);
    })
  );
}

const sameName = (expected: string | undefined, actual: string | undefined): boolean =>
  expected === undefined ||
  [actual, actual?.replace(/_\d+$/, '')].some((n) => n?.toLowerCase() === expected.toLowerCase());

export const decodeRow = (row: WireRow, type: ResultType): ResultValue =>
  (type.fields ?? []).map((field, i) => decode(row.f[i]?.v ?? null, field.type));

function decode(value: WireValue, type: ResultType): ResultValue {
  if (value === null) return null;
  if (Array.isArray(value)) {
    const list = value as readonly { readonly v: WireValue }[];
    return { elements: list.map((item) => decode(item.v, type.element ?? { kind: '' })), unordered: false };
  }
  if (typeof value !== 'string') return decodeRow(value as WireRow, type);
  switch (type.kind) {
    case 'FLOAT64':
      return Number(value);
    case 'JSON':
      return { json: JSON.parse(value) as unknown };
    case 'TIMESTAMP':
      return timestampText(value);
    case 'RANGE':
      return value
        .slice(1, -1)
        .split(', ')
        .map((bound) => (bound === 'UNBOUNDED' ? bound : scalarText(bound, type.element?.kind)))
        .join(', ')
        .replace(/^[^]*$/, (bounds) => `[${bounds})`);
    default:
      return scalarText(value, type.kind);
  }
}

const scalarText = (text: string, kind: string | undefined): string =>
  kind === 'TIMESTAMP' ? timestampText(text) : kind === 'DATETIME' ? trimFraction(text.replace('T', ' ')) : text;

const trimFraction = (text: string): string => text.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');

/** `1577836800000000` as `2020-01-01 00:00:00+00`. */
function timestampText(micros: string): string {
  const value = BigInt(micros);
  const fraction = ((value % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const seconds = new Date(Number((value - fraction) / 1000n)).toISOString().slice(0, 19).replace('T', ' ');
  return `${trimFraction(`${seconds}.${String(fraction).padStart(6, '0')}`)}+00`;
}

const FLOAT_TOLERANCE = 1e-12;

/** BigQuery returns a NULL array as an empty one. */
export function sameValue(expected: ResultValue, actual: ResultValue): boolean {
  if (isList(actual)) return sameList(expected, actual);
  if (expected === null || actual === null) return expected === actual;
  if (typeof expected === 'number' && typeof actual === 'number') {
    const scale = Math.max(Math.abs(expected), Math.abs(actual));
    return Object.is(expected, actual) || expected === actual || Math.abs(expected - actual) <= FLOAT_TOLERANCE * scale;
  }
  if (Array.isArray(expected) && Array.isArray(actual)) {
    const fields = actual as readonly ResultValue[];
    return (
      expected.length === fields.length &&
      expected.every((field: ResultValue, i) => sameValue(field, fields[i] ?? null))
    );
  }
  if (typeof expected === 'object' && 'json' in expected) {
    return typeof actual === 'object' && 'json' in actual && sameJson(expected.json, actual.json);
  }
  return expected === actual;
}

const isList = (value: ResultValue): value is ResultList =>
  typeof value === 'object' && value !== null && 'elements' in value;

function sameList(expected: ResultValue, actual: ResultList): boolean {
  if (expected === null) return actual.elements.length === 0;
  if (!isList(expected) || expected.elements.length !== actual.elements.length) return false;
  if (!expected.unordered) return expected.elements.every((e, i) => sameValue(e, actual.elements[i] ?? null));
  const left = [...actual.elements];
  return expected.elements.every((e) => {
    const at = left.findIndex((candidate) => sameValue(e, candidate));
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}

function sameJson(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') return sameValue(a, b);
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  const x = Object.entries(a);
  const y = b as Readonly<Record<string, unknown>>;
  return (
    Array.isArray(a) === Array.isArray(b) &&
    x.length === Object.keys(b).length &&
    x.every(([key, value]) => key in y && sameJson(value, y[key]))
  );
}
