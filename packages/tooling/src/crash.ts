/**
 * `npm run crash -- [--rounds N] [--seed S]`: kills the server with SIGKILL at random moments of a script that makes
 * datasets, tables, models and object tables over HTTP, and looks after each restart whether everything that was
 * acknowledged is there, and whether what was not is either whole or absent. It says which kills came while a segment
 * of images was being written.
 */
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startEmulator } from 'bqml-emulator';
import type { RunningEmulator } from 'bqml-emulator';
import { wholeNumber } from './measure/whole-number.ts';

const PROJECT = 'crash';
/** After each restart this many of the latest changes are looked at; the last look is at all. */
const VERIFIED = 60;

/** Rows of a table of images, 3 MB each: they take so long to write that many kills come in between. */
const IMAGES = 16;

/** One acknowledged or attempted change and how to see that it is whole. */
interface Change {
  readonly sql: string;
  /** A query whose only row must be this text when the change is there. */
  readonly check: string;
  readonly expected: string;
  /** What `check` answers when the change is absent. */
  readonly absent: readonly number[];
}

interface Reply {
  readonly status: number;
  readonly cell: string | undefined;
  readonly message: string;
}

class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** Uniform in [0, 1). */
  next(): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return this.#state / 2 ** 32;
  }
}

async function query(url: string, sql: string): Promise<Reply> {
  const response = await fetch(`${url}/projects/${PROJECT}/queries`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: sql, useLegacySql: false, timeoutMs: 60_000 }),
  });
  const body = (await response.json()) as {
    rows?: readonly { f: readonly { v: string }[] }[];
    error?: { message: string };
  };
  return { status: response.status, cell: body.rows?.[0]?.f[0]?.v, message: body.error?.message ?? '' };
}

/** The n-th change of the script. Every fifth overwrites an earlier one. */
function changeNumber(n: number): Change {
  const dataset = `d${Math.floor(n / 12)}`;
  switch (n % 12) {
    case 0:
      return {
        sql: `CREATE SCHEMA ${dataset}`,
        check: `DROP TABLE IF EXISTS ${dataset}.none`,
        expected: '',
        absent: [404],
      };
    case 3:
      return {
        sql: `CREATE MODEL ${dataset}.m${n} OPTIONS (model_type = 'ONNX', model_path = 'gs://fixtures/models/linear.onnx')`,
        check: `SELECT COUNT(label) FROM ML.PREDICT(MODEL ${dataset}.m${n}, (SELECT [1.0, 2.0, 3.0, 4.0] AS features))`,
        expected: '1',
        absent: [404],
      };
    case 5:
      return {
        sql: `CREATE EXTERNAL TABLE ${dataset}.o${n} OPTIONS (object_metadata = 'SIMPLE', uris = ['gs://fixtures/models/*'])`,
        check: `SELECT COUNT(*) > 0 FROM ${dataset}.o${n}`,
        expected: 'true',
        absent: [404],
      };
    case 7:
      return {
        sql:
          `CREATE TABLE ${dataset}.i${n} AS SELECT ML.RESIZE_IMAGE(ML.DECODE_IMAGE(data), 512 + n, 512, FALSE) AS image ` +
          `FROM ${dataset}.images, UNNEST(GENERATE_ARRAY(1, ${IMAGES})) AS n`,
        // Reads all of every image.
        check: `SELECT COUNT(*) FROM (SELECT DISTINCT image FROM ${dataset}.i${n})`,
        expected: String(IMAGES),
        absent: [404],
      };
    case 6:
      return {
        sql: `CREATE EXTERNAL TABLE ${dataset}.images OPTIONS (object_metadata = 'SIMPLE', uris = ['gs://fixtures/odd/rgba.png'])`,
        check: `SELECT COUNT(*) FROM ${dataset}.images`,
        expected: '1',
        absent: [404],
      };
    case 9:
      return {
        sql: `INSERT INTO ${dataset}.t${n - 1} SELECT n, 'more' FROM UNNEST(GENERATE_ARRAY(1, 3000)) AS n`,
        check: `SELECT COUNT(*) FROM ${dataset}.t${n - 1} WHERE s = 'more'`,
        expected: '3000',
        absent: [404],
      };
    default:
      return {
        sql: `CREATE OR REPLACE TABLE ${dataset}.t${n} AS SELECT n, CAST(n AS STRING) AS s FROM UNNEST(GENERATE_ARRAY(1, 5000)) AS n`,
        check: `SELECT COUNT(DISTINCT n) FROM ${dataset}.t${n} WHERE s != 'more'`,
        expected: '5000',
        absent: [404],
      };
  }
}

