import { readEmulatorOptions } from './options.ts';
import type { EmulatorOptions } from './options.ts';

/** Those of `--ephemeral` alone. */
export const ephemeralOptions = (): EmulatorOptions => readEmulatorOptions({ ephemeral: true }, {});
