/**
 * TensorFlow's integer rule for CMYK and YCCK files, in place of a colour profile.
 * `inverted` are the four bands as libvips gives them, which is 255 minus the stored value.
 * https://github.com/tensorflow/tensorflow/blob/v2.21.0/tensorflow/core/lib/jpeg/jpeg_mem.cc
 */
export function cmykToRgb(inverted: Uint8Array, adobe: boolean): Uint8Array {
  const count = inverted.length / 4;
  const rgb = new Uint8Array(count * 3);
  for (let i = 0; i < count; i += 1) {
    const k = adobe ? 255 - inverted[i * 4 + 3]! : inverted[i * 4 + 3]!;
    for (let band = 0; band < 3; band += 1) {
      const ink = inverted[i * 4 + band]!;
      rgb[i * 3 + band] = Math.trunc((k * (adobe ? 255 - ink : ink)) / 255);
    }
  }
  return rgb;
}
