import type { DuckDBValue } from '@duckdb/node-api';
import type { ColumnSchema } from '@bqml-emulator/catalog';
import type { Value } from '@bqml-emulator/types';
import { BadRecordError, UnreadableFileError } from '../bad-record.ts';
import type { ParquetFile } from './parquet-file.ts';
import { parquetReader } from './parquet-value.ts';
import type { ParquetReader } from './parquet-value.ts';

interface ReadColumn {
  /** As the file spells it. */
  readonly name: string;
  readonly read: ParquetReader;
}

/** The rows of `columns`, found by name without case; a column that the file does not have is NULL. */
export async function* parquetRows(
  file: ParquetFile,
  columns: readonly ColumnSchema[],
): AsyncGenerator<readonly (readonly Value[])[]> {
  const nodes = await file.columns();
  const found = columns.map((column): ReadColumn | undefined => {
    const node = nodes.find(({ name }) => name.toLowerCase() === column.name.toLowerCase());
    return node && { name: node.name, read: parquetReader(node, column) };
  });
  const present = found.filter((column) => column !== undefined);
  const positions = found.map((column) => (column ? present.indexOf(column) : -1));
  const absent = columns.map((column): Value => (column.mode === 'REPEATED' ? [] : null));
  for await (const chunk of file.read(present.map(({ name }) => name))) {
    const values = present.map(({ read }, i) => readColumn(chunk.columns[i] ?? [], read));
    yield Array.from({ length: chunk.rowCount }, (_, row) =>
      positions.map((position, i) => (position < 0 ? (absent[i] ?? null) : (values[position]?.[row] ?? null))),
    );
  }
}

/** Parquet has no bad records: one value that does not fit ends the read. */
function readColumn(raw: readonly DuckDBValue[], read: ParquetReader): readonly Value[] {
  try {
    return raw.map(read);
  } catch (error) {
    if (error instanceof BadRecordError) throw new UnreadableFileError(error.message);
    throw error;
  }
}
