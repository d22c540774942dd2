export { builtinFunctions, externalObjectTransform } from './functions/index.ts';
export type { QueryEngineDependencies, QueryEngineOptions } from './jobs/dependencies.ts';
export type * from './jobs/job.ts';
export { createQueryEngine } from './jobs/query-engine.ts';
export type * from './logical/index.ts';
export type { ExternalSourceDefinition } from './statements/external-source.ts';
export type { ExternalTableDefinition } from './statements/external-table.ts';
export type { ObjectTableDefinition } from './statements/object-table.ts';
export { metadataCache } from './statements/object-table.ts';
