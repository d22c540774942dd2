import { expect, test } from 'vitest';
import { crc32c } from '../src/checksum.ts';

// https://www.rfc-editor.org/rfc/rfc3720#appendix-B.4
test.each([
  ['32 zeros', new Uint8Array(32), 0x8a9136aa],
  ['32 ones', new Uint8Array(32).fill(0xff), 0x62a8ab43],
  ['incrementing', Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
  ['decrementing', Uint8Array.from({ length: 32 }, (_, i) => 31 - i), 0x113fdb5c],
  ['nothing', new Uint8Array(0), 0],
  ['123456789', Buffer.from('123456789'), 0xe3069283],
])('CRC-32C of %s', (_, bytes, expected) => {
  expect(crc32c(0, bytes)).toBe(expected);
  for (let cut = 0; cut <= bytes.length; cut++) {
    expect(crc32c(crc32c(0, bytes.subarray(0, cut)), bytes.subarray(cut))).toBe(expected);
  }
});
