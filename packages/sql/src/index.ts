export type * from './ast/index.ts';
