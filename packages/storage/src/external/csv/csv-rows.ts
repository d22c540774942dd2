import { invariant } from '@bqml-emulator/common';
import type { ColumnSchema, ExternalSource } from '@bqml-emulator/catalog';
import type { SqlType, Value } from '@bqml-emulator/types';
import { BadRecordError } from '../bad-record.ts';
import { textReader } from '../text-value.ts';
import { columnName } from '../column-name.ts';
import type { CsvRecord } from './csv-records.ts';

/** Longest value that a message shows, in bytes before they are escaped. */
const SHOWN_BYTES = 20;

/** How messages about files call a type. */
const typeLabel = (type: SqlType): string => (type.kind === 'FLOAT64' ? 'DOUBLE' : type.kind);

const isText = ({ type }: ColumnSchema): boolean => type.kind === 'STRING' || type.kind === 'BYTES';

interface ColumnReader {
  readonly position: number;
  readonly read: (text: string, isQuoted: boolean) => Value;
}

/** Turns the records of one file into rows of the columns `wanted`, indices into the schema. */
export class CsvRows {
  readonly #schema: readonly ColumnSchema[];
  readonly #source: ExternalSource;
  readonly #readers: readonly ColumnReader[];
  /** `#columnAt[i]`: index into the schema of the file's i-th field; undefined: none. */
  readonly #columnAt: readonly (number | undefined)[];

  /** `header`: the names of the file's columns when they are matched by name. */
  constructor(
    schema: readonly ColumnSchema[],
    source: ExternalSource,
    wanted: readonly number[],
    header: readonly string[] | undefined,
  ) {
    this.#schema = schema;
    this.#source = source;
    this.#columnAt = header === undefined ? schema.map((_, index) => index) : matchHeader(schema, header, source);
    this.#readers = wanted.map((index) => {
      const column = schema[index];
      invariant(column, 'a wanted column is in the schema');
      return { position: this.#columnAt.indexOf(index), read: columnReader(column, source) };
    });
  }

  /** Undefined: an empty line, which is no row of a table of several columns. */
  read(record: CsvRecord): Value[] | undefined {
    const { fields, quoted, problem } = record;
    if (problem !== undefined) this.#refuse(problem, record, fields.length - 1);
    if (fields.length === 1 && fields[0] === '' && quoted.length === 0 && this.#schema.length > 1) return undefined;
    const expected = this.#columnAt.length;
    if (fields.length > expected && !this.#source.ignoreUnknownValues) {
      this.#refuse(
        `Too many values in line. Found ${fields.length} column(s) when expecting ${expected}.`,
        record,
        undefined,
      );
    }
    return this.#readers.map(({ position, read }) => {
      if (position < 0) return this.#absent(record, position);
      const text = fields[position];
      if (text === undefined) return this.#absent(record, position);
      try {
        return read(text, quoted.includes(position));
      } catch (error) {
        if (!(error instanceof BadRecordError)) throw error;
        return this.#refuse(error.message, record, position);
      }
    });
  }

  #absent(record: CsvRecord, position: number): Value {
    if (position < 0) return null;
    const column = this.#columnOf(position);
    if (this.#source.csv.allowJaggedRows && column?.mode !== 'REQUIRED') return null;
    const { fields } = record;
    return this.#refuse(
      `CSV table references column position ${position}, but line contains only ${fields.length} columns.`,
      { ...record, fields: [] },
      position,
    );
  }

  #columnOf(position: number): ColumnSchema | undefined {
    return this.#schema[this.#columnAt[position] ?? -1];
  }

  #refuse(message: string, { fields, line, offset }: CsvRecord, position: number | undefined): never {
    const column = position === undefined ? undefined : this.#columnOf(position);
    const value = position === undefined ? undefined : fields[position];
    const ofColumn = column
      ? ` column_index: ${position} column_name: "${column.name}" column_type: ${typeLabel(column.type)}`
      : '';
    const ofValue = column && value !== undefined ? ` value: "${escaped(value)}"` : '';
    throw new BadRecordError(
      `${message}; line_number: ${line} byte_offset_to_start_of_line: ${offset}${ofColumn}${ofValue}`,
    );
  }
}

/** Bytes outside of ASCII in octal; what is long ends with `...`. */
function escaped(text: string): string {
  const bytes = Buffer.from(text);
  const shown = bytes.length > SHOWN_BYTES ? bytes.subarray(0, SHOWN_BYTES - 3) : bytes;
  const escapes: Readonly<Record<number, string>> = { 9: '\\t', 10: '\\n', 13: '\\r', 34: '\\"', 92: '\\\\' };
  const characters = Array.from(shown, (byte) => {
    if (byte >= 0x7f || (byte < 0x20 && !(byte in escapes))) return `\\${byte.toString(8).padStart(3, '0')}`;
    return escapes[byte] ?? String.fromCharCode(byte);
  });
  return characters.join('') + (shown.length < bytes.length ? '...' : '');
}

function matchHeader(
  schema: readonly ColumnSchema[],
  header: readonly string[],
  { ignoreUnknownValues }: ExternalSource,
): readonly (number | undefined)[] {
  return header.map((text) => {
    const name = text.trim().toLowerCase();
    const index = schema.findIndex((c) => c.name.toLowerCase() === name || c.name === columnName(text));
    if (index >= 0) return index;
    if (ignoreUnknownValues) return undefined;
    throw new BadRecordError(`No such column in the schema: ${text}.`);
  });
}

/** https://cloud.google.com/bigquery/docs/reference/rest/v2/tables#csvoptions, `nullMarker` and `nullMarkers` */
function columnReader(column: ColumnSchema, { csv, text: formats }: ExternalSource): ColumnReader['read'] {
  const read = textReader(column.type, column, formats);
  const nullValue = (): Value => {
    if (column.mode === 'REQUIRED') throw new BadRecordError('Only optional fields can be set to NULL.');
    return null;
  };
  if (csv.nullMarkers !== undefined) {
    const markers = new Set(csv.nullMarkers);
    return (text) => (markers.has(text) ? nullValue() : read(text));
  }
  const { nullMarker = '' } = csv;
  if (nullMarker !== '') return (text) => (text === nullMarker ? nullValue() : read(text));
  // A quoted empty field is an empty text, and no value of another type.
  return (text, isQuoted) => (text === '' && !(isQuoted && isText(column)) ? nullValue() : read(text));
}
