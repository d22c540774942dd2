/** A request clears a value with `null`; where there is nothing to clear, that is no value. */
export const withoutNulls = <T>(values: Readonly<Record<string, T | null>> = {}): Record<string, T> =>
  Object.fromEntries(Object.entries(values).filter((entry): entry is [string, T] => entry[1] !== null));
