import { POLICY_ATTRIBUTE } from '@bqml-emulator/object-store';
import type { Bucket } from '@bqml-emulator/object-store';
import { z } from 'zod';
import { readBody } from '../../bigquery/wire/json.ts';
import { projectNumber } from '@bqml-emulator/catalog';
import { unsupported } from '../storage-error.ts';
import { withoutNulls } from './without-nulls.ts';
import { toTimestamp } from './timestamp.ts';

/** Fields that are kept and given back, and change nothing that the emulator does. */
const KEPT = [
  'autoclass',
  'billing',
  'cors',
  'customPlacementConfig',
  'defaultEventBasedHold',
  'encryption',
  'hierarchicalNamespace',
  'iamConfiguration',
  'labels',
  'lifecycle',
  'location',
  'logging',
  'rpo',
  'softDeletePolicy',
  'storageClass',
  'versioning',
  'website',
] as const;

const bucketRequest = z.looseObject({
  name: z.string().optional(),
  labels: z.record(z.string(), z.string().nullable()).nullish(),
  location: z.string().nullish(),
  storageClass: z.string().nullish(),
  versioning: z.object({ enabled: z.boolean().nullish() }).nullish(),
  retentionPolicy: z.unknown().optional(),
});

export interface BucketRequest {
  readonly name: string | undefined;
  /** Absent stays, null removes. */
  readonly changes: Readonly<Record<string, unknown>>;
}

/** The body of an insert, patch or update; labels are merged into `labels`. */
export function readBucketRequest(body: unknown, labels: Readonly<Record<string, string>> = {}): BucketRequest {
  const request = readBody(bucketRequest, body);
  if (request.versioning?.enabled === true) throw unsupported('buckets with versioning');
  if (request.retentionPolicy) throw unsupported('buckets with a retention policy');
  const changes = Object.fromEntries(KEPT.flatMap((key) => (request[key] === undefined ? [] : [[key, request[key]]])));
  return {
    name: request.name,
    changes: {
      ...changes,
      ...(request.labels ? { labels: withoutNulls({ ...labels, ...request.labels }) } : {}),
      ...(request.location ? { location: request.location.toUpperCase() } : {}),
    },
  };
}

/** The changes that make `request` all there is. */
export const replacing = (request: BucketRequest): Readonly<Record<string, unknown>> => ({
  ...Object.fromEntries(KEPT.filter((key) => key !== 'location').map((key) => [key, null])),
  ...request.changes,
});

const MULTI_REGIONS: ReadonlySet<string> = new Set(['US', 'EU', 'ASIA']);

/** https://cloud.google.com/storage/docs/json_api/v1/buckets#resource */
export function toBucketResource(
  bucket: Bucket,
  baseUrl: string,
  projectId: string,
  defaultLocation: string,
): Record<string, unknown> {
  const { [POLICY_ATTRIBUTE]: _policy, labels, ...attributes } = bucket.attributes;
  const location = typeof attributes['location'] === 'string' ? attributes['location'] : defaultLocation.toUpperCase();
  return {
    kind: 'storage#bucket',
    id: bucket.name,
    selfLink: `${baseUrl}/storage/v1/b/${bucket.name}`,
    projectNumber: projectNumber(projectId),
    name: bucket.name,
    metageneration: String(bucket.metageneration),
    etag: Buffer.from([0x08, Number(bucket.metageneration & 0x7fn)]).toString('base64'),
    timeCreated: toTimestamp(bucket.creationMicros),
    updated: toTimestamp(bucket.updatedMicros),
    storageClass: 'STANDARD',
    // Access lists are not kept, so that none can be set.
    iamConfiguration: {
      bucketPolicyOnly: { enabled: true },
      uniformBucketLevelAccess: { enabled: true },
      publicAccessPrevention: 'inherited',
    },
    ...attributes,
    ...(typeof labels === 'object' && labels !== null && Object.keys(labels).length > 0 ? { labels } : {}),
    location,
    locationType: MULTI_REGIONS.has(location) ? 'multi-region' : 'region',
  };
}
