/** Time is injected: nothing but `systemClock` reads the machine's clock. */
export interface Clock {
  /** Microseconds since 1970-01-01T00:00:00Z. */
  nowMicros(): bigint;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  nowMillis(): number;
}

export const systemClock: Clock = {
  nowMicros: () => BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)),
  nowMillis: () => Date.now(),
};
