import { expect, test } from 'vitest';
import { InputBuffers } from '../src/pool/input-buffers.ts';

test('a buffer comes back for the same size only', () => {
  const buffers = new InputBuffers();
  const first = buffers.take(600);
  buffers.give([first]);
  expect(buffers.take(601)).toMatchObject({ byteLength: 601 });
  expect(buffers.take(600)).toBe(first);
  expect(buffers.take(600)).not.toBe(first);
});

test('three buffers are kept, and 64 MB', () => {
  const buffers = new InputBuffers();
  const [oldest, ...others] = Array.from({ length: 4 }, () => new ArrayBuffer(8));
  buffers.give([oldest!, ...others]);
  const kept = Array.from({ length: 4 }, () => buffers.take(8));
  expect(kept.slice(0, 3)).toEqual(expect.arrayContaining(others));
  expect(kept).not.toContain(oldest);

  const [half, rest] = [40_000_000, 30_000_000].map((bytes) => new ArrayBuffer(bytes));
  buffers.give([half!, rest!]);
  expect(buffers.take(40_000_000)).not.toBe(half);
  expect(buffers.take(30_000_000)).toBe(rest);
});
