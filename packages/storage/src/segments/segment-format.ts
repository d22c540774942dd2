import { crc32 } from 'node:zlib';
import { invariant } from '@bqml-emulator/common';
import type { PackedNumbers, SqlType, Value } from '@bqml-emulator/types';
import { ByteReader, ByteWriter } from '../packed/byte-writer.ts';
import { readPackedNumbers } from '../packed/packed-array.ts';
import { readValue, writeValue } from '../packed/packed-value.ts';
import type { PackableValue } from '../packed/packed-value.ts';

/**
 * A segment file:
 *
 *     header   `BQSEG001`, uint32 length and uint32 CRC-32 of the type as JSON text, the text; padded to 8
 *     records  one after the other, each at a multiple of 8
 *
 * A record has one part for each field of a STRUCT, or one part for a value of another type, so that a field is read
 * alone:
 *
 *     uint32 `RECD`, uint32 number of parts, per part: uint32 length, uint32 CRC-32; uint32 CRC-32 of all this, uint32 0
 *     parts    packed values, each padded to 8
 *
 * Integers are little-endian.
 */
const FILE_MAGIC = 'BQSEG001';
const RECORD_MAGIC = 0x44434552;
export const ALIGNMENT = 8;

export const partTypes = (type: SqlType): readonly SqlType[] =>
  type.kind === 'STRUCT' ? type.fields.map((field) => field.type) : [type];

/** Bytes of a record before its parts. */
export const recordHeaderBytes = (type: SqlType): number => 8 + partTypes(type).length * 8 + 8;

export function encodeFileHeader(type: SqlType): Buffer {
  const writer = new ByteWriter();
  const text = Buffer.from(JSON.stringify(type));
  writer.bytes(Buffer.from(FILE_MAGIC));
  writer.uint32(text.length);
  writer.uint32(crc32(text));
  writer.bytes(text);
  writer.pad(ALIGNMENT);
  return Buffer.from(writer.view());
}

/** The record of a value that is not NULL. */
export function encodeRecord(writer: ByteWriter, type: SqlType, value: PackableValue): Buffer {
  const types = partTypes(type);
  const parts = type.kind === 'STRUCT' ? value : [value];
  invariant(Array.isArray(parts) && parts.length === types.length, 'a stored value has all its fields');
  writer.clear();
  writer.uint32(RECORD_MAGIC);
  writer.uint32(types.length);
  const directory = writer.length;
  for (const _ of types) writer.int64(0n);
  writer.int64(0n);
  types.forEach((part, index) => {
    const start = writer.length;
    writeValue(writer, part, (parts[index] as PackableValue | undefined) ?? null);
    const bytes = writer.view().subarray(start);
    writer.setUint32(bytes.length, directory + index * 8);
    writer.setUint32(crc32(bytes), directory + index * 8 + 4);
    writer.pad(ALIGNMENT);
  });
  const end = directory + types.length * 8;
  writer.setUint32(crc32(writer.view().subarray(0, end)), end);
  return writer.view();
}

export interface PartPlace {
  /** From the start of the record. */
  readonly offset: number;
  readonly length: number;
  readonly crc: number;
}

/** Undefined when the bytes are no header of such a record. */
export function decodeRecordHeader(header: Buffer, type: SqlType): readonly PartPlace[] | undefined {
  const count = partTypes(type).length;
  const end = 8 + count * 8;
  if (header.length < end + 8) return undefined;
  const reader = new ByteReader(header);
  if (reader.uint32() !== RECORD_MAGIC || reader.uint32() !== count) return undefined;
  const lengths = Array.from({ length: count }, () => ({ length: reader.uint32(), crc: reader.uint32() }));
  if (reader.uint32() !== crc32(header.subarray(0, end))) return undefined;
  let offset = end + 8;
  return lengths.map((part) => {
    const place = { offset, ...part };
    offset += Math.ceil(part.length / ALIGNMENT) * ALIGNMENT;
    return place;
  });
}

export function decodePart(bytes: Buffer, place: PartPlace, type: SqlType): Value | undefined {
  return crc32(bytes) === place.crc ? readValue(new ByteReader(bytes), type) : undefined;
}

/** As `decodePart`, with an array of numbers packed. */
export function decodePackedPart(bytes: Buffer, place: PartPlace, type: SqlType): PackedNumbers | Value | undefined {
  if (crc32(bytes) !== place.crc) return undefined;
  const numbers = type.kind === 'ARRAY' ? readPackedNumbers(new ByteReader(bytes)) : undefined;
  return numbers ?? readValue(new ByteReader(bytes), type);
}
