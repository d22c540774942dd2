import type { ObjectChanges, ObjectMetadata } from '@bqml-emulator/object-store';
import type { FastifyReply } from 'fastify';
import type { StorageContext } from '../../context.ts';
import { pageToken, readPageToken } from '../../bigquery/wire/page-token.ts';
import { baseUrl } from '../../http/base-url.ts';
import type { RouteRequest } from '../../http/route.ts';
import { readObjectRequest, toObjectResource } from '../converters/object-resource.ts';
import { globMatcher } from '../glob.ts';
import { checksumsOf, isNotModified, sendMedia } from '../media-response.ts';
import { listObjectPage } from '../object-listing.ts';
import { int64Parameter, requestConditions } from '../request-conditions.ts';
import { objectNotFound, unsupported } from '../storage-error.ts';
import { storageRoute } from '../storage-route.ts';
import type { StorageRoute } from '../storage-route.ts';

/** https://cloud.google.com/storage/docs/json_api/v1/objects/list: also the most of a page. */
const MAX_PAGE = 1000;

const OBJECT_PATH = '/storage/v1/b/:bucket/o/:object';

/** The object of a path, with `generation` of the query if it names one. */
export async function existingObject(
  context: StorageContext,
  bucket: string,
  name: string,
  generation?: bigint,
): Promise<ObjectMetadata> {
  const object = await context.objects.getMetadata(bucket, name);
  if (object === undefined || (generation !== undefined && generation !== object.generation)) {
    throw objectNotFound(bucket, name);
  }
  return object;
}

/** With its checksums, for which the bytes of a plain file are read once. */
export async function completeResource(
  context: StorageContext,
  object: ObjectMetadata,
  request: RouteRequest,
): Promise<Record<string, unknown>> {
  const checksums = await checksumsOf(context.objects, object, request.signal);
  return toObjectResource({ ...object, ...checksums }, baseUrl(request.raw));
}

async function getObject(request: RouteRequest, context: StorageContext, reply: FastifyReply): Promise<unknown> {
  const { params, query } = request;
  if (query.flag('softDeleted')) throw unsupported('soft-deleted objects');
  const generation = int64Parameter(query, 'generation');
  const object = await existingObject(context, params.bucket ?? '', params.object ?? '', generation);
  if (isNotModified(requestConditions(query), object)) return reply.code(304).send('');
  return query.text('alt') === 'media'
    ? sendMedia(context.objects, object, request.raw, reply, request.signal)
    : completeResource(context, object, request);
}

async function downloadObject(request: RouteRequest, context: StorageContext, reply: FastifyReply): Promise<unknown> {
  const { params, query } = request;
  const generation = int64Parameter(query, 'generation');
  const object = await existingObject(context, params.bucket ?? '', params.object ?? '', generation);
  if (isNotModified(requestConditions(query), object)) return reply.code(304).send('');
  return sendMedia(context.objects, object, request.raw, reply, request.signal);
}

async function listObjects(request: RouteRequest, context: StorageContext): Promise<unknown> {
  const { query } = request;
  if (query.flag('softDeleted')) throw unsupported('soft-deleted objects');
  const glob = query.text('matchGlob');
  const { objects, prefixes, next } = await listObjectPage(
    context.objects,
    request.params.bucket ?? '',
    {
      prefix: query.text('prefix') ?? '',
      delimiter: query.text('delimiter'),
      startOffset: query.text('startOffset'),
      endOffset: query.text('endOffset'),
      includeTrailingDelimiter: query.flag('includeTrailingDelimiter'),
      matches: glob === undefined ? undefined : globMatcher(glob),
      after: readPageToken(query.text('pageToken')),
      limit: Math.min(query.count('maxResults') || MAX_PAGE, MAX_PAGE),
    },
    request.signal,
  );
  return {
    kind: 'storage#objects',
    ...(next === undefined ? {} : { nextPageToken: pageToken(next) }),
    ...(prefixes.length > 0 ? { prefixes } : {}),
    ...(objects.length > 0 ? { items: objects.map((object) => toObjectResource(object, baseUrl(request.raw))) } : {}),
  };
}

/** PATCH changes what is named; PUT also clears what is not. */
async function changeObject(request: RouteRequest, context: StorageContext): Promise<unknown> {
  const { params, query } = request;
  const { changes } = readObjectRequest(request.body);
  const before = await existingObject(
    context,
    params.bucket ?? '',
    params.object ?? '',
    int64Parameter(query, 'generation'),
  );
  const isPatch = request.raw.method === 'PATCH';
  const clears = isPatch && isNull(request.body, 'metadata') ? { metadata: nulls(before.metadata) } : {};
  const changed = await context.objects.update(
    before.bucket,
    before.name,
    isPatch ? { ...changes, ...clears } : replacing(before, changes),
    { ...requestConditions(query), ...pinned(request, before) },
  );
  return completeResource(context, changed, request);
}

/** A change of a named generation is refused when another one came meanwhile. */
function pinned(request: RouteRequest, object: ObjectMetadata) {
  return int64Parameter(request.query, 'generation') === undefined || request.query.text('ifGenerationMatch')
    ? {}
    : { ifGenerationMatch: object.generation };
}

const isNull = (body: unknown, key: string): boolean =>
  typeof body === 'object' && body !== null && (body as Record<string, unknown>)[key] === null;

const nulls = (record: object): Record<string, null> =>
  Object.fromEntries(Object.keys(record).map((key) => [key, null]));

function replacing(before: ObjectMetadata, changes: ObjectChanges): ObjectChanges {
  return {
    contentType: changes.contentType ?? null,
    metadata: { ...nulls(before.metadata), ...changes.metadata },
    attributes: { ...nulls(before.attributes), ...changes.attributes },
  };
}

async function deleteObject(request: RouteRequest, context: StorageContext): Promise<void> {
  const [bucket = '', name = ''] = [request.params.bucket, request.params.object];
  const generation = int64Parameter(request.query, 'generation');
  const object = await existingObject(context, bucket, name, generation);
  const conditions = { ...requestConditions(request.query), ...pinned(request, object) };
  if (!(await context.objects.delete(bucket, name, conditions))) throw objectNotFound(bucket, name);
}

export const objectRoutes: readonly StorageRoute[] = [
  storageRoute({
    id: 'storage.objects.list',
    method: 'GET',
    path: '/storage/v1/b/:bucket/o',
    query: {
      delimiter: 'string',
      endOffset: 'string',
      includeTrailingDelimiter: 'boolean',
      matchGlob: 'string',
      maxResults: 'integer',
      pageToken: 'string',
      prefix: 'string',
      startOffset: 'string',
    },
    response: 'Objects',
    handle: listObjects,
  }),
  storageRoute({
    id: 'storage.objects.get',
    method: 'GET',
    path: OBJECT_PATH,
    query: { alt: 'string', generation: 'string' },
    response: 'Object',
    handle: getObject,
  }),
  storageRoute({
    id: 'storage.objects.get.download',
    method: 'GET',
    path: '/download/storage/v1/b/:bucket/o/:object',
    query: { generation: 'string' },
    handle: downloadObject,
  }),
  storageRoute({
    id: 'storage.objects.patch',
    method: 'PATCH',
    path: OBJECT_PATH,
    request: 'Object',
    response: 'Object',
    handle: changeObject,
  }),
  storageRoute({
    id: 'storage.objects.update',
    method: 'PUT',
    path: OBJECT_PATH,
    request: 'Object',
    response: 'Object',
    handle: changeObject,
  }),
  storageRoute({ id: 'storage.objects.delete', method: 'DELETE', path: OBJECT_PATH, handle: deleteObject }),
];
