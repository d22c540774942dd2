import { createHash } from 'node:crypto';
import type { Checksums } from './object-store.ts';

/** Reflected Castagnoli polynomial. https://www.rfc-editor.org/rfc/rfc3720#appendix-B.4 */
const CRC32C_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value;
});

/** Continues a CRC-32C over `bytes`; starts with 0. */
export function crc32c(previous: number, bytes: Uint8Array): number {
  let crc = ~previous;
  for (let i = 0; i < bytes.length; i++) crc = CRC32C_TABLE[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8);
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
