import { ServiceError, invalid } from '@bqml-emulator/common';
import type { Clock, IdSource } from '@bqml-emulator/common';
import type { LocatedName, LocatedResources } from './located-resources.ts';
import { projectNumber } from './project-number.ts';

/** `location` is compared without case. */
export interface ConnectionReference {
  readonly projectId: string;
  readonly location: string;
  readonly connectionId: string;
}

/** A connection of type CLOUD_RESOURCE. https://cloud.google.com/bigquery/docs/create-cloud-resource-connection */
export interface Connection {
  readonly reference: ConnectionReference;
  readonly friendlyName: string | undefined;
  readonly description: string | undefined;
  /** The service account that BigQuery would make for it. */
  readonly serviceAccountId: string;
  /** The IAM policy as it was set, JSON; undefined: none. */
  readonly policy: Readonly<Record<string, unknown>> | undefined;
  readonly creationMillis: number;
  readonly lastModifiedMillis: number;
}

export type ConnectionStore = LocatedResources<Connection>;

/** The connection that `WITH CONNECTION DEFAULT` stands for in each location of a project. */
export const DEFAULT_CONNECTION_ID = '__default_cloudresource_connection__';

/** `projects/p/locations/l/connections/c` */
export const connectionName = (r: ConnectionReference) =>
  `projects/${r.projectId}/locations/${r.location}/connections/${r.connectionId}`;

export const connectionNotFound = (r: ConnectionReference) =>
  new ServiceError('notFound', `Not found: Connection ${connectionName(r)}`);
export const connectionAlreadyExists = (r: ConnectionReference) =>
  new ServiceError('duplicate', `Already Exists: Connection ${connectionName(r)}`);

export const locatedConnection = ({ projectId, location, connectionId }: ConnectionReference): LocatedName => ({
  projectId,
  location,
  id: connectionId,
});

/** Makes a connection; `connectionAlreadyExists` when its name is taken. */
export function createConnection(
  store: ConnectionStore,
  reference: ConnectionReference,
  { friendlyName, description }: Pick<Connection, 'friendlyName' | 'description'>,
  { clock, ids }: { readonly clock: Clock; readonly ids: IdSource },
): Connection {
  if (!CONNECTION_ID.test(reference.connectionId)) {
    throw invalid(`Invalid connection ID "${reference.connectionId}"`, 'connectionId');
  }
  const now = clock.nowMillis();
  const suffix = (Number.parseInt(ids.hex(4), 16) % 36 ** 4).toString(36).padStart(4, '0');
  const connection: Connection = {
    reference,
    friendlyName,
    description,
    serviceAccountId: `bqcx-${projectNumber(reference.projectId)}-${suffix}@gcp-sa-bigquery-condel.iam.gserviceaccount.com`,
    policy: undefined,
    creationMillis: now,
    lastModifiedMillis: now,
  };
  if (!store.create(locatedConnection(reference), connection)) throw connectionAlreadyExists(reference);
  return connection;
}

const CONNECTION_ID = /^[A-Za-z0-9_-]{1,1024}$/;

/**
 * Reads a connection as users write it: `c`, `l.c`, `p.l.c`, `p.l;c`, `projects/p/locations/l/connections/c` and
 * `DEFAULT`; what is left out is `projectId` and `location`. Anything else is `invalid`.
 */
export function parseConnectionId(text: string, projectId: string, location: string): ConnectionReference {
  if (text.toUpperCase() === 'DEFAULT') return { projectId, location, connectionId: DEFAULT_CONNECTION_ID };
  const named = /^projects\/([^/]+)\/locations\/([^/]+)\/connections\/([^/]+)$/.exec(text);
  const parts = named ? named.slice(1) : text.split(/[.;]/);
  const [connectionId = '', place = location, project = projectId, ...rest] = parts.toReversed();
  // The project of a domain has dots of its own: `example.com:p`.
  const owner = [...rest.toReversed(), project].join('.');
  if (!CONNECTION_ID.test(connectionId) || place === '' || (rest.length > 0 && !owner.includes(':'))) {
    throw invalid(`Invalid connection ID "${text}"`, 'connectionId');
  }
  return { projectId: owner, location: place, connectionId };
}
