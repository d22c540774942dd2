import {
  connectionAlreadyExists,
  connectionNotFound,
  createConnection as create,
  locatedConnection,
} from '@bqml-emulator/catalog';
import { invalidQuery, notImplemented } from '@bqml-emulator/common';
import type { AlterConnectionStatement, CreateConnectionStatement, DropConnectionStatement } from '../logical/index.ts';
import { StatementOptions } from './options.ts';
import type { StatementContext, StatementOutcome } from './statement-context.ts';

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/data-definition-language#create_connection_statement */
export function createConnection(statement: CreateConnectionStatement, context: StatementContext): StatementOutcome {
  const { reference } = statement;
  const statementType = 'CREATE_CONNECTION';
  if (context.connections.get(locatedConnection(reference))) {
    if (statement.ifExists === 'error') throw connectionAlreadyExists(reference);
    return { statistics: { statementType, ddlOperationPerformed: 'SKIP' } };
  }
  const options = new StatementOptions(statement.options);
  const type = options.text('connection_type')?.toUpperCase();
  if (type === undefined) throw invalidQuery('Option connection_type must be set in CREATE CONNECTION');
  if (type !== 'CLOUD_RESOURCE') throw notImplemented(`connections of type ${type}`);
  refuseProperties(options);
  const fields = { friendlyName: options.text('friendly_name'), description: options.text('description') };
  create(context.connections, reference, fields, context);
  return { statistics: { statementType, ddlOperationPerformed: 'CREATE' } };
}

export function alterConnection(statement: AlterConnectionStatement, context: StatementContext): StatementOutcome {
  const { reference } = statement;
  const statementType = 'ALTER_CONNECTION';
  const before = context.connections.get(locatedConnection(reference));
  if (!before) {
    if (!statement.ifExists) throw connectionNotFound(reference);
    return { statistics: { statementType, ddlOperationPerformed: 'SKIP' } };
  }
  const options = new StatementOptions(statement.options);
  if (options.has('connection_type')) throw invalidQuery('Option connection_type cannot be changed');
  refuseProperties(options);
  context.connections.update(locatedConnection(reference), {
    ...before,
    friendlyName: options.has('friendly_name') ? options.text('friendly_name') : before.friendlyName,
    description: options.has('description') ? options.text('description') : before.description,
    lastModifiedMillis: context.clock.nowMillis(),
  });
  return { statistics: { statementType, ddlOperationPerformed: 'ALTER' } };
}

export function dropConnection(statement: DropConnectionStatement, context: StatementContext): StatementOutcome {
  const { reference, ifExists } = statement;
  const dropped = context.connections.delete(locatedConnection(reference));
  if (!dropped && !ifExists) throw connectionNotFound(reference);
  return { statistics: { statementType: 'DROP_CONNECTION', ddlOperationPerformed: dropped ? 'DROP' : 'SKIP' } };
}

/** They belong to the other types of connection. */
function refuseProperties(options: StatementOptions): void {
  if (options.has('properties')) throw notImplemented('properties of a connection');
}
