import { notImplemented } from '@bqml-emulator/common';
import type { Bucket } from './object-store.ts';

/** The bucket's IAM policy lies among its attributes; absent: only the project's own roles. */
export const POLICY_ATTRIBUTE = 'iamPolicy';

/** https://cloud.google.com/storage/docs/json_api/v1/buckets/setIamPolicy */
export interface BucketPolicy {
  readonly version?: number | undefined;
  readonly bindings: readonly {
    readonly role: string;
    readonly members: readonly string[];
    readonly condition?: unknown;
  }[];
}

export type ObjectPermission = 'storage.objects.get' | 'storage.objects.list';

const LISTS: readonly ObjectPermission[] = ['storage.objects.list'];
const GETS: readonly ObjectPermission[] = ['storage.objects.get'];
const READS: readonly ObjectPermission[] = [...LISTS, ...GETS];

/** What each predefined role holds of them. https://cloud.google.com/storage/docs/access-control/iam-roles */
const ROLES: Readonly<Record<string, readonly ObjectPermission[]>> = {
  'roles/storage.admin': READS,
  'roles/storage.objectAdmin': READS,
  'roles/storage.objectUser': READS,
  'roles/storage.objectViewer': READS,
  'roles/storage.legacyBucketOwner': LISTS,
  'roles/storage.legacyBucketReader': LISTS,
  'roles/storage.legacyBucketWriter': LISTS,
  'roles/storage.legacyObjectOwner': GETS,
  'roles/storage.legacyObjectReader': GETS,
};

/** Whether the bucket's policy gives a service account the permission. Conditions are not evaluated: 501. */
export function grants(bucket: Bucket, serviceAccount: string, permission: ObjectPermission): boolean {
  const policy = bucket.attributes[POLICY_ATTRIBUTE] as BucketPolicy | undefined;
  const members = new Set([`serviceaccount:${serviceAccount}`.toLowerCase(), 'allusers', 'allauthenticatedusers']);
  const holding = (policy?.bindings ?? []).filter(
    (binding) =>
      ROLES[binding.role]?.includes(permission) && binding.members.some((member) => members.has(member.toLowerCase())),
  );
  if (holding.some(({ condition }) => condition === undefined || condition === null)) return true;
  if (holding.length > 0) throw notImplemented('conditions in the IAM policy of a bucket');
  return false;
}
