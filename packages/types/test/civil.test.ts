import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addMonths,
  civilFromDays,
  DATE_MAX,
  DATE_MIN,
  dayOfWeek,
  daysFromCivil,
  findTimeZone,
  formatDate,
  formatDatetime,
  formatTimestamp,
  isoWeek,
  parseDate,
  parseDatetime,
  parseTime,
  parseTimestamp,
  TIMESTAMP_MAX,
  TIMESTAMP_MIN,
  timeZone,
} from '@bqml-emulator/types';

const UTC = timeZone('UTC');
const anyDate = fc.integer({ min: DATE_MIN, max: DATE_MAX });
const anyMicros = fc.bigInt({ min: TIMESTAMP_MIN, max: TIMESTAMP_MAX });

describe('calendar', () => {
  test('days and civil dates round trip and agree with Date', () => {
    fc.assert(
      fc.property(anyDate, (days) => {
        const { year, month, day } = civilFromDays(days);
        const date = new Date(days * 86_400_000);
        expect([year, month, day]).toEqual([date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()]);
        expect(daysFromCivil(year, month, day)).toBe(days);
        expect(dayOfWeek(days)).toBe(date.getUTCDay());
      }),
    );
  });

  test('texts round trip', () => {
    fc.assert(fc.property(anyDate, (v) => parseDate(formatDate(v)) === v));
    fc.assert(fc.property(anyMicros, (v) => parseDatetime(formatDatetime(v)) === v));
    fc.assert(fc.property(anyMicros, (v) => parseTimestamp(formatTimestamp(v, UTC), UTC) === v));
  });

  test('ISO weeks', () => {
    expect(isoWeek(daysFromCivil(2021, 1, 3))).toEqual({ year: 2020, week: 53 });
    expect(isoWeek(daysFromCivil(2024, 1, 15))).toEqual({ year: 2024, week: 3 });
    expect(isoWeek(daysFromCivil(2019, 12, 30))).toEqual({ year: 2020, week: 1 });
  });

  test('adding months clamps the day', () => {
    expect(addMonths(daysFromCivil(2024, 1, 31), 1)).toBe(daysFromCivil(2024, 2, 29));
    expect(addMonths(daysFromCivil(2024, 1, 31), -11)).toBe(daysFromCivil(2023, 2, 28));
  });
});

describe('date and time texts', () => {
  test('accepted and refused', () => {
    expect(parseDate('2024-1-5')).toBe(daysFromCivil(2024, 1, 5));
    expect(parseDate('2024-02-30')).toBeUndefined();
    expect(parseDate('24-02-01')).toBeUndefined();
    expect(parseTime('24:00:00')).toBeUndefined();
    expect(parseTime('1:2:3.5')).toBe(3_723_500_000n);
    expect(parseDatetime('2006-01-02 01:02:03.123456 UTC')).toBeUndefined();
    expect(formatDatetime(parseDatetime('2024-02-29T12:34:56.1') ?? 0n)).toBe('2024-02-29 12:34:56.100');
  });

  test('time zones', () => {
    const at = (text: string) => formatTimestamp(parseTimestamp(text, UTC) ?? 0n, UTC);
    expect(at('2000-01-23 12:13:14+05')).toBe('2000-01-23 07:13:14+00');
    expect(at('2024-07-01 00:00:00 America/New_York')).toBe('2024-07-01 04:00:00+00');
    expect(at('2024-07-01T00:00:00Z')).toBe('2024-07-01 00:00:00+00');
    expect(at('2024-07-01 UTC')).toBe('2024-07-01 00:00:00+00');
    expect(findTimeZone('IST')).toBeUndefined();
    expect(findTimeZone('Nowhere/City')).toBeUndefined();
    expect(formatTimestamp(0n, timeZone('+05:45'))).toBe('1970-01-01 05:45:00+05:45');
    expect(formatTimestamp(0n, timeZone('America/Los_Angeles'))).toBe('1969-12-31 16:00:00-08');
  });

  // Clocks in New York: 2024-03-10 02:00 to 03:00, 2024-11-03 02:00 to 01:00.
  test('skipped and repeated local times use the offset before the change', () => {
    const zone = timeZone('America/New_York');
    const utc = (text: string) => formatTimestamp(zone.toUtc(parseDatetime(text) ?? 0n), UTC);
    expect(utc('2024-03-10 02:30:00')).toBe('2024-03-10 07:30:00+00');
    expect(utc('2024-11-03 01:30:00')).toBe('2024-11-03 05:30:00+00');
    expect(utc('2024-11-03 02:30:00')).toBe('2024-11-03 07:30:00+00');
  });
});
