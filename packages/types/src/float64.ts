/** `inf`, `nan`, hexadecimal and exponents as CAST reads them; blanks around. `undefined`: not a number or too large. */
export function parseFloat64(text: string): number | undefined {
  const trimmed = text.trim();
  if (/^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/.test(trimmed)) {
    const value = Number(trimmed);
    return Number.isFinite(value) ? value : undefined;
  }
  const special = /^([+-]?)(inf|infinity|nan)$/i.exec(trimmed);
  if (special) {
    if (special[2]?.toLowerCase() === 'nan') return NaN;
    return special[1] === '-' ? -Infinity : Infinity;
  }
  const hexadecimal = /^([+-]?)0[xX]([0-9a-fA-F]+)$/.exec(trimmed);
  if (hexadecimal) return Number(`0x${hexadecimal[2]}`) * (hexadecimal[1] === '-' ? -1 : 1);
  return undefined;
}

/** C's `%.{precision}g`. */
export function formatGeneral(value: number, precision: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa = '', exponentText = '0'] = value.toExponential(precision - 1).split('e');
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= precision) {
    const short = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
    const digits = Math.abs(exponent).toString().padStart(2, '0');
    return `${short}e${exponent < 0 ? '-' : '+'}${digits}`;
  }
  const fixed = value.toFixed(Math.max(0, precision - 1 - exponent));
  return fixed.includes('.') ? fixed.replace(/\.?0+$/, '') : fixed;
}

/**
 * As CAST(x AS STRING) prints: 15 digits if they read back as the same value, otherwise 17;
 * zero has no sign; `inf`, `-inf`, `nan`.
 */
export function formatFloat64(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (value === 0) return '0';
  const short = formatGeneral(value, 15);
  return Number(short) === value ? short : formatGeneral(value, 17);
}

/** As FORMAT('%t') and literals print a finite value: always with a point or an exponent. */
export function formatFloat64WithPoint(value: number): string {
  const text = Object.is(value, -0) ? '-0' : formatFloat64(value);
  return /^-?[0-9]+$/.test(text) ? `${text}.0` : text;
}
