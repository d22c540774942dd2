import { fork } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEFAULT_PROJECT } from './options.ts';
import { printSeedText } from './seed/seed-text.ts';
import type { Seed } from './seed/seed.ts';

export type * from './seed/seed.ts';

export interface StartEmulatorOptions {
  /** Default `bqml-project`. */
  readonly projectId?: string;
  /** Default: a free port. */
  readonly port?: number;
  /** Default: a temporary directory that `dispose` removes. */
  readonly dataDirectory?: string;
  /** What is made at the start: a YAML or JSON file, or the seed itself, whose paths are relative to the working directory. */
  readonly seed?: string | Seed;
  /** Directories that are buckets, by bucket name. */
  readonly buckets?: Readonly<Record<string, string>>;
  readonly bucketsRoot?: string;
  /** A Cloud Storage service whose buckets are used too. */
  readonly gcsEndpoint?: string;
  /** Flags of `bqml-emulator start` besides those above: `['--reservation', 'required']`. */
  readonly flags?: readonly string[];
  /** Milliseconds until a server that does not come up is an error; default 30,000. */
  readonly startTimeoutMillis?: number;
}

/** An emulator in a process of its own. It ends with `dispose`, or with the process that started it. */
export interface RunningEmulator {
  readonly projectId: string;
  readonly port: number;
  /** For `apiEndpoint` and BIGQUERY_EMULATOR_HOST: `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly processId: number;
  dispose(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts a server and waits until it answers. It runs in a child process, because the size of Node's thread pool must
 * be set before Node starts.
 */
export async function startEmulator(options: StartEmulatorOptions = {}): Promise<RunningEmulator> {
  const projectId = options.projectId ?? DEFAULT_PROJECT;
  const { seed } = options;
  const child = fork(
    fileURLToPath(new URL('../bin/bqml-emulator.cjs', import.meta.url)),
    [
      'start',
      '--port',
      String(options.port ?? 0),
      '--project',
      projectId,
      ...(options.dataDirectory === undefined ? ['--ephemeral'] : ['--data-dir', options.dataDirectory]),
      ...(seed === undefined ? [] : ['--seed', typeof seed === 'string' ? path.resolve(seed) : '-']),
      ...Object.entries(options.buckets ?? {}).flatMap(([name, directory]) => ['--bucket', `${name}=${directory}`]),
      ...(options.bucketsRoot === undefined ? [] : ['--buckets-root', options.bucketsRoot]),
      ...(options.gcsEndpoint === undefined ? [] : ['--gcs-endpoint', options.gcsEndpoint]),
      ...(options.flags ?? []),
    ],
    { stdio: ['pipe', 'ignore', 'pipe', 'ipc'], execArgv: [] },
  );
  // A server that ends before it has read all of it says why on its way out.
  child.stdin?.on('error', () => undefined).end(typeof seed === 'object' ? printSeedText(seed) : '');
  let complaint = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (complaint = (complaint + chunk).slice(-10_000)));
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const dispose = async () => {
    if (child.connected) child.disconnect();
    await exited;
  };
  const port = await new Promise<number>((resolve, reject) => {
    const limit = options.startTimeoutMillis ?? 30_000;
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`The emulator was not ready after ${limit} ms. ${complaint}`));
    }, limit);
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`The emulator ended with status ${code}. ${complaint}`));
    });
    child.once('message', (message: { kind: string; port: number }) => {
      clearTimeout(timer);
      resolve(message.port);
    });
  });
  return {
    projectId,
    port,
    url: `http://127.0.0.1:${port}`,
    processId: child.pid ?? -1,
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
}
