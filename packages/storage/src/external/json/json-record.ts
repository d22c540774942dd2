import { BadRecordError } from '../bad-record.ts';

/** A number of a file as it is written there, because no JavaScript number holds every INT64 and NUMERIC. */
export class JsonNumber {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }
}

export type RawJson = null | boolean | string | JsonNumber | readonly RawJson[] | RawObject;
export type RawObject = { readonly [key: string]: RawJson };

export const isRawObject = (raw: RawJson): raw is RawObject =>
  typeof raw === 'object' && raw !== null && !Array.isArray(raw) && !(raw instanceof JsonNumber);

/** As messages show it, and as text readers take it. */
export function rawText(raw: RawJson): string {
  if (raw instanceof JsonNumber) return raw.source;
  return typeof raw === 'string' ? raw : JSON.stringify(raw);
}

/** https://tc39.es/proposal-json-parse-with-source/ */
type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

const withSource: Reviver = (_key, value, { source }) =>
  typeof value === 'number' ? new JsonNumber(source ?? String(value)) : value;

/** The object of one line. */
export function parseRecord(text: string): RawObject {
  let raw: RawJson;
  try {
    raw = JSON.parse(text, withSource as (key: string, value: unknown) => unknown) as RawJson;
  } catch (error) {
    // A RangeError is a text that is nested too deeply.
    if (error instanceof SyntaxError || error instanceof RangeError) {
      throw new BadRecordError('Parser terminated before end of string');
    }
    throw error;
  }
  if (Array.isArray(raw)) throw new BadRecordError('Start of array encountered without start of object.');
  if (!isRawObject(raw)) throw new BadRecordError('Value encountered without start of object.');
  return raw;
}
