import { clientVariables } from './env.ts';
import { Emulator } from '../emulator.ts';
import { readServerFlags } from '../options.ts';

/** Serves until SIGINT or SIGTERM, or until the process that forked it goes away. */
export async function start(args: readonly string[]): Promise<void> {
  const { listen, options } = readServerFlags(args);
  const emulator = await Emulator.open(options);
  try {
    const port = await emulator.listen(listen);
    const variables = clientVariables(listen.host, port, options.projectId);
    process.stdout.write(
      `bqml-emulator is ready on ${variables['BIGQUERY_EMULATOR_HOST']} (project ${options.projectId}, data in ${emulator.dataDirectory})\n` +
        `Point clients at it:\n` +
        Object.entries(variables)
          .map(([name, value]) => `  export ${name}=${value}\n`)
          .join(''),
    );
    process.send?.({ kind: 'ready', port });
    await ended();
  } finally {
    await emulator.dispose();
  }
  // Native thread pools may still hold the event loop for a moment.
  process.exit(0);
}

function ended(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
    if (process.send) process.once('disconnect', () => resolve());
  });
}
