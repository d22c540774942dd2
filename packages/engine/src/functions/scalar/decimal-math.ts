import { invalidQuery } from '@bqml-emulator/common';
import { type DecimalKind, divideRounded, fitsDecimal, formatDecimal } from '@bqml-emulator/types';

/** Roots, powers and logarithms of decimals, computed with guard digits and rounded once. */

const GUARD_DIGITS = 30;

const shown = (value: bigint, kind: DecimalKind) => formatDecimal(value, kind);

function finish(value: bigint, scale: bigint, kind: DecimalKind, call: string): bigint {
  const result = divideRounded(value, scale / kind.unit);
  if (!fitsDecimal(result, kind)) throw invalidQuery(`${kind.label} overflow: ${call}`);
  return result;
}

const workingScale = (kind: DecimalKind) => kind.unit * 10n ** BigInt(GUARD_DIGITS);

/** Largest integer whose square is not above. */
function integerSquareRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let guess = 1n << BigInt(Math.ceil(value.toString(2).length / 2));
  for (;;) {
    const next = (guess + value / guess) >> 1n;
    if (next >= guess) return guess;
    guess = next;
  }
}

export function decimalSquareRoot(value: bigint, kind: DecimalKind): bigint {
  if (value < 0n) throw invalidQuery(`Argument to SQRT cannot be negative: ${shown(value, kind)}`);
  const scale = workingScale(kind);
  return finish(integerSquareRoot(value * (scale / kind.unit) * scale), scale, kind, `SQRT(${shown(value, kind)})`);
}

export function decimalCubeRoot(value: bigint, kind: DecimalKind): bigint {
  const scale = workingScale(kind);
  const target = (value < 0n ? -value : value) * (scale / kind.unit) * scale * scale;
  let low = 0n;
  let high = 1n << BigInt(Math.ceil(target.toString(2).length / 3) + 1);
  while (low < high) {
    const middle = (low + high + 1n) >> 1n;
    if (middle * middle * middle <= target) low = middle;
    else high = middle - 1n;
  }
  return finish(value < 0n ? -low : low, scale, kind, `CBRT(${shown(value, kind)})`);
}

/** ln 2 by 2 atanh(1/3). */
function naturalLogOfTwo(scale: bigint): bigint {
  return 2n * inverseHyperbolicTangent(scale / 3n, scale);
}

/** z + z^3/3 + z^5/5 + ... for |z| <= 1/3. */
function inverseHyperbolicTangent(z: bigint, scale: bigint): bigint {
  const square = (z * z) / scale;
  let term = z;
  let sum = 0n;
  for (let n = 1n; term !== 0n; n += 2n) {
    sum += term / n;
    term = (term * square) / scale;
  }
  return sum;
}

function scaledLog(value: bigint, scale: bigint): bigint {
  let twos = 0n;
  let m = value;
  while (m > 2n * scale) {
    m = divideRounded(m, 2n);
    twos += 1n;
  }
  while (m < scale) {
    m *= 2n;
    twos -= 1n;
  }
  return 2n * inverseHyperbolicTangent(((m - scale) * scale) / (m + scale), scale) + twos * naturalLogOfTwo(scale);
}

function scaledExponential(value: bigint, scale: bigint): bigint {
  const log2 = naturalLogOfTwo(scale);
  const twos = divideRounded(value, log2);
  const rest = value - twos * log2;
  let term = scale;
  let sum = 0n;
  for (let n = 1n; term !== 0n; n += 1n) {
    sum += term;
    term = (term * rest) / scale / n;
  }
  return twos >= 0n ? sum << twos : sum >> -twos;
}

const positive = (value: bigint, kind: DecimalKind, name: string) => {
  if (value <= 0n)
    throw invalidQuery(`${name} is undefined for zero or negative value: ${name}(${shown(value, kind)})`);
  return value;
};

/** More digits before the point need more guard digits in the working scale, as the relative error grows. */
const wideScale = (kind: DecimalKind) => workingScale(kind) * 10n ** 40n;

export function decimalLog(value: bigint, kind: DecimalKind): bigint {
  const scale = wideScale(kind);
  return finish(scaledLog(positive(value, kind, 'LN') * (scale / kind.unit), scale), scale, kind, 'LN');
}

export function decimalLogBase(value: bigint, base: bigint, kind: DecimalKind, name: string): bigint {
  const scale = wideScale(kind);
  const factor = scale / kind.unit;
  if (value <= 0n || base <= 0n || base === kind.unit) {
    throw invalidQuery(
      `LOG is undefined for zero or negative value, or when base equals 1: LOG(${shown(value, kind)}, ${shown(base, kind)})`,
    );
  }
  const result = (scaledLog(value * factor, scale) * scale) / scaledLog(base * factor, scale);
  return finish(result, scale, kind, name);
}

export function decimalExponential(value: bigint, kind: DecimalKind): bigint {
  const call = `EXP(${shown(value, kind)})`;
  if (value > 100n * kind.unit) throw invalidQuery(`${kind.label} overflow: ${call}`);
  if (value < -200n * kind.unit) return 0n;
  const scale = wideScale(kind);
  return finish(scaledExponential(value * (scale / kind.unit), scale), scale, kind, call);
}

export function decimalPower(base: bigint, exponent: bigint, kind: DecimalKind): bigint {
  const call = `POW(${shown(base, kind)}, ${shown(exponent, kind)})`;
  if (exponent === 0n || base === kind.unit) return kind.unit;
  if (base === 0n) {
    if (exponent < 0n) throw invalidQuery(`division by zero: ${call}`);
    return 0n;
  }
  const whole = exponent % kind.unit === 0n ? exponent / kind.unit : undefined;
  if (base < 0n && whole === undefined) {
    throw invalidQuery(`Negative ${kind.label} value cannot be raised to a fractional power: ${call}`);
  }
  const scale = wideScale(kind);
  const magnitude = (base < 0n ? -base : base) * (scale / kind.unit);
  const sign = base < 0n && whole !== undefined && whole % 2n !== 0n ? -1n : 1n;
  if (whole !== undefined && whole > 0n && whole <= 200n) {
    // Exact: one division at the end.
    const power = magnitude ** whole;
    return sign * finish(power / scale ** (whole - 1n), scale, kind, call);
  }
  const log = (scaledLog(magnitude, scale) * exponent) / kind.unit;
  if (log > 200n * scale) throw invalidQuery(`${kind.label} overflow: ${call}`);
  if (log < -300n * scale) return 0n;
  return sign * finish(scaledExponential(log, scale), scale, kind, call);
}
