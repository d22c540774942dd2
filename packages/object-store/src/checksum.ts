import { createHash } from 'node:crypto';
import type { Checksums } from './object-store.ts';

/** Reflected Castagnoli polynomial. https://www.rfc-editor.org/rfc/rfc3720#appendix-B.4 */
const POLYNOMIAL = 0x82f63b78;

/** TABLES[k][b] is the checksum of byte b followed by k zeros, so that four bytes are taken in one step. */
const TABLES = crcTables();

function crcTables(): readonly [Uint32Array, Uint32Array, Uint32Array, Uint32Array] {
  const first = Uint32Array.from({ length: 256 }, (_, index) => {
    let value = index;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
    return value;
  });
  const next = (table: Uint32Array) => table.map((value) => (value >>> 8) ^ first[value & 0xff]!);
  const second = next(first);
  const third = next(second);
  return [first, second, third, next(third)];
}

/** Continues a CRC-32C over `bytes`; starts with 0. */
export function crc32c(previous: number, bytes: Uint8Array): number {
  const [t0, t1, t2, t3] = TABLES;
  let crc = ~previous;
  let i = 0;
  for (const end = bytes.length - (bytes.length % 4); i < end; i += 4) {
    crc ^= bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    crc = t3[crc & 0xff]! ^ t2[(crc >>> 8) & 0xff]! ^ t1[(crc >>> 16) & 0xff]! ^ t0[crc >>> 24]!;
  }
  for (; i < bytes.length; i++) crc = t0[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8);
  return ~crc >>> 0;
}

export interface ChecksumDigest {
  update(bytes: Uint8Array): void;
  digest(): Checksums;
}

export function checksumDigest(): ChecksumDigest {
  const md5 = createHash('md5');
  let crc = 0;
  return {
    update(bytes) {
      md5.update(bytes);
      crc = crc32c(crc, bytes);
    },
    digest() {
      const crcBytes = Buffer.alloc(4);
      crcBytes.writeUInt32BE(crc);
      return { md5Hash: md5.digest('base64'), crc32c: crcBytes.toString('base64') };
    },
  };
}
