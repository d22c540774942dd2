import { BOOL, FLOAT64, INT64, STRING, arrayOf } from '@bqml-emulator/types';
import type { Value } from '@bqml-emulator/types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asBatches, batchOf, collectRows, column, createTestRuntime } from './fixtures.ts';
import type { TestRuntime } from './fixtures.ts';
import './timeouts.ts';

let ml: TestRuntime;
beforeAll(async () => {
  ml = await createTestRuntime();
});
afterAll(() => ml.dispose());

const WEIGHT = [
  [0.5, -0.25, 0],
  [1, 0.5, -1],
  [-0.75, 0.25, 0.5],
  [0, -1, 1.5],
];
const BIAS = [0.1, 0, -0.1];

/** The linear model of the fixtures, in float64. */
function linear(features: readonly number[]): number[] {
  const scores = BIAS.map((bias, k) => features.reduce((sum, x, i) => sum + x * (WEIGHT[i]?.[k] ?? 0), bias));
  const exponentials = scores.map((score) => Math.exp(score - Math.max(...scores)));
  const total = exponentials.reduce((sum, e) => sum + e, 0);
  return exponentials.map((e) => e / total);
}

const featureRows = (count: number) =>
  Array.from({ length: count }, (_, i) => [i % 7, (i * 3) % 5, (i * 5) % 11, -(i % 3)]);

describe('predict', () => {
  test('scalars in, scalar out, in row order over many batches', async () => {
    const model = await ml.importModel('add_scalars.onnx');
    const batches = Array.from({ length: 20 }, (_, i) =>
      batchOf(column(FLOAT64, [i, i + 0.5, i + 0.25]), column(INT64, [1n, 2n, BigInt(i)])),
    );
    const rows = await collectRows(ml.runtime.predict(model, asBatches(...batches)));
    expect(rows).toEqual(Array.from({ length: 20 }, (_, i) => [[i + 1], [i + 2.5], [2 * i + 0.25]]).flat());
  });

  test.each(['linear.onnx', 'fixed_batch1_linear.onnx'])('%s: arrays of features, probabilities', async (name) => {
    const model = await ml.importModel(name);
    const features = featureRows(600);
    const rows = await collectRows(
      ml.runtime.predict(
        model,
        asBatches(
          batchOf(column(arrayOf(FLOAT64), features.slice(0, 500))),
          batchOf(column(arrayOf(FLOAT64), [])),
          batchOf(column(arrayOf(FLOAT64), features.slice(500))),
        ),
      ),
    );
    expect(rows.length).toBe(600);
    rows.forEach((row, i) => {
      const expected = linear(features[i] ?? []);
      const probabilities = row.at(-1) as readonly number[];
      probabilities.forEach((p, k) => expect(p).toBeCloseTo(expected[k] ?? NaN, 5));
      if (name === 'linear.onnx') expect(row[0]).toBe(BigInt(expected.indexOf(Math.max(...expected))));
    });
  });

  test('every element type there and back', async () => {
    const model = await ml.importModel('all_types.onnx');
    const columns = model.featureColumns.map(({ type, dtype }) => {
      if (dtype === 'string') return column(STRING, ['', 'naïve 🙂', 'x']);
      if (dtype === 'bool') return column(BOOL, [true, false, true]);
      const unsigned = dtype.startsWith('u');
      return type.kind === 'INT64' ? column(INT64, [0n, 100n, unsigned ? 7n : -7n]) : column(FLOAT64, [0, 0.5, -1.25]);
    });
    const rows = await collectRows(ml.runtime.predict(model, asBatches(batchOf(...columns))));
    expect(rows).toEqual([0, 1, 2].map((row) => columns.map(({ values }) => values[row])));
  });

  test('strings', async () => {
    const model = await ml.importModel('string_identity.onnx');
    const texts = ['', 'naïve 🙂', 'a'.repeat(10_000)];
    const rows = await collectRows(ml.runtime.predict(model, asBatches(batchOf(column(STRING, texts)))));
    expect(rows.map(([text]) => text)).toEqual(texts);
  });

  test('ONNX inputs are cast', async () => {
    const model = await ml.importModel('add_scalars.onnx');
    const batch = batchOf(column(STRING, ['1.5', '-2']), column(INT64, [1n, 2n]));
    expect(await collectRows(ml.runtime.predict(model, asBatches(batch)))).toEqual([[2.5], [0]]);
  });

  test.each<[string, Value[], RegExp]>([
    ['a NULL', [[1, 2, 3, 4], null], /Feature column features has a NULL value/],
    ['a NULL element', [[1, 2, null, 4]], /Feature column features has a NULL value/],
    ['a wrong length', [[1, 2, 3]], /array of 3 elements.*shape \[\?, 4\]/],
  ])('%s fails the query', async (_, values, message) => {
    const model = await ml.importModel('linear.onnx');
    const predicted = collectRows(ml.runtime.predict(model, asBatches(batchOf(column(arrayOf(FLOAT64), values)))));
    await expect(predicted).rejects.toMatchObject({ name: 'ServiceError', message: expect.stringMatching(message) });
    // The pool goes on.
    const next = await collectRows(
      ml.runtime.predict(model, asBatches(batchOf(column(arrayOf(FLOAT64), [[1, 2, 3, 4]])))),
    );
    expect(next.length).toBe(1);
  });

  test('integers out of range of the tensor', async () => {
    const model = await ml.importModel('all_types.onnx');
    const columns = model.featureColumns.map(({ type, dtype }) => {
      const value =
        type.kind === 'STRING'
          ? ''
          : type.kind === 'BOOL'
            ? true
            : type.kind === 'FLOAT64'
              ? 1
              : dtype === 'uint8'
                ? 256n
                : 1n;
      return column(type, [value]);
    });
    await expect(collectRows(ml.runtime.predict(model, asBatches(batchOf(...columns))))).rejects.toThrow(
      "Value 256 in column uint8_in is out of range of the model's type uint8",
    );
  });
});
