/** FarmHash Fingerprint64. https://github.com/google/farmhash: `farmhashna::Hash64`. */

const MASK = (1n << 64n) - 1n;
const K0 = 0xc3a5c85c97cb3127n;
const K1 = 0xb492b66fbe98f273n;
const K2 = 0x9ae16a3b2f90404fn;

const wrap = (value: bigint) => value & MASK;
const rotate = (value: bigint, by: bigint) => (by === 0n ? value : wrap((value >> by) | (value << (64n - by))));
const shiftMix = (value: bigint) => value ^ (value >> 47n);

function hash16(u: bigint, v: bigint, mul: bigint): bigint {
  let a = wrap((u ^ v) * mul);
  a ^= a >> 47n;
  let b = wrap((v ^ a) * mul);
  b ^= b >> 47n;
  return wrap(b * mul);
}

export function farmFingerprint64(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fetch64 = (at: number) => view.getBigUint64(at, true);
  const fetch32 = (at: number) => BigInt(view.getUint32(at, true));
  const length = bytes.length;
  const size = BigInt(length);

  if (length <= 16) {
    if (length >= 8) {
      const mul = K2 + size * 2n;
      const a = wrap(fetch64(0) + K2);
      const b = fetch64(length - 8);
      const c = wrap(rotate(b, 37n) * mul + a);
      const d = wrap((rotate(a, 25n) + b) * mul);
      return hash16(c, d, mul);
    }
    if (length >= 4) {
      const mul = K2 + size * 2n;
      return hash16(size + (fetch32(0) << 3n), fetch32(length - 4), mul);
    }
    if (length > 0) {
      const y = BigInt((bytes[0] ?? 0) + ((bytes[length >> 1] ?? 0) << 8));
      const z = BigInt(length + ((bytes[length - 1] ?? 0) << 2));
      return wrap(shiftMix(wrap(y * K2) ^ wrap(z * K0)) * K2);
    }
    return K2;
  }
  if (length <= 32) {
    const mul = K2 + size * 2n;
    const a = wrap(fetch64(0) * K1);
    const b = fetch64(8);
    const c = wrap(fetch64(length - 8) * mul);
    const d = wrap(fetch64(length - 16) * K2);
    return hash16(wrap(rotate(wrap(a + b), 43n) + rotate(c, 30n) + d), wrap(a + rotate(wrap(b + K2), 18n) + c), mul);
  }
  if (length <= 64) {
    const mul = K2 + size * 2n;
    const a = wrap(fetch64(0) * K2);
    const b = fetch64(8);
    const c = wrap(fetch64(length - 8) * mul);
    const d = wrap(fetch64(length - 16) * K2);
    const y = wrap(rotate(wrap(a + b), 43n) + rotate(c, 30n) + d);
    const z = hash16(y, wrap(a + rotate(wrap(b + K2), 18n) + c), mul);
    const e = wrap(fetch64(16) * mul);
    const f = fetch64(24);
    const g = wrap((y + fetch64(length - 32)) * mul);
    const h = wrap((z + fetch64(length - 24)) * mul);
    return hash16(wrap(rotate(wrap(e + f), 43n) + rotate(g, 30n) + h), wrap(e + rotate(wrap(f + a), 18n) + g), mul);
  }

  const weak = (at: number, seedA: bigint, seedB: bigint): readonly [bigint, bigint] => {
    const w = fetch64(at);
    const x = fetch64(at + 8);
    const y = fetch64(at + 16);
    const z = fetch64(at + 24);
    let a = wrap(seedA + w);
    let b = rotate(wrap(seedB + a + z), 21n);
    const c = a;
    a = wrap(a + x + y);
    b = wrap(b + rotate(a, 44n));
    return [wrap(a + z), wrap(b + c)];
  };

  let x = 81n;
  let y = wrap(81n * K1 + 113n);
  let z = wrap(shiftMix(wrap(y * K2 + 113n)) * K2);
  let v: readonly [bigint, bigint] = [0n, 0n];
  let w: readonly [bigint, bigint] = [0n, 0n];
  x = wrap(x * K2 + fetch64(0));
  const end = Math.floor((length - 1) / 64) * 64;
  const last = end + ((length - 1) & 63) - 63;
  let at = 0;
  do {
    x = wrap(rotate(wrap(x + y + v[0] + fetch64(at + 8)), 37n) * K1);
    y = wrap(rotate(wrap(y + v[1] + fetch64(at + 48)), 42n) * K1);
    x ^= w[1];
    y = wrap(y + v[0] + fetch64(at + 40));
    z = wrap(rotate(wrap(z + w[0]), 33n) * K1);
    v = weak(at, wrap(v[1] * K1), wrap(x + w[0]));
    w = weak(at + 32, wrap(z + w[1]), wrap(y + fetch64(at + 16)));
    [z, x] = [x, z];
    at += 64;
  } while (at !== end);
  const mul = wrap(K1 + ((z & 0xffn) << 1n));
  at = last;
  w = [wrap(w[0] + BigInt((length - 1) & 63)), w[1]];
  v = [wrap(v[0] + w[0]), v[1]];
  w = [wrap(w[0] + v[0]), w[1]];
  x = wrap(rotate(wrap(x + y + v[0] + fetch64(at + 8)), 37n) * mul);
  y = wrap(rotate(wrap(y + v[1] + fetch64(at + 48)), 42n) * mul);
  x ^= wrap(w[1] * 9n);
  y = wrap(y + v[0] * 9n + fetch64(at + 40));
  z = wrap(rotate(wrap(z + w[0]), 33n) * mul);
  v = weak(at, wrap(v[1] * mul), wrap(x + w[0]));
  w = weak(at + 32, wrap(z + w[1]), wrap(y + fetch64(at + 16)));
  [z, x] = [x, z];
  return hash16(wrap(hash16(v[0], w[0], mul) + wrap(shiftMix(y) * K0) + z), wrap(hash16(v[1], w[1], mul) + x), mul);
}
