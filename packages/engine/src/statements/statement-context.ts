import type { EvaluationContext, QueryResult } from '@bqml-emulator/catalog';
import type { QueryEngineDependencies } from '../jobs/dependencies.ts';
import type { QueryConfiguration, QueryStatistics } from '../jobs/job.ts';
import type { TableReference } from '@bqml-emulator/common';

/** What a statement runs with. */
export interface StatementContext extends Pick<
  QueryEngineDependencies,
  | 'catalog'
  | 'tables'
  | 'relational'
  | 'results'
  | 'objectTables'
  | 'externalFiles'
  | 'models'
  | 'connections'
  | 'reservations'
  | 'assignments'
  | 'clock'
  | 'ids'
> {
  readonly configuration: QueryConfiguration;
  readonly projectId: string;
  readonly location: string;
  readonly userEmail: string;
  readonly evaluation: EvaluationContext;
  readonly signal: AbortSignal;
}

/** What a statement reports when it has succeeded. */
export interface StatementOutcome {
  readonly statistics: Partial<QueryStatistics>;
  readonly result?: QueryResult;
  readonly destinationTable?: TableReference;
}
