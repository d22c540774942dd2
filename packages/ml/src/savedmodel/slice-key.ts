import type { TensorSlice } from './tensor-slice.ts';

/**
 * The key of a part of a variable in a checkpoint index, one character a byte: TensorFlow's EncodeTensorNameSlice.
 * https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/util/saved_tensor_slice_util.cc
 */
export function sliceKey(name: string, slice: TensorSlice): string {
  const extents = slice.map((extent) =>
    extent === null ? signed(0) + signed(-1) : signed(extent.start) + signed(extent.length),
  );
  return unsigned(0) + text(name) + unsigned(slice.length) + extents.join('');
}

/** A count of bytes, then the number, the high byte first. */
function unsigned(value: number): string {
  let bytes = '';
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) bytes = String.fromCharCode(rest % 256) + bytes;
  return String.fromCharCode(bytes.length) + bytes;
}

/** Bytes 0 and 255 are escaped; 0, 1 ends the text. `name` has one character a byte. */
function text(name: string): string {
  const escaped = name.split('').map((byte) => (byte === '\0' ? '\0\u00ff' : byte === '\u00ff' ? '\u00ff\0' : byte));
  return `${escaped.join('')}\0\u0001`;
}

/** Seven bits a byte; as many leading ones as there are bytes, with the sign complemented. */
function signed(value: number): string {
  let length = 1;
  while (!(value >= -(2 ** (7 * length - 1)) && value < 2 ** (7 * length - 1))) length++;
  let encoded = BigInt.asUintN(8 * length, BigInt(value));
  for (let bit = 0; bit < length; bit++) encoded ^= 1n << BigInt(8 * length - 1 - bit);
  let bytes = '';
  for (let i = 0; i < length; i++) bytes = String.fromCharCode(Number((encoded >> BigInt(8 * i)) & 255n)) + bytes;
  return bytes;
}
