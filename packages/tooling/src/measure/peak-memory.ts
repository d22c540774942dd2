import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

const INTERVAL_MILLIS = 20;

/** A process below this one. */
export interface ProcessMemory {
  readonly pid: number;
  readonly parent: number;
  readonly residentBytes: number;
}

/** Runs `work`; `peakBytes` is the largest resident memory that one descendant of this process had. Linux only. */
export async function peakMemoryWhile<T>(
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly peakBytes: number | undefined }> {
  if (process.platform !== 'linux') return { result: await work(), peakBytes: undefined };
  let running = true;
  let peakBytes = 0;
  const watch = (async () => {
    while (running) {
      for (const { residentBytes } of descendants()) peakBytes = Math.max(peakBytes, residentBytes);
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

/** Parents before their children. Linux only. */
export function descendants(pid = process.pid): readonly ProcessMemory[] {
  const children = readProc(`/proc/${pid}/task/${pid}/children`).trim();
  if (children === '') return [];
  return children.split(' ').flatMap((child) => {
    const own = { pid: Number(child), parent: pid, residentBytes: residentBytes(Number(child)) };
    return [own, ...descendants(own.pid)];
  });
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
