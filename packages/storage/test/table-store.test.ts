import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { BaseTable, StageColumn } from '@bqml-emulator/catalog';
import { arrayOf, BYTES, field, FLOAT64, INT64, isLazyValue, STRING, structOf } from '@bqml-emulator/types';
import type { Batch, LazyValue, SqlType, Value } from '@bqml-emulator/types';
import { openFixture } from './storage-fixture.ts';
import { batchesOf, column, dataset, datasetReference, newTable, objectTable, rowsOf } from './storage-rows.ts';

const IMAGE = structOf([field('dimensions', arrayOf(INT64)), field('values', arrayOf(FLOAT64))]);

const lazy = (type: SqlType, value: Value, onRead: () => void = () => undefined): LazyValue => ({
  lazy: true,
  type,
  byteSize: undefined,
  read: async () => {
    onRead();
    return value;
  },
});

async function setUp() {
  const fixture = await openFixture();
  fixture.storage.catalog.createDataset(dataset());
  return { fixture, ...fixture.storage };
}

const schema = [column('id', INT64), column('name', STRING)];
const count = (n: number) => Array.from({ length: n }, (_, i): [bigint, string] => [BigInt(i), `row ${i}`]);

const read = async (values: readonly Value[]) =>
  Promise.all(values.map(async (value) => (isLazyValue(value) ? value.read() : value)));

function lazyAt(rows: readonly (readonly Value[])[], row: number, index: number): LazyValue {
  const value = rows[row]?.[index];
  if (!isLazyValue(value)) throw new Error('the value is lazy');
  return value;
}

