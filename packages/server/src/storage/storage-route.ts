import type { FastifyReply } from 'fastify';
import type { StorageContext } from '../context.ts';
import type { Route, RouteRequest } from '../http/route.ts';
import { toStorageError } from './storage-error.ts';

export type StorageRoute = Route<StorageContext>;

/** A route whose errors are Cloud Storage's. */
export function storageRoute(route: StorageRoute): StorageRoute {
  return {
    ...route,
    async handle(request: RouteRequest, context: StorageContext, reply: FastifyReply): Promise<unknown> {
      try {
        return await route.handle(request, context, reply);
      } catch (error) {
        throw toStorageError(error);
      }
    },
  };
}
