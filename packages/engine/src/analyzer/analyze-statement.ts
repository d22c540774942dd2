import { invalidQuery } from '@bqml-emulator/common';
import type * as sql from '@bqml-emulator/sql';
import type { ResolvedStatement } from '../logical/index.ts';
import { Analysis } from './analysis.ts';
import type { AnalyzerContext } from './analyzer-context.ts';
import { distinctNames, outputNames } from './output-names.ts';
import { resolveCall } from './resolve-call.ts';
import { resolveAlterConnection, resolveCreateConnection, resolveDropConnection } from './resolve-connection.ts';
import {
  resolveCreateExternalTable,
  resolveCreateModel,
  resolveCreateSchema,
  resolveCreateTable,
  resolveDrop,
  resolveUndrop,
} from './resolve-ddl.ts';
import { resolveDelete, resolveInsert, resolveTruncate, resolveUpdate } from './resolve-dml.ts';
import { resolveAlterModel, resolveExportModel } from './resolve-model.ts';
import { resolveQuery } from './resolve-query.ts';
import { resolveAlterEntity, resolveCreateEntity, resolveDropEntity } from './resolve-reservation.ts';
import { expandValueTable } from './value-table.ts';
import { WithScope } from './with-scope.ts';

/**
 * What a statement means: names bound to the catalog, types decided, coercions written out. Throws a `ServiceError`
 * with BigQuery's text and position; nothing is changed.
 */
export function analyzeStatement(statement: sql.Statement, context: AnalyzerContext): ResolvedStatement {
  const analysis = new Analysis(context);
  switch (statement.kind) {
    case 'QueryStatement':
      return resolveQueryStatement(analysis, statement);
    case 'CreateSchemaStatement':
      return resolveCreateSchema(analysis, statement);
    case 'CreateTableStatement':
      return resolveCreateTable(analysis, statement);
    case 'CreateExternalTableStatement':
      return resolveCreateExternalTable(analysis, statement);
    case 'CreateModelStatement':
      return resolveCreateModel(analysis, statement);
    case 'AlterModelStatement':
      return resolveAlterModel(analysis, statement);
    case 'ExportModelStatement':
      return resolveExportModel(analysis, statement);
    case 'CreateConnectionStatement':
      return resolveCreateConnection(analysis, statement);
    case 'AlterConnectionStatement':
      return resolveAlterConnection(analysis, statement);
    case 'CreateEntityStatement':
      return resolveCreateEntity(analysis, statement);
    case 'AlterEntityStatement':
      return resolveAlterEntity(analysis, statement);
    case 'DropEntityStatement':
      return resolveDropEntity(analysis, statement);
    case 'CallStatement':
      return resolveCall(analysis, statement);
    case 'UndropStatement':
      return resolveUndrop(analysis, statement);
    case 'DropStatement':
      return statement.objectKind === 'CONNECTION'
        ? resolveDropConnection(analysis, statement)
        : resolveDrop(analysis, statement);
    case 'InsertStatement':
      return resolveInsert(analysis, statement);
    case 'UpdateStatement':
      return resolveUpdate(analysis, statement);
    case 'DeleteStatement':
      return resolveDelete(analysis, statement);
    case 'TruncateStatement':
      return resolveTruncate(analysis, statement);
    default:
      throw analysis.notImplemented(statement, statementText(statement.kind));
  }
}

/** `CreateViewStatement` is `CREATE VIEW`. */
function statementText(kind: string): string {
  return kind
    .replace(/Statement$/, '')
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toUpperCase();
}

function resolveQueryStatement(analysis: Analysis, node: sql.QueryStatement): ResolvedStatement {
  const result = expandValueTable(analysis, resolveQuery(analysis, node.query, undefined, new WithScope()));
  const names = outputNames(result.columns.map((c) => c.name));
  if (analysis.context.hasDestination) refuseDuplicates(names);
  const distinct = distinctNames(names);
  return {
    kind: 'QueryStatement',
    query: {
      scan: result.scan,
      columns: result.columns.map(({ column }, i) => ({ name: distinct[i] ?? '', column })),
      referencedTables: analysis.referencedTables,
    },
  };
}

/** A table has each name once. */
function refuseDuplicates(names: readonly string[]): void {
  const seen = new Set<string>();
  const duplicates = new Set<string>();
  for (const name of names) {
    const key = name.toLowerCase();
    if (seen.has(key)) duplicates.add(name);
    seen.add(key);
  }
  if (duplicates.size === 0) return;
  throw invalidQuery(
    `Duplicate column names in the result are not supported when a destination table is present. Found duplicate(s): ${[...duplicates].join(', ')}`,
  );
}
