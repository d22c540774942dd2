import { POLICY_ATTRIBUTE } from '@bqml-emulator/object-store';
import type { Bucket, BucketPolicy } from '@bqml-emulator/object-store';
import { z } from 'zod';
import { readBody } from '../../bigquery/wire/json.ts';
import { invalidRequest, preconditionFailed } from '../storage-error.ts';
import { storageRoute } from '../storage-route.ts';
import type { StorageRoute } from '../storage-route.ts';
import { existingBucket } from './buckets.ts';

const policy = z.object({
  version: z.number().optional(),
  etag: z.string().optional(),
  bindings: z
    .array(z.object({ role: z.string(), members: z.array(z.string()).default([]), condition: z.unknown().optional() }))
    .default([]),
});

function policyOf(bucket: Bucket, projectId: string): Record<string, unknown> {
  const stored = bucket.attributes[POLICY_ATTRIBUTE] as BucketPolicy | undefined;
  const bindings = stored?.bindings ?? [
    { role: 'roles/storage.legacyBucketOwner', members: [`projectEditor:${projectId}`, `projectOwner:${projectId}`] },
    { role: 'roles/storage.legacyBucketReader', members: [`projectViewer:${projectId}`] },
  ];
  return {
    kind: 'storage#policy',
    resourceId: `projects/_/buckets/${bucket.name}`,
    version: stored?.version ?? 1,
    etag: policyEtag(bucket),
    bindings,
  };
}

const policyEtag = (bucket: Bucket): string => Buffer.from(`policy${bucket.metageneration}`).toString('base64');

/** Policies are kept; with `--iam strict` object tables are read by them, and nothing else is. */
export const bucketPolicyRoutes: readonly StorageRoute[] = [
  storageRoute({
    id: 'storage.buckets.getIamPolicy',
    method: 'GET',
    path: '/storage/v1/b/:bucket/iam',
    response: 'Policy',
    async handle(request, context) {
      return policyOf(await existingBucket(request, context), context.projectId);
    },
  }),
  storageRoute({
    id: 'storage.buckets.setIamPolicy',
    method: 'PUT',
    path: '/storage/v1/b/:bucket/iam',
    request: 'Policy',
    response: 'Policy',
    async handle(request, context) {
      const bucket = await existingBucket(request, context);
      const { etag, ...stored } = readBody(policy, request.body);
      if (etag !== undefined && etag !== '' && etag !== policyEtag(bucket)) throw preconditionFailed();
      const changed = await context.objects.updateBucket(
        bucket.name,
        { [POLICY_ATTRIBUTE]: stored },
        { ifMetagenerationMatch: bucket.metageneration },
      );
      return policyOf(changed, context.projectId);
    },
  }),
  storageRoute({
    id: 'storage.buckets.testIamPermissions',
    method: 'GET',
    path: '/storage/v1/b/:bucket/iam/testPermissions',
    query: { permissions: 'repeated' },
    response: 'TestIamPermissionsResponse',
    async handle(request, context) {
      await existingBucket(request, context);
      const permissions = request.query.list('permissions');
      if (permissions.length === 0) throw invalidRequest('At least one permission is required.');
      return { kind: 'storage#testIamPermissionsResponse', permissions };
    },
  }),
];
