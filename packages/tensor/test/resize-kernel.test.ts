import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { axisTaps, compactTaps } from '../src/kernels/axis-taps.ts';
import { BYTE_LOW, BYTE_SCALE, BYTE_TO_FLOAT } from '../src/kernels/byte-to-float.ts';
import { resizeBilinear } from '../src/kernels/resize-bilinear.ts';
import { createWasmResize } from '../src/kernels/resize-wasm.ts';
import { RESIZE_WASM } from '../src/kernels/resize-wasm-bytes.ts';
import { compileKernel } from './compile-kernel.ts';
import { noise } from './sample-images.ts';

const ROOM_BYTES = 2 ** 21;
const { resize: wasmResize, room } = createWasmResize(ROOM_BYTES);
const bits = (values: Float32Array) => new Uint32Array(values.buffer);

test('the committed kernel is what its source compiles to', async () => {
  expect(await compileKernel()).toBe(RESIZE_WASM);
}, 20_000);

/** A value times 2^80, exactly. */
const inBits = (value: number) => BigInt(value * 2 ** 80);

/** The float32 nearest to an exact sum of such, ties to even. */
function nearestFloat(sum: bigint): number {
  const cut = BigInt(Math.max(1, sum.toString(2).length - 24));
  const below = sum >> cut;
  const rest = 2n * (sum - (below << cut));
  const up = rest > 1n << cut || (rest === 1n << cut && below % 2n === 1n);
  return Number((up ? below + 1n : below) << cut) * 2 ** -80;
}

test.each(['divide', 'multiply'] as const)('the factors of %s give its table, the sum fused or not', (step) => {
  const low = BYTE_LOW[step];
  const wholes = Float32Array.from({ length: 256 }, (_, byte) => byte * 0x01_01_01);
  const apart = wholes.map((whole) => Math.fround(whole + Math.fround(whole * low)) * BYTE_SCALE);
  // The product has 48 bits, which float64 holds.
  const fused = wholes.map((whole) => nearestFloat(inBits(whole) + inBits(whole * low)) * BYTE_SCALE);
  expect(apart).toEqual(BYTE_TO_FLOAT[step]);
  expect(fused).toEqual(BYTE_TO_FLOAT[step]);
});

const side = fc.integer({ min: 1, max: 40 });

describe('WebAssembly and TypeScript give the same bits', () => {
  const same = (source: Uint8Array | Float32Array, step: 'divide' | 'multiply', sizes: readonly number[]) => {
    const [height, width, outHeight, outWidth] = sizes as [number, number, number, number];
    const rows = axisTaps(height, outHeight);
    const columns = axisTaps(width, outWidth);
    const [twin, wasm] = [resizeBilinear, wasmResize].map((kernel) => {
      const out = new Float32Array(outHeight * outWidth * 3);
      kernel(source, step, width, 3, rows, columns, out);
      return out;
    });
    expect(bits(wasm!)).toEqual(bits(twin!));
    if (source instanceof Uint8Array && source.length <= ROOM_BYTES) {
      room.set(source);
      const inPlace = new Float32Array(outHeight * outWidth * 3);
      wasmResize(room, step, width, 3, rows, columns, inPlace);
      expect(bits(inPlace)).toEqual(bits(twin!));
    }
  };
  test('on bytes', () => {
    fc.assert(
      fc.property(
        fc.tuple(side, side, side, side),
        fc.constantFrom('divide', 'multiply'),
        fc.nat(),
        (sizes, step, seed) => same(noise(sizes[0] * sizes[1] * 3, seed), step, sizes),
      ),
      { numRuns: 300 },
    );
  });
  test('on floats', () => {
    const pixel = fc.float({ noNaN: true, min: -1000, max: 1000 });
    fc.assert(
      fc.property(
        fc.tuple(side, side).chain(([h, w]) =>
          fc.tuple(
            fc.constant(h),
            fc.constant(w),
            side,
            side,
            fc.infiniteStream(pixel).map((s) => Float32Array.from(s.take(h * w * 3))),
          ),
        ),
        ([h, w, oh, ow, source]) => same(source, 'divide', [h, w, oh, ow]),
      ),
      { numRuns: 100 },
    );
  });
  test('on negative zero', () => same(new Float32Array([-0, -1, -0, 0, -2, 5]), 'divide', [1, 2, 3, 5]));
  test('in bands of rows, and with rows too long for the memory', () => {
    same(noise(30 * 40_000 * 3, 1), 'divide', [30, 40_000, 20, 50]);
    same(noise(500 * 600 * 3, 2), 'divide', [500, 600, 700, 800]);
    same(noise(2 * 400_000 * 3, 3), 'divide', [2, 400_000, 3, 5]);
  });
});

test('compact taps read the same pixels', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 500 }), (input, output) => {
      const taps = axisTaps(input, output);
      const compact = compactTaps(taps);
      const positions = [...compact.positions];
      expect(positions).toEqual([...new Set(positions)].toSorted((a, b) => a - b));
      expect([...compact.taps.low].map((i) => positions[i])).toEqual([...taps.low]);
      expect([...compact.taps.high].map((i) => positions[i])).toEqual([...taps.high]);
    }),
  );
});
