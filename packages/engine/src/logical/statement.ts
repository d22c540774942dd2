import type { DatasetReference, ModelReference, TableReference } from '@bqml-emulator/common';
import type {
  BaseTable,
  ColumnSchema,
  ConnectionReference,
  EvaluatedOption,
  ReservationReference,
  Table,
} from '@bqml-emulator/catalog';
import type { PlanColumn } from './column.ts';
import type { Expression } from './expression.ts';
import type { Scan } from './scan.ts';

/** What a query gives: names may repeat where BigQuery allows it; `names[i]` is undefined for an anonymous column (`f0_`). */
export interface QueryOutput {
  readonly scan: Scan;
  readonly columns: readonly { readonly name: string; readonly column: PlanColumn }[];
  /** Tables that the query names, for statistics.query.referencedTables. */
  readonly referencedTables: readonly TableReference[];
}

export interface QueryStatement {
  readonly kind: 'QueryStatement';
  readonly query: QueryOutput;
}

export type IfExists = 'error' | 'ignore' | 'replace';

export interface CreateSchemaStatement {
  readonly kind: 'CreateSchemaStatement';
  readonly reference: DatasetReference;
  readonly ifExists: 'error' | 'ignore';
  readonly options: readonly EvaluatedOption[];
}

export interface DropSchemaStatement {
  readonly kind: 'DropSchemaStatement';
  readonly reference: DatasetReference;
  readonly ifExists: boolean;
  readonly cascade: boolean;
}

export interface UndropSchemaStatement {
  readonly kind: 'UndropSchemaStatement';
  readonly reference: DatasetReference;
  readonly ifNotExists: boolean;
}

export interface CreateTableStatement {
  readonly kind: 'CreateTableStatement';
  readonly reference: TableReference;
  readonly ifExists: IfExists;
  readonly schema: readonly ColumnSchema[];
  /** CREATE TABLE ... AS: columns in schema order, already coerced. */
  readonly query: QueryOutput | undefined;
  readonly options: readonly EvaluatedOption[];
}

export interface CreateExternalTableStatement {
  readonly kind: 'CreateExternalTableStatement';
  readonly reference: TableReference;
  readonly ifExists: IfExists;
  /** Undefined: no column list was given. */
  readonly schema: readonly ColumnSchema[] | undefined;
  readonly connectionId: string | undefined;
  readonly options: readonly EvaluatedOption[];
}

export interface DropTableStatement {
  readonly kind: 'DropTableStatement';
  readonly objectKind: 'TABLE' | 'EXTERNAL TABLE' | 'VIEW';
  readonly reference: TableReference;
  readonly ifExists: boolean;
}

export interface CreateModelStatement {
  readonly kind: 'CreateModelStatement';
  readonly reference: ModelReference;
  readonly ifExists: IfExists;
  readonly options: readonly EvaluatedOption[];
}

export interface DropModelStatement {
  readonly kind: 'DropModelStatement';
  readonly reference: ModelReference;
  readonly ifExists: boolean;
}

export interface AlterModelStatement {
  readonly kind: 'AlterModelStatement';
  readonly reference: ModelReference;
  readonly ifExists: boolean;
  readonly options: readonly EvaluatedOption[];
}

export interface ExportModelStatement {
  readonly kind: 'ExportModelStatement';
  readonly reference: ModelReference;
  readonly options: readonly EvaluatedOption[];
}

/** `query` gives the columns of the schema in order, defaults and coercions applied. */
export interface InsertStatement {
  readonly kind: 'InsertStatement';
  readonly table: BaseTable;
  readonly query: QueryOutput;
}

/** `scan` gives the rows of the table that change: its row identity and, for UPDATE, the new values. */
export interface UpdateStatement {
  readonly kind: 'UpdateStatement';
  readonly table: BaseTable;
  /** The table's own columns as the expressions know them, schema order. */
  readonly tableColumns: readonly PlanColumn[];
  readonly assignments: readonly { readonly columnIndex: number; readonly expression: Expression }[];
  readonly condition: Expression;
}

export interface DeleteStatement {
  readonly kind: 'DeleteStatement';
  readonly table: BaseTable;
  readonly tableColumns: readonly PlanColumn[];
  readonly condition: Expression;
}

export interface TruncateStatement {
  readonly kind: 'TruncateStatement';
  readonly table: BaseTable;
}

export interface CreateConnectionStatement {
  readonly kind: 'CreateConnectionStatement';
  readonly reference: ConnectionReference;
  readonly ifExists: 'error' | 'ignore';
  readonly options: readonly EvaluatedOption[];
}

export interface AlterConnectionStatement {
  readonly kind: 'AlterConnectionStatement';
  readonly reference: ConnectionReference;
  readonly ifExists: boolean;
  readonly options: readonly EvaluatedOption[];
}

export interface DropConnectionStatement {
  readonly kind: 'DropConnectionStatement';
  readonly reference: ConnectionReference;
  readonly ifExists: boolean;
}

export interface CreateReservationStatement {
  readonly kind: 'CreateReservationStatement';
  readonly reference: ReservationReference;
  readonly ifExists: 'error' | 'ignore';
  readonly options: readonly EvaluatedOption[];
}

export interface AlterReservationStatement {
  readonly kind: 'AlterReservationStatement';
  readonly reference: ReservationReference;
  readonly ifExists: boolean;
  readonly options: readonly EvaluatedOption[];
}

export interface DropReservationStatement {
  readonly kind: 'DropReservationStatement';
  readonly reference: ReservationReference;
  readonly ifExists: boolean;
}

export interface CreateAssignmentStatement {
  readonly kind: 'CreateAssignmentStatement';
  readonly reference: ReservationReference;
  readonly assignmentId: string;
  readonly ifExists: 'error' | 'ignore';
  readonly options: readonly EvaluatedOption[];
}

export interface DropAssignmentStatement {
  readonly kind: 'DropAssignmentStatement';
  readonly reference: ReservationReference;
  readonly assignmentId: string;
  readonly ifExists: boolean;
}

/** CALL BQ.REFRESH_EXTERNAL_METADATA_CACHE; `uris` undefined: all of the table's. */
export interface RefreshMetadataCacheStatement {
  readonly kind: 'RefreshMetadataCacheStatement';
  readonly reference: TableReference;
  readonly uris: readonly string[] | undefined;
}

export type ResolvedStatement =
  | QueryStatement
  | CreateSchemaStatement
  | DropSchemaStatement
  | UndropSchemaStatement
  | CreateTableStatement
  | CreateExternalTableStatement
  | DropTableStatement
  | CreateModelStatement
  | DropModelStatement
  | AlterModelStatement
  | ExportModelStatement
  | InsertStatement
  | UpdateStatement
  | DeleteStatement
  | TruncateStatement
  | CreateConnectionStatement
  | AlterConnectionStatement
  | DropConnectionStatement
  | CreateReservationStatement
  | AlterReservationStatement
  | DropReservationStatement
  | CreateAssignmentStatement
  | DropAssignmentStatement
  | RefreshMetadataCacheStatement;

/** Tables are looked up at analysis; only a base table can be written to. */
export type ResolvedTable = Table;
