export * from './clock.ts';
export * from './errors.ts';
export * from './ids.ts';
export * from './invariant.ts';
export * from './limits.ts';
