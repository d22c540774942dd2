import type * as sql from '@bqml-emulator/sql';
import type { ResolvedStatement } from '../logical/index.ts';
import type { Analysis } from './analysis.ts';
import { resolveOptions } from './resolve-options.ts';
import { setOptions } from './resolve-reservation.ts';
import { modelReference } from './resource-path.ts';
import { ALTER_MODEL_OPTIONS, EXPORT_MODEL_OPTIONS } from './statement-options.ts';

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/bigqueryml-syntax-alter-model */
export function resolveAlterModel(analysis: Analysis, node: sql.AlterModelStatement): ResolvedStatement {
  return {
    kind: 'AlterModelStatement',
    reference: modelReference(analysis, node.path),
    ifExists: node.ifExists,
    options: resolveOptions(analysis, setOptions(analysis, node.actions), ALTER_MODEL_OPTIONS),
  };
}

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/bigqueryml-syntax-export-model */
export function resolveExportModel(analysis: Analysis, node: sql.ExportModelStatement): ResolvedStatement {
  if (node.connection) throw analysis.notImplemented(node.connection, 'EXPORT MODEL WITH CONNECTION');
  return {
    kind: 'ExportModelStatement',
    reference: modelReference(analysis, node.name),
    options: resolveOptions(analysis, node.options, EXPORT_MODEL_OPTIONS),
  };
}
