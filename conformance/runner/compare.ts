import type { ExpectedCell } from './recording.ts';

export interface WireField {
  readonly name: string;
  readonly type: string;
  readonly mode?: string;
  readonly fields?: readonly WireField[];
}

export type WireCell =
  null | string | readonly { readonly v: WireCell }[] | { readonly f: readonly { readonly v: WireCell }[] };

/** A cell of the REST API in the form that recordings use: numbers as numbers, arrays as lists, structs by field name. */
export function cellOf(wire: WireCell, field: WireField): ExpectedCell {
  if (wire === null) return null;
  if (typeof wire !== 'string') {
    if ('f' in wire) {
      const fields = field.fields ?? [];
      return Object.fromEntries(
        wire.f.map((item, i) => [fields[i]?.name ?? `${i}`, cellOf(item.v, fields[i] ?? field)]),
      );
    }
    return wire.map((item) => cellOf(item.v, { ...field, mode: 'NULLABLE' }));
  }
  if (field.type === 'BOOLEAN') return wire === 'true';
  if (field.type === 'FLOAT') return Number.isNaN(Number(wire)) ? wire : Number(wire);
  if (field.type === 'INTEGER') return Number.isSafeInteger(Number(wire)) ? Number(wire) : wire;
  return wire;
}

/** What differs, as text; undefined when equal. */
export function difference(
  expected: ExpectedCell,
  actual: ExpectedCell,
  tolerance: number,
  at = '',
): string | undefined {
  if (typeof expected === 'number' && typeof actual === 'number') {
    return Math.abs(expected - actual) <= tolerance ? undefined : `${at}: expected ${expected}, got ${actual}`;
  }
  if (Array.isArray(expected) && Array.isArray(actual)) {
    const [e, a] = [expected as readonly ExpectedCell[], actual as readonly ExpectedCell[]];
    if (e.length !== a.length) return `${at}: expected ${e.length} elements, got ${a.length}`;
    return first(e, (cell, i) => difference(cell, a[i] ?? null, tolerance, `${at}[${i}]`));
  }
  if (isObject(expected) && isObject(actual)) {
    const names = Object.keys(expected);
    if (names.join() !== Object.keys(actual).join())
      return `${at}: expected fields ${names.join()}, got ${Object.keys(actual).join()}`;
    return first(names, (name) => difference(expected[name] ?? null, actual[name] ?? null, tolerance, `${at}.${name}`));
  }
  return expected === actual ? undefined : `${at}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`;
}

/** Every listed key must be there and equal; `<*>` is anything; keys that are not listed are ignored. */
export function partialDifference(expected: unknown, actual: unknown, at = 'body'): string | undefined {
  if (expected === '<*>') return undefined;
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length)
      return `${at}: expected ${expected.length} elements`;
    return first(expected, (item, i) => partialDifference(item, actual[i], `${at}[${i}]`));
  }
  if (isObject(expected)) {
    if (!isObject(actual)) return `${at}: expected an object, got ${JSON.stringify(actual)}`;
    return first(Object.entries(expected), ([key, item]) => partialDifference(item, actual[key], `${at}.${key}`));
  }
  return expected === actual ? undefined : `${at}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`;
}

function isObject<T>(value: T): value is T & Readonly<Record<string, ExpectedCell>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function first<T>(items: readonly T[], find: (item: T, index: number) => string | undefined): string | undefined {
  for (const [i, item] of items.entries()) {
    const found = find(item, i);
    if (found !== undefined) return found;
  }
  return undefined;
}
