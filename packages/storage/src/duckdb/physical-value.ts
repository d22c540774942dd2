import {
  DuckDBBlobValue,
  DuckDBBlobVector,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBDecimal128Vector,
  DuckDBIntervalValue,
  DuckDBListValue,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTimeValue,
} from '@duckdb/node-api';
import type { DuckDBValue, DuckDBVector } from '@duckdb/node-api';
import { InvariantError, invariant } from '@bqml-emulator/common';
import type { HandleTable, StageColumn } from '@bqml-emulator/catalog';
import {
  decodeSortableBignumeric,
  encodeSortableBignumeric,
  formatJson,
  isLazyValue,
  parseJson,
  typeName,
} from '@bqml-emulator/types';
import type { SqlType, Value } from '@bqml-emulator/types';
import { fieldName } from './physical-type.ts';

/** A copy of an image's 150,000 numbers takes twice as long as handing them over. */
const SAME_IN_ENGINE: ReadonlySet<SqlType['kind']> = new Set(['BOOL', 'INT64', 'FLOAT64', 'STRING'] as const);

/** What a column's value is in the relational engine; lazy values become handles. */
export function toPhysical({ type, lazy }: StageColumn, value: Value, handles: HandleTable): DuckDBValue {
  if (!lazy) return valueToPhysical(type, value);
  if (value === null) return null;
  invariant(isLazyValue(value), `a lazy ${typeName(type)} column holds a value that is not lazy`);
  return handles.put(value);
}

export function valueToPhysical(type: SqlType, value: Value): DuckDBValue {
  if (value === null) return null;
  switch (type.kind) {
    case 'BOOL':
      if (typeof value === 'boolean') return value;
      break;
    case 'INT64':
      if (typeof value === 'bigint') return value;
      break;
    case 'FLOAT64':
      if (typeof value === 'number') return value;
      break;
    case 'STRING':
    case 'GEOGRAPHY':
      if (typeof value === 'string') return value;
      break;
    case 'NUMERIC':
      if (typeof value === 'bigint') return new DuckDBDecimalValue(value, 38, 9);
      break;
    case 'BIGNUMERIC':
      if (typeof value === 'bigint') return new DuckDBBlobValue(encodeSortableBignumeric(value));
      break;
    case 'BYTES':
      if (value instanceof Uint8Array) return new DuckDBBlobValue(value);
      break;
    case 'DATE':
      if (typeof value === 'number') return new DuckDBDateValue(value);
      break;
    case 'DATETIME':
      if (typeof value === 'bigint') return new DuckDBTimestampValue(value);
      break;
    case 'TIME':
      if (typeof value === 'bigint') return new DuckDBTimeValue(value);
      break;
    case 'TIMESTAMP':
      if (typeof value === 'bigint') return new DuckDBTimestampTZValue(value);
      break;
    case 'INTERVAL':
      if (typeof value === 'object' && 'micros' in value) {
        return new DuckDBIntervalValue(value.months, value.days, value.micros);
      }
      break;
    case 'JSON':
      if (typeof value === 'object' && 'json' in value) return formatJson(value.json);
      break;
    case 'ARRAY':
      if (Array.isArray(value)) {
        return new DuckDBListValue(
          SAME_IN_ENGINE.has(type.element.kind)
            ? (value as readonly DuckDBValue[])
            : value.map((item: Value) => valueToPhysical(type.element, item)),
        );
      }
      break;
    case 'STRUCT':
      if (Array.isArray(value)) return structToPhysical(type.fields, value);
      break;
    case 'RANGE':
      if (typeof value === 'object' && 'start' in value) {
        return new DuckDBStructValue({
          lo: valueToPhysical(type.element, value.start),
          hi: valueToPhysical(type.element, value.end),
        });
      }
      break;
  }
  throw mismatch(type, typeof value);
}

function structToPhysical(fields: readonly { readonly type: SqlType }[], values: readonly Value[]): DuckDBStructValue {
  invariant(values.length === fields.length, 'a STRUCT value has one value for each field');
  if (fields.length === 0) return new DuckDBStructValue({ [fieldName(0)]: null });
  return new DuckDBStructValue(
    Object.fromEntries(
      fields.map((field, index) => [fieldName(index), valueToPhysical(field.type, values[index] ?? null)]),
    ),
  );
}

