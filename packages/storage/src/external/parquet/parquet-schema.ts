import { invariant } from '@bqml-emulator/common';

/** One node of a Parquet schema. https://github.com/apache/parquet-format/blob/master/LogicalTypes.md */
export interface ParquetNode {
  readonly name: string;
  /** `INT32`, `BYTE_ARRAY`, ...; undefined: a group. */
  readonly physicalType: string | undefined;
  readonly repetition: 'REQUIRED' | 'OPTIONAL' | 'REPEATED';
  readonly annotation: ParquetAnnotation | undefined;
  readonly precision: number;
  readonly scale: number;
  readonly children: readonly ParquetNode[];
}

export type ParquetAnnotation =
  | 'LIST'
  | 'MAP'
  | 'STRING'
  | 'ENUM'
  | 'DECIMAL'
  | 'DATE'
  | 'TIME'
  | 'TIMESTAMP'
  | 'INTEGER'
  | 'UINT_64'
  | 'JSON'
  | 'UNSUPPORTED';

/** A row of the relational engine's `parquet_schema`. */
export type SchemaRow = Readonly<Record<string, unknown>>;

const CONVERTED: Readonly<Record<string, ParquetAnnotation>> = {
  LIST: 'LIST',
  MAP: 'MAP',
  MAP_KEY_VALUE: 'MAP',
  UTF8: 'STRING',
  ENUM: 'ENUM',
  DECIMAL: 'DECIMAL',
  DATE: 'DATE',
  TIME_MILLIS: 'TIME',
  TIME_MICROS: 'TIME',
  TIMESTAMP_MILLIS: 'TIMESTAMP',
  TIMESTAMP_MICROS: 'TIMESTAMP',
  INT_8: 'INTEGER',
  INT_16: 'INTEGER',
  INT_32: 'INTEGER',
  INT_64: 'INTEGER',
  UINT_8: 'INTEGER',
  UINT_16: 'INTEGER',
  UINT_32: 'INTEGER',
  UINT_64: 'UINT_64',
  JSON: 'JSON',
};

const LOGICAL: readonly (readonly [pattern: RegExp, annotation: ParquetAnnotation])[] = [
  [/^StringType/, 'STRING'],
  [/^ListType/, 'LIST'],
  [/^MapType/, 'MAP'],
  [/^EnumType/, 'ENUM'],
  [/^DecimalType/, 'DECIMAL'],
  [/^DateType/, 'DATE'],
  [/^TimeType\((?!.*NANOS=NanoSeconds)/, 'TIME'],
  [/^TimestampType\((?!.*NANOS=NanoSeconds)/, 'TIMESTAMP'],
  [/^IntType\(.*bitWidth=64.*isSigned=0/, 'UINT_64'],
  [/^IntType/, 'INTEGER'],
  [/^JsonType/, 'JSON'],
];

function annotationOf(row: SchemaRow): ParquetAnnotation | undefined {
  const { converted_type: converted, logical_type: logical } = row;
  if (typeof converted === 'string') return CONVERTED[converted] ?? 'UNSUPPORTED';
  if (typeof logical !== 'string') return undefined;
  return LOGICAL.find(([pattern]) => pattern.test(logical))?.[1] ?? 'UNSUPPORTED';
}

/** The columns of a file from the rows of `parquet_schema`, which list the tree depth first. */
export function parquetColumns(rows: readonly SchemaRow[]): readonly ParquetNode[] {
  let at = 0;
  const read = (): ParquetNode => {
    const row = rows[at++];
    invariant(row, 'a Parquet schema lists all of its children');
    const children = Array.from({ length: Number(row['num_children'] ?? 0) }, read);
    const { name, type, repetition_type: repetition } = row;
    return {
      name: typeof name === 'string' ? name : '',
      physicalType: typeof type === 'string' ? type : undefined,
      repetition: repetition === 'REQUIRED' || repetition === 'REPEATED' ? repetition : 'OPTIONAL',
      annotation: annotationOf(row),
      precision: Number(row['precision'] ?? 0),
      scale: Number(row['scale'] ?? 0),
      children,
    };
  };
  return read().children;
}

/** The repeated group of a LIST or a MAP. */
export function repeatedChild(node: ParquetNode): ParquetNode | undefined {
  const [child] = node.children;
  return node.children.length === 1 && child?.repetition === 'REPEATED' ? child : undefined;
}

/**
 * What a LIST holds: the one child of its repeated group, or that group itself.
 * https://github.com/apache/parquet-format/blob/master/LogicalTypes.md#backward-compatibility-rules
 */
export function listElement(list: ParquetNode, repeated: ParquetNode): ParquetNode {
  const [only] = repeated.children;
  const isElement =
    only === undefined ||
    repeated.children.length > 1 ||
    repeated.name === 'array' ||
    repeated.name === `${list.name}_tuple`;
  return isElement ? repeated : only;
}
