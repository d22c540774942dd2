import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

/** First segments of the services' own addresses. */
const SERVICES = new Set([
  'batch',
  'bigquery',
  'computeMetadata',
  'discovery',
  'download',
  'projects',
  'resumable',
  'storage',
  'upload',
  'v1',
]);

/** https://cloud.google.com/storage/docs/buckets#naming */
const BUCKET_NAME = /^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/;

const objectParameters = z.object({ bucket: z.string(), '*': z.string() });

/** `/{bucket}/{object}` would answer for every address that no service knows: those are no objects. */
export function keepObjectPathsApart(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    const object = objectParameters.safeParse(request.params);
    if (!object.success || !request.routeOptions.url?.startsWith('/:bucket/')) return done();
    if (BUCKET_NAME.test(object.data.bucket) && !SERVICES.has(object.data.bucket)) return done();
    reply.callNotFound();
  });
}
