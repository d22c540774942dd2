import { conditionsHold } from '@bqml-emulator/object-store';
import type { ObjectMetadata, PutOptions } from '@bqml-emulator/object-store';
import { z } from 'zod';
import { readBody, wireInteger } from '../../bigquery/wire/json.ts';
import type { StorageContext } from '../../context.ts';
import type { RouteRequest } from '../../http/route.ts';
import { readObjectRequest } from '../converters/object-resource.ts';
import { withoutNulls } from '../converters/without-nulls.ts';
import { int64Parameter, requestConditions } from '../request-conditions.ts';
import { invalidRequest, objectNotFound, preconditionFailed } from '../storage-error.ts';
import { storageRoute } from '../storage-route.ts';
import type { StorageRoute } from '../storage-route.ts';
import { completeResource, existingObject } from './objects.ts';

/** https://cloud.google.com/storage/docs/json_api/v1/objects/compose */
const MAX_COMPONENTS = 32;

const composeRequest = z.object({
  destination: z.unknown().optional(),
  deleteSourceObjects: z.boolean().nullish(),
  sourceObjects: z.array(
    z.object({
      name: z.string(),
      generation: wireInteger,
      objectPreconditions: z.object({ ifGenerationMatch: wireInteger }).nullish(),
    }),
  ),
});

async function copyObject(
  request: RouteRequest,
  context: StorageContext,
  destinationBucket: string,
): Promise<ObjectMetadata> {
  const { params, query } = request;
  const sourceGeneration = int64Parameter(query, 'sourceGeneration');
  const source = await existingObject(context, params.bucket ?? '', params.object ?? '', sourceGeneration);
  if (!conditionsHold(requestConditions(query, 'Source'), source)) throw preconditionFailed();
  const content = context.objects.open(source.bucket, source.name, {
    generation: source.generation,
    signal: request.signal,
  });
  return context.objects.put(destinationBucket, params.destination ?? '', content, {
    ...requestConditions(query),
    ...copiedProperties(source, request.body),
    signal: request.signal,
  });
}

/** A request with a resource replaces all that the source has; one without keeps it. */
function copiedProperties(source: ObjectMetadata, body: unknown): PutOptions {
  const isEmpty = body === undefined || body === null || Object.keys(body).length === 0;
  const { contentType, metadata, attributes } = source;
  if (isEmpty) {
    return {
      contentType,
      metadata,
      attributes,
      ...(source.componentCount === undefined ? {} : { componentCount: source.componentCount }),
    };
  }
  const { changes } = readObjectRequest(body);
  return {
    contentType: changes.contentType ?? contentType,
    metadata: withoutNulls(changes.metadata),
    attributes: withoutNulls(changes.attributes),
  };
}

async function moveObject(request: RouteRequest, context: StorageContext): Promise<unknown> {
  const { bucket = '', object = '', destination = '' } = request.params;
  if (object === destination) throw invalidRequest('The source and the destination are the same object.');
  const source = await existingObject(context, bucket, object);
  const moved = await copyObject(request, context, bucket);
  await context.objects.delete(bucket, object, { ifGenerationMatch: source.generation });
  return completeResource(context, moved, request);
}

async function composeObject(request: RouteRequest, context: StorageContext): Promise<unknown> {
  const { bucket = '', object: name = '' } = request.params;
  const { destination, sourceObjects, deleteSourceObjects } = readBody(composeRequest, request.body);
  if (sourceObjects.length === 0) throw invalidRequest('You must provide at least one source component.');
  if (sourceObjects.length > MAX_COMPONENTS) {
    throw invalidRequest(
      `The number of source components provided (${sourceObjects.length}) exceeds the maximum (${MAX_COMPONENTS})`,
    );
  }
  const sources: ObjectMetadata[] = [];
  for (const { name: component, generation, objectPreconditions } of sourceObjects) {
    const wanted = generation === undefined ? undefined : BigInt(generation);
    const source = await existingObject(context, bucket, component, wanted);
    const match = objectPreconditions?.ifGenerationMatch;
    if (match !== undefined && BigInt(match) !== source.generation) throw preconditionFailed();
    sources.push(source);
  }
  const { changes } = readObjectRequest(destination);
  const first = sources[0];
  if (first === undefined) throw objectNotFound(bucket, name);
  const composed = await context.objects.put(bucket, name, contentsOf(context, sources, request.signal), {
    ...requestConditions(request.query),
    contentType: changes.contentType ?? first.contentType,
    metadata: withoutNulls(changes.metadata),
    attributes: withoutNulls(changes.attributes),
    componentCount: sources.reduce((sum, source) => sum + (source.componentCount ?? 1), 0),
    signal: request.signal,
  });
  if (deleteSourceObjects) {
    for (const source of sources.filter((component) => component.name !== name)) {
      await context.objects.delete(bucket, source.name, { ifGenerationMatch: source.generation });
    }
  }
  return completeResource(context, composed, request);
}

async function* contentsOf(context: StorageContext, sources: readonly ObjectMetadata[], signal: AbortSignal) {
  for (const { bucket, name, generation } of sources) yield* context.objects.open(bucket, name, { generation, signal });
}

const TO = 'b/:destinationBucket/o/:destination';

export const copyRoutes: readonly StorageRoute[] = [
  storageRoute({
    id: 'storage.objects.copy',
    method: 'POST',
    path: `/storage/v1/b/:bucket/o/:object/copyTo/${TO}`,
    request: 'Object',
    response: 'Object',
    async handle(request, context) {
      const copy = await copyObject(request, context, request.params.destinationBucket ?? '');
      return completeResource(context, copy, request);
    },
  }),
  storageRoute({
    id: 'storage.objects.rewrite',
    method: 'POST',
    path: `/storage/v1/b/:bucket/o/:object/rewriteTo/${TO}`,
    request: 'Object',
    response: 'RewriteResponse',
    async handle(request, context) {
      const copy = await copyObject(request, context, request.params.destinationBucket ?? '');
      return {
        kind: 'storage#rewriteResponse',
        totalBytesRewritten: String(copy.size),
        objectSize: String(copy.size),
        done: true,
        resource: await completeResource(context, copy, request),
      };
    },
  }),
  storageRoute({
    id: 'storage.objects.move',
    method: 'POST',
    path: '/storage/v1/b/:bucket/o/:object/moveTo/o/:destination',
    response: 'Object',
    handle: moveObject,
  }),
  storageRoute({
    id: 'storage.objects.compose',
    method: 'POST',
    path: '/storage/v1/b/:bucket/o/:object/compose',
    request: 'ComposeRequest',
    response: 'Object',
    handle: composeObject,
  }),
];
