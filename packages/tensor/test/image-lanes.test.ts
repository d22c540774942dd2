import { fork } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import {
  convertColorSpace,
  convertImageType,
  createImageHost,
  decodeImage,
  materializeImage,
  materializePixels,
  renderInto,
  resizeImage,
} from '../src/index.ts';
import { noisePng, softJpeg } from './sample-images.ts';

/** Enough images at once that threads start, and then render. */
const MANY = 60;

const encoded = (bytes: Uint8Array) => decodeImage({ kind: 'bytes', bytes: new Uint8Array(bytes) });
const threadless = createImageHost({ decodeLanes: 0 });

async function startedHost(): Promise<ReturnType<typeof createImageHost>> {
  const host = createImageHost({ decodeLanes: 2 });
  const image = resizeImage(encoded(await softJpeg(40, 50, 9)), 8, 8, false);
  for (let waited = 0; host.lanes.counts.idle < 2; waited += 1) {
    expect(waited).toBeLessThan(1000);
    await Promise.all(Array.from({ length: MANY }, () => materializeImage(image, host)));
  }
  return host;
}

test('threads give the bits of the main thread', async () => {
  const host = await startedHost();
  const jpeg = encoded(await softJpeg(60, 80, 1));
  for (const image of [
    jpeg,
    resizeImage(jpeg, 20, 30, true),
    convertImageType(jpeg),
    convertColorSpace(resizeImage(jpeg, 21, 9, false), 'HSV'),
    encoded(await noisePng(30, 20, 2)),
  ]) {
    const before = host.lanes.counts.rendered;
    const [values, pixels] = await Promise.all([materializeImage(image, host), materializePixels(image, host)]);
    expect(values).toEqual(await materializeImage(image, threadless));
    expect(pixels).toEqual(await materializePixels(image, threadless));
    expect(host.lanes.counts.rendered - before).toBe(image.source === jpeg.source ? 2 : 0);
  }
});

test.each([ArrayBuffer, SharedArrayBuffer])('a slot in %o is written', async (Memory) => {
  const host = await startedHost();
  const jpeg = encoded(await softJpeg(60, 80, 1));
  for (const image of [resizeImage(jpeg, 60, 80, false), jpeg]) {
    const array = new Float32Array(new Memory(4 * (1 + 60 * 80 * 3)));
    const before = host.lanes.counts.rendered;
    await Promise.all([
      renderInto(image, host, { array, offset: 1, layout: 'NHWC', height: 60, width: 80, channels: 3 }),
      materializeImage(image, host),
    ]);
    expect(host.lanes.counts.rendered - before).toBe(2);
    const { values } = await materializeImage(image, threadless);
    expect(array.subarray(1)).toEqual(Float32Array.from(values, Number));
  }
});

test('images of other sizes, plans and memories in turn', async () => {
  const host = await startedHost();
  const small = encoded(await softJpeg(60, 80, 1));
  // Its pixels do not fit in a thread's own memory.
  const large = encoded(await softJpeg(1200, 1200, 2));
  const other = encoded(await softJpeg(70, 50, 4));
  // The file does not fit in the mailbox; libjpeg takes what stands between two markers.
  const whole = await softJpeg(60, 80, 3);
  const comment = Buffer.concat([Buffer.from([0xff, 0xfe, 0xff, 0xff]), Buffer.alloc(65_533)]);
  const padded = encoded(
    Buffer.concat([whole.subarray(0, 2), ...Array.from({ length: 17 }, () => comment), whole.subarray(2)]),
  );
  const length = 24 * 20 * 3;
  const before = host.lanes.counts.rendered;
  let array: Float32Array = new Float32Array(0);
  for (const [at, source] of [small, other, other, small, small, padded, padded, small, large, small].entries()) {
    const image = resizeImage(source, 24, 20, false);
    const expected = await materializePixels(image, threadless);
    // The same memory twice, at other places.
    if (at % 2 === 0) array = new Float32Array(new SharedArrayBuffer(4 * 3 * length)).fill(-1);
    const offsets = at % 2 === 0 ? [0, length] : [2 * length, 0];
    await Promise.all(
      offsets.map((offset) =>
        renderInto(image, host, { array, offset, layout: 'NHWC', height: 24, width: 20, channels: 3 }),
      ),
    );
    for (const offset of offsets) expect(array.subarray(offset, offset + length)).toEqual(expected.values);
    if (at % 2 === 0) expect(array.subarray(2 * length).every((value) => value === -1)).toBe(true);
  }
  expect(host.lanes.counts.rendered - before).toBe(20);
});

test('a file that the decoder refuses goes to the other one', async () => {
  const host = await startedHost();
  const whole = await softJpeg(64, 64, 3);
  // The scan ends early, which is a warning.
  const damaged = Buffer.concat([whole.subarray(0, whole.length - 40), whole.subarray(-2)]);
  const before = host.lanes.counts.refused;
  const [inThread, again, onMain] = await Promise.allSettled([
    materializeImage(encoded(damaged), host),
    materializeImage(encoded(damaged), host),
    materializeImage(encoded(damaged), threadless),
  ]);
  expect(host.lanes.counts.refused - before).toBe(2);
  expect(onMain.status).toBe('fulfilled');
  expect(inThread).toEqual(onMain);
  expect(again).toEqual(onMain);
});

test('a file that is not whole is refused as on the main thread, before what the query does with it', async () => {
  const host = await startedHost();
  // The second one's pixels do not fit in a thread's own memory.
  for (const [whole, lanes] of [
    [await softJpeg(64, 64, 3), 2],
    [await softJpeg(1200, 1200, 3), 0],
  ] as const) {
    const cut = encoded(whole.subarray(0, whole.length - 2));
    const tooLarge = resizeImage(cut, 5000, 5000, false);
    const before = host.lanes.counts.refused;
    const [inThread, again, resized, onMain] = await Promise.allSettled([
      materializeImage(cut, host),
      materializeImage(cut, host),
      materializeImage(tooLarge, host),
      materializeImage(cut, threadless),
    ]);
    expect(host.lanes.counts.refused - before).toBe(lanes);
    expect(onMain.status).toBe('rejected');
    for (const outcome of [inThread, again, resized]) expect(outcome).toEqual(onMain);
  }
});

test('the end of the process waits for decodes that run', async () => {
  for (let round = 0; round < 5; round += 1) {
    const child = fork(new URL('./exit-while-decoding.ts', import.meta.url), { execArgv: [], stdio: 'pipe' });
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
    expect({ code, signal }).toEqual({ code: 7, signal: null });
  }
}, 60_000);
