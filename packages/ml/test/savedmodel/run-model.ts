import { InferenceSession, Tensor, env } from 'onnxruntime-node';
import { fileURLToPath } from 'node:url';
import { DirectoryFiles } from '../../src/convert/index.ts';
import { SESSION_OPTIONS } from '../../src/session-options.ts';

env.logLevel = 'error';

export const fixturePath = (name: string): string =>
  fileURLToPath(new URL(`../../../tooling/fixtures/models/${name}`, import.meta.url));

export const fixtureFiles = (name: string): DirectoryFiles => new DirectoryFiles(fixturePath(name));

/** Runs a model as prediction does. */
export async function runModel(
  onnx: Uint8Array | string,
  feeds: Readonly<Record<string, Tensor>>,
): Promise<InferenceSession.OnnxValueMapType> {
  const session =
    typeof onnx === 'string'
      ? await InferenceSession.create(onnx, SESSION_OPTIONS)
      : await InferenceSession.create(onnx, SESSION_OPTIONS);
  try {
    return await session.run(feeds);
  } finally {
    await session.release();
  }
}

/** Values in [0, 1) that look random and are the same each time. */
export function floats(shape: readonly number[], seed = 1): Tensor {
  const count = shape.reduce((a, b) => a * b, 1);
  let state = seed;
  const values = Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  });
  return new Tensor('float32', values, shape);
}

export const numbersOf = (tensor: Tensor | undefined): number[] =>
  Array.from((tensor?.data ?? []) as Float32Array, Number);
