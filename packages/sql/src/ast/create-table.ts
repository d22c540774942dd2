import type { TableElementList } from './column-schema.ts';
import type { Expression } from './expression.ts';
import type { Identifier, PathExpression } from './identifier.ts';
import type { OptionsList } from './option.ts';
import type { Query, WhereClause } from './query.ts';
import type { SourceRange } from './source-range.ts';
import type { ForSystemTime } from './table-expression.ts';
import type { WithConnectionClause } from './table-function.ts';
import type { Collate } from './type.ts';
import type { PartitionBy } from './window.ts';

export type CreateScope = 'TEMP' | 'PUBLIC' | 'PRIVATE';

/** `CREATE [OR REPLACE] [TEMP] ... [IF NOT EXISTS]`. */
export interface CreateModifiers extends SourceRange {
  readonly scope: CreateScope | undefined;
  readonly orReplace: boolean;
  readonly ifNotExists: boolean;
}

/** In BigQuery a dataset. */
export interface CreateSchemaStatement extends CreateModifiers {
  readonly kind: 'CreateSchemaStatement';
  readonly name: PathExpression;
  readonly collate: Collate | undefined;
  readonly options: OptionsList | undefined;
}

export interface CreateExternalSchemaStatement extends CreateModifiers {
  readonly kind: 'CreateExternalSchemaStatement';
  readonly name: PathExpression;
  readonly connection: WithConnectionClause | undefined;
  readonly options: OptionsList | undefined;
}

export interface CreateTableStatement extends CreateModifiers {
  readonly kind: 'CreateTableStatement';
  readonly name: PathExpression;
  readonly elements: TableElementList | undefined;
  readonly like: PathExpression | undefined;
  readonly clone: CloneDataSource | undefined;
  readonly copy: CopyDataSource | undefined;
  readonly collate: Collate | undefined;
  readonly partitionBy: PartitionBy | undefined;
  readonly clusterBy: ClusterBy | undefined;
  readonly connection: WithConnectionClause | undefined;
  readonly options: OptionsList | undefined;
  readonly query: Query | undefined;
}

export interface ClusterBy extends SourceRange {
  readonly kind: 'ClusterBy';
  readonly expressions: readonly Expression[];
}

export interface CloneDataSource extends SourceRange {
  readonly kind: 'CloneDataSource';
  readonly path: PathExpression;
  readonly forSystemTime: ForSystemTime | undefined;
  readonly where: WhereClause | undefined;
}

export interface CopyDataSource extends SourceRange {
  readonly kind: 'CopyDataSource';
  readonly path: PathExpression;
  readonly forSystemTime: ForSystemTime | undefined;
  readonly where: WhereClause | undefined;
}

export interface CreateExternalTableStatement extends CreateModifiers {
  readonly kind: 'CreateExternalTableStatement';
  readonly name: PathExpression;
  readonly elements: TableElementList | undefined;
  readonly like: PathExpression | undefined;
  readonly collate: Collate | undefined;
  readonly partitionColumns: WithPartitionColumnsClause | undefined;
  readonly connection: WithConnectionClause | undefined;
  readonly options: OptionsList;
}

/** `WITH PARTITION COLUMNS [(...)]`; without a list the columns are inferred. */
export interface WithPartitionColumnsClause extends SourceRange {
  readonly kind: 'WithPartitionColumnsClause';
  readonly elements: TableElementList | undefined;
}

/** `CREATE SNAPSHOT TABLE ... CLONE ...`. */
export interface CreateSnapshotTableStatement extends CreateModifiers {
  readonly kind: 'CreateSnapshotTableStatement';
  readonly name: PathExpression;
  readonly clone: CloneDataSource;
  readonly options: OptionsList | undefined;
}

export type SqlSecurity = 'DEFINER' | 'INVOKER';

export interface CreateViewStatement extends CreateModifiers {
  readonly kind: 'CreateViewStatement';
  readonly recursive: boolean;
  readonly name: PathExpression;
  readonly columns: ColumnWithOptionsList | undefined;
  readonly sqlSecurity: SqlSecurity | undefined;
  readonly options: OptionsList | undefined;
  readonly query: Query;
}

/** `replicaOf` is set for `AS REPLICA OF path`, `query` for any other. */
export interface CreateMaterializedViewStatement extends CreateModifiers {
  readonly kind: 'CreateMaterializedViewStatement';
  readonly recursive: boolean;
  readonly name: PathExpression;
  readonly columns: ColumnWithOptionsList | undefined;
  readonly sqlSecurity: SqlSecurity | undefined;
  readonly partitionBy: PartitionBy | undefined;
  readonly clusterBy: ClusterBy | undefined;
  readonly options: OptionsList | undefined;
  readonly query: Query | undefined;
  readonly replicaOf: PathExpression | undefined;
}

export interface ColumnWithOptionsList extends SourceRange {
  readonly kind: 'ColumnWithOptionsList';
  readonly columns: readonly ColumnWithOptions[];
}

export interface ColumnWithOptions extends SourceRange {
  readonly kind: 'ColumnWithOptions';
  readonly name: Identifier;
  readonly options: OptionsList | undefined;
}
