import { compareBytes } from './byte-order.ts';

/** A copy with its keys in byte order. */
export const sortedMetadata = (metadata: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(metadata).sort(([a], [b]) => compareBytes(a, b)));
