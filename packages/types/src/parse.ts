import { invalidQuery } from '@bqml-emulator/common';
import { parseDate, parseDatetime, parseTime, parseTimestamp } from './date-text.ts';
import { parseFloat64 } from './float64.ts';
import { parseInt64 } from './int64.ts';
import { parseInterval } from './interval.ts';
import { JsonSyntaxError, parseJson } from './json.ts';
import { BIGNUMERIC_KIND, NUMERIC_KIND, parseDecimal } from './numeric.ts';
import type { TimeZone } from './time-zone.ts';
import { type SqlType, typeName } from './type.ts';
import { compareValues } from './compare.ts';
import { utf8Bytes } from './utf8.ts';
import type { Value } from './value.ts';

/**
 * The value that the text stands for, as CAST(text AS type) reads it; also literals such as `DATE '...'`. Numbers of a
 * JSON literal that no double holds are rounded.
 * `undefined`: the text is not one of the type, or the type has no text form.
 */
export function parseValue(text: string, type: SqlType, zone: TimeZone): Value | undefined {
  switch (type.kind) {
    case 'STRING':
    case 'GEOGRAPHY':
      return text;
    case 'BYTES':
      return utf8Bytes(text);
    case 'BOOL': {
      const word = text.trim().toLowerCase();
      return word === 'true' ? true : word === 'false' ? false : undefined;
    }
    case 'INT64':
      return parseInt64(text);
    case 'FLOAT64':
      return parseFloat64(text);
    case 'NUMERIC':
      return parseDecimal(text, NUMERIC_KIND);
    case 'BIGNUMERIC':
      return parseDecimal(text, BIGNUMERIC_KIND);
    case 'DATE':
      return parseDate(text);
    case 'DATETIME':
      return parseDatetime(text);
    case 'TIME':
      return parseTime(text);
    case 'TIMESTAMP':
      return parseTimestamp(text, zone);
    case 'INTERVAL':
      return parseInterval(text);
    case 'JSON':
      try {
        return parseJson(text, { roundNumbers: true });
      } catch (error) {
        if (error instanceof JsonSyntaxError) return undefined;
        throw error;
      }
    case 'RANGE': {
      const match = /^\[\s*([^,]*?)\s*,\s*([^,]*?)\s*\)$/.exec(text.trim());
      if (!match) return undefined;
      const bound = (part = '') => (/^(?:UNBOUNDED|NULL)$/i.test(part) ? null : parseValue(part, type.element, zone));
      const start = bound(match[1]);
      const end = bound(match[2]);
      if (start === undefined || end === undefined) return undefined;
      if (start !== null && end !== null && compareValues(start, end, type.element) >= 0) {
        throw invalidQuery('Range start element must be smaller than range end element');
      }
      return { start, end };
    }
    case 'ARRAY':
    case 'STRUCT':
      return undefined;
  }
}

/** BigQuery's message for a text that is no value of the type. */
export function invalidText(text: string, type: SqlType): string {
  switch (type.kind) {
    case 'BOOL':
    case 'INT64':
      return `Bad ${type.kind.toLowerCase()} value: ${text}`;
    case 'FLOAT64':
      return `Bad double value: ${text}`;
    case 'DATE':
    case 'TIMESTAMP':
      return `Invalid ${type.kind.toLowerCase()}: '${text}'`;
    case 'DATETIME':
    case 'TIME':
      return `Invalid ${type.kind.toLowerCase()} string "${text}"`;
    case 'INTERVAL':
      return `Invalid INTERVAL value '${text}'`;
    case 'RANGE':
      return `Invalid ${typeName(type)} value: ${text}`;
    default:
      return `Invalid ${type.kind} value: ${text}`;
  }
}
