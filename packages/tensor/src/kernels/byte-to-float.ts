const table = (step: (byte: number) => number) => Float32Array.from({ length: 256 }, (_, byte) => step(byte));

/**
 * The 256 float32 values that a decoded byte can have before a resize.
 * BigQuery divides in float64 and rounds; TensorFlow multiplies by the float32 1/255, which differs for 126 bytes.
 */
export const BYTE_TO_FLOAT: Readonly<Record<'divide' | 'multiply', Float32Array>> = {
  divide: table((byte) => byte / 255),
  multiply: table((byte) => byte * Math.fround(1 / 255)),
};

/** The 256 values of ML.DECODE_IMAGE. */
export const BYTE_TO_DOUBLE = Float64Array.from({ length: 256 }, (_, byte) => byte / 255);
