import type { AxisTaps } from './axis-taps.ts';
import { BYTE_LOW, BYTE_SCALE } from './byte-to-float.ts';
import { resizeBilinear } from './resize-bilinear.ts';
import type { ResizeKernel } from './resize-bilinear.ts';
import { RESIZE_WASM } from './resize-wasm-bytes.ts';

/** The part of the global that is used; its types belong to the browser's library. */
declare const WebAssembly: {
  readonly Memory: new (pages: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
};

/** Exports of assembly/resize.ts; all pointers and offsets are in bytes. */
interface ResizeExports {
  resize(...pointers: number[]): void;
}

/** Small enough to stay in a core's second-level cache: an image is done in bands of rows. */
const MEMORY_BYTES = 2 ** 18;
const PAGE_BYTES = 2 ** 16;
/** What the kernel may touch beyond its last pixel. */
const PADDING = 16;
const CHANNELS = 3;
const FLOATS = 0;
const BYTES = 1;
const BYTE_ROWS = 2;
/** Up to this ratio of source to output width, making whole rows floats is less work than making the taps floats. */
const BYTE_ROWS_RATIO = 1.5;
/** Shuffles that repeat four bytes three times each; the fourth byte of a lane becomes 0. The last is for a right pixel. */
const PLACES = [0, 4, 8, 12, CHANNELS].flatMap((first) =>
  [first, first + 1, first + 2, first + 3].flatMap((place) => [place, place, place, 255]),
);
/** The columns follow the shuffles at the start of the memory. */
const COLUMNS = PLACES.length;
const FLOAT_BYTES = 4;

/** A kernel with memory of its own. */
export interface WasmResize {
  readonly resize: ResizeKernel;
  /** Part of that memory: the kernel reads bytes that lie at its start without copying them. */
  readonly room: Buffer;
}

/**
 * The kernel in WebAssembly for three channels, with its own small memory; rows too long for it, and other channel
 * counts, go to the TypeScript twin, which gives the same bits.
 */
export function createWasmResize(roomBytes = 0): WasmResize {
  const pages = MEMORY_BYTES / PAGE_BYTES + Math.ceil((roomBytes + PADDING) / PAGE_BYTES);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const module = new WebAssembly.Module(Buffer.from(RESIZE_WASM, 'base64'));
  const kernel = new WebAssembly.Instance(module, { env: { memory } }).exports as ResizeExports;
  // A Buffer copies from and to shared memory two to four times as fast as the `set` of a typed array.
  const bytes = Buffer.from(memory.buffer);
  const integers = new Int32Array(memory.buffer);
  const floats = new Float32Array(memory.buffer);
  bytes.set(PLACES);

  /** What lies there: images of one query often have the same width. */
  let written: { readonly columns: AxisTaps; readonly kind: number } | undefined;

  const resize: ResizeKernel = (source, step, sourceWidth, channels, rows, columns, out) => {
    const width = columns.low.length;
    const ofBytes = source instanceof Uint8Array;
    const byteKind = sourceWidth <= BYTE_ROWS_RATIO * width ? BYTE_ROWS : BYTES;
    const kind = ofBytes ? byteKind : FLOATS;
    const rowBytes = sourceWidth * CHANNELS * source.BYTES_PER_ELEMENT;
    const columnsEnd = COLUMNS + width * 3 * FLOAT_BYTES;
    const outputRowBytes = width * CHANNELS * FLOAT_BYTES;
    const floatRowBytes = kind === BYTE_ROWS ? sourceWidth * CHANNELS * FLOAT_BYTES + 4 * PADDING : 0;
    const scratchBytes = 2 * (outputRowBytes + PADDING) + floatRowBytes;
    const free = MEMORY_BYTES - columnsEnd - scratchBytes - 2 * PADDING;
    const inPlace = source.buffer === memory.buffer;
    const bandRows = Math.floor(free / ((inPlace ? 0 : 2 * rowBytes) + outputRowBytes + 3 * FLOAT_BYTES));
    if (channels !== CHANNELS || bandRows < 1) {
      resizeBilinear(source, step, sourceWidth, channels, rows, columns, out);
      return;
    }

    const input = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
    if (columns !== written?.columns || kind !== written.kind) {
      writeColumns(columns, CHANNELS * (kind === BYTES ? 1 : FLOAT_BYTES), ofBytes);
      written = { columns, kind };
    }
    const scale = ofBytes ? BYTE_SCALE : 1;
    const output = Buffer.from(out.buffer, out.byteOffset, out.byteLength);

    for (let first = 0; first < rows.low.length; first += bandRows) {
      const count = Math.min(bandRows, rows.low.length - first);
      const lowRows = columnsEnd + scratchBytes;
      const highRows = lowRows + count * FLOAT_BYTES;
      const rowWeights = highRows + count * FLOAT_BYTES;
      const band = rowWeights + count * FLOAT_BYTES;
      const bandEnd = band + count * outputRowBytes;
      const gathered = bandEnd + PADDING;
      if (inPlace) pointToRows(rowBytes, rows, first, count, lowRows, highRows);
      else gatherRows(input, rowBytes, rows, first, count, gathered, lowRows, highRows);
      floats.set(rows.weight.subarray(first, first + count), rowWeights / FLOAT_BYTES);
      const rowPointers = [
        inPlace ? source.byteOffset : gathered,
        rowBytes,
        lowRows,
        highRows,
        rowWeights,
        count,
      ] as const;
      kernel.resize(kind, ...rowPointers, COLUMNS, width, 0, BYTE_LOW[step], scale, columnsEnd, band);
      bytes.copy(output, first * outputRowBytes, band, bandEnd);
    }
  };
  return { resize, room: Buffer.from(memory.buffer, MEMORY_BYTES, roomBytes) };

  function writeColumns(columns: AxisTaps, pixelBytes: number, ofBytes: boolean): void {
    for (let x = 0; x < columns.low.length; x += 1) {
      const left = columns.low[x]!;
      const right = columns.high[x]!;
      const at = COLUMNS / FLOAT_BYTES + 3 * x;
      integers[at] = left * pixelBytes;
      integers[at + 1] = right * pixelBytes;
      floats[at + 2] = ofBytes && left === right ? 0 : columns.weight[x]!;
    }
  }

  function pointToRows(
    rowBytes: number,
    rows: AxisTaps,
    first: number,
    count: number,
    lowRows: number,
    highRows: number,
  ): void {
    for (let i = 0; i < count; i += 1) {
      integers[lowRows / FLOAT_BYTES + i] = rows.low[first + i]! * rowBytes;
      integers[highRows / FLOAT_BYTES + i] = rows.high[first + i]! * rowBytes;
    }
  }

  /** Copies the rows that `count` outputs read to `target`, each once, and writes where they came to lie. */
  function gatherRows(
    input: Buffer,
    rowBytes: number,
    rows: AxisTaps,
    first: number,
    count: number,
    target: number,
    lowRows: number,
    highRows: number,
  ): void {
    const start = rows.low[first]!;
    const end = rows.high[first + count - 1]! + 1;
    if (end - start <= 2 * count) {
      input.copy(bytes, target, start * rowBytes, end * rowBytes);
      for (let i = 0; i < count; i += 1) {
        integers[lowRows / FLOAT_BYTES + i] = (rows.low[first + i]! - start) * rowBytes;
        integers[highRows / FLOAT_BYTES + i] = (rows.high[first + i]! - start) * rowBytes;
      }
      return;
    }
    for (let i = 0; i < count; i += 1) {
      const at = 2 * i * rowBytes;
      const low = rows.low[first + i]! * rowBytes;
      const high = rows.high[first + i]! * rowBytes;
      // The two rows are neighbours or the same.
      input.copy(bytes, target + at, low, high + rowBytes);
      integers[lowRows / FLOAT_BYTES + i] = at;
      integers[highRows / FLOAT_BYTES + i] = at + high - low;
    }
  }
}
