import { malformed } from '../convert/conversion-error.ts';
import { product } from '../convert/shape.ts';
import { WireReader } from '../protobuf/wire-reader.ts';

/** A part of a tensor: along each axis a start and a length, or null for the whole axis. */
export type TensorSlice = readonly ({ readonly start: number; readonly length: number } | null)[];

/** https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/framework/tensor_slice.proto */
export function readTensorSlice(reader: WireReader): TensorSlice {
  const slice: ({ start: number; length: number } | null)[] = [];
  while (reader.next()) {
    if (reader.field !== 1) continue;
    const extent = reader.message();
    let start = 0;
    let length: number | undefined;
    while (extent.next()) {
      if (extent.field === 1) start = extent.integer();
      else if (extent.field === 2) length = extent.integer();
    }
    slice.push(length === undefined ? null : { start, length });
  }
  return slice;
}

/** What RestoreV2 is told of a partition: `10 4 0,5:-`, the whole shape and then `start,length` or `-` for each axis. */
export function parseSliceSpecification(text: string): TensorSlice | undefined {
  const specification = text.split(' ').at(-1) ?? '';
  if (text === '') return undefined;
  return specification.split(':').map((part) => {
    if (part === '-') return null;
    const [start = NaN, length = NaN] = part.split(',').map(Number);
    if (!Number.isInteger(start) || !Number.isInteger(length)) throw malformed(`a variable has the slice '${text}'`);
    return { start, length };
  });
}

/** Start and length along every axis of a tensor of `shape`. */
export function sliceBounds(slice: TensorSlice, shape: readonly number[]): { start: number; length: number }[] {
  if (slice.length !== shape.length) throw malformed('a slice does not fit its variable');
  return shape.map((size, axis) => {
    const { start, length } = slice[axis] ?? { start: 0, length: size };
    if (start < 0 || length < 0 || start + length > size) throw malformed('a slice does not fit its variable');
    return { start, length };
  });
}

interface Block {
  readonly bytes: Uint8Array;
  readonly shape: readonly number[];
  /** Where the block to copy starts. */
  readonly at: readonly number[];
}

/** Copies a block of `size` elements of `width` bytes from one row-major tensor to another. */
export function copyBlock(from: Block, to: Block, size: readonly number[], width: number): void {
  if (size.length === 0) {
    to.bytes.set(from.bytes.subarray(0, width));
    return;
  }
  const run = size.at(-1) ?? 1;
  const index = size.slice(0, -1).map(() => 0);
  const offset = ({ shape, at }: Block) =>
    shape.reduce((sum, extent, axis) => sum * extent + (at[axis] ?? 0) + (index[axis] ?? 0), 0) * width;
  for (let row = product(size.slice(0, -1)); row > 0; row--) {
    const start = offset(from);
    to.bytes.set(from.bytes.subarray(start, start + run * width), offset(to));
    for (let axis = index.length - 1; axis >= 0; axis--) {
      index[axis]!++;
      if (index[axis]! < size[axis]!) break;
      index[axis] = 0;
    }
  }
}
