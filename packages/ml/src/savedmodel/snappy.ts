import { malformed } from '../convert/conversion-error.ts';

/** A block of an index is a few kilobytes; a larger length is a broken one. */
const MAX_LENGTH = 64 * 1024 * 1024;

/** Decompresses one block. https://github.com/google/snappy/blob/main/format_description.txt */
export function uncompressSnappy(input: Uint8Array): Uint8Array {
  let position = 0;
  const byte = (): number => {
    const value = input[position++];
    if (value === undefined) throw malformed('a compressed block is truncated');
    return value;
  };
  const littleEndian = (count: number): number => {
    let value = 0;
    for (let i = 0; i < count; i++) value += byte() * 2 ** (8 * i);
    return value;
  };
  let length = 0;
  for (let shift = 0; ; shift += 7) {
    const part = byte();
    length += (part & 0x7f) * 2 ** shift;
    if (part < 0x80) break;
    if (shift > 28) throw malformed('a compressed block has no length');
  }
  if (length > MAX_LENGTH) throw malformed(`a compressed block has the length ${length}`);
  const output = new Uint8Array(length);
  let filled = 0;
  while (position < input.length) {
    const tag = byte();
    if ((tag & 3) === 0) {
      const code = tag >> 2;
      const count = (code < 60 ? code : littleEndian(code - 59)) + 1;
      if (count > input.length - position || count > length - filled) throw malformed('a compressed block overflows');
      output.set(input.subarray(position, position + count), filled);
      position += count;
      filled += count;
      continue;
    }
    const count = (tag & 3) === 1 ? 4 + ((tag >> 2) & 7) : 1 + (tag >> 2);
    const offset = (tag & 3) === 1 ? ((tag >> 5) << 8) | byte() : littleEndian((tag & 3) === 2 ? 2 : 4);
    if (offset === 0 || offset > filled || count > length - filled) throw malformed('a compressed block overflows');
    // A copy may overlap what it writes.
    for (let i = 0; i < count; i++) output[filled + i] = output[filled + i - offset] ?? 0;
    filled += count;
  }
  if (filled !== length) throw malformed('a compressed block is truncated');
  return output;
}
