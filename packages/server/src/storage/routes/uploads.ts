import { ServiceError } from '@bqml-emulator/common';
import type { FastifyReply } from 'fastify';
import type { StorageContext } from '../../context.ts';
import { baseUrl } from '../../http/base-url.ts';
import { readMultipartRelated } from '../../http/multipart-related.ts';
import { inflatedRequestBody, parseJson, readJson, requestBody } from '../../http/request-body.ts';
import type { RouteRequest } from '../../http/route.ts';
import { toObjectResource } from '../converters/object-resource.ts';
import { headerHashes, storeUpload, uploadName, uploadOptions } from '../object-upload.ts';
import type { ObjectUpload } from '../object-upload.ts';
import { StorageError, storageBucketNotFound } from '../storage-error.ts';
import { storageRoute } from '../storage-route.ts';
import type { StorageRoute } from '../storage-route.ts';

const MAX_RESOURCE_BYTES = 1 << 20;

/** What Cloud Storage answers to a request about an upload that its client has ended. */
const CLIENT_CLOSED_REQUEST = 499;

async function insertObject(request: RouteRequest, context: StorageContext, reply: FastifyReply): Promise<unknown> {
  switch (request.query.text('uploadType')) {
    case 'resumable':
      return startSession(request, context, reply);
    case 'multipart':
      return insertMultipart(request, context);
    default:
      return insertMedia(request, context);
  }
}

async function insertMedia(request: RouteRequest, context: StorageContext): Promise<unknown> {
  const { headers } = request.raw;
  const encoding = headers['content-encoding'];
  const upload: ObjectUpload = {
    bucket: request.params.bucket ?? '',
    // The bytes are kept as they come: compressed when the client says that they are.
    query: { ...(encoding ? { contentEncoding: encoding } : {}), ...queryOf(request) },
    resource: undefined,
    mediaType: headers['content-type'],
  };
  const md5 = headers['content-md5'];
  const hashes = {
    ...(typeof md5 === 'string' ? { md5Hash: md5 } : {}),
    ...headerHashes(headers['x-goog-hash']),
  };
  const object = await storeUpload(context, upload, requestBody(request.raw), hashes);
  return toObjectResource(object, baseUrl(request.raw));
}

async function insertMultipart(request: RouteRequest, context: StorageContext): Promise<unknown> {
  const { headers } = request.raw;
  const { metadata, mediaType, media } = await readMultipartRelated(
    headers['content-type'],
    inflatedRequestBody(request.raw),
  );
  const upload: ObjectUpload = {
    bucket: request.params.bucket ?? '',
    query: queryOf(request),
    resource: metadata.length === 0 ? undefined : parseJson(metadata),
    mediaType,
  };
  const object = await storeUpload(context, upload, media, headerHashes(headers['x-goog-hash']));
  return toObjectResource(object, baseUrl(request.raw));
}

/** https://cloud.google.com/storage/docs/performing-resumable-uploads#initiate-session */
async function startSession(
  request: RouteRequest,
  context: StorageContext,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const bucket = request.params.bucket ?? '';
  const mediaType = request.raw.headers['x-upload-content-type'];
  const upload: ObjectUpload = {
    bucket,
    query: queryOf(request),
    resource: await readJson(inflatedRequestBody(request.raw), MAX_RESOURCE_BYTES),
    mediaType: typeof mediaType === 'string' ? mediaType : undefined,
  };
  // What is wrong with the request is said before a byte is sent.
  uploadOptions(upload, {});
  if ((await context.objects.getBucket(bucket)) === undefined) throw storageBucketNotFound();
  const id = await context.uploads.create(upload);
  const location = new URL(`${baseUrl(request.raw)}/upload/storage/v1/b/${encodeURIComponent(bucket)}/o`);
  location.searchParams.set('uploadType', 'resumable');
  location.searchParams.set('name', uploadName(upload));
  location.searchParams.set('upload_id', id);
  return reply.code(200).headers({ location: location.href, 'x-guploader-uploadid': id }).send('');
}

