/** The 64-bit hash of HyperLogLog++ sketches. https://github.com/google/zetasketch: `Fingerprint2011`. */

const MASK = (1n << 64n) - 1n;
const K0 = 0xa5b85c5e198ed849n;
const K1 = 0x8d58ac26afe12e47n;
const K2 = 0xc47b6e9e3a970ed3n;
const K3 = 0xc6a4a7935bd1e995n;

const wrap = (value: bigint) => value & MASK;
const rotate = (value: bigint, by: bigint) => wrap((value >> by) | (value << (64n - by)));
const shiftMix = (value: bigint) => value ^ (value >> 47n);

function combine(high: bigint, low: bigint): bigint {
  const a = shiftMix(wrap((low ^ high) * K3));
  const b = shiftMix(wrap((high ^ a) * K3));
  return wrap(b * K3);
}

type Load = (at: number) => bigint;

function upTo32(bytes: Uint8Array, load: Load): bigint {
  const aligned = bytes.length & ~7;
  let hash = K0 ^ K1 ^ K2 ^ wrap(BigInt(bytes.length) * K3);
  for (let at = 0; at < aligned; at += 8) {
    hash = wrap((hash ^ wrap(shiftMix(wrap(load(at) * K3)) * K3)) * K3);
  }
  if (aligned < bytes.length) {
    let rest = 0n;
    for (let at = bytes.length - 1; at >= aligned; at--) rest = (rest << 8n) | BigInt(bytes[at] ?? 0);
    hash = wrap((hash ^ rest) * K3);
  }
  return shiftMix(wrap(shiftMix(hash) * K3));
}

function from33To64(length: number, load: Load): bigint {
  const half = (a0: bigint, z: bigint, second: bigint, third: bigint): readonly [bigint, bigint] => {
    let a = a0;
    const b = rotate(wrap(a + z), 52n);
    let c = rotate(a, 37n);
    a = wrap(a + second);
    c = wrap(c + rotate(a, 7n));
    a = wrap(a + third);
    return [wrap(a + z), wrap(b + rotate(a, 31n) + c)];
  };
  const [vf, vs] = half(wrap(load(0) + (BigInt(length) + load(length - 16)) * K0), load(24), load(8), load(16));
  const [wf, ws] = half(wrap(load(16) + load(length - 32)), load(length - 8), load(length - 24), load(length - 16));
  const r = shiftMix(wrap((vf + ws) * K2 + (wf + vs) * K0));
  return wrap(shiftMix(wrap(r * K0 + vs)) * K2);
}

function beyond64(length: number, load: Load): bigint {
  const weak = (at: number, seedA: bigint, seedB: bigint): readonly [bigint, bigint] => {
    const a = wrap(seedA + load(at));
    let b = rotate(wrap(seedB + a + load(at + 24)), 51n);
    const c = wrap(a + load(at + 8) + load(at + 16));
    b = wrap(b + rotate(c, 23n));
    return [wrap(c + load(at + 24)), wrap(b + a)];
  };
  const size = BigInt(length);
  let x = load(0);
  let y = load(length - 16) ^ K1;
  let z = load(length - 56) ^ K0;
  let v = weak(length - 64, size, y);
  let w = weak(length - 32, wrap(size * K1), K0);
  z = wrap(z + shiftMix(v[1]) * K1);
  x = wrap(rotate(wrap(z + x), 39n) * K1);
  y = wrap(rotate(y, 33n) * K1);
  const end = (length - 1) & ~63;
  for (let at = 0; at < end; at += 64) {
    x = wrap(rotate(wrap(x + y + v[0] + load(at + 16)), 37n) * K1);
    y = wrap(rotate(wrap(y + v[1] + load(at + 48)), 42n) * K1);
    x ^= w[1];
    y ^= v[0];
    z = rotate(z ^ w[0], 33n);
    v = weak(at, wrap(v[1] * K1), wrap(x + w[0]));
    w = weak(at + 32, wrap(z + w[1]), y);
    [z, x] = [x, z];
  }
  return combine(wrap(combine(v[0], w[0]) + shiftMix(y) * K1 + z), wrap(combine(v[1], w[1]) + x));
}

export function fingerprint2011(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const load: Load = (at) => view.getBigUint64(at, true);
  const { length } = bytes;
  const partial = length <= 32 ? upTo32(bytes, load) : length <= 64 ? from33To64(length, load) : beyond64(length, load);
  const u = length >= 8 ? load(0) : K0;
  const v = length >= 9 ? load(length - 8) : K0;
  const result = combine(wrap(partial + v), u);
  return result <= 1n ? wrap(result - 2n) : result;
}
