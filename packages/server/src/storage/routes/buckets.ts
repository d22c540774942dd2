import { projectNumber } from '@bqml-emulator/catalog';
import { compareBytes } from '@bqml-emulator/object-store';
import type { Bucket, BucketConditions } from '@bqml-emulator/object-store';
import type { StorageContext } from '../../context.ts';
import { pageOf } from '../../bigquery/wire/page-token.ts';
import { baseUrl } from '../../http/base-url.ts';
import type { RouteRequest } from '../../http/route.ts';
import { readBucketRequest, replacing, toBucketResource } from '../converters/bucket-resource.ts';
import { withoutNulls } from '../converters/without-nulls.ts';
import { requestConditions } from '../request-conditions.ts';
import { bucketAlreadyOwned, missingField, preconditionFailed, storageBucketNotFound } from '../storage-error.ts';
import { storageRoute } from '../storage-route.ts';
import type { StorageRoute } from '../storage-route.ts';

const MAX_BUCKETS = 1000;

export async function existingBucket(request: RouteRequest, context: StorageContext): Promise<Bucket> {
  const bucket = await context.objects.getBucket(request.params.bucket ?? '');
  if (bucket === undefined) throw storageBucketNotFound();
  return bucket;
}

function bucketConditions(request: RouteRequest): BucketConditions {
  const { ifMetagenerationMatch, ifMetagenerationNotMatch } = requestConditions(request.query);
  return { ifMetagenerationMatch, ifMetagenerationNotMatch };
}

function resourceOf(bucket: Bucket, request: RouteRequest, context: StorageContext): Record<string, unknown> {
  return toBucketResource(bucket, baseUrl(request.raw), context.projectId, context.location);
}

async function changeBucket(request: RouteRequest, context: StorageContext): Promise<unknown> {
  const before = await existingBucket(request, context);
  const isPatch = request.raw.method === 'PATCH';
  const labels = isPatch ? (before.attributes['labels'] as Record<string, string> | undefined) : {};
  const change = readBucketRequest(request.body, labels);
  const changes = isPatch ? change.changes : replacing(change);
  return resourceOf(
    await context.objects.updateBucket(before.name, changes, bucketConditions(request)),
    request,
    context,
  );
}

const routes: readonly StorageRoute[] = [
  {
    id: 'storage.buckets.list',
    method: 'GET',
    path: '/storage/v1/b',
    query: { maxResults: 'integer', pageToken: 'string', prefix: 'string', project: 'string' },
    response: 'Buckets',
    async handle(request, context) {
      const { query } = request;
      const prefix = query.text('prefix') ?? '';
      const buckets = (await context.objects.listBuckets()).filter(({ name }) => name.startsWith(prefix));
      const { page, nextPageToken } = pageOf(
        buckets.toSorted((a, b) => compareBytes(a.name, b.name)),
        ({ name }) => name,
        Math.min(query.count('maxResults') || MAX_BUCKETS, MAX_BUCKETS),
        query.text('pageToken'),
      );
      return {
        kind: 'storage#buckets',
        ...(nextPageToken === undefined ? {} : { nextPageToken }),
        ...(page.length > 0 ? { items: page.map((bucket) => resourceOf(bucket, request, context)) } : {}),
      };
    },
  },
  {
    id: 'storage.buckets.insert',
    method: 'POST',
    path: '/storage/v1/b',
    query: { project: 'string' },
    request: 'Bucket',
    response: 'Bucket',
    async handle(request, context) {
      const { name, changes } = readBucketRequest(request.body);
      if (name === undefined || name === '') throw missingField('name');
      const attributes = withoutNulls(changes);
      if (!(await context.objects.createBucket(name, attributes))) throw bucketAlreadyOwned();
      const created = await context.objects.getBucket(name);
      if (created === undefined) throw storageBucketNotFound();
      return resourceOf(created, request, context);
    },
  },
  {
    id: 'storage.buckets.get',
    method: 'GET',
    path: '/storage/v1/b/:bucket',
    response: 'Bucket',
    async handle(request, context) {
      const bucket = await existingBucket(request, context);
      const { ifMetagenerationMatch } = bucketConditions(request);
      if (ifMetagenerationMatch !== undefined && ifMetagenerationMatch !== bucket.metageneration) {
        throw preconditionFailed();
      }
      return resourceOf(bucket, request, context);
    },
  },
  {
    id: 'storage.buckets.getStorageLayout',
    method: 'GET',
    path: '/storage/v1/b/:bucket/storageLayout',
    response: 'BucketStorageLayout',
    async handle(request, context) {
      const { name, location, locationType } = resourceOf(await existingBucket(request, context), request, context);
      return {
        kind: 'storage#storageLayout',
        bucket: name,
        location,
        locationType,
        hierarchicalNamespace: { enabled: false },
      };
    },
  },
  {
    // There is no way to make one; `gcloud storage rm --recursive` asks.
    id: 'storage.managedFolders.list',
    method: 'GET',
    path: '/storage/v1/b/:bucket/managedFolders',
    response: 'ManagedFolders',
    async handle(request, context) {
      await existingBucket(request, context);
      return { kind: 'storage#managedFolders' };
    },
  },
  {
    id: 'storage.projects.serviceAccount.get',
    method: 'GET',
    path: '/storage/v1/projects/:projectId/serviceAccount',
    response: 'ServiceAccount',
    handle: ({ params }) => ({
      kind: 'storage#serviceAccount',
      email_address: `service-${projectNumber(params.projectId ?? '')}@gs-project-accounts.iam.gserviceaccount.com`,
    }),
  },
  {
    id: 'storage.buckets.patch',
    method: 'PATCH',
    path: '/storage/v1/b/:bucket',
    request: 'Bucket',
    response: 'Bucket',
    handle: changeBucket,
  },
  {
    id: 'storage.buckets.update',
    method: 'PUT',
    path: '/storage/v1/b/:bucket',
    request: 'Bucket',
    response: 'Bucket',
    handle: changeBucket,
  },
  {
    id: 'storage.buckets.delete',
    method: 'DELETE',
    path: '/storage/v1/b/:bucket',
    async handle(request, context) {
      if (!(await context.objects.deleteBucket(request.params.bucket ?? '', bucketConditions(request)))) {
        throw storageBucketNotFound();
      }
    },
  },
];

export const bucketRoutes = routes.map(storageRoute);
