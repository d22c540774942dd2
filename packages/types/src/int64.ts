export const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

export const fitsInt64 = (value: bigint) => value >= INT64_MIN && value <= INT64_MAX;

/**
 * The text of an INT64 as CAST reads it: blanks around, a sign, decimal or `0x` digits.
 * `undefined`: not an integer or out of range.
 */
export function parseInt64(text: string): bigint | undefined {
  const match = /^\s*([+-]?)(0[xX][0-9a-fA-F]+|[0-9]+)\s*$/.exec(text);
  if (!match) return undefined;
  const magnitude = BigInt(match[2] ?? '');
  const value = match[1] === '-' ? -magnitude : magnitude;
  return fitsInt64(value) ? value : undefined;
}
