import type {
  BoundTableFunction,
  Model,
  TableColumn,
  TableFunction,
  TableFunctionArgument,
} from '@bqml-emulator/catalog';
import type { Catalog } from '@bqml-emulator/catalog';
import { createImageHost } from '@bqml-emulator/tensor';
import { BOOL, BYTES, DATE, FLOAT64, INT64, NUMERIC, STRING, arrayOf, field, structOf } from '@bqml-emulator/types';
import type { SqlType } from '@bqml-emulator/types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mlFunctions } from '../src/index.ts';
import { FLOAT_IMAGE } from '../src/image/image-type.ts';
import { isLazyLabel } from '../src/predict/label-column.ts';
import { asBatches, batchOf, collectRows, column, createTestRuntime } from './fixtures.ts';
import type { TestRuntime } from './fixtures.ts';
import './timeouts.ts';

let ml: TestRuntime;
let predict: TableFunction;
beforeAll(async () => {
  ml = await createTestRuntime();
  predict = mlFunctions(ml.runtime, createImageHost()).find(({ name }) => name === 'ML.PREDICT') as TableFunction;
});
afterAll(() => ml.dispose());

const position = { line: 3, column: 7 };
const modelArgument = (model: Model): TableFunctionArgument => ({
  kind: 'model',
  reference: model.reference,
  model,
  position,
});
const relation = (...columns: readonly (readonly [string, SqlType, boolean?])[]): TableFunctionArgument => ({
  kind: 'relation',
  columns: columns.map(([name, type, lazy = false]): TableColumn => ({ name, type, lazy })),
  objectTable: false,
  position,
});
const options = (...fields: readonly (readonly [string, SqlType])[]): TableFunctionArgument => ({
  kind: 'scalar',
  type: structOf(fields.map(([name, type]) => field(name, type))),
  value: [],
  position,
});
const bind = (...args: readonly TableFunctionArgument[]): BoundTableFunction => predict.bind(args, {} as Catalog);

describe('bind', () => {
  test('outputs first, then all inputs; features are found by name, whatever the case', async () => {
    const model = await ml.importModel('add_scalars.onnx');
    const bound = bind(
      modelArgument(model),
      relation(['x', DATE], ['B', INT64], ['A', FLOAT64], ['picture', BYTES, true]),
    );
    expect(bound.columns).toEqual([
      { name: 'sum', type: FLOAT64, lazy: false, passThrough: undefined },
      { name: 'x', type: DATE, lazy: false, passThrough: 0 },
      { name: 'B', type: INT64, lazy: false, passThrough: 1 },
      { name: 'A', type: FLOAT64, lazy: false, passThrough: 2 },
      { name: 'picture', type: BYTES, lazy: true, passThrough: 3 },
    ]);
    expect(bound.inputColumns).toEqual([2, 1]);
    const batch = batchOf(column(FLOAT64, [1.5]), column(INT64, [2n]));
    expect(await collectRows(bound.open(asBatches(batch), new AbortController().signal))).toEqual([[3.5]]);
  });

  test('a missing feature', async () => {
    const model = await ml.importModel('add_scalars.onnx');
    expect(() => bind(modelArgument(model), relation(['a', FLOAT64], ['c', FLOAT64]))).toThrow(
      'Invalid table-valued function ML.PREDICT\nColumn b is not found in the input data to the PREDICT function. at [3:7]',
    );
  });

  test.each<[string, SqlType, SqlType]>([
    ['STRING', STRING, FLOAT64],
    ['NUMERIC', NUMERIC, FLOAT64],
    ['DATE', DATE, FLOAT64],
    ['ARRAY', arrayOf(FLOAT64), FLOAT64],
  ])('what a scalar feature takes: %s', async (_, type) => {
    const model = await ml.importModel('add_scalars.onnx');
    const onnx = () => bind(modelArgument(model), relation(['a', type], ['b', FLOAT64]));
    const tensorflow = () =>
      bind(modelArgument({ ...model, modelType: 'TENSORFLOW' }), relation(['a', type], ['b', FLOAT64]));
    const verdict = (call: () => unknown) => {
      try {
        call();
        return 'taken';
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect([verdict(onnx), verdict(tensorflow)]).toMatchSnapshot();
  });

  test('images are for tensors of rank 4', async () => {
    const classifier = await ml.importModel('shapes_batch1.onnx');
    expect(bind(modelArgument(classifier), relation(['INPUT', FLOAT_IMAGE, true])).inputColumns).toEqual([0]);
    expect(bind(modelArgument(classifier), relation(['input', arrayOf(FLOAT64)])).inputColumns).toEqual([0]);
    expect(() => bind(modelArgument(classifier), relation(['input', BYTES, true]))).toThrow(
      "Column input has type BYTES, which does not fit the model's feature of type ARRAY<FLOAT64> and shape [1, 224, 224, 3] at [3:7]",
    );
    const linear = await ml.importModel('linear.onnx');
    expect(() => bind(modelArgument(linear), relation(['features', FLOAT_IMAGE, true]))).toThrow(
      'Column features has type STRUCT<dimensions ARRAY<INT64>, values ARRAY<FLOAT64>>',
    );
  });

  test('options', async () => {
    const model = await ml.importModel('add_scalars.onnx');
    const input = relation(['a', FLOAT64], ['b', FLOAT64]);
    const good = options(['threshold', FLOAT64], ['keep_original_columns', BOOL], ['TRIAL_ID', INT64]);
    expect(bind(modelArgument(model), input, good).columns.length).toBe(3);
    expect(bind(modelArgument(model), input, options(['threshold', INT64])).columns.length).toBe(3);
    expect(() => bind(modelArgument(model), input, options(['thresold', FLOAT64]))).toThrow(
      'thresold is not an option',
    );
    expect(() => bind(modelArgument(model), input, options(['trial_id', STRING]))).toThrow(
      'Option trial_id must be INT64, found STRING',
    );
    expect(() => bind(modelArgument(model))).toThrow('The second argument must be a TABLE or a query');
    expect(() => bind(input, modelArgument(model))).toThrow('The first argument must be a MODEL');
    expect(() => bind(modelArgument(model), input, good, good)).toThrow('at most three arguments');
  });
});

test.each<[readonly (number | null)[] | undefined, boolean]>([
  [[null, 1000], false],
  [[1, 64, 64], false],
  [[null, 64, 65], true],
  [[null, null, 4], true],
  [undefined, true],
])('an output of shape %j is lazy: %s', (shape, lazy) => {
  expect(isLazyLabel({ name: 'y', type: arrayOf(FLOAT64), dtype: 'float32', shape })).toBe(lazy);
});
