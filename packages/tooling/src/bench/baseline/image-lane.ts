/** One thread of the bare image pipeline: the decoder and the kernel, from the bytes that it is sent into its slot. */
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { axisTaps, createWasmResize } from '@bqml-emulator/tensor';

export interface BareLane {
  readonly height: number;
  readonly width: number;
  readonly side: number;
  readonly slot: Float32Array;
}

interface Turbo {
  readonly FORMAT_RGB: number;
  decompressSync(file: Buffer, out: Buffer, options: { format: number }): unknown;
}

/** Pixels that fit are decoded where the kernel reads them. */
const ROOM_BYTES = 2 ** 22;

const { height, width, side, slot } = workerData as BareLane;
const turbo = createRequire(import.meta.url)('@julusian/jpeg-turbo') as Turbo;
const { resize: kernel, room } = createWasmResize(ROOM_BYTES);
const rows = axisTaps(height, side);
const columns = axisTaps(width, side);
const pixelBytes = height * width * 3;
const pixels = pixelBytes <= ROOM_BYTES ? room : Buffer.allocUnsafeSlow(pixelBytes);

parentPort?.on('message', (file: Uint8Array) => {
  turbo.decompressSync(Buffer.from(file.buffer, file.byteOffset, file.length), pixels, { format: turbo.FORMAT_RGB });
  kernel(pixels, 'divide', width, 3, rows, columns, slot);
  parentPort?.postMessage('done');
});
parentPort?.postMessage('ready');
