import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

const INTERVAL_MILLIS = 20;

/** Runs `work`; `peakBytes` is the largest resident memory that one descendant of this process had. Linux only. */
export async function peakMemoryWhile<T>(
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly peakBytes: number | undefined }> {
  if (process.platform !== 'linux') return { result: await work(), peakBytes: undefined };
  let running = true;
  let peakBytes = 0;
  const watch = (async () => {
    while (running) {
      for (const pid of descendantsOf(process.pid)) peakBytes = Math.max(peakBytes, residentBytes(pid));
      await pause(INTERVAL_MILLIS);
    }
  })();
  try {
    const result = await work();
    return { result, peakBytes };
  } finally {
    running = false;
    await watch;
  }
}

function descendantsOf(pid: number): readonly number[] {
  const children = readProc(`/proc/${pid}/task/${pid}/children`).trim();
  if (children === '') return [];
  return children.split(' ').flatMap((child) => [Number(child), ...descendantsOf(Number(child))]);
}

const residentBytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readProc(`/proc/${pid}/status`))?.[1] ?? 0) * 1024;

/** A process that has ended meanwhile has no text. */
function readProc(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')) return '';
    throw error;
  }
}
