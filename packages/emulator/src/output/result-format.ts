import type { ColumnSchema } from '@bqml-emulator/catalog';
import type { Value } from '@bqml-emulator/types';
import { UsageError } from '../options.ts';
import { csvWriter } from './csv.ts';
import { jsonWriter } from './json.ts';
import { prettyWriter } from './pretty.ts';

/** Writes a result row by row; lazy values arrive read. */
export interface RowWriter {
  begin(schema: readonly ColumnSchema[]): void;
  row(values: readonly Value[]): Promise<void>;
  end(): Promise<void>;
}

export const RESULT_FORMATS = { json: jsonWriter, csv: csvWriter, pretty: prettyWriter } as const satisfies Record<
  string,
  (out: NodeJS.WritableStream) => RowWriter
>;

export type ResultFormat = keyof typeof RESULT_FORMATS;

export function readFormat(name: string): ResultFormat {
  if (name === 'json' || name === 'csv' || name === 'pretty') return name;
  throw new UsageError(`--format is one of json, csv and pretty, not '${name}'`);
}
