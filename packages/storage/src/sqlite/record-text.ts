import { invariant } from '@bqml-emulator/common';

/**
 * JSON text of a plain record, in which bigint, Uint8Array and numbers that JSON lacks survive. They are written as
 * an object with one key that starts with `$`; keys of the record that start with `$` get one more.
 */
export function toRecordText(record: unknown): string {
  return JSON.stringify(pack(record));
}

export function fromRecordText<T>(text: string): T {
  return unpack(JSON.parse(text)) as T;
}

function pack(value: unknown): unknown {
  if (typeof value === 'bigint') return { $int: String(value) };
  if (typeof value === 'number' && !(Number.isFinite(value) && !Object.is(value, -0)))
    return { $float: numberText(value) };
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return value.map((item) => (item === undefined ? null : pack(item)));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key.startsWith('$') ? `$${key}` : key, pack(item)]),
    );
  }
  return value;
}

const numberText = (value: number) => (Object.is(value, -0) ? '-0' : String(value));

function unpack(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unpack);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [first] = entries;
  if (entries.length === 1 && first !== undefined && first[0].startsWith('$') && !first[0].startsWith('$$')) {
    const [key, text] = first;
    invariant(typeof text === 'string', 'a packed value is a string');
    if (key === '$int') return BigInt(text);
    return key === '$float' ? Number(text) : Uint8Array.from(Buffer.from(text, 'base64'));
  }
  return Object.fromEntries(entries.map(([key, item]) => [key.startsWith('$$') ? key.slice(1) : key, unpack(item)]));
}
