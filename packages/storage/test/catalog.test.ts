import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { JobRecord, Model } from '@bqml-emulator/catalog';
import { FLOAT64, INT64, structOf, field, arrayOf } from '@bqml-emulator/types';
import { fromRecordText, toRecordText } from '../src/sqlite/record-text.ts';
import { openFixture } from './storage-fixture.ts';
import { column, dataset, datasetReference, newTable, objectTable } from './storage-rows.ts';

const model = (modelId: string): Model => ({
  reference: { ...datasetReference, modelId },
  location: 'US',
  modelType: 'ONNX',
  featureColumns: [{ name: 'input', type: arrayOf(FLOAT64), dtype: 'float32', shape: [null, 224, 224, 3] }],
  labelColumns: [],
  modelUri: 'gs://models/m.onnx',
  contentId: 'abc',
  byteCount: 12,
  description: undefined,
  friendlyName: undefined,
  labels: { a: 'b' },
  expirationMillis: undefined,
  creationMillis: 1,
  lastModifiedMillis: 1,
});

const job = (jobId: string, more: Partial<JobRecord> = {}): JobRecord => ({
  reference: { projectId: 'local', jobId, location: 'US' },
  state: 'RUNNING',
  jobType: 'QUERY',
  configuration: { query: 'SELECT 1', limit: 2n ** 60n, nothing: undefined },
  statistics: { ratio: Number.NaN },
  error: undefined,
  creationMillis: 1000,
  startMillis: undefined,
  endMillis: undefined,
  userEmail: 'me@example.com',
  parentJobId: undefined,
  ...more,
});

test('records survive as text', () => {
  const record = {
    int: -(2n ** 70n),
    bytes: new Uint8Array([1, 2, 255]),
    floats: [Number.NaN, Infinity, -0, 1.5],
    $int: 'not a bigint',
    $$x: { $bytes: 1 },
    nested: [{ deep: [null, true, 'é', [1n]] }],
  };
  expect(fromRecordText(toRecordText(record))).toEqual(record);
});

describe('catalog', () => {
  test('keeps resources over a restart', async () => {
    const fixture = await openFixture();
    const { catalog } = fixture.storage;
    catalog.createDataset(dataset('d'));
    catalog.createDataset(dataset('a'));
    catalog.createModel(model('m'), false);
    catalog.createExternalTable(objectTable('images', ['gs://b/*']), false);
    expect(() => catalog.createDataset(dataset('d'))).toThrow('Already Exists: Dataset local:d');
    expect(() => catalog.createModel(model('m'), false)).toThrow('Already Exists: Model local:d.m');
    expect(() => catalog.createExternalTable(objectTable('images', []), false)).toThrow(
      'Already Exists: Table local:d.images',
    );
    const again = (await fixture.reopen()).catalog;
    expect(again.listDatasets('local').map((found) => found.reference.datasetId)).toEqual(['a', 'd']);
    expect(again.getModel(model('m').reference)).toEqual(model('m'));
    expect(again.getTable(objectTable('images', []).reference)).toEqual(objectTable('images', ['gs://b/*']));
    expect(again.getDataset({ projectId: 'other', datasetId: 'd' })).toBeUndefined();
    expect(again.listProjects()).toEqual(['local']);
  });

  test('refuses what has no place', async () => {
    const { catalog } = (await openFixture()).storage;
    expect(() => catalog.createModel(model('m'), false)).toThrow('Not found: Dataset local:d');
    expect(() => catalog.createExternalTable(objectTable('t', []), true)).toThrow('Not found: Dataset local:d');
    expect(() => catalog.deleteModel(model('m').reference)).toThrow('Not found: Model local:d.m');
    expect(() => catalog.deleteDataset(datasetReference, 'refuse')).toThrow('Not found: Dataset local:d');
    catalog.createDataset(dataset());
    catalog.createModel(model('m'), true);
    expect(() => catalog.deleteDataset(datasetReference, 'refuse')).toThrow('Dataset local:d is still in use');
    catalog.deleteModel(model('m').reference);
    catalog.deleteDataset(datasetReference, 'refuse');
    expect(catalog.listDatasets('local')).toEqual([]);
  });

  test('expired tables are absent, and gone after a restart', async () => {
    let now = 1000;
    const clock = { nowMillis: () => now, nowMicros: () => BigInt(now) * 1000n };
    const fixture = await openFixture({ clock });
    const { catalog, tables } = fixture.storage;
    catalog.createDataset(dataset());
    const table = { ...newTable('short', [column('x', INT64)]), expirationMillis: 2000 };
    await tables.createTable(table, undefined, 'error');
    expect(catalog.listTables(datasetReference)).toHaveLength(1);
    now = 2000;
    expect(catalog.getTable(table.reference)).toBeUndefined();
    expect(catalog.listTables(datasetReference)).toEqual([]);
    await tables.createTable({ ...table, expirationMillis: 3000 }, undefined, 'error');
    now = 4000;
    const again = await fixture.reopen();
    expect(again.catalog.listTables(datasetReference)).toEqual([]);
    again.catalog.deleteDataset(datasetReference, 'refuse');
  });

  test('descriptions change, rows do not', async () => {
    const { catalog, tables } = (await openFixture()).storage;
    catalog.createDataset(dataset());
    const table = await tables.createTable(
      newTable('t', [column('x', structOf([field('a', INT64)]))]),
      undefined,
      'error',
    );
    catalog.updateTable({ ...table, description: 'new', rowCount: 99n, physicalName: 'p_other' });
    expect(catalog.getTable(table.reference)).toEqual({ ...table, description: 'new' });
    const wider = { ...table, schema: [...table.schema, column('y', INT64)] };
    expect(() => catalog.updateTable(wider)).toThrow('Not implemented: changing the columns of a table');
  });

  test('a second process is told who is there', async () => {
    const fixture = await openFixture();
    await expect(openFixture({ dataDirectory: fixture.dataDirectory })).rejects.toThrow(
      `The data directory ${fixture.dataDirectory} is in use by another emulator.`,
    );
    writeFileSync(join(fixture.dataDirectory, 'segments/77.seg'), 'nobody knows me');
    writeFileSync(join(fixture.dataDirectory, 'segments/78.seg.tmp'), 'half written');
    await fixture.reopen();
    expect(existsSync(join(fixture.dataDirectory, 'segments/77.seg'))).toBe(false);
    expect(existsSync(join(fixture.dataDirectory, 'segments/78.seg.tmp'))).toBe(false);
  });
});

