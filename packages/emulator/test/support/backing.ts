import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { startEmulator } from 'bqml-emulator';

/** A service that has the buckets. */
export interface Backing {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** A binary of https://github.com/fsouza/fake-gcs-server; `npm run test:backings` builds one. */
const fakeGcsServer = process.env['FAKE_GCS_SERVER'];

/** What `--gcs-endpoint` is tested with; undefined: it is not on this machine. */
export const BACKINGS: readonly (readonly [name: string, start: (() => Promise<Backing>) | undefined])[] = [
  ["the emulator's own JSON API", ownServer],
  ['fake-gcs-server (FAKE_GCS_SERVER names its binary)', fakeGcsServer ? () => fakeServer(fakeGcsServer) : undefined],
];

async function ownServer(): Promise<Backing> {
  const emulator = await startEmulator();
  return { endpoint: emulator.url, stop: () => emulator.dispose() };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function fakeServer(binary: string): Promise<Backing> {
  const port = String(await freePort());
  const arguments_ = ['-scheme', 'http', '-host', '127.0.0.1', '-port', port, '-backend', 'memory'];
  const child = spawn(binary, [...arguments_, '-public-host', `127.0.0.1:${port}`], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    endpoint: `http://127.0.0.1:${port}`,
    async stop() {
      child.kill();
      await ended;
    },
  };
}
