import { parseConnectionId } from '@bqml-emulator/catalog';
import type { ConnectionReference } from '@bqml-emulator/catalog';
import type * as sql from '@bqml-emulator/sql';
import type { ResolvedStatement } from '../logical/index.ts';
import type { Analysis } from './analysis.ts';
import { resolveOptions } from './resolve-options.ts';
import { setOptions } from './resolve-reservation.ts';
import { CONNECTION_OPTIONS } from './statement-options.ts';

/** `[[project.]location.]connection`; the location is that of the query when none is written. */
function connectionReference(analysis: Analysis, path: sql.PathExpression): ConnectionReference {
  const { projectId, location } = analysis.context;
  return parseConnectionId(path.names.map((n) => n.name).join('.'), projectId, location);
}

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/data-definition-language#create_connection_statement */
export function resolveCreateConnection(analysis: Analysis, node: sql.CreateConnectionStatement): ResolvedStatement {
  if (node.orReplace) throw analysis.notImplemented(node, 'CREATE OR REPLACE CONNECTION');
  return {
    kind: 'CreateConnectionStatement',
    reference: connectionReference(analysis, node.name),
    ifExists: node.ifNotExists ? 'ignore' : 'error',
    options: resolveOptions(analysis, node.options, CONNECTION_OPTIONS),
  };
}

export function resolveAlterConnection(analysis: Analysis, node: sql.AlterConnectionStatement): ResolvedStatement {
  return {
    kind: 'AlterConnectionStatement',
    reference: connectionReference(analysis, node.path),
    ifExists: node.ifExists,
    options: resolveOptions(analysis, setOptions(analysis, node.actions), CONNECTION_OPTIONS),
  };
}

export function resolveDropConnection(analysis: Analysis, node: sql.DropStatement): ResolvedStatement {
  return {
    kind: 'DropConnectionStatement',
    reference: connectionReference(analysis, node.name),
    ifExists: node.ifExists,
  };
}
