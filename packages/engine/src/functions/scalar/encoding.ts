import type { ScalarFunction } from '@bqml-emulator/catalog';
import { invalidQuery } from '@bqml-emulator/common';
import { BYTES, STRING } from '@bqml-emulator/types';
import { bytes, text } from '../arguments.ts';
import { doc, scalar, signature } from '../definition.ts';

const page = (anchor: string) => doc('string_functions', anchor);
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function toBase32(value: Uint8Array): string {
  let bits = '';
  for (const byte of value) bits += byte.toString(2).padStart(8, '0');
  let out = '';
  for (let i = 0; i < bits.length; i += 5)
    out += BASE32.charAt(Number.parseInt(bits.slice(i, i + 5).padEnd(5, '0'), 2));
  return out.padEnd(Math.ceil(out.length / 8) * 8, '=');
}

function fromBase32(value: string): Uint8Array {
  if (!/^(?:[A-Z2-7]{8})*(?:[A-Z2-7]{2}={6}|[A-Z2-7]{4}={4}|[A-Z2-7]{5}={3}|[A-Z2-7]{7}=)?$/.test(value)) {
    throw invalidQuery('Failed to decode invalid base32 string');
  }
  let bits = '';
  for (const char of value.replace(/=+$/, '')) bits += BASE32.indexOf(char).toString(2).padStart(5, '0');
  return Uint8Array.from({ length: Math.floor(bits.length / 8) }, (_, i) =>
    Number.parseInt(bits.slice(i * 8, i * 8 + 8), 2),
  );
}

/** Blanks are skipped and padding may be missing. */
function fromBase64(value: string): Uint8Array {
  const compact = value.replace(/[\s]/g, '').replace(/=+$/, '');
  if (!/^[A-Za-z0-9+/]*$/.test(compact) || compact.length % 4 === 1) {
    throw invalidQuery('Failed to decode invalid base64 string');
  }
  return new Uint8Array(Buffer.from(compact, 'base64'));
}

/** An odd number of digits is read with a zero in front. */
function fromHex(value: string): Uint8Array {
  if (!/^[0-9a-fA-F]*$/.test(value)) throw invalidQuery(`Failed to decode invalid hexadecimal string: ${value}`);
  return new Uint8Array(Buffer.from(value.length % 2 === 0 ? value : `0${value}`, 'hex'));
}

export const encodingFunctions: readonly ScalarFunction[] = [
  scalar('TO_BASE32', page('to_base32'), [signature([BYTES], STRING, (args) => toBase32(bytes(args, 0)))]),
  scalar('FROM_BASE32', page('from_base32'), [signature([STRING], BYTES, (args) => fromBase32(text(args, 0)))]),
  scalar('TO_BASE64', page('to_base64'), [
    signature([BYTES], STRING, (args) => Buffer.from(bytes(args, 0)).toString('base64'), {
      duckdb: ([a]) => `to_base64(${a})`,
    }),
  ]),
  scalar('FROM_BASE64', page('from_base64'), [signature([STRING], BYTES, (args) => fromBase64(text(args, 0)))]),
  scalar('TO_HEX', page('to_hex'), [
    signature([BYTES], STRING, (args) => Buffer.from(bytes(args, 0)).toString('hex'), {
      duckdb: ([a]) => `lower(hex(${a}))`,
    }),
  ]),
  scalar('FROM_HEX', page('from_hex'), [signature([STRING], BYTES, (args) => fromHex(text(args, 0)))]),
];
