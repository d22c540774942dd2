import { invariant } from '@bqml-emulator/common';

/** Ends this process when its parent is gone. Not `process.exit`: that would wait for a thread in native code. */
export function endWithParent(): void {
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
}

/** Sends to the parent; a parent that is gone has no more use for it. */
export function reply<Reply extends object>(message: Reply): void {
  invariant(process.connected, 'runs as a forked process');
  process.send?.(message, undefined, {}, () => undefined);
}