/** The first `rowCount` values of a vector. */
export function readVector(
  vector: DuckDBVector<DuckDBValue>,
  { type, lazy }: StageColumn,
  rowCount: number,
  handles: HandleTable,
): Value[] {
  const values: Value[] = Array.from({ length: rowCount });
  if (lazy) {
    for (let i = 0; i < rowCount; i++) {
      const handle = vector.getItem(i);
      values[i] = typeof handle === 'bigint' ? handles.get(handle) : valueFromPhysical({ kind: 'INT64' }, handle);
    }
  } else if (vector instanceof DuckDBDecimal128Vector && type.kind === 'NUMERIC') {
    for (let i = 0; i < rowCount; i++) values[i] = vector.getScaledValue(i);
  } else if (vector instanceof DuckDBBlobVector && type.kind === 'BYTES') {
    for (let i = 0; i < rowCount; i++) values[i] = ownBytes(vector.getItemBytes(i));
  } else {
    for (let i = 0; i < rowCount; i++) values[i] = valueFromPhysical(type, vector.getItem(i));
  }
  return values;
}

/** Short payloads are views into the vector, which is freed with its chunk. */
const ownBytes = (bytes: Uint8Array | null): Uint8Array | null =>
  bytes !== null && bytes.length <= 12 ? Uint8Array.from(bytes) : bytes;

export function valueFromPhysical(type: SqlType, item: DuckDBValue): Value {
  if (item === null) return null;
  switch (type.kind) {
    case 'BOOL':
      if (typeof item === 'boolean') return item;
      break;
    case 'INT64':
      if (typeof item === 'bigint') return item;
      // INTEGER and smaller: what the engine's own functions such as `length` give.
      if (typeof item === 'number') return BigInt(item);
      break;
    case 'FLOAT64':
      if (typeof item === 'number') return item;
      break;
    case 'STRING':
    case 'GEOGRAPHY':
      if (typeof item === 'string') return item;
      break;
    case 'NUMERIC':
      if (item instanceof DuckDBDecimalValue) return item.value * 10n ** BigInt(9 - item.scale);
      break;
    case 'BIGNUMERIC':
      if (item instanceof DuckDBBlobValue) return decodeSortableBignumeric(item.bytes);
      break;
    case 'BYTES':
      if (item instanceof DuckDBBlobValue)
        return new Uint8Array(item.bytes.buffer, item.bytes.byteOffset, item.bytes.length);
      break;
    case 'DATE':
      if (item instanceof DuckDBDateValue) return item.days;
      break;
    case 'DATETIME':
      if (item instanceof DuckDBTimestampValue) return item.micros;
      break;
    case 'TIME':
      if (item instanceof DuckDBTimeValue) return item.micros;
      break;
    case 'TIMESTAMP':
      if (item instanceof DuckDBTimestampTZValue) return item.micros;
      break;
    case 'INTERVAL':
      if (item instanceof DuckDBIntervalValue) return { months: item.months, days: item.days, micros: item.micros };
      break;
    case 'JSON':
      if (typeof item === 'string') return parseJson(item);
      break;
    case 'ARRAY':
      if (item instanceof DuckDBListValue) {
        // An INT64 may come as the number of a smaller type.
        return SAME_IN_ENGINE.has(type.element.kind) && type.element.kind !== 'INT64'
          ? (item.items as readonly Value[])
          : item.items.map((element) => valueFromPhysical(type.element, element));
      }
      break;
    case 'STRUCT':
      if (item instanceof DuckDBStructValue) {
        const { entries } = item;
        return type.fields.map((field, index) => valueFromPhysical(field.type, entries[fieldName(index)] ?? null));
      }
      break;
    case 'RANGE':
      if (item instanceof DuckDBStructValue) {
        return {
          start: valueFromPhysical(type.element, item.entries['lo'] ?? null),
          end: valueFromPhysical(type.element, item.entries['hi'] ?? null),
        };
      }
      break;
  }
  throw mismatch(type, item.constructor.name);
}

const mismatch = (type: SqlType, found: string) =>
  new InvariantError(`a ${typeName(type)} column holds a value of the JavaScript type ${found}`);
