import type { Checksums, ObjectAttribute, ObjectChanges, ObjectMetadata } from '@bqml-emulator/object-store';
import { z } from 'zod';
import { readBody } from '../../bigquery/wire/json.ts';
import { unsupported } from '../storage-error.ts';
import { toTimestamp } from './timestamp.ts';

/** All of them but the storage class, which always has a value. */
const TEXT_ATTRIBUTES = [
  'cacheControl',
  'contentDisposition',
  'contentEncoding',
  'contentLanguage',
  'customTime',
] as const satisfies readonly ObjectAttribute[];

const text = z.string().nullish();

const objectRequest = z.object({
  name: text,
  contentType: text,
  metadata: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).nullable()).nullish(),
  cacheControl: text,
  contentDisposition: text,
  contentEncoding: text,
  contentLanguage: text,
  customTime: text,
  storageClass: text,
  md5Hash: text,
  crc32c: text,
  temporaryHold: z.boolean().nullish(),
  eventBasedHold: z.boolean().nullish(),
  retention: z.unknown().optional(),
  kmsKeyName: text,
});

export interface ObjectRequest {
  readonly name: string | undefined;
  readonly changes: ObjectChanges;
  readonly expected: Partial<Checksums>;
}

/** The body of an upload, a copy or a change. What would protect an object is refused, not ignored. */
export function readObjectRequest(body: unknown): ObjectRequest {
  const request = readBody(objectRequest, body);
  for (const feature of ['temporaryHold', 'eventBasedHold', 'retention', 'kmsKeyName'] as const) {
    if (request[feature]) throw unsupported(`objects with ${feature}`);
  }
  const { metadata } = request;
  return {
    name: request.name ?? undefined,
    changes: {
      contentType: request.contentType,
      attributes: Object.fromEntries(
        [...TEXT_ATTRIBUTES, 'storageClass' as const].flatMap((name) =>
          request[name] === undefined ? [] : [[name, request[name]]],
        ),
      ),
      ...(metadata === undefined
        ? {}
        : {
            metadata: Object.fromEntries(
              Object.entries(metadata ?? {}).map(([key, value]) => [key, value === null ? null : String(value)]),
            ),
          }),
    },
    expected: {
      ...(request.md5Hash == null ? {} : { md5Hash: request.md5Hash }),
      ...(request.crc32c == null ? {} : { crc32c: request.crc32c }),
    },
  };
}

/** https://cloud.google.com/storage/docs/json_api/v1/objects#resource */
export function toObjectResource(object: ObjectMetadata, baseUrl: string): Record<string, unknown> {
  const { bucket, name, generation, attributes, metadata, componentCount } = object;
  const path = `storage/v1/b/${bucket}/o/${encodeURIComponent(name)}`;
  const created = toTimestamp(object.createdMicros);
  return {
    kind: 'storage#object',
    id: `${bucket}/${name}/${generation}`,
    selfLink: `${baseUrl}/${path}`,
    mediaLink: `${baseUrl}/download/${path}?generation=${generation}&alt=media`,
    name,
    bucket,
    generation: String(generation),
    metageneration: String(object.metageneration),
    contentType: object.contentType,
    storageClass: attributes.storageClass ?? 'STANDARD',
    size: String(object.size),
    // Cloud Storage keeps no MD5 of composed objects.
    ...(object.md5Hash === undefined || componentCount !== undefined ? {} : { md5Hash: object.md5Hash }),
    ...(object.crc32c === undefined ? {} : { crc32c: object.crc32c }),
    ...(componentCount === undefined ? {} : { componentCount }),
    etag: objectEtag(object),
    timeCreated: created,
    updated: toTimestamp(object.updatedMicros),
    timeStorageClassUpdated: created,
    timeFinalized: created,
    ...Object.fromEntries(TEXT_ATTRIBUTES.flatMap((key) => (attributes[key] ? [[key, attributes[key]]] : []))),
    ...(Object.keys(metadata).length > 0 ? { metadata } : {}),
  };
}

/** Cloud Storage's is the base64 of a message with the generation as field 1 and the metageneration as field 2. */
export function objectEtag({ generation, metageneration }: Pick<ObjectMetadata, 'generation' | 'metageneration'>) {
  return Buffer.from([0x08, ...varint(generation), 0x10, ...varint(metageneration)]).toString('base64');
}

function varint(value: bigint): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7n) {
    const low = Number(rest & 0x7fn);
    if (rest < 0x80n) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}
