import { connectionNotFound, createConnection, locatedConnection } from '@bqml-emulator/catalog';
import type { Connection, ConnectionReference } from '@bqml-emulator/catalog';
import type { ServerContext } from '../context.ts';
import { resourceProject } from '../http/resource-project.ts';
import { withCamelCaseFields } from '../http/proto-json.ts';
import type { Route, RouteRequest } from '../http/route.ts';
import { pageOf } from '../bigquery/wire/page-token.ts';
import { changedConnection, toConnectionResource, toNewConnection } from './connection-resource.ts';
import { readPermissions, readPolicy, toPolicyResource } from './policy.ts';

const PARENT = '/v1/projects/:projectId/locations/:locationId/connections';
const PATH = `${PARENT}/:connectionId`;
const ID_BYTES = 16;

function referenceOf({ params }: RouteRequest, context: ServerContext): ConnectionReference {
  return {
    projectId: resourceProject(context.catalog, params.projectId ?? ''),
    location: params.locationId ?? '',
    connectionId: params.connectionId ?? '',
  };
}

function existing(request: RouteRequest, context: ServerContext): Connection {
  const reference = referenceOf(request, context);
  const connection = context.connections.get(locatedConnection(reference));
  if (!connection) throw connectionNotFound(reference);
  return connection;
}

function update(connection: Connection, context: ServerContext): Connection {
  context.connections.update(locatedConnection(connection.reference), connection);
  return connection;
}

/** https://cloud.google.com/bigquery/docs/reference/bigqueryconnection/rest */
export const connectionRoutes: readonly Route[] = [
  {
    id: 'bigqueryconnection.projects.locations.connections.create',
    method: 'POST',
    path: PARENT,
    query: { connectionId: 'string' },
    request: 'Connection',
    response: 'Connection',
    handle(request, context) {
      const connectionId = request.query.text('connectionId') ?? context.ids.hex(ID_BYTES);
      const reference = { ...referenceOf(request, context), connectionId };
      const fields = toNewConnection(withCamelCaseFields(request.body));
      return toConnectionResource(createConnection(context.connections, reference, fields, context));
    },
  },
  {
    id: 'bigqueryconnection.projects.locations.connections.list',
    method: 'GET',
    path: PARENT,
    query: { pageSize: 'integer', pageToken: 'string' },
    response: 'ListConnectionsResponse',
    handle(request, context) {
      const { projectId, location } = referenceOf(request, context);
      const connections = context.connections.list(projectId, location === '-' ? undefined : location);
      const { page, nextPageToken } = pageOf(
        connections,
        ({ reference }) => `${reference.connectionId}/${reference.location}`,
        request.query.count('pageSize'),
        request.query.text('pageToken'),
      );
      return {
        ...(page.length > 0 ? { connections: page.map(toConnectionResource) } : {}),
        ...(nextPageToken === undefined ? {} : { nextPageToken }),
      };
    },
  },
  {
    id: 'bigqueryconnection.projects.locations.connections.get',
    method: 'GET',
    path: PATH,
    response: 'Connection',
    handle: (request, context) => toConnectionResource(existing(request, context)),
  },
  {
    id: 'bigqueryconnection.projects.locations.connections.patch',
    method: 'PATCH',
    path: PATH,
    query: { updateMask: 'string' },
    request: 'Connection',
    response: 'Connection',
    handle(request, context) {
      const before = existing(request, context);
      const mask = request.query.text('updateMask');
      const changed = changedConnection(before, withCamelCaseFields(request.body), mask, context.clock.nowMillis());
      return toConnectionResource(update(changed, context));
    },
  },
  {
    id: 'bigqueryconnection.projects.locations.connections.delete',
    method: 'DELETE',
    path: PATH,
    response: 'Empty',
    handle(request, context) {
      context.connections.delete(locatedConnection(existing(request, context).reference));
      return {};
    },
  },
  {
    id: 'bigqueryconnection.projects.locations.connections.getIamPolicy',
    method: 'POST',
    path: PATH,
    verb: 'getIamPolicy',
    request: 'GetIamPolicyRequest',
    response: 'Policy',
    handle: (request, context) => toPolicyResource(existing(request, context).policy),
  },
  {
    id: 'bigqueryconnection.projects.locations.connections.setIamPolicy',
    method: 'POST',
    path: PATH,
    verb: 'setIamPolicy',
    request: 'SetIamPolicyRequest',
    response: 'Policy',
    handle(request, context) {
      const before = existing(request, context);
      const policy = readPolicy(withCamelCaseFields(request.body), before.policy);
      return toPolicyResource(update({ ...before, policy }, context).policy);
    },
  },
  {
    id: 'bigqueryconnection.projects.locations.connections.testIamPermissions',
    method: 'POST',
    path: PATH,
    verb: 'testIamPermissions',
    request: 'TestIamPermissionsRequest',
    response: 'TestIamPermissionsResponse',
    handle(request, context) {
      existing(request, context);
      return { permissions: readPermissions(withCamelCaseFields(request.body)) };
    },
  },
];
