import type { ResolvedStatement } from '../logical/index.ts';
import type { StatementType } from '../jobs/job.ts';

export function statementType(statement: ResolvedStatement): StatementType {
  switch (statement.kind) {
    case 'QueryStatement':
      return 'SELECT';
    case 'CreateSchemaStatement':
      return 'CREATE_SCHEMA';
    case 'DropSchemaStatement':
      return 'DROP_SCHEMA';
    case 'UndropSchemaStatement':
      return 'UNDROP_SCHEMA';
    case 'CreateTableStatement':
      return statement.query ? 'CREATE_TABLE_AS_SELECT' : 'CREATE_TABLE';
    case 'CreateExternalTableStatement':
      return 'CREATE_EXTERNAL_TABLE';
    case 'DropTableStatement':
      return statement.objectKind === 'TABLE'
        ? 'DROP_TABLE'
        : statement.objectKind === 'VIEW'
          ? 'DROP_VIEW'
          : 'DROP_EXTERNAL_TABLE';
    case 'CreateModelStatement':
      return 'CREATE_MODEL';
    case 'DropModelStatement':
      return 'DROP_MODEL';
    case 'AlterModelStatement':
      return 'ALTER_MODEL';
    case 'ExportModelStatement':
      return 'EXPORT_MODEL';
    case 'InsertStatement':
      return 'INSERT';
    case 'UpdateStatement':
      return 'UPDATE';
    case 'DeleteStatement':
      return 'DELETE';
    case 'TruncateStatement':
      return 'TRUNCATE_TABLE';
    case 'CreateConnectionStatement':
      return 'CREATE_CONNECTION';
    case 'AlterConnectionStatement':
      return 'ALTER_CONNECTION';
    case 'DropConnectionStatement':
      return 'DROP_CONNECTION';
    case 'CreateReservationStatement':
      return 'CREATE_RESERVATION';
    case 'AlterReservationStatement':
      return 'ALTER_RESERVATION';
    case 'DropReservationStatement':
      return 'DROP_RESERVATION';
    case 'CreateAssignmentStatement':
      return 'CREATE_ASSIGNMENT';
    case 'DropAssignmentStatement':
      return 'DROP_ASSIGNMENT';
    case 'RefreshMetadataCacheStatement':
      return 'CALL';
  }
}
