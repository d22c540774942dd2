import { spawn } from 'node:child_process';

const COMPLAINT_LENGTH = 600;

export interface ToolOptions {
  readonly millis: number;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs a tool to its end; undefined when it succeeded, otherwise the end of what it printed. */
export async function runTool(
  command: string,
  args: readonly string[],
  { millis, cwd, env }: ToolOptions,
): Promise<string | undefined> {
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: millis,
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env }),
  });
  let complaint = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream
      .setEncoding('utf8')
      .on('data', (chunk: string) => (complaint = (complaint + chunk).slice(-COMPLAINT_LENGTH)));
  }
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) =>
      resolve(code === 0 ? undefined : `${command} ended with ${signal ?? code}: ${complaint.trim()}`),
    );
  });
}
