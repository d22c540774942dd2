import { InvariantError, invariant } from '@bqml-emulator/common';
import {
  decodeSortableBignumeric,
  encodeSortableBignumeric,
  formatJson,
  parseJson,
  typeName,
} from '@bqml-emulator/types';
import { isPackedNumbers } from '@bqml-emulator/types';
import type { PackedNumbers, PackedStruct, SqlType, Value } from '@bqml-emulator/types';
import type { ByteReader, ByteWriter } from './byte-writer.ts';
import { readNumbers, writeNumbers, writePackedNumbers } from './packed-array.ts';

/** A value of which arrays of numbers may be packed. */
export type PackableValue = Value | PackedNumbers | PackedStruct;

/**
 * Appends a value: a byte that is 0 for NULL, then what its type says. The type is not written. Lazy values have been
 * read before.
 */
export function writeValue(writer: ByteWriter, type: SqlType, value: PackableValue): void {
  if (value === null) {
    writer.byte(0);
    return;
  }
  writer.byte(1);
  switch (type.kind) {
    case 'BOOL':
      if (typeof value === 'boolean') return writer.byte(Number(value));
      break;
    case 'INT64':
    case 'DATETIME':
    case 'TIME':
    case 'TIMESTAMP':
      if (typeof value === 'bigint') return writer.int64(value);
      break;
    case 'FLOAT64':
      if (typeof value === 'number') return writer.float64(value);
      break;
    case 'DATE':
      if (typeof value === 'number') return writer.int32(value);
      break;
    case 'NUMERIC':
      if (typeof value === 'bigint') {
        writer.int64(BigInt.asIntN(64, value));
        return writer.int64(value >> 64n);
      }
      break;
    case 'BIGNUMERIC':
      if (typeof value === 'bigint') return writer.bytes(encodeSortableBignumeric(value));
      break;
    case 'STRING':
    case 'GEOGRAPHY':
      if (typeof value === 'string') return writer.text(value);
      break;
    case 'JSON':
      if (typeof value === 'object' && 'json' in value) return writer.text(formatJson(value.json));
      break;
    case 'BYTES':
      if (value instanceof Uint8Array) {
        writer.uint32(value.length);
        return writer.bytes(value);
      }
      break;
    case 'INTERVAL':
      if (typeof value === 'object' && 'micros' in value) {
        writer.int32(value.months);
        writer.int32(value.days);
        return writer.int64(value.micros);
      }
      break;
    case 'ARRAY':
      if (isPackedNumbers(value)) return writePackedNumbers(writer, type.element, value);
      if (Array.isArray(value)) return writeArray(writer, type.element, value as readonly Value[]);
      break;
    case 'STRUCT':
      if (Array.isArray(value)) {
        type.fields.forEach((field, index) =>
          writeValue(writer, field.type, (value[index] as PackableValue | undefined) ?? null),
        );
        return;
      }
      break;
    case 'RANGE':
      if (typeof value === 'object' && 'start' in value) {
        writeValue(writer, type.element, value.start);
        return writeValue(writer, type.element, value.end);
      }
      break;
  }
  throw new InvariantError(`a ${typeName(type)} value is of the JavaScript type ${typeof value}`);
}

function writeArray(writer: ByteWriter, element: SqlType, items: readonly Value[]): void {
  writer.uint32(items.length);
  const plain = element.kind !== 'ARRAY' && element.kind !== 'STRUCT' && element.kind !== 'RANGE';
  if (plain && writeNumbers(writer, element.kind, items)) return;
  if (!plain) writer.byte(0);
  for (const item of items) writeValue(writer, element, item);
}

export function readValue(reader: ByteReader, type: SqlType): Value {
  if (reader.byte() === 0) return null;
  switch (type.kind) {
    case 'BOOL':
      return reader.byte() === 1;
    case 'INT64':
    case 'DATETIME':
    case 'TIME':
    case 'TIMESTAMP':
      return reader.int64();
    case 'FLOAT64':
      return reader.float64();
    case 'DATE':
      return reader.int32();
    case 'NUMERIC': {
      const low = BigInt.asUintN(64, reader.int64());
      return (reader.int64() << 64n) | low;
    }
    case 'BIGNUMERIC':
      return decodeSortableBignumeric(reader.bytes(32));
    case 'STRING':
    case 'GEOGRAPHY':
      return reader.text();
    case 'JSON':
      return parseJson(reader.text());
    case 'BYTES':
      return reader.bytes(reader.uint32());
    case 'INTERVAL':
      return { months: reader.int32(), days: reader.int32(), micros: reader.int64() };
    case 'ARRAY': {
      const count = reader.uint32();
      return readNumbers(reader, count) ?? Array.from({ length: count }, () => readValue(reader, type.element));
    }
    case 'STRUCT':
      return type.fields.map((field) => readValue(reader, field.type));
    case 'RANGE':
      return { start: readValue(reader, type.element), end: readValue(reader, type.element) };
  }
}

/** Bytes that a cell takes in BigQuery's JSON, `{"v":...}`, within a few per cent and rather too many. */
export function wireBytes(type: SqlType, value: PackableValue): number {
  const cell = '{"v":},'.length;
  if (value === null) return cell + 4;
  switch (type.kind) {
    case 'ARRAY':
      invariant(Array.isArray(value) || isPackedNumbers(value), 'an ARRAY is an array');
      if (type.element.kind === 'FLOAT64') return cell + 2 + value.length * (cell + 20);
      if (isPackedNumbers(value)) return cell + 2 + value.length * (cell + 2) + allDigits(value);
      return cell + 2 + value.reduce<number>((sum, item: Value) => sum + wireBytes(type.element, item), 0);
    case 'STRUCT':
      invariant(Array.isArray(value), 'a STRUCT is an array');
      return (
        cell +
        '{"f":[]}'.length +
        type.fields.reduce(
          (sum, field, i) => sum + wireBytes(field.type, (value[i] as PackableValue | undefined) ?? null),
          0,
        )
      );
    case 'STRING':
    case 'GEOGRAPHY':
      return cell + 2 + (typeof value === 'string' ? Buffer.byteLength(value) : 0);
    case 'BYTES':
      return cell + 2 + (value instanceof Uint8Array ? Math.ceil(value.length / 3) * 4 : 0);
    case 'JSON':
      return cell + 2 + (typeof value === 'object' && 'json' in value ? formatJson(value.json).length * 1.1 : 0);
    case 'INT64':
      return cell + 2 + digits(value);
    case 'NUMERIC':
    case 'BIGNUMERIC':
      return cell + 4 + digits(value);
    default:
      return cell + 28;
  }
}

const digits = (value: PackableValue): number => (typeof value === 'bigint' ? value.toString().length : 0);

/** Of integers; the digits of a large array are guessed from one in 64 of its elements. */
function allDigits(numbers: PackedNumbers): number {
  const step = numbers.length > 4096 ? 64 : 1;
  let sum = 0;
  for (let i = 0; i < numbers.length; i += step) sum += String(numbers[i]).length;
  return sum * step;
}
