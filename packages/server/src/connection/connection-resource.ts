import { connectionName, projectNumber } from '@bqml-emulator/catalog';
import type { Connection, ConnectionReference } from '@bqml-emulator/catalog';
import { badRequest, notImplemented } from '@bqml-emulator/common';
import { z } from 'zod';
import { readBody, wireText } from '../bigquery/wire/json.ts';
import { maskedFields } from '../http/field-mask.ts';

const OTHER_TYPES = [
  'cloudSql',
  'aws',
  'azure',
  'cloudSpanner',
  'spark',
  'salesforceDataCloud',
  'configuration',
] as const;

/** https://cloud.google.com/bigquery/docs/reference/bigqueryconnection/rest/v1/projects.locations.connections */
const connectionRequest = z.object({
  friendlyName: wireText,
  description: wireText,
  cloudResource: z.unknown().optional(),
  ...Object.fromEntries(OTHER_TYPES.map((type) => [type, z.unknown().optional()])),
});

export type NewConnection = Pick<Connection, 'friendlyName' | 'description'>;

/** The body of connections.create. */
export function toNewConnection(body: unknown): NewConnection {
  const request: Record<string, unknown> & NewConnection = readBody(connectionRequest, body);
  const other = OTHER_TYPES.find((type) => request[type] !== undefined && request[type] !== null);
  if (other !== undefined) throw notImplemented(`connections of type ${other}`);
  if (request['cloudResource'] === undefined || request['cloudResource'] === null) {
    throw badRequest('Connection properties must be set: cloudResource');
  }
  return { friendlyName: request.friendlyName, description: request.description };
}

/** The body of connections.patch. */
export function changedConnection(
  before: Connection,
  body: unknown,
  updateMask: string | undefined,
  nowMillis: number,
): Connection {
  const request: NewConnection = readBody(connectionRequest, body);
  const fields = maskedFields(updateMask, body, ['friendlyName', 'description']);
  return {
    ...before,
    friendlyName: fields.has('friendlyName') ? request.friendlyName : before.friendlyName,
    description: fields.has('description') ? request.description : before.description,
    lastModifiedMillis: nowMillis,
  };
}

/** With the number of the project, as Google answers. */
const resourceName = (r: ConnectionReference) => connectionName({ ...r, projectId: projectNumber(r.projectId) });

export function toConnectionResource(connection: Connection): Record<string, unknown> {
  const { reference, friendlyName, description, serviceAccountId } = connection;
  return {
    name: resourceName(reference),
    ...(friendlyName === undefined ? {} : { friendlyName }),
    ...(description === undefined ? {} : { description }),
    cloudResource: { serviceAccountId },
    creationTime: String(connection.creationMillis),
    lastModifiedTime: String(connection.lastModifiedMillis),
    hasCredential: false,
  };
}
