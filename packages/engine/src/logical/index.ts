export type * from './column.ts';
export type * from './expression.ts';
export * from './lazy.ts';
export * from './print.ts';
export * from './rewrite.ts';
export * from './same-expression.ts';
export type * from './scan.ts';
export type * from './statement.ts';
