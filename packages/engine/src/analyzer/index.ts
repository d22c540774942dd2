export { analyzeStatement } from './analyze-statement.ts';
export type { AnalyzerContext } from './analyzer-context.ts';
export { columnSchemaOf } from './resolve-column-schema.ts';
