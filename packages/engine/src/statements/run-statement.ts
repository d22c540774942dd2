import type { ResolvedStatement } from '../logical/index.ts';
import { createAssignment, dropAssignment } from './assignment.ts';
import { alterModel } from './alter-model.ts';
import { alterConnection, createConnection, dropConnection } from './connection.ts';
import { runCreateExternalTable } from './create-external-table.ts';
import { createModel } from './create-model.ts';
import { createSchema } from './create-schema.ts';
import { createTable } from './create-table.ts';
import { deleteRows } from './delete.ts';
import { dropModel } from './drop-model.ts';
import { dropSchema, undropSchema } from './drop-schema.ts';
import { dropTable } from './drop-table.ts';
import { exportModel } from './export-model.ts';
import { insert } from './insert.ts';
import { runQuery } from './query.ts';
import { refreshMetadataCache } from './refresh-metadata-cache.ts';
import { alterReservation, createReservation, dropReservation } from './reservation.ts';
import type { StatementContext, StatementOutcome } from './statement-context.ts';
import { truncate } from './truncate.ts';
import { update } from './update.ts';

type Runners = {
  readonly [K in ResolvedStatement['kind']]: (
    statement: Extract<ResolvedStatement, { kind: K }>,
    context: StatementContext,
  ) => StatementOutcome | Promise<StatementOutcome>;
};

const RUNNERS: Runners = {
  QueryStatement: runQuery,
  CreateSchemaStatement: createSchema,
  DropSchemaStatement: dropSchema,
  UndropSchemaStatement: undropSchema,
  CreateTableStatement: createTable,
  CreateExternalTableStatement: runCreateExternalTable,
  DropTableStatement: dropTable,
  CreateModelStatement: createModel,
  DropModelStatement: dropModel,
  AlterModelStatement: alterModel,
  ExportModelStatement: exportModel,
  InsertStatement: insert,
  UpdateStatement: update,
  DeleteStatement: deleteRows,
  TruncateStatement: truncate,
  CreateConnectionStatement: createConnection,
  AlterConnectionStatement: alterConnection,
  DropConnectionStatement: dropConnection,
  CreateReservationStatement: createReservation,
  AlterReservationStatement: alterReservation,
  DropReservationStatement: dropReservation,
  CreateAssignmentStatement: createAssignment,
  DropAssignmentStatement: dropAssignment,
  RefreshMetadataCacheStatement: refreshMetadataCache,
};

export async function runStatement(statement: ResolvedStatement, context: StatementContext): Promise<StatementOutcome> {
  const run = RUNNERS[statement.kind] as (
    statement: ResolvedStatement,
    context: StatementContext,
  ) => StatementOutcome | Promise<StatementOutcome>;
  return run(statement, context);
}
