import { ServiceError } from '@bqml-emulator/common';
import { printCredentials } from './commands/credentials.ts';
import { printEnvironment } from './commands/env.ts';
import { HELP, printVersion } from './commands/help.ts';
import { query } from './commands/query.ts';
import { start } from './commands/start.ts';
import { StartError, UsageError } from './options.ts';

const COMMANDS: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  start,
  query,
  env: printEnvironment,
  credentials: printCredentials,
};

/** `bqml-emulator [start] | query | env | credentials`. Exit status: 0, 1 for an error of the query, 2 for wrong usage. */
export async function main(args: readonly string[] = process.argv.slice(2)): Promise<void> {
  const first = args[0];
  if (args.includes('--help') || args.includes('-h') || first === 'help') {
    process.stdout.write(HELP);
    return;
  }
  if (first === '--version' || first === '-v') return printVersion();
  const named = first !== undefined && !first.startsWith('-');
  const command = named ? COMMANDS[first] : start;
  try {
    if (!command) throw new UsageError(`Unknown command '${first}'`);
    await command(named ? args.slice(1) : args);
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`bqml-emulator: ${error.message}. \`bqml-emulator --help\` lists the commands and flags.\n`);
      process.exitCode = 2;
    } else if (error instanceof ServiceError || error instanceof StartError) {
      process.stderr.write(`${error instanceof StartError ? 'bqml-emulator: ' : ''}${error.message}\n`);
      process.exitCode = 1;
    } else {
      throw error;
    }
  }
}
