import type { FastifyReply } from 'fastify';
import type { StorageContext } from '../../context.ts';
import { requestBody } from '../../http/request-body.ts';
import type { RouteRequest } from '../../http/route.ts';
import { isNotModified, sendMedia } from '../media-response.ts';
import { headerHashes, storeUpload } from '../object-upload.ts';
import type { StorageRoute } from '../storage-route.ts';
import { StorageError, toStorageError } from '../storage-error.ts';
import { existingObject } from './objects.ts';

/** First segments of other interfaces, which are no buckets here. */
const RESERVED: ReadonlySet<string> = new Set([
  'batch',
  'bigquery',
  'computeMetadata',
  'discovery',
  'download',
  'projects',
  'storage',
  'upload',
  'v1',
  'v1beta1',
  'v2',
]);

/**
 * Objects by `/{bucket}/{object}`: the XML API, in which Go's client reads and signed URLs read and write.
 * https://cloud.google.com/storage/docs/xml-api/reference-methods
 */
function pathStyle(route: StorageRoute): StorageRoute {
  return {
    ...route,
    streams: true,
    async handle(request, context, reply) {
      if (RESERVED.has(nameOf(request).bucket)) return reply.callNotFound();
      try {
        return await route.handle(request, context, reply);
      } catch (error) {
        const storageError = toStorageError(error);
        if (storageError instanceof StorageError) return sendXmlError(reply, storageError, request);
        throw storageError;
      }
    },
  };
}

const nameOf = ({ params }: RouteRequest) => ({ bucket: params.bucket ?? '', name: params['*'] ?? '' });

async function existing(request: RouteRequest, context: StorageContext) {
  const { bucket, name } = nameOf(request);
  const { headers } = request.raw;
  const generation = request.query.text('generation');
  const object = await existingObject(context, bucket, name, wholeNumber(generation));
  const conditions = {
    ifGenerationMatch: wholeNumber(headers['x-goog-if-generation-match']),
    ifMetagenerationMatch: wholeNumber(headers['x-goog-if-metageneration-match']),
  };
  return { object, conditions };
}

const wholeNumber = (text: string | readonly string[] | undefined): bigint | undefined =>
  typeof text === 'string' && /^\d{1,19}$/.test(text) ? BigInt(text) : undefined;

async function getByPath(request: RouteRequest, context: StorageContext, reply: FastifyReply): Promise<unknown> {
  const { object, conditions } = await existing(request, context);
  isNotModified(conditions, object);
  return sendMedia(context.objects, object, request.raw, reply, request.signal);
}

async function putByPath(request: RouteRequest, context: StorageContext, reply: FastifyReply): Promise<FastifyReply> {
  const { bucket, name } = nameOf(request);
  const { headers } = request.raw;
  const encoding = headers['content-encoding'];
  const md5 = headers['content-md5'];
  const metadata = Object.entries(headers).flatMap(([key, value]) =>
    key.startsWith('x-goog-meta-') && typeof value === 'string' ? [[key.slice('x-goog-meta-'.length), value]] : [],
  );
  const object = await storeUpload(
    context,
    {
      bucket,
      query: {
        name,
        ...(encoding ? { contentEncoding: encoding } : {}),
        ...(headers['x-goog-if-generation-match'] ? { ifGenerationMatch: headers['x-goog-if-generation-match'] } : {}),
      },
      resource: {
        metadata: Object.fromEntries(metadata),
        ...(headers['cache-control'] ? { cacheControl: headers['cache-control'] } : {}),
        ...(headers['content-disposition'] ? { contentDisposition: headers['content-disposition'] } : {}),
      },
      mediaType: headers['content-type'],
    },
    requestBody(request.raw),
    { ...(typeof md5 === 'string' ? { md5Hash: md5 } : {}), ...headerHashes(headers['x-goog-hash']) },
  );
  return reply
    .code(200)
    .headers({
      'x-goog-generation': String(object.generation),
      'x-goog-metageneration': '1',
      ...(object.md5Hash ? { etag: `"${Buffer.from(object.md5Hash, 'base64').toString('hex')}"` } : {}),
    })
    .send('');
}

async function deleteByPath(request: RouteRequest, context: StorageContext): Promise<void> {
  const { object, conditions } = await existing(request, context);
  await context.objects.delete(object.bucket, object.name, conditions);
}

/** https://cloud.google.com/storage/docs/xml-api/reference-status */
const XML_ERRORS: Readonly<Record<number, readonly [string, string]>> = {
  403: ['AccessDenied', 'Access denied.'],
  412: ['PreconditionFailed', 'At least one of the pre-conditions you specified did not hold.'],
  416: ['InvalidRange', 'The requested range cannot be satisfied.'],
};

function sendXmlError(reply: FastifyReply, error: StorageError, request: RouteRequest): FastifyReply {
  const isObject = error.message.startsWith('No such object');
  const [code, message] =
    error.httpStatus === 404
      ? isObject
        ? ['NoSuchKey', 'The specified key does not exist.']
        : ['NoSuchBucket', 'The specified bucket does not exist.']
      : (XML_ERRORS[error.httpStatus] ?? ['InvalidArgument', error.message]);
  const { bucket, name } = nameOf(request);
  const details = isObject ? `No such object: ${bucket}/${name}` : error.message;
  return reply
    .code(error.httpStatus)
    .type('application/xml; charset=UTF-8')
    .send(
      `<?xml version='1.0' encoding='UTF-8'?><Error><Code>${code}</Code><Message>${escapeXml(message)}</Message>` +
        `<Details>${escapeXml(details)}</Details></Error>`,
    );
}

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const PATH = '/:bucket/*';

export const pathStyleRoutes: readonly StorageRoute[] = [
  // Before GET, or Fastify would make one that reads the whole object.
  pathStyle({ id: 'storage.xml.headObject', method: 'HEAD', path: PATH, handle: getByPath }),
  pathStyle({ id: 'storage.xml.getObject', method: 'GET', path: PATH, handle: getByPath }),
  pathStyle({ id: 'storage.xml.putObject', method: 'PUT', path: PATH, handle: putByPath }),
  pathStyle({ id: 'storage.xml.deleteObject', method: 'DELETE', path: PATH, handle: deleteByPath }),
];
