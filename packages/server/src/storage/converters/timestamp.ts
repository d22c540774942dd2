/** RFC 3339 with milliseconds, as Cloud Storage writes it. */
export const toTimestamp = (micros: bigint): string => new Date(Number(micros / 1000n)).toISOString();
