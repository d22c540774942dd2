import { createHash } from 'node:crypto';
import type { ScalarFunction } from '@bqml-emulator/catalog';
import { BYTES, INT64, STRING, utf8Bytes, type Value } from '@bqml-emulator/types';
import { argument, bytes } from '../arguments.ts';
import { doc, scalar, signature } from '../definition.ts';
import { farmFingerprint64 } from './farm-fingerprint.ts';

const page = (anchor: string) => doc('hash_functions', anchor);

/** Texts as UTF-8, BYTES as they are. */
function rawBytes(args: readonly Value[], index: number): Uint8Array {
  const value = argument(args, index);
  return typeof value === 'string' ? utf8Bytes(value) : bytes(args, index);
}

const digest = (name: string, algorithm: string): ScalarFunction =>
  scalar(
    name,
    page(name.toLowerCase()),
    [STRING, BYTES].map((type) =>
      signature([type], BYTES, (args) => new Uint8Array(createHash(algorithm).update(rawBytes(args, 0)).digest())),
    ),
  );

export const hashFunctions: readonly ScalarFunction[] = [
  digest('MD5', 'md5'),
  digest('SHA1', 'sha1'),
  digest('SHA256', 'sha256'),
  digest('SHA512', 'sha512'),
  scalar(
    'FARM_FINGERPRINT',
    page('farm_fingerprint'),
    [STRING, BYTES].map((type) =>
      signature([type], INT64, (args) => BigInt.asIntN(64, farmFingerprint64(rawBytes(args, 0)))),
    ),
  ),
];
