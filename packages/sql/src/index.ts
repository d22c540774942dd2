export type * from './ast/index.ts';
export { parseExpression, parseScript, parseStatement, parseType } from './parser/index.ts';
export { MAX_NESTING_DEPTH } from './parser/cursor.ts';
export { isReservedKeyword } from './keywords.ts';
export { locate, textOf } from './source-text.ts';
export { SqlSyntaxError } from './syntax-error.ts';
export { childFields, children } from './ast/children.ts';
export { print, type PrintOptions } from './printer/index.ts';
export { visit, type Visitor } from './visitor.ts';
