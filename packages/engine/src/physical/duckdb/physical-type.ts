import type { SqlType } from '@bqml-emulator/types';

const SCALAR = {
  BOOL: 'BOOLEAN',
  INT64: 'BIGINT',
  FLOAT64: 'DOUBLE',
  NUMERIC: 'DECIMAL(38,9)',
  BIGNUMERIC: 'BLOB',
  STRING: 'VARCHAR',
  BYTES: 'BLOB',
  DATE: 'DATE',
  DATETIME: 'TIMESTAMP',
  TIME: 'TIME',
  TIMESTAMP: 'TIMESTAMP WITH TIME ZONE',
  INTERVAL: 'INTERVAL',
  JSON: 'VARCHAR',
  GEOGRAPHY: 'VARCHAR',
} as const;

/** The engine's type for a SQL type, as documented at `RelationalSession`. */
export function physicalType(type: SqlType): string {
  switch (type.kind) {
    case 'ARRAY':
      return `${physicalType(type.element)}[]`;
    case 'STRUCT':
      return type.fields.length === 0
        ? 'STRUCT(f0 BOOLEAN)'
        : `STRUCT(${type.fields.map((f, i) => `f${i} ${physicalType(f.type)}`).join(', ')})`;
    case 'RANGE':
      return `STRUCT(lo ${physicalType(type.element)}, hi ${physicalType(type.element)})`;
    default:
      return SCALAR[type.kind];
  }
}
