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
    case 'InsertStatement':
      return 'INSERT';
    case 'UpdateStatement':
      return 'UPDATE';
    case 'DeleteStatement':
      return 'DELETE';
    case 'TruncateStatement':
      return 'TRUNCATE_TABLE';
  }
}
