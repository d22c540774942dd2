import { invalidQuery } from '@bqml-emulator/common';
import { civilFromDays, daysFromCivil } from './civil.ts';

/**
 * Offsets of a time zone. A local time that a clock change skips or repeats is read with the offset before the change,
 * as GoogleSQL does.
 */
export interface TimeZone {
  /** Seconds east of UTC at an instant. */
  offsetAt(utcMicros: bigint): number;
  toUtc(localMicros: bigint): bigint;
  /** `PST`, `UTC`, or `-08` where the zone has no abbreviation. */
  abbreviationAt(utcMicros: bigint): string;
}

const MICROS = 1_000_000n;
const DAY_SECONDS = 86_400;

/** Names that ICU knows for old Java programs and that the time zone database does not have. */
const LEGACY_NAMES = new Set(
  'ACT AET AGT ART AST BET BST CAT CNT CST CTT EAT ECT IET IST JST MIT NET NST PLT PNT PRT PST SST VST'.split(' '),
);

function fixedZone(seconds: number, abbreviation: string): TimeZone {
  const offset = BigInt(seconds) * MICROS;
  return {
    offsetAt: () => seconds,
    toUtc: (local) => local - offset,
    abbreviationAt: () => abbreviation,
  };
}

export function formatOffset(seconds: number, style: 'short' | 'colon' | 'compact'): string {
  const sign = seconds < 0 ? '-' : '+';
  const total = Math.floor(Math.abs(seconds) / 60);
  const hours = Math.floor(total / 60)
    .toString()
    .padStart(2, '0');
  const minutes = (total % 60).toString().padStart(2, '0');
  if (style === 'compact') return `${sign}${hours}${minutes}`;
  return style === 'short' && minutes === '00' ? `${sign}${hours}` : `${sign}${hours}:${minutes}`;
}

/** Changes of offset in one calendar year (UTC), with the offset in force at its start. */
interface YearOffsets {
  readonly initial: number;
  readonly changes: readonly { readonly at: number; readonly offset: number }[];
}

class NamedZone implements TimeZone {
  readonly #format: Intl.DateTimeFormat;
  readonly #names: Intl.DateTimeFormat;
  readonly #years = new Map<number, YearOffsets>();

  constructor(name: string) {
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      calendar: 'gregory',
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    this.#names = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'short' });
  }

  offsetAt(utcMicros: bigint): number {
    return this.#offsetAtSecond(Number(utcMicros / MICROS) - (utcMicros < 0n && utcMicros % MICROS !== 0n ? 1 : 0));
  }

  toUtc(localMicros: bigint): bigint {
    const before = this.offsetAt(localMicros - BigInt(DAY_SECONDS) * MICROS);
    const after = this.offsetAt(localMicros + BigInt(DAY_SECONDS) * MICROS);
    const first = localMicros - BigInt(before) * MICROS;
    if (before === after || this.offsetAt(first) === before) return first;
    const second = localMicros - BigInt(after) * MICROS;
    return this.offsetAt(second) === after ? second : first;
  }

  abbreviationAt(utcMicros: bigint): string {
    const part = this.#names.formatToParts(Number(utcMicros / 1000n)).find((p) => p.type === 'timeZoneName');
    const name = part?.value ?? '';
    return /^[A-Z]{2,5}$/.test(name) ? name : formatOffset(this.offsetAt(utcMicros), 'short').replace(':', '');
  }

  #offsetAtSecond(second: number): number {
    const { year } = civilFromDays(Math.floor(second / DAY_SECONDS));
    let offsets = this.#years.get(year);
    if (!offsets) {
      offsets = this.#readYear(year);
      this.#years.set(year, offsets);
    }
    let offset = offsets.initial;
    for (const change of offsets.changes) {
      if (second < change.at) break;
      offset = change.offset;
    }
    return offset;
  }

  /** Samples every five days, then halves the interval around each change. */
  #readYear(year: number): YearOffsets {
    const start = daysFromCivil(year, 1, 1) * DAY_SECONDS;
    const end = daysFromCivil(year + 1, 1, 1) * DAY_SECONDS;
    const initial = this.#measure(start);
    const changes: { at: number; offset: number }[] = [];
    let previous = initial;
    for (let at = start; at < end;) {
      const next = Math.min(at + 5 * DAY_SECONDS, end);
      const offset = this.#measure(next);
      if (offset !== previous) {
        let low = at;
        let high = next;
        while (high - low > 1) {
          const middle = Math.floor((low + high) / 2);
          if (this.#measure(middle) === previous) low = middle;
          else high = middle;
        }
        changes.push({ at: high, offset });
        previous = offset;
      }
      at = next;
    }
    return { initial, changes };
  }

  #measure(second: number): number {
    const parts: Record<string, string> = {};
    for (const part of this.#format.formatToParts(second * 1000)) parts[part.type] = part.value;
    const number = (type: string) => Number(parts[type]);
    const year = parts['era'] === 'BC' ? 1 - number('year') : number('year');
    const days = daysFromCivil(year, number('month'), number('day'));
    return days * DAY_SECONDS + number('hour') * 3600 + number('minute') * 60 + number('second') - second;
  }
}

const UTC_ZONE = fixedZone(0, 'UTC');
const zones = new Map<string, TimeZone>();

function loadZone(name: string): TimeZone | undefined {
  if (/^(?:UTC|Z|Etc\/UTC)$/i.test(name)) return UTC_ZONE;
  const offset = /^(?:UTC)?([+-])([0-9]{1,2})(?::?([0-9]{2}))?$/.exec(name);
  if (offset) {
    const hours = Number(offset[2]);
    const minutes = Number(offset[3] ?? 0);
    if (hours > 14 || minutes > 59 || (hours === 14 && minutes > 0)) return undefined;
    const seconds = (hours * 60 + minutes) * 60 * (offset[1] === '-' ? -1 : 1);
    return seconds === 0 ? UTC_ZONE : fixedZone(seconds, `UTC${formatOffset(seconds, 'short')}`);
  }
  if (LEGACY_NAMES.has(name.toUpperCase()) || !/^[A-Za-z][A-Za-z0-9_+/-]*$/.test(name)) return undefined;
  try {
    return new NamedZone(name);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** `America/Los_Angeles`, `UTC`, `+05:30`, `-8`. `undefined`: no such zone. */
export function findTimeZone(name: string): TimeZone | undefined {
  const known = zones.get(name);
  if (known) return known;
  const zone = loadZone(name);
  if (zone && zones.size < 1000) zones.set(name, zone);
  return zone;
}

export function timeZone(name: string): TimeZone {
  const zone = findTimeZone(name);
  if (!zone) throw invalidQuery(`Invalid time zone: ${name}`);
  return zone;
}

/** Wall clock microseconds of an instant. */
export const toLocalMicros = (utcMicros: bigint, zone: TimeZone): bigint =>
  utcMicros + BigInt(zone.offsetAt(utcMicros)) * MICROS;