describe('tables', () => {
  test('hold what was written, over a restart', async () => {
    const { fixture, tables } = await setUp();
    const created = await tables.createTable(newTable('t', schema), batchesOf(schema, count(5000)), 'error');
    expect(created).toMatchObject({ kind: 'TABLE', rowCount: 5000n });
    expect(created.byteCount).toBe(5000n * 10n + BigInt(count(5000).reduce((sum, [, name]) => sum + name.length, 0)));
    expect(await tables.appendRows(created.reference, batchesOf(schema, [[-1n, null]]))).toBe(1n);
    const again = await fixture.reopen();
    const table = again.catalog.getTable(created.reference) as BaseTable;
    expect(table.rowCount).toBe(5001n);
    expect(await rowsOf(again.tables.readTable(table))).toEqual([...count(5000), [-1n, null]]);
  });

  test('are created once, replaced in one step, dropped', async () => {
    const { tables, catalog } = await setUp();
    const first = await tables.createTable(newTable('t', schema), batchesOf(schema, count(3)), 'error');
    await expect(tables.createTable(newTable('t', schema), undefined, 'error')).rejects.toMatchObject({
      reason: 'duplicate',
    });
    const missing = { ...newTable('t', schema), reference: { ...first.reference, datasetId: 'nowhere' } };
    await expect(tables.createTable(missing, undefined, 'error')).rejects.toThrow('Not found: Dataset local:nowhere');
    // The new rows come from the old ones.
    const second = await tables.createTable(newTable('t', schema), tables.readTable(first), 'replace');
    expect(second.physicalName).not.toBe(first.physicalName);
    expect(await rowsOf(tables.readTable(second))).toEqual(count(3));
    // A query that looked the table up before still reads it.
    expect(await rowsOf(tables.readTable(first))).toEqual(count(3));
    expect(() => catalog.deleteDataset(datasetReference, 'refuse')).toThrow('still in use');
    await tables.dropTable(second.reference);
    expect(catalog.getTable(second.reference)).toBeUndefined();
    await expect(tables.dropTable(second.reference)).rejects.toThrow('Not found: Table local:d.t');
    await expect(tables.appendRows(second.reference, batchesOf(schema, []))).rejects.toMatchObject({
      reason: 'notFound',
    });
    catalog.deleteDataset(datasetReference, 'refuse');
  });

  test('an error or an abort while rows are read leaves nothing', async () => {
    const { fixture, tables, catalog } = await setUp();
    const imageSchema = [column('image', BYTES, 'segment')];
    const broken = async function* (): AsyncIterable<Batch> {
      yield* batchesOf(imageSchema, [[new Uint8Array(100)]]);
      throw new Error('the model went away');
    };
    const table = await tables.createTable(
      newTable('kept', imageSchema),
      batchesOf(imageSchema, [[new Uint8Array(3)]]),
      'error',
    );
    await expect(tables.createTable(newTable('new', imageSchema), broken(), 'error')).rejects.toThrow(
      'the model went away',
    );
    await expect(tables.createTable(newTable('kept', imageSchema), broken(), 'replace')).rejects.toThrow(
      'the model went away',
    );
    await expect(tables.appendRows(table.reference, broken())).rejects.toThrow('the model went away');
    const controller = new AbortController();
    const endless = async function* (): AsyncIterable<Batch> {
      for (;;) {
        yield* batchesOf(imageSchema, [[new Uint8Array(3)]]);
        controller.abort(new Error('cancelled'));
      }
    };
    await expect(tables.appendRows(table.reference, endless(), controller.signal)).rejects.toThrow('cancelled');
    expect(catalog.listTables(datasetReference)).toEqual([table]);
    expect(readdirSync(join(fixture.dataDirectory, 'segments'))).toHaveLength(1);
    const [row] = await rowsOf(tables.readTable(table));
    expect(await read(row ?? [])).toEqual([new Uint8Array(3)]);
  });

  test('closing the storage stops a write whose rows never end', async () => {
    const { fixture, tables, relational } = await setUp();
    const session = await relational.openSession();
    const numbers = [column('x', INT64)];
    const stage = {
      text: 'SELECT x FROM range(1000000000000) t(x)',
      parameters: [],
      functions: [],
      columns: [{ type: INT64, lazy: false }],
    };
    const writing = tables.createTable(newTable('endless', numbers), session.run(stage), 'error');
    const settled = Promise.allSettled([writing]);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const again = await fixture.reopen();
    expect(await settled).toMatchObject([{ status: 'rejected', reason: { reason: 'stopped' } }]);
    expect(again.catalog.listTables(datasetReference)).toEqual([]);
  });

  test('writes to one table wait for one another', async () => {
    const { tables, catalog } = await setUp();
    const { reference } = await tables.createTable(newTable('t', schema), undefined, 'error');
    const appends = Array.from({ length: 12 }, (_, i) =>
      tables.appendRows(reference, batchesOf(schema, [[BigInt(i), '']])),
    );
    const creates = Array.from({ length: 6 }, (_, i) =>
      tables.createTable(newTable(`t${i}`, schema), batchesOf(schema, count(i)), 'error'),
    );
    await Promise.all([...appends, ...creates]);
    const table = catalog.getTable(reference) as BaseTable;
    expect(table.rowCount).toBe(12n);
    expect(await rowsOf(tables.readTable(table))).toEqual(Array.from({ length: 12 }, (_, i) => [BigInt(i), '']));
    expect(catalog.listTables(datasetReference).map((found) => (found as BaseTable).rowCount)).toEqual([
      12n,
      0n,
      1n,
      2n,
      3n,
      4n,
      5n,
    ]);
  });

  test('a change that fails half-way is undone', async () => {
    const { tables, catalog } = await setUp();
    const { reference } = await tables.createTable(newTable('t', schema), batchesOf(schema, count(10)), 'error');
    const run = (text: string) => ({ text, parameters: [], functions: [] });
    const changed = await tables.mutate(reference, async (session, name) => {
      await session.execute(run(`DELETE FROM ${name} WHERE c0 < 5`));
      const extra = await session.materialize(
        [{ type: INT64, lazy: false }],
        batchesOf([{ type: INT64 }], [[100n], [101n]]),
      );
      return session.execute(run(`INSERT INTO ${name} SELECT c0, 'new' FROM ${extra}`));
    });
    expect(changed).toBe(2n);
    const failing = tables.mutate(reference, async (session, name) => {
      await session.execute(run(`DELETE FROM ${name}`));
      throw new Error('second statement failed');
    });
    await expect(failing).rejects.toThrow('second statement failed');
    const table = catalog.getTable(reference) as BaseTable;
    expect(table.rowCount).toBe(7n);
    expect((await rowsOf(tables.readTable(table))).map(([id]) => id)).toEqual([5n, 6n, 7n, 8n, 9n, 100n, 101n]);
    catalog.createExternalTable(objectTable('objects', ['gs://b/*']), false);
    await expect(tables.appendRows({ ...reference, tableId: 'objects' }, batchesOf([], []))).rejects.toMatchObject({
      reason: 'invalidQuery',
    });
  });
});

