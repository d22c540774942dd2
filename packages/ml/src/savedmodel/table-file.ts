import { malformed } from '../convert/conversion-error.ts';
import { uncompressSnappy } from './snappy.ts';

const FOOTER_LENGTH = 48;
const MAGIC = [0x8b80fb57, 0xdb477524];
/** Compression type and checksum behind each block. */
const BLOCK_TRAILER = 5;

/**
 * The entries of a LevelDB table, in order. Keys are bytes, one character each.
 * https://github.com/google/leveldb/blob/main/doc/table_format.md
 */
export function readTableFile(file: Uint8Array): [key: string, value: Uint8Array][] {
  if (file.length < FOOTER_LENGTH) throw malformed('variables.index is too short');
  const footer = file.subarray(file.length - FOOTER_LENGTH);
  const view = new DataView(footer.buffer, footer.byteOffset, footer.byteLength);
  if (view.getUint32(40, true) !== MAGIC[0] || view.getUint32(44, true) !== MAGIC[1]) {
    throw malformed('variables.index is no checkpoint index');
  }
  const handles = new BlockReader(footer);
  handles.handle();
  const entries: [string, Uint8Array][] = [];
  for (const [, handle] of blockEntries(readBlock(file, handles.handle()))) {
    for (const entry of blockEntries(readBlock(file, new BlockReader(handle).handle()))) entries.push(entry);
  }
  return entries;
}

interface BlockHandle {
  readonly offset: number;
  readonly size: number;
}

function readBlock(file: Uint8Array, { offset, size }: BlockHandle): Uint8Array {
  if (offset + size + BLOCK_TRAILER > file.length) throw malformed('a block lies outside variables.index');
  const block = file.subarray(offset, offset + size);
  const compression = file[offset + size];
  if (compression === 0) return block;
  if (compression === 1) return uncompressSnappy(block);
  throw malformed(`variables.index is compressed in the unknown way ${String(compression)}`);
}

/** Keys share a prefix with the one before; the block ends with the list of those that do not. */
function* blockEntries(block: Uint8Array): Generator<[key: string, value: Uint8Array]> {
  if (block.length < 4) throw malformed('a block of variables.index is too short');
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  const end = block.length - 4 - 4 * view.getUint32(block.length - 4, true);
  if (end < 0) throw malformed('a block of variables.index is too short');
  const reader = new BlockReader(block.subarray(0, end));
  let key = '';
  while (!reader.atEnd) {
    const shared = reader.varint();
    const unshared = reader.varint();
    const length = reader.varint();
    if (shared > key.length) throw malformed('a key of variables.index is broken');
    key = key.slice(0, shared) + latin1(reader.bytes(unshared));
    yield [key, reader.bytes(length)];
  }
}

const latin1 = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');

class BlockReader {
  readonly #bytes: Uint8Array;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#position >= this.#bytes.length;
  }

  varint(): number {
    let value = 0;
    for (let shift = 0; shift < 49; shift += 7) {
      const byte = this.#bytes[this.#position++];
      if (byte === undefined) throw malformed('variables.index is truncated');
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw malformed('a number of variables.index is too large');
  }

  bytes(count: number): Uint8Array {
    if (count > this.#bytes.length - this.#position) throw malformed('variables.index is truncated');
    const start = this.#position;
    this.#position += count;
    return this.#bytes.subarray(start, start + count);
  }

  handle(): BlockHandle {
    return { offset: this.varint(), size: this.varint() };
  }
}
