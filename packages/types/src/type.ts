/** https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types */
export type ScalarKind =
  | 'BOOL'
  | 'INT64'
  | 'FLOAT64'
  | 'NUMERIC'
  | 'BIGNUMERIC'
  | 'STRING'
  | 'BYTES'
  | 'DATE'
  | 'DATETIME'
  | 'TIME'
  | 'TIMESTAMP'
  | 'INTERVAL'
  | 'JSON'
  | 'GEOGRAPHY';

export interface ScalarType {
  readonly kind: ScalarKind;
}
export interface ArrayType {
  readonly kind: 'ARRAY';
  readonly element: SqlType;
}
export interface StructField {
  /** `undefined` for a field without a name. Names may repeat; they compare without case. */
  readonly name: string | undefined;
  readonly type: SqlType;
}
export interface StructType {
  readonly kind: 'STRUCT';
  readonly fields: readonly StructField[];
}
export interface RangeType {
  readonly kind: 'RANGE';
  readonly element: SqlType;
}

export type SqlType = ScalarType | ArrayType | StructType | RangeType;
export type TypeKind = SqlType['kind'];

export const BOOL: ScalarType = { kind: 'BOOL' };
export const INT64: ScalarType = { kind: 'INT64' };
export const FLOAT64: ScalarType = { kind: 'FLOAT64' };
export const NUMERIC: ScalarType = { kind: 'NUMERIC' };
export const BIGNUMERIC: ScalarType = { kind: 'BIGNUMERIC' };
export const STRING: ScalarType = { kind: 'STRING' };
export const BYTES: ScalarType = { kind: 'BYTES' };
export const DATE: ScalarType = { kind: 'DATE' };
export const DATETIME: ScalarType = { kind: 'DATETIME' };
export const TIME: ScalarType = { kind: 'TIME' };
export const TIMESTAMP: ScalarType = { kind: 'TIMESTAMP' };
export const INTERVAL: ScalarType = { kind: 'INTERVAL' };
export const JSON_TYPE: ScalarType = { kind: 'JSON' };
export const GEOGRAPHY: ScalarType = { kind: 'GEOGRAPHY' };

export const arrayOf = (element: SqlType): ArrayType => ({ kind: 'ARRAY', element });
export const structOf = (fields: readonly StructField[]): StructType => ({ kind: 'STRUCT', fields });
export const field = (name: string | undefined, type: SqlType): StructField => ({ name, type });
export const rangeOf = (element: SqlType): RangeType => ({ kind: 'RANGE', element });

/** Same type, field names compared without case. */
export function typesEqual(a: SqlType, b: SqlType): boolean {
  if (a.kind === 'ARRAY' || a.kind === 'RANGE') return b.kind === a.kind && typesEqual(a.element, b.element);
  if (a.kind === 'STRUCT') {
    return (
      b.kind === 'STRUCT' &&
      a.fields.length === b.fields.length &&
      a.fields.every((f, i) => {
        const g = b.fields[i];
        return g !== undefined && f.name?.toLowerCase() === g.name?.toLowerCase() && typesEqual(f.type, g.type);
      })
    );
  }
  return a.kind === b.kind;
}

/** As BigQuery prints a type in messages: `STRUCT<dimensions ARRAY<INT64>, values ARRAY<FLOAT64>>`. */
export function typeName(type: SqlType): string {
  switch (type.kind) {
    case 'ARRAY':
      return `ARRAY<${typeName(type.element)}>`;
    case 'RANGE':
      return `RANGE<${typeName(type.element)}>`;
    case 'STRUCT':
      return `STRUCT<${type.fields.map((f) => (f.name === undefined ? '' : `${f.name} `) + typeName(f.type)).join(', ')}>`;
    default:
      return type.kind;
  }
}
