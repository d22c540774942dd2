import { STRING } from '@bqml-emulator/types';
import type { Batch, SqlType, Value } from '@bqml-emulator/types';

/** Rows of a batch at most. */
const BATCH_ROWS = 2048;

/** Gathers rows into batches and adds the columns that are the same for a whole file. */
export class RowBatches {
  readonly #types: readonly SqlType[];
  readonly #fileName: string;
  readonly #positions: readonly (number | undefined)[];
  #values: Value[][];
  #rowCount = 0;

  /** `positions[i]`: where a row has the i-th column; undefined: it is the name of the file. */
  constructor(types: readonly SqlType[], positions: readonly (number | undefined)[], fileName: string) {
    this.#types = types;
    this.#positions = positions;
    this.#fileName = fileName;
    this.#values = types.map(() => []);
  }

  get isFull(): boolean {
    return this.#rowCount >= BATCH_ROWS;
  }

  add(row: readonly Value[]): void {
    for (let i = 0; i < this.#values.length; i++) this.#values[i]?.push(row[i] ?? null);
    this.#rowCount++;
  }

  /** The rows since the last call; undefined: none. */
  take(): Batch | undefined {
    const rowCount = this.#rowCount;
    if (rowCount === 0) return undefined;
    const values = this.#values;
    this.#values = this.#types.map(() => []);
    this.#rowCount = 0;
    return {
      rowCount,
      columns: this.#positions.map((position) =>
        position === undefined
          ? { type: STRING, values: Array.from({ length: rowCount }, () => this.#fileName) }
          : { type: this.#types[position] ?? STRING, values: values[position] ?? [] },
      ),
    };
  }
}
