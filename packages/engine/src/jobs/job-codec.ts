import { invariant } from '@bqml-emulator/common';

/**
 * The engine's own records as plain JSON and back: bigint, bytes and the numbers that JSON does not know are tagged
 * objects with a single `$...` key.
 */
export function encodeRecord(value: unknown): unknown {
  if (typeof value === 'bigint') return { $bigint: value.toString() };
  if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0)))
    return { $number: numberText(value) };
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return value.map(encodeRecord);
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, v]) => v !== undefined);
    return Object.fromEntries(entries.map(([k, v]) => [k, encodeRecord(v)]));
  }
  return value;
}

export function decodeRecord(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decodeRecord);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [tag] = entries;
  if (entries.length === 1 && tag) {
    const [key, text] = tag;
    if (key === '$bigint') return BigInt(asText(text));
    if (key === '$number') return Number(asText(text));
    if (key === '$bytes') return new Uint8Array(Buffer.from(asText(text), 'base64'));
  }
  return Object.fromEntries(entries.map(([k, v]) => [k, decodeRecord(v)]));
}

const numberText = (value: number) => (Object.is(value, -0) ? '-0' : String(value));

function asText(value: unknown): string {
  invariant(typeof value === 'string', 'a tagged value is text');
  return value;
}
