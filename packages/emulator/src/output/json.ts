import { once } from 'node:events';
import type { ColumnSchema } from '@bqml-emulator/catalog';
import { plainValue } from './plain-value.ts';
import type { RowWriter } from './result-format.ts';

/** Writes text and waits while the reader is slower. */
export async function writeText(out: NodeJS.WritableStream, text: string): Promise<void> {
  if (!out.write(text)) await once(out, 'drain');
}

/** A JSON array with one object a line. */
export function jsonWriter(out: NodeJS.WritableStream): RowWriter {
  let schema: readonly ColumnSchema[] = [];
  let separator = '[';
  return {
    begin(columns) {
      schema = columns;
    },
    async row(values) {
      const object = Object.fromEntries(schema.map((c, i) => [c.name, plainValue(values[i] ?? null, c.type)]));
      await writeText(out, `${separator}${JSON.stringify(object)}`);
      separator = ',\n';
    },
    end: () => writeText(out, separator === '[' ? '[]\n' : ']\n'),
  };
}
