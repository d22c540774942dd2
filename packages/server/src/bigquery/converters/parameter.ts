import { invalid, invalidQuery } from '@bqml-emulator/common';
import type { QueryParameter } from '@bqml-emulator/engine';
import { arrayOf, field, parseValue, rangeOf, structOf, timeZone } from '@bqml-emulator/types';
import type { SqlType, Value } from '@bqml-emulator/types';
import { z } from 'zod';
import { wireText } from '../wire/json.ts';
import { scalarKind } from './schema.ts';

/** https://cloud.google.com/bigquery/docs/reference/rest/v2/QueryParameter#queryparametertype */
interface ParameterType {
  readonly type: string;
  readonly arrayType?: ParameterType | null | undefined;
  readonly structTypes?:
    readonly { readonly name?: string | null | undefined; readonly type: ParameterType }[] | null | undefined;
  readonly rangeElementType?: ParameterType | null | undefined;
}

interface ParameterValue {
  readonly value?: unknown;
  readonly arrayValues?: readonly (ParameterValue | null)[] | null | undefined;
  readonly structValues?: Readonly<Record<string, ParameterValue | null>> | null | undefined;
  readonly rangeValue?:
    | { readonly start?: ParameterValue | null | undefined; readonly end?: ParameterValue | null | undefined }
    | null
    | undefined;
}

const parameterType: z.ZodType<ParameterType> = z.lazy(() =>
  z.object({
    type: z.string(),
    arrayType: parameterType.nullish(),
    structTypes: z.array(z.object({ name: z.string().nullish(), type: parameterType })).nullish(),
    rangeElementType: parameterType.nullish(),
  }),
);

const parameterValue: z.ZodType<ParameterValue> = z.lazy(() =>
  z.object({
    value: z.unknown().optional(),
    arrayValues: z.array(parameterValue.nullable()).nullish(),
    structValues: z.record(z.string(), parameterValue.nullable()).nullish(),
    rangeValue: z.object({ start: parameterValue.nullish(), end: parameterValue.nullish() }).nullish(),
  }),
);

export const queryParameter = z.object({
  name: wireText,
  parameterType,
  parameterValue: parameterValue.nullish(),
});

export function toQueryParameters(
  parameters: readonly z.infer<typeof queryParameter>[],
  mode: string | undefined,
): readonly QueryParameter[] {
  const positional = mode?.toUpperCase() === 'POSITIONAL' || (mode === undefined && parameters.every((p) => !p.name));
  return parameters.map((p) => {
    if (!positional && !p.name) throw invalid('Named query parameter has no name.', 'queryParameters');
    const type = toSqlType(p.parameterType);
    return {
      name: positional ? undefined : p.name,
      type,
      value: toValue(p.parameterValue, type, p.name ?? 'positional parameter'),
    };
  });
}

function toSqlType(type: ParameterType): SqlType {
  const name = type.type.toUpperCase();
  if (name === 'ARRAY') {
    if (!type.arrayType) throw invalid('Array query parameter has no element type.', 'queryParameters');
    return arrayOf(toSqlType(type.arrayType));
  }
  if (name === 'STRUCT' || name === 'RECORD') {
    return structOf((type.structTypes ?? []).map((f) => field(f.name ?? undefined, toSqlType(f.type))));
  }
  if (name === 'RANGE') {
    if (!type.rangeElementType) throw invalid('Range query parameter has no element type.', 'queryParameters');
    return rangeOf(toSqlType(type.rangeElementType));
  }
  const kind = scalarKind(name);
  if (kind === undefined) throw invalidQuery(`Unknown query parameter type: ${type.type}`);
  return { kind };
}

function toValue(value: ParameterValue | null | undefined, type: SqlType, name: string): Value {
  if (!value) return null;
  switch (type.kind) {
    case 'ARRAY':
      // An array without `arrayValues` is empty: BigQuery's arrays are never NULL in a parameter of the REST API.
      return (value.arrayValues ?? []).map((v) => toValue(v, type.element, name));
    case 'STRUCT':
      return value.structValues
        ? type.fields.map((f) => toValue(value.structValues?.[f.name ?? ''], f.type, name))
        : null;
    case 'RANGE':
      return value.rangeValue
        ? {
            start: toValue(value.rangeValue.start, type.element, name),
            end: toValue(value.rangeValue.end, type.element, name),
          }
        : null;
    default:
      return toScalar(value.value, type, name);
  }
}

function toScalar(value: unknown, type: SqlType, name: string): Value {
  if (value === null || value === undefined) return null;
  if (type.kind === 'BYTES') {
    const bytes = readBytes(value);
    if (bytes) return bytes;
    throw badValue(value, type, name);
  }
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
    throw badValue(value, type, name);
  }
  const text = type.kind === 'TIMESTAMP' ? withoutNanoZeros(String(value)) : String(value);
  const parsed = parseValue(text, type, timeZone('UTC'));
  if (parsed === undefined) throw badValue(value, type, name);
  return parsed;
}

/** Node's client writes microseconds with the three zeros of nanoseconds. */
const withoutNanoZeros = (text: string): string => text.replace(/(\.\d{6})0+(?!\d)/, '$1');

/** Base64; Node's client sends a Buffer as its JSON form. */
function readBytes(value: unknown): Uint8Array | undefined {
  if (typeof value === 'string') return Buffer.from(value, 'base64');
  const buffer = z.object({ type: z.literal('Buffer'), data: z.array(z.number()) }).safeParse(value);
  return buffer.success ? Uint8Array.from(buffer.data.data) : undefined;
}

const badValue = (value: unknown, type: SqlType, name: string) =>
  invalidQuery(`Invalid value for query parameter '${name}': ${JSON.stringify(value)} is not a valid ${type.kind}`);