describe('values in segments', () => {
  const images = [column('id', INT64), column('image', IMAGE, 'segment')];
  const image = (n: number): Value => [[2n, 2n, 3n], Array.from({ length: 12 }, (_, i) => Math.fround((n + i) / 255))];

  test('come back as lazy values, whole and field by field', async () => {
    const { fixture, tables } = await setUp();
    let reads = 0;
    const rows: Value[][] = [
      [1n, lazy(IMAGE, image(1), () => reads++)],
      [2n, null],
      [3n, lazy(IMAGE, null)],
      [4n, image(4)],
      [5n, [[1n], [0.1, Number.NaN, -0]]],
      [6n, [null, [1e300, null]]],
    ];
    const created = await tables.createTable(newTable('t', images), batchesOf(images, rows, 2), 'error');
    expect(reads).toBe(1);
    const again = await fixture.reopen();
    const found = await rowsOf(again.tables.readTable(again.catalog.getTable(created.reference) as BaseTable));
    expect(found.map(([, value]) => isLazyValue(value))).toEqual([true, false, false, true, true, true]);
    const values = await read(found.map(([, value]) => value ?? null));
    expect(values).toEqual([image(1), null, null, image(4), [[1n], [0.1, Number.NaN, -0]], [null, [1e300, null]]]);
    const dimensions = lazyAt(found, 0, 1).field?.(0);
    expect(dimensions?.type).toEqual(arrayOf(INT64));
    expect(await dimensions?.read()).toEqual([2n, 2n, 3n]);
    await expect(lazyAt(found, 0, 1).read(AbortSignal.abort(new Error('no')))).rejects.toThrow('no');
  });

  test('are copied with the rows and outlive their first table', async () => {
    const { fixture, tables } = await setUp();
    const first = await tables.createTable(
      newTable('a', images),
      batchesOf(images, [
        [1n, image(1)],
        [2n, image(2)],
      ]),
      'error',
    );
    const second = await tables.createTable(newTable('b', images), tables.readTable(first), 'error');
    const image9: StageColumn = { type: IMAGE, lazy: true };
    await tables.mutate(second.reference, async (session, name) => {
      const text = `INSERT INTO ${name} SELECT c0 + 10, c1 FROM ${first.physicalName}`;
      await session.execute({ text, parameters: [], functions: [] });
      const fresh = await session.materialize(
        [image9],
        batchesOf([{ type: IMAGE }], [[lazy(IMAGE, image(9))], [null]]),
      );
      await session.execute({ text: `INSERT INTO ${name} SELECT 99, c0 FROM ${fresh}`, parameters: [], functions: [] });
    });
    await tables.dropTable(first.reference);
    const again = await fixture.reopen();
    expect(readdirSync(join(fixture.dataDirectory, 'segments'))).toHaveLength(2);
    const rows = await rowsOf(again.tables.readTable(again.catalog.getTable(second.reference) as BaseTable));
    expect(rows.map(([id]) => id)).toEqual([1n, 2n, 11n, 12n, 99n, 99n]);
    expect(await read(rows.map(([, value]) => value ?? null))).toEqual([
      image(1),
      image(2),
      image(1),
      image(2),
      image(9),
      null,
    ]);
  });

  test('take the room that their numbers need, and damage is seen', async () => {
    const { fixture, tables } = await setUp();
    const size = (name: string) => readFileSync(join(fixture.dataDirectory, 'segments', name)).length;
    const wide = [column('x', arrayOf(FLOAT64), 'segment')];
    const integers = [column('x', arrayOf(INT64), 'segment')];
    const n = 10_000;
    await tables.createTable(
      newTable('single', wide),
      batchesOf(wide, [[Array.from({ length: n }, (_, i) => i / 4)]]),
      'error',
    );
    await tables.createTable(
      newTable('double', wide),
      batchesOf(wide, [[Array.from({ length: n }, (_, i) => i / 3)]]),
      'error',
    );
    const bytes = await tables.createTable(
      newTable('bytes', integers),
      batchesOf(integers, [[Array.from({ length: n }, (_, i) => BigInt(i % 256))]]),
      'error',
    );
    expect([size('1.seg'), size('2.seg'), size('3.seg')].map((found) => Math.floor(found / n))).toEqual([4, 8, 1]);
    expect(bytes.byteCount).toBe(80_000n);
    const path = join(fixture.dataDirectory, 'segments', '3.seg');
    const damaged = readFileSync(path);
    damaged[damaged.length - 100] = (damaged.at(-100) ?? 0) ^ 1;
    writeFileSync(path, damaged);
    const rows = await rowsOf(tables.readTable(bytes));
    await expect(lazyAt(rows, 0, 0).read()).rejects.toThrow(/is damaged/);
  });
});
