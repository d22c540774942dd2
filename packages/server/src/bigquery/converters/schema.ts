import type { ColumnMode, ColumnSchema } from '@bqml-emulator/catalog';
import { invalid, notImplemented } from '@bqml-emulator/common';
import { arrayOf, field, rangeOf, structOf } from '@bqml-emulator/types';
import type { ScalarKind, SqlType } from '@bqml-emulator/types';
import { z } from 'zod';
import { wireInteger, wireText } from '../wire/json.ts';

/** https://cloud.google.com/bigquery/docs/reference/rest/v2/tables#tablefieldschema */
export interface FieldResource {
  readonly name: string;
  readonly type: string;
  readonly mode?: string;
  readonly description?: string;
  readonly fields?: readonly FieldResource[];
  readonly maxLength?: string;
  readonly precision?: string;
  readonly scale?: string;
  readonly defaultValueExpression?: string;
  readonly rangeElementType?: { readonly type: string };
}

/** Schemas carry the legacy names: Node decodes only RECORD, Go knows no INT64. */
const LEGACY_NAME: Readonly<Record<ScalarKind, string>> = {
  BOOL: 'BOOLEAN',
  INT64: 'INTEGER',
  FLOAT64: 'FLOAT',
  NUMERIC: 'NUMERIC',
  BIGNUMERIC: 'BIGNUMERIC',
  STRING: 'STRING',
  BYTES: 'BYTES',
  DATE: 'DATE',
  DATETIME: 'DATETIME',
  TIME: 'TIME',
  TIMESTAMP: 'TIMESTAMP',
  INTERVAL: 'INTERVAL',
  JSON: 'JSON',
  GEOGRAPHY: 'GEOGRAPHY',
};

const KIND_OF_NAME: Readonly<Record<string, ScalarKind>> = {
  ...Object.fromEntries(Object.entries(LEGACY_NAME).map(([kind, name]) => [name, kind as ScalarKind])),
  BOOL: 'BOOL',
  INT64: 'INT64',
  FLOAT64: 'FLOAT64',
  DECIMAL: 'NUMERIC',
  BIGDECIMAL: 'BIGNUMERIC',
};

export function scalarKind(name: string): ScalarKind | undefined {
  return KIND_OF_NAME[name.toUpperCase()];
}

function elementType(type: SqlType): SqlType {
  return type.kind === 'ARRAY' ? type.element : type;
}

/** `mode` is written only where it is not NULLABLE, unless `writeNullable`, as query results do. */
export function toFieldResource(column: ColumnSchema, writeNullable: boolean): FieldResource {
  const type = elementType(column.type);
  return {
    name: column.name,
    type: type.kind === 'STRUCT' ? 'RECORD' : type.kind === 'RANGE' ? 'RANGE' : LEGACY_NAME[type.kind as ScalarKind],
    ...(writeNullable || column.mode !== 'NULLABLE' ? { mode: column.mode } : {}),
    ...(column.description === undefined ? {} : { description: column.description }),
    ...(type.kind === 'RANGE' ? { rangeElementType: { type: LEGACY_NAME[type.element.kind as ScalarKind] } } : {}),
    ...(column.nested ? { fields: column.nested.map((f) => toFieldResource(f, writeNullable)) } : {}),
    ...(column.maxLength === undefined ? {} : { maxLength: String(column.maxLength) }),
    ...(column.precision === undefined ? {} : { precision: String(column.precision) }),
    ...(column.scale === undefined ? {} : { scale: String(column.scale) }),
    ...(column.defaultExpression === undefined ? {} : { defaultValueExpression: column.defaultExpression }),
  };
}

export interface FieldRequest {
  readonly name: string;
  readonly type: string;
  readonly mode?: string | undefined;
  readonly description?: string | undefined;
  readonly fields?: readonly FieldRequest[] | undefined;
  readonly maxLength?: number | undefined;
  readonly precision?: number | undefined;
  readonly scale?: number | undefined;
  readonly defaultValueExpression?: string | undefined;
  readonly rangeElementType?: { readonly type: string } | undefined;
}

export const fieldRequest: z.ZodType<FieldRequest> = z.lazy(() =>
  z.object({
    name: z.string(),
    type: z.string(),
    mode: wireText,
    description: wireText,
    fields: z
      .array(fieldRequest)
      .nullish()
      .transform((value) => value ?? undefined),
    maxLength: wireInteger,
    precision: wireInteger,
    scale: wireInteger,
    defaultValueExpression: wireText,
    rangeElementType: z
      .object({ type: z.string() })
      .nullish()
      .transform((value) => value ?? undefined),
  }),
);

function readMode(request: FieldRequest): ColumnMode {
  const mode = (request.mode ?? 'NULLABLE').toUpperCase();
  if (mode === 'NULLABLE' || mode === 'REQUIRED' || mode === 'REPEATED') return mode;
  throw invalid(`Invalid value for mode: ${request.mode} is not a valid value`);
}

export function toColumnSchema(request: FieldRequest): ColumnSchema {
  const mode = readMode(request);
  const nested = request.fields?.length ? request.fields.map(toColumnSchema) : undefined;
  const type = baseType(request, nested);
  return {
    name: request.name,
    type: mode === 'REPEATED' ? arrayOf(type) : type,
    mode,
    description: request.description,
    maxLength: request.maxLength,
    precision: request.precision,
    scale: request.scale,
    defaultExpression: request.defaultValueExpression,
    nested,
    storage: 'inline',
  };
}

function baseType(request: FieldRequest, nested: readonly ColumnSchema[] | undefined): SqlType {
  const name = request.type.toUpperCase();
  if (name === 'RECORD' || name === 'STRUCT') {
    if (!nested) throw invalid(`Field ${request.name} is type RECORD but has no schema`);
    return structOf(nested.map((n) => field(n.name, n.type)));
  }
  if (name === 'RANGE') {
    const element = scalarKind(request.rangeElementType?.type ?? '');
    if (element !== 'DATE' && element !== 'DATETIME' && element !== 'TIMESTAMP') {
      throw invalid(`Invalid rangeElementType of field ${request.name}`);
    }
    return rangeOf({ kind: element });
  }
  const kind = scalarKind(name);
  if (kind === undefined) throw invalid(`Invalid value for type: ${request.type} is not a valid value`);
  return { kind };
}

/**
 * Positions of the columns that `selectedFields` names, in the order of the schema; all of them without it.
 * https://cloud.google.com/bigquery/docs/reference/rest/v2/tabledata/list
 */
export function selectedColumns(
  schema: readonly ColumnSchema[],
  selectedFields: readonly string[] | undefined,
): readonly number[] {
  if (selectedFields === undefined) return [...schema.keys()];
  const nested = selectedFields.find((name) => name.includes('.'));
  if (nested !== undefined) throw notImplemented(`selectedFields of a nested field (${nested})`);
  const wanted = new Set(selectedFields.map((name) => name.trim().toLowerCase()));
  const positions = [...schema.keys()].filter((i) => wanted.delete(schema[i]?.name.toLowerCase() ?? ''));
  const [unknown] = wanted;
  if (unknown !== undefined) throw invalid(`Unknown field ${unknown} in selectedFields`, 'selectedFields');
  return positions;
}
