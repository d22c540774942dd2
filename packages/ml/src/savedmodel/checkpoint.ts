import { malformed, unsupported } from '../convert/conversion-error.ts';
import { product } from '../convert/shape.ts';
import { bytesPerElement, isNumeric } from '../convert/tensor-data.ts';
import { WireReader } from '../protobuf/wire-reader.ts';
import { BFLOAT16, tensorFlowDtype } from './element-type.ts';
import { contentData, readStaticShape } from './read-tensor.ts';
import type { TensorContent } from './read-tensor.ts';
import type { SavedModelFiles } from './saved-model-files.ts';
import { sliceKey } from './slice-key.ts';
import { readTableFile } from './table-file.ts';
import { copyBlock, readTensorSlice, sliceBounds } from './tensor-slice.ts';
import type { TensorSlice } from './tensor-slice.ts';

const PREFIX = 'variables/variables';

/** https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/protobuf/tensor_bundle.proto */
interface Entry {
  readonly type: number;
  readonly shape: readonly number[];
  readonly shard: number;
  readonly offset: number;
  readonly size: number;
  /** Parts that are stored one by one; empty for a whole tensor. */
  readonly slices: readonly TensorSlice[];
}

/** The variables of a SavedModel: an index, and contents in one or more shards, read when asked for. */
export class Checkpoint {
  readonly #files: SavedModelFiles;
  readonly #entries = new Map<string, Entry>();
  #shards = 1;

  private constructor(files: SavedModelFiles) {
    this.#files = files;
    for (const [key, value] of readTableFile(files.read(`${PREFIX}.index`))) {
      if (key === '') this.#readHeader(new WireReader(value));
      else this.#entries.set(key, readEntry(new WireReader(value)));
    }
  }

  /** Undefined when the model has no variables. */
  static open(files: SavedModelFiles): Checkpoint | undefined {
    return files.size(`${PREFIX}.index`) === undefined ? undefined : new Checkpoint(files);
  }

  /** `key` in characters; the index has bytes. */
  has(key: string): boolean {
    return this.#entries.has(bytesAsCharacters(key));
  }

  /** `slice` undefined: the whole tensor. */
  read(key: string, slice?: TensorSlice): TensorContent {
    const name = bytesAsCharacters(key);
    const entry = this.#entries.get(name);
    if (entry === undefined) throw malformed(`the checkpoint has no tensor '${key}'`);
    const dtype = tensorFlowDtype(entry.type);
    if (!isNumeric(dtype)) {
      if (entry.slices.length > 0 || slice !== undefined) throw unsupported(`the partitioned strings '${key}'`);
      return { dtype, shape: entry.shape, data: stringContent(this.#content(entry), product(entry.shape)) };
    }
    const width = entry.type === BFLOAT16 ? 2 : bytesPerElement(dtype);
    const whole = entry.slices.length === 0 ? this.#content(entry) : this.#join(name, entry, width);
    if (whole.length !== product(entry.shape) * width) throw malformed(`tensor '${key}' has ${whole.length} bytes`);
    const part = slice === undefined ? { bytes: whole, shape: entry.shape } : cut(whole, entry.shape, slice, width);
    return { dtype, shape: part.shape, data: contentData(entry.type, dtype, part.bytes, product(part.shape)) };
  }

  #join(name: string, entry: Entry, width: number): Uint8Array {
    const bytes = new Uint8Array(product(entry.shape) * width);
    for (const slice of entry.slices) {
      const part = this.#entries.get(sliceKey(name, slice));
      if (part === undefined) throw malformed('a part of a variable is missing');
      const bounds = sliceBounds(slice, entry.shape);
      const size = bounds.map(({ length }) => length);
      const content = this.#content(part);
      if (content.length !== product(size) * width) throw malformed('a part of a variable has another size');
      const from = { bytes: content, shape: size, at: size.map(() => 0) };
      copyBlock(from, { bytes, shape: entry.shape, at: bounds.map(({ start }) => start) }, size, width);
    }
    return bytes;
  }

  #content({ shard, offset, size }: Entry): Uint8Array {
    const number = (value: number) => String(value).padStart(5, '0');
    const path = `${PREFIX}.data-${number(shard)}-of-${number(this.#shards)}`;
    const length = this.#files.size(path);
    if (length === undefined) throw malformed(`${path} is missing`);
    if (offset < 0 || size < 0 || offset + size > length) throw malformed(`${path} ends before byte ${offset + size}`);
    return this.#files.readRange(path, offset, size);
  }

  #readHeader(reader: WireReader): void {
    while (reader.next()) {
      if (reader.field === 1) this.#shards = reader.integer();
      else if (reader.field === 2 && reader.integer() !== 0) throw unsupported('a checkpoint of a big-endian machine');
    }
  }
}

function readEntry(reader: WireReader): Entry {
  let [type, shard, offset, size] = [0, 0, 0, 0];
  let shape: number[] = [];
  const slices: TensorSlice[] = [];
  while (reader.next()) {
    if (reader.field === 1) type = reader.integer();
    else if (reader.field === 2) shape = readStaticShape(reader.message());
    else if (reader.field === 3) shard = reader.integer();
    else if (reader.field === 4) offset = reader.integer();
    else if (reader.field === 5) size = reader.integer();
    else if (reader.field === 7) slices.push(readTensorSlice(reader.message()));
  }
  return { type, shape, shard, offset, size, slices };
}

/** Lengths as varints, a checksum of four bytes, then the texts. */
function stringContent(bytes: Uint8Array, count: number): string[] {
  const lengths: number[] = [];
  let position = 0;
  while (lengths.length < count) {
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[position++];
      if (byte === undefined || shift > 28) throw malformed('the strings of a checkpoint are broken');
      length += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    lengths.push(length);
  }
  position += 4;
  return lengths.map((length) => {
    if (position + length > bytes.length) throw malformed('the strings of a checkpoint are truncated');
    const text = Buffer.from(bytes.subarray(position, position + length)).toString('utf8');
    position += length;
    return text;
  });
}

function cut(
  bytes: Uint8Array,
  shape: readonly number[],
  slice: TensorSlice,
  width: number,
): { bytes: Uint8Array; shape: readonly number[] } {
  const bounds = sliceBounds(slice, shape);
  const size = bounds.map(({ length }) => length);
  const part = new Uint8Array(product(size) * width);
  const from = { bytes, shape, at: bounds.map(({ start }) => start) };
  copyBlock(from, { bytes: part, shape: size, at: size.map(() => 0) }, size, width);
  return { bytes: part, shape: size };
}

const bytesAsCharacters = (key: string) => Buffer.from(key, 'utf8').toString('latin1');
