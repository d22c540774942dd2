import { DATE, DATETIME, INTERVAL, rangeOf, TIME, TIMESTAMP } from '@bqml-emulator/types';
import { describe, expect, test } from 'vitest';
import { call, type Input, nullOf, of, show } from './call.ts';

const date = (text: string) => of(DATE, text);
const datetime = (text: string) => of(DATETIME, text);
const timestamp = (text: string) => of(TIMESTAMP, text);
const time = (text: string) => of(TIME, text);
const interval = (text: string) => of(INTERVAL, text);

// Results: recorded from BigQuery, GoogleSQL compliance tests, and the function reference.
describe('date and time functions', () => {
  test.each<[string, Input[], string]>([
    ['DATE_ADD', [date('2024-01-31'), 1n, 'MONTH'], 'DATE "2024-02-29"'],
    ['DATE_SUB', [date('2024-01-15'), 7n, 'DAY'], 'DATE "2024-01-08"'],
    ['DATE_DIFF', [date('2010-07-07'), date('2008-12-25'), 'DAY'], '559'],
    ['DATE_DIFF', [date('2017-10-15'), date('2017-10-14'), 'WEEK'], '1'],
    ['DATE_DIFF', [date('2017-12-18'), date('2017-12-17'), 'WEEK(MONDAY)'], '1'],
    ['DATE_DIFF', [date('2017-12-30'), date('2014-12-30'), 'ISOYEAR'], '2'],
    ['DATE_TRUNC', [date('2013-11-05'), 'WEEK(MONDAY)'], 'DATE "2013-11-04"'],
    ['DATE_TRUNC', [date('2015-06-15'), 'ISOYEAR'], 'DATE "2014-12-29"'],
    ['DATETIME_TRUNC', [datetime('2008-12-25 15:30:00'), 'QUARTER'], 'DATETIME "2008-10-01 00:00:00"'],
    ['DATETIME_DIFF', [datetime('2017-10-15 00:00:00'), datetime('2017-10-14 23:59:59'), 'HOUR'], '1'],
    ['TIMESTAMP_DIFF', [timestamp('2018-08-14'), timestamp('2018-10-14'), 'DAY'], '-61'],
    ['TIMESTAMP_DIFF', [timestamp('2001-02-01 01:00:00'), timestamp('2001-02-01 00:00:01'), 'HOUR'], '0'],
    [
      'TIMESTAMP_TRUNC',
      [timestamp('2024-03-10 06:30:00+00'), 'DAY', 'America/New_York'],
      'TIMESTAMP "2024-03-10 05:00:00+00"',
    ],
    [
      'TIMESTAMP_TRUNC',
      [timestamp('2024-09-30 06:00:00+00'), 'WEEK', 'America/New_York'],
      'TIMESTAMP "2024-09-29 04:00:00+00"',
    ],
    ['LAST_DAY', [date('2020-07-24'), 'WEEK(MONDAY)'], 'DATE "2020-07-26"'],
    ['LAST_DAY', [date('0001-01-01'), 'ISOYEAR'], 'DATE "0001-12-30"'],
    ['LAST_DAY', [datetime('2020-07-10 12:34:56'), 'QUARTER'], 'DATE "2020-09-30"'],
    ['$extract', [timestamp('2024-01-15 12:00:00.123456+00'), 'MILLISECOND'], '123'],
    ['$extract', [timestamp('2024-07-15 03:30:00+00'), 'DATE', 'America/New_York'], 'DATE "2024-07-14"'],
    ['$extract', [timestamp('2024-06-15 00:00:00+00'), 'HOUR', '+05:45'], '5'],
    ['$extract', [date('2017-11-05'), 'WEEK(MONDAY)'], '44'],
    ['$extract', [date('2017-11-05'), 'WEEK'], '45'],
    ['$extract', [interval('5-3'), 'MONTH'], '3'],
    ['FORMAT_DATE', ['%Y-%m-%d', date('0001-01-01')], '"1-01-01"'],
    ['FORMAT_DATE', ['%b %d, %G week %V', date('2008-12-25')], '"Dec 25, 2008 week 52"'],
    ['FORMAT_DATETIME', ['%c', datetime('2008-12-25 15:30:00')], '"Thu Dec 25 15:30:00 2008"'],
    ['FORMAT_TIME', ['%H:%M:%E3S', time('12:30:45.123')], '"12:30:45.123"'],
    [
      'FORMAT_TIMESTAMP',
      ['%F %T %Ez', timestamp('2024-01-15 12:00:00+00'), 'America/New_York'],
      '"2024-01-15 07:00:00 -05:00"',
    ],
    ['FORMAT_TIMESTAMP', ['%s %E*S %p %Q', timestamp('1970-01-01 00:00:01.5+00')], '"1 01.5 AM 1"'],
    ['PARSE_DATE', ['%x', '12/25/08'], 'DATE "2008-12-25"'],
    ['PARSE_DATE', ['%A %b %e %Y', 'Thursday Dec 25 2008'], 'DATE "2008-12-25"'],
    ['PARSE_DATE', ['%Y%m%d', '20081225'], 'DATE "2008-12-25"'],
    ['PARSE_DATETIME', ['%m/%d/%Y %I:%M:%S %p', '8/30/2018 2:23:38 pm'], 'DATETIME "2018-08-30 14:23:38"'],
    ['PARSE_TIME', ['%I:%M:%S %p', '2:23:38 pm'], 'TIME "14:23:38"'],
    ['PARSE_TIMESTAMP', ['%Y-%m-%dT%H:%M:%S%Ez', '2024-01-15T12:34:56+05:30'], 'TIMESTAMP "2024-01-15 07:04:56+00"'],
    ['PARSE_TIMESTAMP', ['%c', 'Thu Dec 25 07:30:00 2008'], 'TIMESTAMP "2008-12-25 07:30:00+00"'],
    ['PARSE_TIMESTAMP', ['%s', '1705320000'], 'TIMESTAMP "2024-01-15 12:00:00+00"'],
    ['DATE', [2016n, 12n, 25n], 'DATE "2016-12-25"'],
    ['DATE', [timestamp('2016-12-25 05:30:00+07'), 'America/Los_Angeles'], 'DATE "2016-12-24"'],
    ['DATETIME', [date('2008-12-25'), time('05:30:00')], 'DATETIME "2008-12-25 05:30:00"'],
    ['TIMESTAMP', ['2008-12-25 15:30:00', 'America/Los_Angeles'], 'TIMESTAMP "2008-12-25 23:30:00+00"'],
    ['TIMESTAMP', [datetime('2024-01-15 12:00:00'), 'America/New_York'], 'TIMESTAMP "2024-01-15 17:00:00+00"'],
    ['TIME_ADD', [time('23:59:00'), 2n, 'MINUTE'], 'TIME "00:01:00"'],
    ['UNIX_SECONDS', [timestamp('1969-12-31 23:59:59.5+00')], '-1'],
    ['TIMESTAMP_MILLIS', [1705320000000n], 'TIMESTAMP "2024-01-15 12:00:00+00"'],
    ['CURRENT_DATE', ['Asia/Tokyo'], 'DATE "2024-01-15"'],
    ['CURRENT_TIME', [], 'TIME "12:30:45.123456"'],
    ['$interval_range', ['-20 30', 'MONTH', 'DAY'], 'INTERVAL "-1-8 30 0:0:0" YEAR TO SECOND'],
    ['$interval_range', ['10:20:30.456789', 'HOUR', 'SECOND'], 'INTERVAL "0-0 0 10:20:30.456789" YEAR TO SECOND'],
    ['$interval_range', ['-10000', 'MINUTE', 'MINUTE'], 'INTERVAL "0-0 0 -166:40:0" YEAR TO SECOND'],
    ['$interval', [3n, 'QUARTER'], 'INTERVAL "0-9 0 0:0:0" YEAR TO SECOND'],
    ['JUSTIFY_INTERVAL', [interval('0-0 40 30:0:0')], 'INTERVAL "0-1 11 6:0:0" YEAR TO SECOND'],
    ['MAKE_INTERVAL', [1n, 6n, 15n], 'INTERVAL "1-6 15 0:0:0" YEAR TO SECOND'],
    ['DATE_BUCKET', [date('1949-12-30'), interval('0-0 2 0:0:0')], 'DATE "1949-12-30"'],
    ['DATE_BUCKET', [date('1950-01-02'), interval('0-0 2 0:0:0')], 'DATE "1950-01-01"'],
    [
      'GENERATE_DATE_ARRAY',
      [date('2016-01-01'), date('2016-03-31'), 1n, 'MONTH'],
      '[DATE "2016-01-01", DATE "2016-02-01", DATE "2016-03-01"]',
    ],
    ['RANGE_CONTAINS', [of(rangeOf(DATE), '[2024-01-01, 2024-02-01)'), date('2024-02-01')], 'false'],
    [
      'RANGE_OVERLAPS',
      [of(rangeOf(DATE), '[2024-01-01, 2024-01-15)'), of(rangeOf(DATE), '[2024-01-15, UNBOUNDED)')],
      'false',
    ],
    [
      'RANGE_INTERSECT',
      [of(rangeOf(DATE), '[UNBOUNDED, 2024-02-15)'), of(rangeOf(DATE), '[2024-02-01, 2024-03-01)')],
      'RANGE<DATE> "[2024-02-01, 2024-02-15)"',
    ],
    ['RANGE', [nullOf(DATE), date('2024-01-01')], 'RANGE<DATE> "[UNBOUNDED, 2024-01-01)"'],
    [
      'GENERATE_RANGE_ARRAY',
      [of(rangeOf(DATE), '[2024-01-01, 2024-01-04)'), interval('0-0 2 0:0:0')],
      '[RANGE<DATE> "[2024-01-01, 2024-01-03)", RANGE<DATE> "[2024-01-03, 2024-01-04)"]',
    ],
  ])('%s(%o) is %s', (name, args, expected) => {
    expect(show(name, ...args)).toBe(expected);
  });

  test.each<[string, Input[], string]>([
    [
      'DATETIME_ADD',
      [datetime('9999-12-31 23:59:59.999999'), 1n, 'MICROSECOND'],
      'Adding 1 MICROSECOND to datetime 9999-12-31 23:59:59.999999 causes overflow',
    ],
    [
      'DATETIME_SUB',
      [datetime('9999-12-31 23:59:59.999999'), -1n, 'MICROSECOND'],
      'Subtracting -1 MICROSECOND from datetime 9999-12-31 23:59:59.999999 causes overflow',
    ],
    ['CURRENT_DATE', ['foo'], 'Invalid time zone: foo'],
    ['PARSE_TIMESTAMP', ['%Y-%m-%dT%H:%M:%S%Z', '2024-01-15T12:34:56IST'], 'Invalid time zone: IST'],
    ['PARSE_DATE', ['%W%y', '92'], 'Failed to parse input string "92"'],
    ['PARSE_DATE', ['%Y-%m-%d', '2024-02-30'], 'Failed to parse input string "2024-02-30"'],
    ['GENERATE_DATE_ARRAY', [date('2016-01-01'), date('2016-03-31'), 0n, 'DAY'], 'Sequence step cannot be 0.'],
    ['RANGE', [date('2014-01-02'), date('2014-01-01')], 'Range start element must be smaller than range end element'],
    [
      'RANGE_INTERSECT',
      [of(rangeOf(DATE), '[2014-01-01, 2020-01-01)'), of(rangeOf(DATE), '[2021-01-01, 2022-01-01)')],
      'Provided RANGE inputs: RANGE<DATE>[2014-01-01, 2020-01-01) and RANGE<DATE>[2021-01-01, 2022-01-01) do not overlap.',
    ],
  ])('%s(%o) fails: %s', (name, args, message) => {
    expect(() => call(name, ...args)).toThrow(message);
  });
});
