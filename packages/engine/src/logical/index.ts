export type * from './column.ts';
export type * from './expression.ts';
export type * from './scan.ts';
export type * from './statement.ts';
