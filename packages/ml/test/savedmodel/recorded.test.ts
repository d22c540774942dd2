import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { DirectoryFiles, convertSavedModel } from '../../src/convert/index.ts';
import { expectRecorded, recordedPath } from '../recorded-models.ts';

test.each([
  ['conditions, loops, map_fn and scan', 'savedmodel_layers', 'control_static'],
  ['lookup tables, one from a text file', 'savedmodel_tables', 'tables'],
  ['reference variables in partitions, and TensorFlow 1 conditions', 'savedmodel_tf1', 'tf1_partitions'],
])('%s', async (_, folder, name) => {
  const path = fileURLToPath(recordedPath(`${folder}/${name}`));
  const model = convertSavedModel(new DirectoryFiles(path));
  expect(model.outputs.map((output) => output.name)).toEqual(model.outputs.map((output) => output.name).toSorted());
  await expectRecorded(model, name);
});
