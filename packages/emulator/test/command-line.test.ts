/** The command as a user runs it: output on stdout, complaints on stderr, exit status 0, 1 or 2. */
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { WorkDirectory } from './support/running-emulator.ts';

const COMMAND = path.join(import.meta.dirname, '../bin/bqml-emulator.cjs');
const work = new WorkDirectory();
afterAll(() => work.remove());

function run(...args: readonly string[]): Promise<{ status: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [COMMAND, ...args], { cwd: work.path, timeout: 30_000 });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.once('close', (status) => resolve({ status, stdout, stderr }));
  });
}

describe('query', () => {
  it('prints a table', async () => {
    const { status, stdout } = await run(
      'query',
      "SELECT 1 AS n, 2.0 AS x, 'é' AS s, CAST(NULL AS DATE) AS d",
      '--ephemeral',
    );
    expect(stdout).toBe(
      '+---+-----+---+------+\n| n | x   | s | d    |\n+---+-----+---+------+\n| 1 | 2.0 | é | NULL |\n+---+-----+---+------+\n',
    );
    expect(status).toBe(0);
  });

  it('prints JSON and CSV', async () => {
    const sql = "SELECT 9007199254740993 AS big, [1, 2] AS a, STRUCT('x,y' AS s) AS r, JSON '{\"k\":1}' AS j";
    const json = await run('query', sql, '--ephemeral', '--format', 'json');
    expect(JSON.parse(json.stdout)).toEqual([{ big: '9007199254740993', a: [1, 2], r: { s: 'x,y' }, j: { k: 1 } }]);
    const csv = await run('query', "SELECT 'a\"b' AS x, NULL AS y, 'c,d' AS z", '--ephemeral', '--format', 'csv');
    expect(csv.stdout).toBe('x,y,z\n"a""b",,"c,d"\n');
    const empty = await run('query', 'SELECT 1 AS x LIMIT 0', '--ephemeral', '--format', 'json');
    expect(empty.stdout).toBe('[]\n');
  });

  it('keeps what it makes in the data directory', async () => {
    const data = path.join(work.path, 'data');
    expect((await run('query', 'CREATE SCHEMA d; CREATE TABLE d.t AS SELECT 7 AS n', '--data-dir', data)).status).toBe(
      0,
    );
    expect((await run('query', 'SELECT n FROM d.t', '--data-dir', data, '--format', 'csv')).stdout).toBe('n\n7\n');
  });

  it("ends with 1 and BigQuery's text when the query is wrong", async () => {
    expect(await run('query', 'SELECT nope', '--ephemeral')).toEqual({
      status: 1,
      stdout: '',
      stderr: 'Unrecognized name: nope at [1:8]\n',
    });
  });
});

describe('usage', () => {
  it.each([
    [['frobnicate'], "Unknown command 'frobnicate'"],
    [['--prot', '1'], "Unknown option '--prot'"],
    [['--port', 'abc'], "--port takes a whole number from 0 to 65535, not 'abc'"],
    [['query'], 'query takes the SQL text'],
    [['query', 'SELECT 1', '--format', 'xml'], "--format is one of json, csv and pretty, not 'xml'"],
    [['start', '--savedmodel-runtime', 'tf'], "--savedmodel-runtime is one of auto, onnx, tfjs-node, not 'tf'"],
    [['start', '--bucket', 'x'], "--bucket takes NAME=DIRECTORY, not 'x'"],
    [['start', '--bucket', 'B=.'], "'B' is not a bucket name"],
    [['start', '--ephemeral', '--data-dir', 'd'], '--ephemeral and --data-dir exclude each other'],
  ])('%j ends with 2', async (args, message) => {
    const { status, stderr, stdout } = await run(...args);
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });

  it('explains itself', async () => {
    const { status, stdout } = await run('--help');
    for (const flag of ['--port', '--host', '--project', '--data-dir', '--ephemeral', '--bucket', '--buckets-root']) {
      expect(stdout).toContain(flag);
    }
    expect(status).toBe(0);
  });

  it('prints variables and credentials', async () => {
    expect((await run('env', '--port', '1234')).stdout).toContain(
      'export BIGQUERY_EMULATOR_HOST=http://127.0.0.1:1234\n',
    );
    expect(JSON.parse((await run('credentials', '--project', 'p')).stdout)).toMatchObject({
      type: 'service_account',
      project_id: 'p',
      token_uri: 'http://127.0.0.1:9050/token',
    });
  });
});

describe('a start that the machine refuses', () => {
  it('names the port that is in use', async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
    try {
      const { status, stderr } = await run('start', '--ephemeral', '--port', String(port));
      expect(stderr).toContain(`cannot listen on 127.0.0.1:${port}: the port is in use`);
      expect(status).toBe(1);
    } finally {
      server.close();
    }
  });

  it('names the bucket whose directory is missing', async () => {
    const { status, stderr } = await run('query', 'SELECT 1', '--ephemeral', '--bucket', 'images=/no/such/directory');
    expect(stderr).toBe(
      'bqml-emulator: cannot read the directory of bucket images, /no/such/directory: there is no such directory\n',
    );
    expect(status).toBe(1);
  });
});
