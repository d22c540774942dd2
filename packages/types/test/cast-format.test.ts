import { describe, expect, test } from 'vitest';
import {
  BYTES,
  castValue,
  castValueWithFormat,
  DATE,
  DATETIME,
  formatLiteral,
  type SqlType,
  STRING,
  TIME,
  TIMESTAMP,
} from '@bqml-emulator/types';

const show = (text: string, from: SqlType, to: SqlType, format: string, timeZone = 'UTC') =>
  formatLiteral(
    castValueWithFormat(from.kind === 'STRING' ? text : castValue(text, STRING, from), from, to, format, { timeZone }),
    to,
  );

// Results: GoogleSQL compliance tests `cast_function` and `cast_format_validation`.
describe('CAST with FORMAT', () => {
  test.each<[string, SqlType, SqlType, string, string]>([
    ['abc', BYTES, STRING, 'base32', '"MFRGG==="'],
    ['abc', BYTES, STRING, 'BASE2', '"011000010110001001100011"'],
    ['abc', BYTES, STRING, 'base8', '"30261143"'],
    ['30261143', STRING, BYTES, 'base8', 'b"abc"'],
    ['616263', STRING, BYTES, 'hex', 'b"abc"'],
    ['YWJj\nYWJj', STRING, BYTES, 'base64m', 'b"abcabc"'],
    ['1234-05-06', DATE, STRING, 'DD-MM YYYY', '"06-05 1234"'],
    ['2026-04-28', DATE, STRING, 'DAY, Month dd', '"TUESDAY, April 28"'],
    ['1234-05-06 07:08:09', DATETIME, STRING, 'HH12:MI:SS PM DD/MM/YYYY', '"07:08:09 AM 06/05/1234"'],
    ['07:08:09.5', TIME, STRING, 'HH24:MI:SS.FF3', '"07:08:09.500"'],
    ['1234-05-06', STRING, DATE, 'yyyy-mm-dd', 'DATE "1234-05-06"'],
    ['07:08:09', STRING, TIME, 'hh24:mi:ss', 'TIME "07:08:09"'],
    ['03-Apr-2021 11:30 P.M.', STRING, DATETIME, 'DD-MON-YYYY HH12:MI A.M.', 'DATETIME "2021-04-03 23:30:00"'],
  ])('%s %o to %o as %s', (text, from, to, format, expected) => {
    expect(show(text, from, to, format)).toBe(expected);
  });

  test('time zones', () => {
    expect(show('1234-05-06 07:08:09-10', TIMESTAMP, STRING, 'HH12:MI:SS PM DD/MM/YYYY  TZH:TZM', '-08:00')).toBe(
      '"09:08:09 AM 06/05/1234  -08:00"',
    );
    expect(show('2021-11-01', STRING, TIMESTAMP, 'YYYY-MM-DD', 'America/Los_Angeles')).toBe(
      'TIMESTAMP "2021-11-01 07:00:00+00"',
    );
    expect(show('2021-11-01 00:00 -08:30', STRING, TIMESTAMP, 'YYYY-MM-DD HH24:MI TZH:TZM')).toBe(
      'TIMESTAMP "2021-11-01 08:30:00+00"',
    );
  });

  test.each<[string, SqlType, SqlType, string, string]>([
    ['1', STRING, BYTES, 'abc', "Invalid format 'abc'"],
    ['1234-05-06', DATE, STRING, 'HH', "DATE does not support 'HH'"],
    ['1234-05-06 07:08:09', DATETIME, STRING, 'TZH', "DATETIME does not support 'TZH'"],
    ['1234-05-06 07:08:09', TIMESTAMP, STRING, 'a', 'Cannot find matched format element at 0'],
    ['1234', STRING, DATE, 'hh24', "Format element in category HOUR ('HH24') is not allowed for output type DATE"],
    ['1234', STRING, TIMESTAMP, 'yyyyyyyy', "Format element 'YYYY' appears more than once in the format string"],
    ['123', STRING, BYTES, 'base2', "Failed to decode invalid base2 string due to character '2' at offset 1"],
  ])('%s %o to %o as %s fails', (text, from, to, format, message) => {
    expect(() => show(text, from, to, format)).toThrow(message);
  });
});
