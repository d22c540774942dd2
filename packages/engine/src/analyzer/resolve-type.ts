import { unreachable } from '@bqml-emulator/common';
import type * as sql from '@bqml-emulator/sql';
import {
  BIGNUMERIC,
  BOOL,
  BYTES,
  DATE,
  DATETIME,
  FLOAT64,
  GEOGRAPHY,
  INT64,
  INTERVAL,
  JSON_TYPE,
  NUMERIC,
  STRING,
  TIME,
  TIMESTAMP,
  arrayOf,
  field,
  rangeOf,
  structOf,
} from '@bqml-emulator/types';
import type { ScalarType, SqlType } from '@bqml-emulator/types';
import type { Analysis } from './analysis.ts';
import { identifierText } from './identifier-text.ts';

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types, aliases included. */
const TYPES: Readonly<Record<string, ScalarType>> = {
  BOOL,
  BOOLEAN: BOOL,
  INT64,
  INT: INT64,
  SMALLINT: INT64,
  INTEGER: INT64,
  BIGINT: INT64,
  TINYINT: INT64,
  BYTEINT: INT64,
  FLOAT64,
  NUMERIC,
  DECIMAL: NUMERIC,
  BIGNUMERIC,
  BIGDECIMAL: BIGNUMERIC,
  STRING,
  BYTES,
  DATE,
  DATETIME,
  TIME,
  TIMESTAMP,
  INTERVAL,
  JSON: JSON_TYPE,
  GEOGRAPHY,
};

/** The type of that name; parameters such as `(10, 2)` are the caller's. */
export function resolveTypeName(analysis: Analysis, path: sql.PathExpression): ScalarType {
  const [first, ...others] = path.names;
  const type = first && others.length === 0 ? TYPES[first.name.toUpperCase()] : undefined;
  if (type) return type;
  throw analysis.error(path, `Type not found: ${path.names.map((n) => identifierText(n.name)).join('.')}`);
}

/** A type in CAST, in constructors and in function signatures. */
export function resolveType(analysis: Analysis, node: sql.Type): SqlType {
  if (node.collate) throw analysis.notImplemented(node.collate, 'COLLATE');
  switch (node.kind) {
    case 'SimpleType':
      if (node.typeParameters) throw analysis.notImplemented(node.typeParameters, 'type parameters in an expression');
      return resolveTypeName(analysis, node.typeName);
    case 'ArrayType':
      return arrayType(analysis, node, resolveType(analysis, node.elementType));
    case 'StructType':
      return structOf(node.fields.map((f) => field(f.name?.name, resolveType(analysis, f.type))));
    case 'RangeType':
      return rangeType(analysis, node, resolveType(analysis, node.elementType));
    case 'MapType':
    case 'FunctionType':
      throw analysis.notImplemented(node, node.kind);
    default:
      return unreachable(node);
  }
}

export function arrayType(analysis: Analysis, node: sql.SourceRange, element: SqlType): SqlType {
  if (element.kind === 'ARRAY') throw analysis.error(node, 'Arrays of arrays are not supported');
  return arrayOf(element);
}

export function rangeType(analysis: Analysis, node: sql.SourceRange, element: SqlType): SqlType {
  if (element.kind === 'DATE' || element.kind === 'DATETIME' || element.kind === 'TIMESTAMP') return rangeOf(element);
  throw analysis.error(node, `Unsupported type: RANGE<${element.kind}> is not supported`);
}
