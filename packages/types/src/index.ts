export * from './batch.ts';
export * from './lazy-value.ts';
export * from './type.ts';
export * from './value.ts';
