import type { ColumnSchema, ExternalSource } from '@bqml-emulator/catalog';
import { BOOL, FLOAT64, STRING } from '@bqml-emulator/types';
import type { ScalarType } from '@bqml-emulator/types';
import { BadRecordError } from '../bad-record.ts';
import { columnName } from '../column-name.ts';
import { TypeDetector, commonType, detectedColumn } from '../detected-type.ts';
import type { DecodedText } from '../text-encoding.ts';
import { jsonLines } from './json-lines.ts';
import { JsonNumber, isRawObject, parseRecord, rawText } from './json-record.ts';
import type { RawJson, RawObject } from './json-record.ts';

/** What is known of a field so far. */
interface SeenField {
  /** As it was written first. */
  readonly name: string;
  isRepeated: boolean;
  type: ScalarType | undefined;
  fields: SeenRecord | undefined;
}

/** By lower-case name, in the order of the first mention. */
type SeenRecord = Map<string, SeenField>;

/** What the first records look like; undefined: there is none. Null, empty arrays and empty objects say nothing. */
export async function detectJson(
  text: DecodedText,
  source: ExternalSource,
  sampleRows: number,
): Promise<readonly ColumnSchema[] | undefined> {
  const detector = new TypeDetector(source.text);
  const seen: SeenRecord = new Map();
  let rows = 0;
  sample: for await (const lines of jsonLines(text)) {
    for (const line of lines) {
      const record = readable(line.text);
      if (record) addRecord(seen, record, detector, '');
      rows++;
      if (rows >= sampleRows) break sample;
    }
  }
  const columns = columnsOf(seen);
  return columns.length === 0 ? undefined : columns;
}

/** Undefined: a line that is bad, which the reading of rows will count. */
function readable(line: string): RawObject | undefined {
  try {
    return parseRecord(line);
  } catch (error) {
    if (error instanceof BadRecordError) return undefined;
    throw error;
  }
}

function addRecord(seen: SeenRecord, record: RawObject, detector: TypeDetector, prefix: string): void {
  for (const [key, raw] of Object.entries(record)) {
    const path = `${prefix}${key}`;
    const field = seen.get(key.toLowerCase()) ?? { name: key, isRepeated: false, type: undefined, fields: undefined };
    const isArray = Array.isArray(raw);
    const items: readonly RawJson[] = isArray ? (raw as readonly RawJson[]) : [raw];
    const known = field.type !== undefined || field.fields !== undefined;
    const says = items.some((item) => item !== null);
    if (says && known && isArray !== field.isRepeated) {
      throw new BadRecordError(`Array specified for non-repeated field: ${path}.`);
    }
    if (says) field.isRepeated = isArray;
    for (const item of items) addValue(field, item, detector, path);
    seen.set(key.toLowerCase(), field);
  }
}

function addValue(field: SeenField, raw: RawJson, detector: TypeDetector, path: string): void {
  if (raw === null) return;
  if (Array.isArray(raw)) throw new BadRecordError(`Nested arrays not allowed. Field: ${path}.`);
  if (isRawObject(raw)) {
    if (field.type !== undefined) throw new BadRecordError(`JSON object specified for non-record field: ${path}.`);
    field.fields ??= new Map();
    addRecord(field.fields, raw, detector, `${path}.`);
    return;
  }
  if (field.fields !== undefined) {
    throw new BadRecordError(`Flat value specified for record field. Field: ${path}; Value: ${rawText(raw)}`);
  }
  field.type = commonType(field.type, scalarType(raw, detector));
}

function scalarType(raw: RawJson, detector: TypeDetector): ScalarType {
  if (typeof raw === 'boolean') return BOOL;
  const type = detector.typeOf(rawText(raw));
  return raw instanceof JsonNumber && type.kind === 'STRING' ? FLOAT64 : type;
}

/** A record of which only empty objects were seen has no columns and is left out. */
function columnsOf(seen: SeenRecord): readonly ColumnSchema[] {
  return [...seen.values()].flatMap(({ name, isRepeated, type, fields }) => {
    const nested = fields && columnsOf(fields);
    if (nested?.length === 0) return [];
    return [detectedColumn(columnName(name), type ?? STRING, isRepeated ? 'REPEATED' : 'NULLABLE', nested)];
  });
}
