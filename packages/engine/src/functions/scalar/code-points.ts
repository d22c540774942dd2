/** STRING functions count code points; most texts have none outside the basic plane, where those are the code units. */

const SURROGATE = /[\ud800-\udfff]/;

export function codePointLength(text: string): number {
  if (!SURROGATE.test(text)) return text.length;
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** Code points `start` (zero based) to `end`. */
export function codePointSlice(text: string, start: number, end?: number): string {
  if (!SURROGATE.test(text)) return text.slice(start, end);
  return Array.from(text).slice(start, end).join('');
}

/** Code units before the code point `index`. */
export function codeUnitIndex(text: string, index: number): number {
  if (!SURROGATE.test(text)) return Math.min(index, text.length);
  return Array.from(text).slice(0, index).join('').length;
}

/** Code points before the code unit `index`. */
export const codePointIndex = (text: string, index: number): number => codePointLength(text.slice(0, index));
