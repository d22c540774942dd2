import type { ColumnSchema } from '@bqml-emulator/catalog';
import { writeText } from './json.ts';
import { cellText } from './plain-value.ts';
import type { RowWriter } from './result-format.ts';

/** Widths are settled by this many rows; later rows that are wider push the line out. */
const MEASURED_ROWS = 1000;
const MAX_CELL_WIDTH = 60;

const shortened = (text: string) => (text.length > MAX_CELL_WIDTH ? `${text.slice(0, MAX_CELL_WIDTH - 1)}…` : text);

/** The table that `bq query` prints. Long cells are cut; numbers stand right. */
export function prettyWriter(out: NodeJS.WritableStream): RowWriter {
  let schema: readonly ColumnSchema[] = [];
  let widths: readonly number[] | undefined;
  const pending: string[][] = [];

  const isNumber = (column: ColumnSchema | undefined) =>
    column !== undefined && ['INT64', 'FLOAT64', 'NUMERIC', 'BIGNUMERIC'].includes(column.type.kind);
  const rule = (w: readonly number[]) => `+${w.map((n) => '-'.repeat(n + 2)).join('+')}+\n`;
  const line = (cells: readonly string[], w: readonly number[]) =>
    `|${cells
      .map((cell, i) => ` ${isNumber(schema[i]) ? cell.padStart(w[i] ?? 0) : cell.padEnd(w[i] ?? 0)} `)
      .join('|')}|\n`;

  async function settle(): Promise<readonly number[]> {
    const names = schema.map((c) => shortened(c.name));
    const settled = names.map((name, i) => pending.reduce((w, row) => Math.max(w, row[i]?.length ?? 0), name.length));
    const head = `|${names.map((name, i) => ` ${name.padEnd(settled[i] ?? 0)} `).join('|')}|\n`;
    await writeText(out, rule(settled) + head + rule(settled) + pending.map((row) => line(row, settled)).join(''));
    pending.length = 0;
    return settled;
  }

  return {
    begin(columns) {
      schema = columns;
    },
    async row(values) {
      const cells = schema.map((c, i) =>
        shortened(cellText(values[i] ?? null, c.type, 'NULL').replaceAll(/[\r\n]+/g, ' ')),
      );
      if (widths) return writeText(out, line(cells, widths));
      pending.push(cells);
      if (pending.length >= MEASURED_ROWS) widths = await settle();
    },
    async end() {
      widths ??= await settle();
      await writeText(out, rule(widths));
    },
  };
}
