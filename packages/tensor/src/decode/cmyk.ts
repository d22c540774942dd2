/**
 * TensorFlow's integer rule for CMYK and YCCK files, in place of a colour profile.
 * `inverted` are the four bands as libvips gives them, which is 255 minus the stored value. The result is written
 * over its beginning.
 * https://github.com/tensorflow/tensorflow/blob/v2.21.0/tensorflow/core/lib/jpeg/jpeg_mem.cc
 */
export function cmykToRgb(inverted: Uint8Array, adobe: boolean): Uint8Array {
  const flip = adobe ? 255 : 0;
  let out = 0;
  for (let at = 0; at + 3 < inverted.length; at += 4) {
    // 0 ^ v is v, and 255 ^ v is 255 - v.
    const k = flip ^ inverted[at + 3]!;
    for (let band = 0; band < 3; band += 1) inverted[out++] = ((k * (flip ^ inverted[at + band]!)) / 255) | 0;
  }
  return inverted.subarray(0, out);
}
