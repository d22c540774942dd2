import type { ColumnSchema } from '@bqml-emulator/catalog';
import { writeText } from './json.ts';
import { cellText } from './plain-value.ts';
import type { RowWriter } from './result-format.ts';

const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** RFC 4180 with a header line; NULL is an empty cell. */
export function csvWriter(out: NodeJS.WritableStream): RowWriter {
  let schema: readonly ColumnSchema[] = [];
  let header = '';
  return {
    begin(columns) {
      schema = columns;
      header = `${columns.map((c) => quoted(c.name)).join(',')}\n`;
    },
    async row(values) {
      const line = schema.map((c, i) => quoted(cellText(values[i] ?? null, c.type, ''))).join(',');
      await writeText(out, `${header}${line}\n`);
      header = '';
    },
    end: () => writeText(out, header),
  };
}
