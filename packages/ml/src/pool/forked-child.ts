import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { getCompileCacheDir } from 'node:module';
import type { Socket } from 'node:net';

export interface ForkOptions {
  /** Threads of libuv's pool in the child, which decode images. */
  readonly threadPoolSize: number;
}

/** How a child ended, for a message to the user. */
export interface ChildExit {
  readonly description: string;
}

const MAX_STDERR_CHARACTERS = 2000;

/**
 * What a child makes in JavaScript is short-lived and small. Without a limit V8 lets the space for it grow by a hundred
 * megabytes within ten thousand images, and collects no sooner for it.
 */
const MAX_SEMI_SPACE_MEGABYTES = 8;

/** Of TensorFlow in tfjs-node, which reads its options from nowhere else: one thread, as ONNX Runtime; no log. */
const TENSORFLOW_ENVIRONMENT = {
  TF_NUM_INTRAOP_THREADS: '1',
  TF_NUM_INTEROP_THREADS: '1',
  TF_CPP_MIN_LOG_LEVEL: '3',
};

/** A child starts in a third of the time when its modules need not be compiled again. */
function compileCacheEnvironment(): { readonly NODE_COMPILE_CACHE?: string } {
  const directory = getCompileCacheDir();
  return directory === undefined ? {} : { NODE_COMPILE_CACHE: directory };
}

/**
 * A process that runs one of this package's child modules and speaks `Request` and `Reply` over IPC. It does not
 * keep this process alive while it is idle, and ends itself when this process ends.
 */
export class ForkedChild<Request, Reply> {
  readonly #process: ChildProcess;
  /** Resolves when the process is gone. */
  readonly ended: Promise<void>;
  #stderr = '';
  #ended = false;

  constructor(module: URL, options: ForkOptions, onReply: (reply: Reply) => void, onExit: (exit: ChildExit) => void) {
    this.#process = fork(module, {
      serialization: 'advanced',
      execArgv: ['--disable-warning=ExperimentalWarning', `--max-semi-space-size=${MAX_SEMI_SPACE_MEGABYTES}`],
      // The child gets nothing of this process's environment, above all no NODE_OPTIONS.
      env: {
        UV_THREADPOOL_SIZE: String(options.threadPoolSize),
        ...TENSORFLOW_ENVIRONMENT,
        ...compileCacheEnvironment(),
      },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#process.on('message', (message) => {
      if (!this.#ended) onReply(message as Reply);
    });
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-MAX_STDERR_CHARACTERS);
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    const end = (how: string) => {
      if (this.#ended) return;
      this.#ended = true;
      resolve();
      onExit({ description: how + lastLine(this.#stderr) });
    };
    this.#process.once('error', (error) => end(`could not be started: ${error.message}`));
    this.#process.once('exit', (code, signal) =>
      end(signal === null ? `exited with code ${code}` : `ended with ${signal}`),
    );
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** A request that cannot be delivered is answered by `onExit`. */
  send(request: Request): void {
    this.#process.send(request as object, () => undefined);
  }

  /** Native code cannot be interrupted, so there is no gentler way. */
  kill(): void {
    this.#process.kill('SIGKILL');
  }

  /** Whether this process stays alive for the child's sake. */
  hold(busy: boolean): void {
    const stderr = this.#process.stderr as Socket | null;
    for (const handle of [this.#process, this.#process.channel, stderr]) {
      if (busy) handle?.ref();
      else handle?.unref();
    }
  }
}

function lastLine(stderr: string): string {
  const line = stderr.trim().split('\n').at(-1) ?? '';
  return line === '' ? '' : ` (${line})`;
}
