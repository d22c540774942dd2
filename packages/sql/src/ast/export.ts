import type { TableElementList } from './column-schema.ts';
import type { ClusterBy, WithPartitionColumnsClause } from './create-table.ts';
import type { Expression } from './expression.ts';
import type { PathExpression } from './identifier.ts';
import type { OptionsList } from './option.ts';
import type { Query } from './query.ts';
import type { SourceRange } from './source-range.ts';
import type { WithConnectionClause } from './table-function.ts';
import type { Collate } from './type.ts';
import type { PartitionBy } from './window.ts';

/** `query` is undefined in pipe EXPORT DATA only. */
export interface ExportDataStatement extends SourceRange {
  readonly kind: 'ExportDataStatement';
  readonly connection: WithConnectionClause | undefined;
  readonly options: OptionsList | undefined;
  readonly query: Query | undefined;
}

export interface ExportModelStatement extends SourceRange {
  readonly kind: 'ExportModelStatement';
  readonly name: PathExpression;
  readonly connection: WithConnectionClause | undefined;
  readonly options: OptionsList | undefined;
}

/** `EXPORT TABLE METADATA FROM path`. */
export interface ExportMetadataStatement extends SourceRange {
  readonly kind: 'ExportMetadataStatement';
  readonly objectKind: 'TABLE' | 'VIEW';
  readonly name: PathExpression;
  readonly connection: WithConnectionClause | undefined;
  readonly options: OptionsList | undefined;
}

/** `LOAD DATA INTO|OVERWRITE table ... FROM FILES (...)`. */
export interface AuxLoadDataStatement extends SourceRange {
  readonly kind: 'AuxLoadDataStatement';
  readonly mode: 'INTO' | 'OVERWRITE';
  readonly isTemp: boolean;
  readonly name: PathExpression;
  readonly partitions: AuxLoadDataPartitionsClause | undefined;
  readonly elements: TableElementList | undefined;
  readonly collate: Collate | undefined;
  readonly partitionBy: PartitionBy | undefined;
  readonly clusterBy: ClusterBy | undefined;
  readonly options: OptionsList | undefined;
  readonly fromFiles: AuxLoadDataFromFilesOptionsList;
  readonly partitionColumns: WithPartitionColumnsClause | undefined;
  readonly connection: WithConnectionClause | undefined;
}

/** `[OVERWRITE] PARTITIONS (filter)`. */
export interface AuxLoadDataPartitionsClause extends SourceRange {
  readonly kind: 'AuxLoadDataPartitionsClause';
  readonly isOverwrite: boolean;
  readonly filter: Expression;
}

export interface AuxLoadDataFromFilesOptionsList extends SourceRange {
  readonly kind: 'AuxLoadDataFromFilesOptionsList';
  readonly options: OptionsList;
}
