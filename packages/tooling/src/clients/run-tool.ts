import { spawn } from 'node:child_process';

export interface ToolOptions {
  readonly millis: number;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs a tool to its end; undefined when it succeeded, otherwise the last of its complaints. */
export async function runTool(
  command: string,
  args: readonly string[],
  { millis, cwd, env }: ToolOptions,
): Promise<string | undefined> {
  const child = spawn(command, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: millis,
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env }),
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (complaint = (complaint + chunk).slice(-2000)));
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) =>
      resolve(code === 0 ? undefined : `${command}: ${complaint.trim().split('\n').at(-1) ?? ''} (${signal ?? code})`),
    );
  });
}