/** Runs changes until the server dies, adding the acknowledged ones; returns the one that was in flight. */
async function runScript(url: string, from: number, acknowledged: number[]): Promise<number> {
  for (let n = from; ; n++) {
    try {
      const reply = await query(url, changeNumber(n).sql);
      if (reply.status !== 200) throw new Error(`change ${n} was refused: ${reply.message}`);
      acknowledged.push(n);
    } catch (error) {
      if (error instanceof TypeError) return n; // The connection broke: fetch throws TypeError.
      throw error;
    }
  }
}

async function verify(
  url: string,
  acknowledged: readonly number[],
  inFlight: number | undefined,
  limit: number,
): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const n of [...acknowledged.slice(-limit), ...(inFlight === undefined ? [] : [inFlight])]) {
    const change = changeNumber(n);
    const reply = await query(url, change.check);
    const whole = reply.status === 200 && (reply.cell ?? '') === change.expected;
    const absent = change.absent.includes(reply.status) || (n % 12 === 9 && reply.cell === '0');
    if (whole || (n === inFlight && absent)) continue;
    const state = n === inFlight ? 'in flight' : 'acknowledged';
    problems.push(`change ${n} (${state}): ${change.sql}: ${JSON.stringify(reply)}`);
  }
  return problems;
}

/** Bytes of segments that a killed server had begun and not finished. */
function unfinishedSegmentBytes(dataDirectory: string): number {
  const segments = path.join(dataDirectory, 'segments');
  return globSync('*.tmp', { cwd: segments }).reduce((sum, name) => sum + statSync(path.join(segments, name)).size, 0);
}

/** Files of segments that are left after a restart although no table can have them. */
const straySegments = (dataDirectory: string): readonly string[] => globSync('segments/*.tmp', { cwd: dataDirectory });

/** Folders of the model store that are not one whole model. */
function strayModels(dataDirectory: string): readonly string[] {
  const models = path.join(dataDirectory, 'models');
  return !existsSync(models) ? [] : readdirSync(models).filter((name) => !/^[0-9a-f]{64}$/.test(name));
}

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '20' }, seed: { type: 'string', default: '1' } },
});
const rounds = wholeNumber('rounds', values.rounds, 1);
const random = new Random(wholeNumber('seed', values.seed));
const work = mkdtempSync(path.join(os.tmpdir(), 'bqml-crash-'));
const fixtures = path.join(import.meta.dirname, '../fixtures');
const dataDirectory = path.join(work, 'data');
const bucket = path.join(work, 'fixtures');
mkdirSync(path.join(bucket, 'odd'), { recursive: true });
cpSync(path.join(fixtures, 'models/linear.onnx'), path.join(bucket, 'models/linear.onnx'));
cpSync(path.join(fixtures, 'odd/rgba.png'), path.join(bucket, 'odd/rgba.png'));

const acknowledged: number[] = [];
let inFlight: number | undefined;
let failures = 0;
let killsInSegments = 0;
const start = (): Promise<RunningEmulator> =>
  startEmulator({ projectId: PROJECT, dataDirectory, buckets: { fixtures: bucket } });

async function look(emulator: RunningEmulator, limit: number): Promise<number> {
  const problems = [
    ...(await verify(emulator.url, acknowledged, inFlight, limit)),
    ...strayModels(dataDirectory),
    ...straySegments(dataDirectory),
  ];
  for (const problem of problems) console.error(problem);
  failures += problems.length;
  return problems.length;
}

try {
  for (let round = 1; round <= rounds; round++) {
    const emulator = await start();
    const problems = await look(emulator, VERIFIED);
    const milliseconds = 20 + random.next() * 1500;
    const killed = sleep(milliseconds).then(() => process.kill(emulator.processId, 'SIGKILL'));
    const before = acknowledged.length;
    // The change that was in flight may be there: the script goes on with the next dataset.
    inFlight = await runScript(
      emulator.url,
      inFlight === undefined ? 0 : Math.ceil((inFlight + 1) / 12) * 12,
      acknowledged,
    );
    await killed;
    await emulator.dispose();
    const unfinished = unfinishedSegmentBytes(dataDirectory);
    if (unfinished > 0) killsInSegments++;
    console.log(
      `round ${round}: ${problems} problems after the restart; killed after ${milliseconds.toFixed(0)} ms and ${acknowledged.length - before} changes` +
        (unfinished === 0 ? '' : `, ${(unfinished / 2 ** 20).toFixed(0)} MB into a segment`),
    );
  }
  const emulator = await start();
  await look(emulator, acknowledged.length);
  await emulator.dispose();
} finally {
  rmSync(work, { recursive: true, force: true });
}
console.log(
  `${rounds} kills, ${killsInSegments} of them while a segment was written, ` +
    `${acknowledged.length} acknowledged changes, ${failures} problems`,
);
process.exitCode = failures === 0 ? 0 : 1;
