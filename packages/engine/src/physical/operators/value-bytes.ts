import { isLazyValue } from '@bqml-emulator/types';
import type { Batch, Value } from '@bqml-emulator/types';

/** About the memory that the values of a batch take. */
export const batchBytes = (batch: Batch): number =>
  batch.columns.reduce((sum, c) => sum + c.values.reduce<number>((n, value) => n + valueBytes(value), 0), 0);

/** An array of numbers is judged by its first one. */
function valueBytes(value: Value): number {
  if (typeof value === 'string') return value.length;
  if (value instanceof Uint8Array) return value.length;
  if (!Array.isArray(value) || isLazyValue(value)) return 8;
  const items = value as readonly Value[];
  const [first] = items;
  return typeof first === 'number' || typeof first === 'bigint'
    ? items.length * 8
    : items.reduce<number>((sum, item) => sum + valueBytes(item), 8);
}
