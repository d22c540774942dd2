const table = (step: (byte: number) => number) => Float32Array.from({ length: 256 }, (_, byte) => step(byte));

/**
 * How a decoded byte becomes a float32 before a resize. BigQuery divides in float64 and rounds; TensorFlow multiplies
 * by the float32 1/255, which differs for 126 of the 256 bytes.
 */
export type ByteStep = 'divide' | 'multiply';

export const BYTE_TO_FLOAT: Readonly<Record<ByteStep, Float32Array>> = {
  divide: table((byte) => byte / 255),
  multiply: table((byte) => byte * Math.fround(1 / 255)),
};

/**
 * A byte repeated three times is a whole number `x`, which float32 holds. `x + x * low` in float32, in two operations or
 * fused, times the scale gives the tables above.
 */
export const BYTE_LOW: Readonly<Record<ByteStep, number>> = {
  divide: 2 ** -24,
  multiply: Math.fround(1 / (0x01_01_01 * 2 ** 7)),
};
export const BYTE_SCALE: number = 2 ** -24;

/** The 256 values of ML.DECODE_IMAGE. */
export const BYTE_TO_DOUBLE = Float64Array.from({ length: 256 }, (_, byte) => byte / 255);
