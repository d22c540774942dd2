import { invariant } from '@bqml-emulator/common';
import {
  decimalKind,
  formatDate,
  formatDatetime,
  formatDecimal,
  formatInterval,
  formatJson,
  formatTime,
  isLazyValue,
} from '@bqml-emulator/types';
import type { Batch, Interval, Json, Range, SqlType, Value } from '@bqml-emulator/types';
import { javaDouble } from './java-double.ts';

/** https://cloud.google.com/bigquery/docs/reference/rest/v2/tabledata/list#response-body */
export type WireValue = string | null | readonly { readonly v: WireValue }[] | WireRow;
export interface WireRow {
  readonly f: readonly { readonly v: WireValue }[];
}

/** Rows as JSON: every scalar is text, NULL is null, an array is never null. Lazy values are read, one row at a time. */
export async function toWireRows(
  batch: Batch,
  useInt64Timestamp: boolean,
  signal?: AbortSignal,
): Promise<readonly WireRow[]> {
  const rows: WireRow[] = [];
  for (let i = 0; i < batch.rowCount; i++) {
    const f: { v: WireValue }[] = [];
    for (const { type, values } of batch.columns) {
      const value = values[i] ?? null;
      f.push({ v: toWireValue(isLazyValue(value) ? await value.read(signal) : value, type, useInt64Timestamp) });
    }
    rows.push({ f });
  }
  return rows;
}

export function toWireValue(value: Value, type: SqlType, useInt64Timestamp: boolean): WireValue {
  if (value === null) return type.kind === 'ARRAY' ? [] : null;
  switch (type.kind) {
    case 'ARRAY':
      return (value as readonly Value[]).map((v) => ({ v: toWireValue(v, type.element, useInt64Timestamp) }));
    case 'STRUCT':
      return {
        f: type.fields.map((field, i) => ({
          v: toWireValue((value as readonly Value[])[i] ?? null, field.type, useInt64Timestamp),
        })),
      };
    case 'RANGE': {
      const { start, end } = value as Range;
      return `[${rangeBound(start, type.element)}, ${rangeBound(end, type.element)})`;
    }
    case 'BOOL':
      return String(value as boolean);
    case 'INT64':
      return String(value as bigint);
    case 'FLOAT64':
      return javaDouble(value as number);
    case 'NUMERIC':
    case 'BIGNUMERIC':
      return formatDecimal(value as bigint, decimalKind(type.kind));
    case 'STRING':
    case 'GEOGRAPHY':
      return value as string;
    case 'BYTES': {
      const bytes = value as Uint8Array;
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
    }
    case 'DATE':
      return formatDate(value as number);
    case 'TIME':
      return formatTime(value as bigint, true);
    case 'DATETIME':
      // Python's client reads a fraction of six digits or none at all.
      return formatDatetime(value as bigint, 'T', true);
    case 'TIMESTAMP':
      return useInt64Timestamp ? String(value as bigint) : timestampSeconds(value as bigint);
    case 'INTERVAL':
      return formatInterval(value as Interval);
    case 'JSON':
      return formatJson((value as Json).json);
    default:
      invariant(false, 'every type has a wire form');
  }
}

function rangeBound(bound: Value, type: SqlType): string {
  const text = toWireValue(bound, type, true);
  return typeof text === 'string' ? text : 'UNBOUNDED';
}

/** Seconds as Java prints a double, in scientific notation where they are 10^7 or more. */
function timestampSeconds(micros: bigint): string {
  return javaDouble(Number(micros) / 1e6);
}

/** Adds up the JSON length of rows, roughly; a page ends at `limit` bytes. */
export class WireSize {
  readonly #limit: number;
  #bytes = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(row: unknown): void {
    this.#bytes += JSON.stringify(row).length;
  }

  isFull(): boolean {
    return this.#bytes >= this.#limit;
  }
}
