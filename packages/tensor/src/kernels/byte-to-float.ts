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

/** The upper 16 bits of 1/255: its product with a byte is exact in float32. */
const SHORT_RECIPROCAL = Math.floor(2 ** 23 / 255) / 2 ** 23;

/** `byte * high + byte * low`, each operation in float32, gives the tables above. */
export const BYTE_FACTORS: Readonly<Record<ByteStep, { readonly high: number; readonly low: number }>> = {
  divide: { high: SHORT_RECIPROCAL, low: Math.fround(1 / 255 - SHORT_RECIPROCAL) },
  multiply: { high: Math.fround(1 / 255), low: 0 },
};

/** The 256 values of ML.DECODE_IMAGE. */
export const BYTE_TO_DOUBLE = Float64Array.from({ length: 256 }, (_, byte) => byte / 255);
