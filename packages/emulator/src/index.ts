export { Emulator } from './emulator.ts';
export { ephemeralOptions } from './ephemeral-options.ts';
export type { EmulatorOptions, ListenOptions } from './options.ts';
export type * from './seed/seed.ts';
export { startEmulator } from './start-emulator.ts';
export type { RunningEmulator, StartEmulatorOptions } from './start-emulator.ts';
