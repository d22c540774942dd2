import { isLazyValue } from '@bqml-emulator/types';
import type { Value } from '@bqml-emulator/types';
import type { PackableValue } from './packed-value.ts';

/** The value itself, with arrays of numbers packed where they are at hand like that. */
export async function readPackable(value: Value, signal: AbortSignal | undefined): Promise<PackableValue> {
  if (!isLazyValue(value)) return value;
  return value.readPacked === undefined ? value.read(signal) : value.readPacked(signal);
}
