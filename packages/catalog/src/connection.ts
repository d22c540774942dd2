import { invalid } from '@bqml-emulator/common';

/** `location` is compared without case. */
export interface ConnectionReference {
  readonly projectId: string;
  readonly location: string;
  readonly connectionId: string;
}

/** The connection that `WITH CONNECTION DEFAULT` stands for in each location of a project. */
export const DEFAULT_CONNECTION_ID = '__default_cloudresource_connection__';

/** `projects/p/locations/l/connections/c` */
export const connectionName = (r: ConnectionReference) =>
  `projects/${r.projectId}/locations/${r.location}/connections/${r.connectionId}`;

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
  if (!/^[A-Za-z0-9_-]+$/.test(connectionId) || place === '' || (rest.length > 0 && !owner.includes(':'))) {
    throw invalid(`Invalid connection ID "${text}"`, 'connectionId');
  }
  return { projectId: owner, location: place, connectionId };
}
