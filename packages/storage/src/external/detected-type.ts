import type { ColumnSchema, TextFormats } from '@bqml-emulator/catalog';
import { BOOL, DATE, FLOAT64, INT64, STRING, TIME, TIMESTAMP, arrayOf, structOf } from '@bqml-emulator/types';
import type { ScalarType, SqlType } from '@bqml-emulator/types';
import { BadRecordError } from './bad-record.ts';
import { looksLikeTimestamp, textReader } from './text-value.ts';
import type { TextReader } from './text-value.ts';

const NO_LIMITS = { maxLength: undefined, precision: undefined, scale: undefined };

const INTEGER = /^[+-]?[0-9]+$/;
const FLOAT = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;
/** Not 0 and 1. https://cloud.google.com/bigquery/docs/loading-data-cloud-storage-csv#data_types */
const BOOLEAN = /^(?:true|false|t|f|yes|no|y|n)$/i;
const CALENDAR_DATE = /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}$/;
const CLOCK_TIME = /^[0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(?:\.[0-9]{1,6})?$/;

/** Finds out what a text is taken for. https://cloud.google.com/bigquery/docs/schema-detect */
export class TypeDetector {
  readonly #candidates: readonly { readonly type: ScalarType; readonly accepts: (text: string) => boolean }[];

  constructor(formats: TextFormats) {
    const reads = (type: ScalarType): ((text: string) => boolean) => {
      const read = textReader(type, NO_LIMITS, formats);
      return (text) => isReadBy(read, text);
    };
    const civil = (type: ScalarType, format: string | undefined, looks: (text: string) => boolean) => {
      const readable = reads(type);
      return { type, accepts: (text: string) => (format !== undefined || looks(text)) && readable(text) };
    };
    const integer = reads(INT64);
    this.#candidates = [
      { type: BOOL, accepts: (text) => BOOLEAN.test(text) },
      { type: INT64, accepts: (text) => INTEGER.test(text) && integer(text) },
      { type: FLOAT64, accepts: (text) => FLOAT.test(text) && Number.isFinite(Number(text)) },
      civil(DATE, formats.dateFormat, (text) => CALENDAR_DATE.test(text)),
      civil(TIMESTAMP, formats.timestampFormat, looksLikeTimestamp),
      civil(TIME, formats.timeFormat, (text) => CLOCK_TIME.test(text)),
    ];
  }

  typeOf(text: string): ScalarType {
    const trimmed = text.trim();
    return this.#candidates.find(({ accepts }) => accepts(trimmed))?.type ?? STRING;
  }
}

function isReadBy(read: TextReader, text: string): boolean {
  try {
    read(text);
    return true;
  } catch (error) {
    if (error instanceof BadRecordError) return false;
    throw error;
  }
}

/** The type of a column that holds both; undefined: nothing seen yet. */
export function commonType(a: ScalarType | undefined, b: ScalarType): ScalarType {
  if (a === undefined || a.kind === b.kind) return b;
  const isNumber = (type: ScalarType) => type.kind === 'INT64' || type.kind === 'FLOAT64';
  return isNumber(a) && isNumber(b) ? FLOAT64 : STRING;
}

export function detectedColumn(
  name: string,
  type: SqlType,
  mode: ColumnSchema['mode'] = 'NULLABLE',
  nested?: readonly ColumnSchema[],
): ColumnSchema {
  const element = nested ? structOf(nested.map((n) => ({ name: n.name, type: n.type }))) : type;
  return {
    name,
    type: mode === 'REPEATED' ? arrayOf(element) : element,
    mode,
    description: undefined,
    maxLength: undefined,
    precision: undefined,
    scale: undefined,
    defaultExpression: undefined,
    nested,
    storage: 'inline',
  };
}
