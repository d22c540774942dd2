import { INT64 } from '@bqml-emulator/types';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { QueryHarness } from './query-harness.ts';

let harness: QueryHarness;

beforeAll(async () => {
  harness = await QueryHarness.open();
  await harness.run('CREATE SCHEMA d');
});

afterEach(() => {
  expect(harness.defects).toEqual([]);
});

afterAll(() => harness.close());

/** Runs for minutes when nobody stops it. */
const ENDLESS = `SELECT COUNT(*) FROM UNNEST(GENERATE_ARRAY(1, 100000)) AS a, UNNEST(GENERATE_ARRAY(1, 100000)) AS b
  WHERE MOD(a * b, 7) = 3 AND MOD(a + b, 11) = 5`;

const table = (tableId: string) => ({ projectId: 'proj', datasetId: 'd', tableId });

test('a job is PENDING when it is started and DONE when it has ended', async () => {
  const started = harness.start('SELECT 1 AS x');
  expect(started).toMatchObject({ state: 'PENDING', reference: { projectId: 'proj', location: 'US' } });
  const done = await harness.engine.waitForJob('proj', started.reference.jobId, 10_000);
  expect(done).toMatchObject({ state: 'DONE', error: undefined, statistics: { statementType: 'SELECT' } });
  expect(done.startMillis).toBeGreaterThanOrEqual(done.creationMillis);
  expect(done.endMillis).toBeGreaterThanOrEqual(done.startMillis ?? Infinity);
  expect(harness.engine.getJob('proj', started.reference.jobId)).toEqual(done);
});

test('the rows of a SELECT are in an anonymous table of its user', async () => {
  const job = await harness.run('SELECT 1 AS x');
  const { destinationTable } = job;
  expect(destinationTable?.datasetId).toMatch(/^_[0-9a-f]{40}$/);
  const result = destinationTable && harness.engine.getAnonymousResult(destinationTable);
  expect(result?.schema.map((c) => [c.name, c.type])).toEqual([['x', INT64]]);
});

test('an id is used once', () => {
  const request = {
    projectId: 'proj',
    jobId: 'mine',
    location: undefined,
    userEmail: 'user@example.com',
    configuration: harness.start('SELECT 1').configuration,
  };
  expect(harness.engine.startQuery(request).reference.jobId).toBe('mine');
  expect(() => harness.engine.startQuery(request)).toThrow('Already Exists: Job proj:US.mine');
});

test('a running query is cancelled', async () => {
  const { reference } = harness.start(ENDLESS);
  const running = await harness.engine.waitForJob('proj', reference.jobId, 300);
  expect(running.state).toBe('RUNNING');
  const begin = performance.now();
  const cancelled = await harness.engine.cancelJob('proj', reference.jobId);
  expect(performance.now() - begin).toBeLessThan(3000);
  expect(cancelled).toMatchObject({ state: 'DONE', error: { reason: 'stopped' } });
  expect(await harness.engine.cancelJob('proj', reference.jobId)).toEqual(cancelled);
});

test('a query ends at its time limit', async () => {
  const job = await harness.run(ENDLESS, { timeoutMillis: 200 });
  expect(job.error).toMatchObject({ reason: 'timeout', message: 'Job exceeded its time limit of 200 ms' });
});

test('many queries at once, each with its own answer', async () => {
  const printed = await Promise.all(
    Array.from({ length: 40 }, (_, i) =>
      harness.print(`SELECT SUM(DIV(x, 1)) + ${i} AS n FROM UNNEST(GENERATE_ARRAY(1, 1000)) AS x`),
    ),
  );
  expect(printed).toEqual(Array.from({ length: 40 }, (_, i) => `n INT64\n${500_500 + i}`));
});

test('a dry run tells the schema and keeps nothing', () => {
  const job = harness.start('SELECT 1 AS x, [2.5] AS list', { dryRun: true });
  expect(job).toMatchObject({
    state: 'DONE',
    error: undefined,
    statistics: { statementType: 'SELECT', schema: [{ name: 'x' }, { name: 'list', mode: 'REPEATED' }] },
  });
  const bad = harness.start('SELECT y FROM d.missing', { dryRun: true });
  expect(bad.error?.message).toBe('Not found: Table proj:d.missing was not found in location US');
});

test('parameters', async () => {
  const parameters = [
    { name: 'a', type: INT64, value: 5n },
    { name: 'b', type: INT64, value: null },
  ];
  expect(await harness.print('SELECT @a + x AS y, @b AS z FROM UNNEST([1]) AS x', { parameters })).toBe(
    'y INT64 | z INT64\n6 | NULL',
  );
});

test('a destination table is written as its disposition says', async () => {
  const into = (writeDisposition: 'WRITE_EMPTY' | 'WRITE_APPEND' | 'WRITE_TRUNCATE', query = 'SELECT 1 AS x') =>
    harness.print(query, { destinationTable: table('out'), writeDisposition });
  expect(
    await harness.print('SELECT 1 AS x', { destinationTable: table('no'), createDisposition: 'CREATE_NEVER' }),
  ).toBe('ERROR notFound: Not found: Table proj:d.no was not found in location US');
  expect(await into('WRITE_EMPTY')).toBe('x INT64\n1');
  expect(await into('WRITE_EMPTY')).toBe('ERROR duplicate: Already Exists: Table proj:d.out');
  expect(await into('WRITE_APPEND', 'SELECT 2 AS X')).toBe('X INT64\n2');
  expect(await harness.print('SELECT * FROM d.out ORDER BY x')).toBe('x INT64\n1\n2');
  expect(await into('WRITE_APPEND', "SELECT 'a' AS x")).toContain('Provided Schema does not match Table proj:d.out');
  expect(await into('WRITE_TRUNCATE', "SELECT 'a' AS y")).toBe('y STRING\n"a"');
  expect(await harness.print('SELECT * FROM d.out')).toBe('y STRING\n"a"');
});

test('a script has a child job for each statement', async () => {
  const job = await harness.run('CREATE TABLE d.s AS SELECT 1 AS x; SELECT x + 1 AS y FROM d.s; DROP TABLE d.s;');
  expect(job).toMatchObject({ error: undefined, statistics: { statementType: 'SCRIPT', childJobCount: 3 } });
  const children = harness.engine.listJobs('proj', {
    states: undefined,
    minCreationMillis: undefined,
    maxCreationMillis: undefined,
    parentJobId: job.reference.jobId,
    after: undefined,
    limit: 10,
  });
  expect(new Set(children.map((c) => c.statistics.statementType))).toEqual(
    new Set(['CREATE_TABLE_AS_SELECT', 'DROP_TABLE', 'SELECT']),
  );
  expect(harness.engine.getResult('proj', job.reference.jobId)).toBeUndefined();
});

test('a query runs where the dataset is that it names', async () => {
  await harness.run("CREATE SCHEMA far OPTIONS (location = 'EU')");
  await harness.run('CREATE TABLE far.t AS SELECT 1 AS x');
  expect((await harness.run('SELECT * FROM far.t')).reference.location).toBe('EU');
});
