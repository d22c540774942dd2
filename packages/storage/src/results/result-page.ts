import type { Batch, SqlType, Value } from '@bqml-emulator/types';
import { ByteReader } from '../packed/byte-writer.ts';
import type { ByteWriter } from '../packed/byte-writer.ts';
import { readValue, wireBytes, writeValue } from '../packed/packed-value.ts';
import type { PackableValue } from '../packed/packed-value.ts';

/** Rows that lie together: per row, uint32 packed length, uint32 wire size, and its packed values. */
export interface ResultPage {
  readonly firstRow: number;
  readonly rowCount: number;
  /** In the file. */
  readonly offset: number;
  readonly length: number;
}

export function writeRow(writer: ByteWriter, types: readonly SqlType[], values: readonly PackableValue[]): void {
  const start = writer.length;
  writer.uint32(0);
  let wire = '{"f":[]},'.length;
  for (const [index, type] of types.entries()) wire += wireBytes(type, values[index] ?? null);
  writer.uint32(Math.min(Math.ceil(wire), 0xffffffff));
  for (const [index, type] of types.entries()) writeValue(writer, type, values[index] ?? null);
  writer.setUint32(writer.length - start - 8, start);
}

/** Collects rows of pages until one of the limits is reached; takes the first row whatever its size. */
export class RowCollector {
  readonly #types: readonly SqlType[];
  readonly #columns: Value[][];
  #rows = 0;
  #rowsLeft: number;
  #bytesLeft: number;

  constructor(types: readonly SqlType[], maxRows: number, maxBytes: number) {
    this.#types = types;
    this.#columns = types.map(() => []);
    this.#rowsLeft = maxRows;
    this.#bytesLeft = maxBytes;
  }

  /** Takes rows of a page from `skip` on; true when it took the last one and may take more. */
  take(page: ResultPage, bytes: Buffer, skip: number): boolean {
    let position = 0;
    for (let row = 0; row < page.rowCount; row++) {
      const length = bytes.readUInt32LE(position);
      const wire = bytes.readUInt32LE(position + 4);
      if (row >= skip) {
        if (this.#rowsLeft === 0 || (this.#rows > 0 && wire > this.#bytesLeft)) return false;
        const reader = new ByteReader(bytes, position + 8);
        this.#types.forEach((type, index) => this.#columns[index]?.push(readValue(reader, type)));
        this.#rows++;
        this.#rowsLeft--;
        this.#bytesLeft -= wire;
      }
      position += 8 + length;
    }
    return this.#rowsLeft > 0 && this.#bytesLeft > 0;
  }

  batch(): Batch {
    return {
      rowCount: this.#rows,
      columns: this.#types.map((type, index) => ({ type, values: this.#columns[index] ?? [] })),
    };
  }
}
