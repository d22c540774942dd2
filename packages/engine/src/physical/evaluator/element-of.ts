import { invalidQuery } from '@bqml-emulator/common';
import { asArray, asBigint } from '@bqml-emulator/types';
import type { Value } from '@bqml-emulator/types';

/** `array[OFFSET(index)]`, or ORDINAL with `base` 1; `safe` gives NULL out of bounds. */
export function elementOf(array: Value | undefined, index: Value | undefined, base: 0 | 1, safe: boolean): Value {
  if (array === null || array === undefined || index === null || index === undefined) return null;
  const elements = asArray(array);
  const position = Number(index) - base;
  if (position >= 0 && position < elements.length) return elements[position] ?? null;
  if (safe) return null;
  throw invalidQuery(`Array index ${asBigint(index)} is out of bounds`);
}
