import { ServiceError } from '@bqml-emulator/common';
import { IF_MATCH } from './error-response.ts';
import type { RouteRequest } from './route.ts';

/** `If-Match` carries the etag that the client read; a resource that has changed since answers 412. */
export function requireMatch(request: RouteRequest, resource: Readonly<Record<string, unknown>>): void {
  const header = request.raw.headers['if-match'];
  if (header === undefined || header === '*') return;
  const tags = header.split(',').map((tag) => tag.trim());
  if (typeof resource['etag'] === 'string' && tags.includes(resource['etag'])) return;
  throw new ServiceError('conditionNotMet', 'Precondition Failed', IF_MATCH);
}
