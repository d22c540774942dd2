import type { DatasetReference } from '@bqml-emulator/common';
import type { Catalog, EvaluationContext, FunctionDefinition } from '@bqml-emulator/catalog';
import type { QueryParameter } from '../jobs/job.ts';

/** Finds a function by its upper-case name (`ML.PREDICT`) or an operator by its `$name`. */
export type FunctionLookup = (name: string) => FunctionDefinition | undefined;

/** What the meaning of a statement depends on besides its text. */
export interface AnalyzerContext {
  /** The text that the statement was parsed from; positions in messages are computed from it. */
  readonly sql: string;
  readonly catalog: Catalog;
  readonly functions: FunctionLookup;
  /** The names of all functions, for suggestions; undefined: a function that is not found gets none. */
  readonly functionNames?: () => Iterable<string>;
  /** The project of names without one. */
  readonly projectId: string;
  readonly defaultDataset: DatasetReference | undefined;
  /** Where the query runs; tables of other locations are not found. */
  readonly location: string;
  /** The rows of a query go to a table that the request names. */
  readonly hasDestination?: boolean;
  readonly parameters: readonly QueryParameter[];
  /** For what is folded at analysis: OPTIONS, LIMIT, constant arguments. */
  readonly evaluationContext: EvaluationContext;
}
