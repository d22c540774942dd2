import { notImplemented } from '@bqml-emulator/common';
import type { ColumnSchema, DecimalTarget, ExternalSource } from '@bqml-emulator/catalog';
import { BIGNUMERIC, BOOL, BYTES, DATE, FLOAT64, INT64, NUMERIC, STRING, TIME, TIMESTAMP } from '@bqml-emulator/types';
import type { ScalarType } from '@bqml-emulator/types';
import { UnreadableFileError } from '../bad-record.ts';
import { detectedColumn } from '../detected-type.ts';
import { listElement, repeatedChild } from './parquet-schema.ts';
import type { ParquetNode } from './parquet-schema.ts';

type Options = Pick<ExternalSource, 'parquet' | 'decimalTargetTypes'>;

const MODES = { REQUIRED: 'REQUIRED', OPTIONAL: 'NULLABLE', REPEATED: 'REPEATED' } as const;

const DECIMAL_TYPES: Readonly<Record<DecimalTarget, ScalarType>> = { NUMERIC, BIGNUMERIC, STRING };
/** In the order in which they are tried. */
const DECIMAL_ORDER: readonly DecimalTarget[] = ['NUMERIC', 'BIGNUMERIC', 'STRING'];

/** The column that a node becomes. https://cloud.google.com/bigquery/docs/loading-data-cloud-storage-parquet#type_conversions */
export function parquetColumn(node: ParquetNode, options: Options): ColumnSchema {
  return columnOf(node, node.name, MODES[node.repetition], options);
}

function columnOf(node: ParquetNode, name: string, mode: ColumnSchema['mode'], options: Options): ColumnSchema {
  if (node.physicalType !== undefined) return detectedColumn(name, scalarType(node, options), mode);
  const repeated = node.annotation === 'LIST' || node.annotation === 'MAP' ? repeatedChild(node) : undefined;
  if (repeated && mode !== 'REPEATED') {
    if (node.annotation === 'LIST' && options.parquet.enableListInference) {
      const element = listElement(node, repeated);
      if (element.annotation === 'LIST') throw new UnreadableFileError(`Parquet column '${name}' is a list of lists`);
      return columnOf(element, name, 'REPEATED', options);
    }
    if (node.annotation === 'MAP' && options.parquet.mapTargetType === 'ARRAY_OF_STRUCT') {
      return columnOf(repeated, name, 'REPEATED', options);
    }
  }
  const nested = node.children.map((child) => parquetColumn(child, options));
  if (nested.length === 0) throw new UnreadableFileError(`Parquet column '${name}' is a group without fields`);
  return detectedColumn(name, STRING, mode, nested);
}

function scalarType(node: ParquetNode, options: Options): ScalarType {
  const type = annotatedType(node, options);
  if (type) return type;
  throw new UnreadableFileError(`Parquet column '${node.name}' has a type that is not supported: ${node.physicalType}`);
}

function annotatedType(node: ParquetNode, options: Options): ScalarType | undefined {
  switch (node.annotation) {
    case 'STRING':
      return STRING;
    case 'ENUM':
      return options.parquet.enumAsString ? STRING : BYTES;
    case 'DECIMAL':
      return decimalType(node, options.decimalTargetTypes);
    case 'DATE':
      return DATE;
    case 'TIME':
      return TIME;
    case 'TIMESTAMP':
      return TIMESTAMP;
    case 'INTEGER':
    case 'UINT_64':
      return INT64;
    case undefined:
      return PLAIN_TYPES[node.physicalType ?? ''];
    default:
      return undefined;
  }
}

const PLAIN_TYPES: Readonly<Record<string, ScalarType>> = {
  BOOLEAN: BOOL,
  INT32: INT64,
  INT64,
  INT96: TIMESTAMP,
  FLOAT: FLOAT64,
  DOUBLE: FLOAT64,
  BYTE_ARRAY: BYTES,
  FIXED_LEN_BYTE_ARRAY: BYTES,
};

/** https://cloud.google.com/bigquery/docs/reference/rest/v2/tables#ExternalDataConfiguration, `decimalTargetTypes` */
function decimalType(
  { name, precision, scale }: ParquetNode,
  targets: readonly DecimalTarget[] = ['NUMERIC'],
): ScalarType {
  if (precision > 38) throw notImplemented(`Parquet column '${name}' of a precision above 38`);
  const allowed = DECIMAL_ORDER.filter((target) => targets.includes(target));
  const supports: Readonly<Record<DecimalTarget, boolean>> = {
    NUMERIC: scale <= 9 && precision - scale <= 29,
    BIGNUMERIC: scale <= 38 && precision - scale <= 38,
    STRING: true,
  };
  return DECIMAL_TYPES[allowed.find((target) => supports[target]) ?? allowed.at(-1) ?? 'NUMERIC'];
}
