import { invalid } from '@bqml-emulator/common';
import { DEFAULT_CONTENT_TYPE } from '../content-type.ts';
import { sortedMetadata } from '../custom-metadata.ts';
import type { Bucket, ObjectAttribute, ObjectMetadata } from '../object-store.ts';

type Resource = Readonly<Record<string, unknown>>;

const ATTRIBUTES: readonly ObjectAttribute[] = [
  'cacheControl',
  'contentDisposition',
  'contentEncoding',
  'contentLanguage',
  'customTime',
  'storageClass',
];

/** What a listing asks for. */
export const OBJECT_FIELDS = `name,generation,metageneration,size,contentType,timeCreated,updated,metadata,md5Hash,crc32c,componentCount,${ATTRIBUTES.join(',')}`;

/** Fields that the service sets itself. */
const NOT_ATTRIBUTES: ReadonlySet<string> = new Set(
  'kind id name selfLink etag projectNumber generation metageneration timeCreated updated locationType acl defaultObjectAcl owner satisfiesPZS satisfiesPZI'.split(
    ' ',
  ),
);

const text = (resource: Resource, key: string): string | undefined => {
  const value = resource[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

function integer(resource: Resource, key: string): bigint | undefined {
  const value = resource[key];
  return (typeof value === 'string' && /^\d+$/.test(value)) || Number.isSafeInteger(value)
    ? BigInt(value as string | number)
    : undefined;
}

export function asResource(value: unknown): Resource {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Resource;
  throw invalid('Cloud Storage answered what is no resource.');
}

/** https://cloud.google.com/storage/docs/json_api/v1/objects#resource */
export function toObjectMetadata(bucket: string, value: unknown): ObjectMetadata {
  const resource = asResource(value);
  const name = text(resource, 'name');
  const generation = integer(resource, 'generation');
  if (name === undefined || generation === undefined) throw invalid('Cloud Storage answered an object without a name.');
  const created = micros(text(resource, 'timeCreated')) ?? generation;
  const metadata = Object.entries(asResource(resource['metadata'] ?? {})).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return {
    bucket,
    name,
    generation,
    metageneration: integer(resource, 'metageneration') ?? 1n,
    size: Number(integer(resource, 'size') ?? 0n),
    contentType: text(resource, 'contentType') ?? DEFAULT_CONTENT_TYPE,
    createdMicros: created,
    updatedMicros: micros(text(resource, 'updated')) ?? created,
    metadata: sortedMetadata(Object.fromEntries(metadata)),
    attributes: Object.fromEntries(
      ATTRIBUTES.map((key) => [key, text(resource, key)] as const).filter(([, given]) => given !== undefined),
    ),
    componentCount: Number(integer(resource, 'componentCount') ?? 0n) || undefined,
    md5Hash: text(resource, 'md5Hash'),
    crc32c: text(resource, 'crc32c'),
  };
}

/** https://cloud.google.com/storage/docs/json_api/v1/buckets#resource */
export function toBucket(value: unknown): Bucket {
  const resource = asResource(value);
  const created = micros(text(resource, 'timeCreated')) ?? 0n;
  return {
    name: text(resource, 'name') ?? '',
    creationMicros: created,
    updatedMicros: micros(text(resource, 'updated')) ?? created,
    metageneration: integer(resource, 'metageneration') ?? 1n,
    attributes: Object.fromEntries(
      Object.entries(resource).filter(([key, given]) => !NOT_ATTRIBUTES.has(key) && given !== null),
    ),
  };
}

/** Microseconds of an RFC 3339 time, whose fraction may have any length. */
function micros(time: string | undefined): bigint | undefined {
  if (time === undefined) return undefined;
  const fraction = /\.(\d+)/.exec(time)?.[1] ?? '';
  const seconds = Date.parse(time.replace(/\.\d+/, ''));
  return Number.isNaN(seconds) ? undefined : BigInt(seconds) * 1000n + BigInt(fraction.padEnd(6, '0').slice(0, 6));
}