describe('jobs', () => {
  test('are listed newest first, page by page', async () => {
    const { jobs } = (await openFixture()).storage;
    for (let i = 0; i < 7; i++) jobs.insert(job(`j${i}`, { creationMillis: 1000 + Math.floor(i / 2) }));
    jobs.insert(job('child', { parentJobId: 'j3', state: 'DONE' }));
    expect(() => jobs.insert(job('j3'))).toThrow('Already Exists: Job local:US.j3');
    expect(() => jobs.update(job('nobody'))).toThrow('Not found: Job local:nobody');
    const filter = {
      states: undefined,
      minCreationMillis: undefined,
      maxCreationMillis: undefined,
      parentJobId: undefined,
    };
    const names = (more: object) =>
      jobs.list('local', { ...filter, after: undefined, limit: 3, ...more }).map((found) => found.reference.jobId);
    expect(names({})).toEqual(['j6', 'j5', 'j4']);
    expect(names({ after: 'j4' })).toEqual(['j3', 'j2', 'j1']);
    expect(names({ after: 'j1' })).toEqual(['j0']);
    expect(names({ minCreationMillis: 1003 })).toEqual(['j6']);
    expect(names({ maxCreationMillis: 1000 })).toEqual(['j1', 'j0']);
    expect(names({ parentJobId: 'j3' })).toEqual(['child']);
    expect(names({ states: ['DONE'] })).toEqual([]);
    expect(() => names({ after: 'nobody' })).toThrow('Invalid page token');
    expect(jobs.get('local', 'j3')).toEqual(job('j3', { creationMillis: 1001 }));
  });

  test('that were running when the process ended have failed', async () => {
    const fixture = await openFixture();
    fixture.storage.jobs.insert(job('running'));
    fixture.storage.jobs.insert(job('done', { state: 'DONE', endMillis: 5 }));
    const { jobs } = await fixture.reopen();
    expect(jobs.get('local', 'running')).toMatchObject({ state: 'DONE', error: { reason: 'stopped' } });
    expect(jobs.get('local', 'done')).toEqual(job('done', { state: 'DONE', endMillis: 5 }));
    jobs.delete('local', 'done');
    expect(jobs.get('local', 'done')).toBeUndefined();
  });
});