/** https://cloud.google.com/storage/docs/performing-resumable-uploads#chunked-upload */
async function continueSession(request: RouteRequest, context: StorageContext, reply: FastifyReply): Promise<unknown> {
  const id = request.query.text('upload_id') ?? '';
  // Without it, this is an upload in one request by the method that some clients prefer.
  if (id === '') return insertObject(request, context, reply);
  return context.uploads.exclusively(id, async () => {
    const session = await context.uploads.find(id);
    if (session === undefined) throw new StorageError(404, 'notFound', `Upload ${id} was not found.`);
    if (session.cancelled) throw new StorageError(CLIENT_CLOSED_REQUEST, 'cancelled', 'The upload was cancelled.');
    if (session.result !== undefined) return session.result;
    const range = readContentRange(request.raw.headers['content-range']);
    let received = await context.uploads.receivedBytes(id);
    if (range.start !== undefined && range.start <= received) {
      await context.uploads.append(id, requestBody(request.raw), received - range.start);
      received = await context.uploads.receivedBytes(id);
    }
    const isComplete = range.total === undefined ? range.isLast : received >= range.total;
    if (!isComplete) return incomplete(reply, id, received);
    return finishSession(request, context, id, session.request as ObjectUpload, range.total ?? received, received);
  });
}

async function finishSession(
  request: RouteRequest,
  context: StorageContext,
  id: string,
  upload: ObjectUpload,
  total: number,
  received: number,
): Promise<unknown> {
  if (received > total) {
    await context.uploads.finish(id, { cancelled: true });
    throw new StorageError(400, 'invalid', `The upload of ${total} bytes has ${received} bytes.`);
  }
  try {
    const hashes = headerHashes(request.raw.headers['x-goog-hash']);
    const object = await storeUpload(context, upload, context.uploads.content(id), hashes);
    const result = toObjectResource(object, baseUrl(request.raw));
    await context.uploads.finish(id, { result });
    return result;
  } catch (error) {
    // A refusal is final: the same bytes would be refused again.
    if (error instanceof ServiceError) await context.uploads.finish(id, { cancelled: true });
    throw error;
  }
}

function incomplete(reply: FastifyReply, id: string, received: number): FastifyReply {
  return reply
    .code(308)
    .headers({ 'x-guploader-uploadid': id, ...(received > 0 ? { range: `bytes=0-${received - 1}` } : {}) })
    .send('');
}

interface ContentRange {
  /** Of the bytes in this request; undefined when it only asks what is there. */
  readonly start: number | undefined;
  /** Of the whole upload; undefined while nobody knows. */
  readonly total: number | undefined;
  /** Nothing comes after this request. */
  readonly isLast: boolean;
}

/** `bytes 0-9/20`, `bytes 0-9/*`, `bytes 0-*` + `/*`, `bytes *` + `/20`; without one, the body is all there is. */
function readContentRange(header: string | undefined): ContentRange {
  if (header === undefined) return { start: 0, total: undefined, isLast: true };
  const match = /^bytes (?:(\d{1,15})-(\d{1,15}|\*)|\*)\/(\d{1,15}|\*)$/.exec(header.trim());
  if (match === null) throw new StorageError(400, 'invalid', `Failed to parse Content-Range header: ${header}`);
  const [, start, end, total] = match;
  return {
    start: start === undefined ? undefined : Number(start),
    total: total === '*' ? undefined : Number(total),
    isLast: total === '*' && end === '*',
  };
}

async function cancelSession(request: RouteRequest, context: StorageContext, reply: FastifyReply): Promise<unknown> {
  const id = request.query.text('upload_id') ?? '';
  return context.uploads.exclusively(id, async () => {
    if ((await context.uploads.find(id)) === undefined) {
      throw new StorageError(404, 'notFound', `Upload ${id} was not found.`);
    }
    await context.uploads.finish(id, { cancelled: true });
    return reply.code(CLIENT_CLOSED_REQUEST).send('');
  });
}

const queryOf = (request: RouteRequest): Readonly<Record<string, unknown>> => ({
  ...(request.raw.query as Readonly<Record<string, unknown>>),
});

const UPLOAD_PATH = '/upload/storage/v1/b/:bucket/o';

export const uploadRoutes: readonly StorageRoute[] = [
  storageRoute({
    id: 'storage.objects.insert',
    method: 'POST',
    path: UPLOAD_PATH,
    streams: true,
    request: 'Object',
    response: 'Object',
    handle: (request, context, reply) =>
      request.query.text('upload_id') === undefined
        ? insertObject(request, context, reply)
        : continueSession(request, context, reply),
  }),
  storageRoute({
    id: 'storage.objects.insert.resume',
    method: 'PUT',
    path: UPLOAD_PATH,
    streams: true,
    handle: continueSession,
  }),
  storageRoute({
    id: 'storage.objects.insert.cancel',
    method: 'DELETE',
    path: UPLOAD_PATH,
    streams: true,
    handle: cancelSession,
  }),
];
