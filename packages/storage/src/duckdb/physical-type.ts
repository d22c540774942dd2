import {
  BIGINT,
  BLOB,
  BOOLEAN,
  DATE,
  DECIMAL,
  DOUBLE,
  INTERVAL,
  LIST,
  STRUCT,
  TIME,
  TIMESTAMP,
  TIMESTAMPTZ,
  VARCHAR,
} from '@duckdb/node-api';
import type { DuckDBType } from '@duckdb/node-api';
import type { StageColumn } from '@bqml-emulator/catalog';
import type { ScalarKind, SqlType } from '@bqml-emulator/types';

const SCALAR: Readonly<Record<ScalarKind, { readonly type: DuckDBType; readonly text: string }>> = {
  BOOL: { type: BOOLEAN, text: 'BOOLEAN' },
  INT64: { type: BIGINT, text: 'BIGINT' },
  FLOAT64: { type: DOUBLE, text: 'DOUBLE' },
  NUMERIC: { type: DECIMAL(38, 9), text: 'DECIMAL(38,9)' },
  BIGNUMERIC: { type: BLOB, text: 'BLOB' },
  STRING: { type: VARCHAR, text: 'VARCHAR' },
  BYTES: { type: BLOB, text: 'BLOB' },
  DATE: { type: DATE, text: 'DATE' },
  DATETIME: { type: TIMESTAMP, text: 'TIMESTAMP' },
  TIME: { type: TIME, text: 'TIME' },
  TIMESTAMP: { type: TIMESTAMPTZ, text: 'TIMESTAMPTZ' },
  INTERVAL: { type: INTERVAL, text: 'INTERVAL' },
  JSON: { type: VARCHAR, text: 'VARCHAR' },
  GEOGRAPHY: { type: VARCHAR, text: 'VARCHAR' },
};

/** Field names of a physical STRUCT: names of SQL fields may repeat or be missing, so only positions are kept. */
export const fieldName = (index: number): string => `f${index}`;

/** The type of a column as the binding knows it. */
export function physicalType({ type, lazy }: StageColumn): DuckDBType {
  return lazy ? BIGINT : physicalValueType(type);
}

export function physicalValueType(type: SqlType): DuckDBType {
  switch (type.kind) {
    case 'ARRAY':
      return LIST(physicalValueType(type.element));
    case 'STRUCT':
      return STRUCT(Object.fromEntries(structFields(type.fields).map(([name, of]) => [name, physicalValueType(of)])));
    case 'RANGE': {
      const end = physicalValueType(type.element);
      return STRUCT({ lo: end, hi: end });
    }
    default:
      return SCALAR[type.kind].type;
  }
}

/** The type of a column as text, for casts and CREATE TABLE. */
export function physicalTypeText({ type, lazy }: StageColumn): string {
  return lazy ? 'BIGINT' : valueTypeText(type);
}

function valueTypeText(type: SqlType): string {
  switch (type.kind) {
    case 'ARRAY':
      return `${valueTypeText(type.element)}[]`;
    case 'STRUCT':
      return `STRUCT(${structFields(type.fields)
        .map(([name, of]) => `${name} ${valueTypeText(of)}`)
        .join(', ')})`;
    case 'RANGE': {
      const end = valueTypeText(type.element);
      return `STRUCT(lo ${end}, hi ${end})`;
    }
    default:
      return SCALAR[type.kind].text;
  }
}

/** A STRUCT without fields has one that is always NULL: the engine has no empty struct. */
const structFields = (fields: readonly { readonly type: SqlType }[]): readonly (readonly [string, SqlType])[] =>
  fields.length === 0
    ? [[fieldName(0), { kind: 'BOOL' }]]
    : fields.map((field, index) => [fieldName(index), field.type]);
