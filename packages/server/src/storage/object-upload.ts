import { contentTypeOf } from '@bqml-emulator/object-store';
import type { Checksums, ObjectMetadata, PutOptions } from '@bqml-emulator/object-store';
import type { StorageContext } from '../context.ts';
import { QueryString } from '../http/route.ts';
import { readObjectRequest } from './converters/object-resource.ts';
import { withoutNulls } from './converters/without-nulls.ts';
import { requestConditions } from './request-conditions.ts';
import { missingField } from './storage-error.ts';

/** What an upload says about its object, before or beside the bytes. It is JSON, so that a session can keep it. */
export interface ObjectUpload {
  readonly bucket: string;
  /** Query parameters of the first request. */
  readonly query: Readonly<Record<string, unknown>>;
  /** The JSON resource, if there is one. */
  readonly resource: unknown;
  /** From a header of the request or of its media part. */
  readonly mediaType: string | undefined;
}

/** `required` when it names no object. */
export function uploadName({ query, resource }: ObjectUpload): string {
  const name = new QueryString(query).text('name') ?? readObjectRequest(resource).name;
  if (name === undefined || name === '') throw missingField('name');
  return name;
}

export function uploadOptions(upload: ObjectUpload, hashes: Partial<Checksums>): PutOptions {
  const query = new QueryString(upload.query);
  const { changes, expected } = readObjectRequest(upload.resource);
  const contentEncoding = query.text('contentEncoding');
  return {
    ...requestConditions(query),
    contentType: changes.contentType ?? givenType(upload.mediaType) ?? contentTypeOf(uploadName(upload)),
    metadata: withoutNulls(changes.metadata),
    attributes: { ...withoutNulls(changes.attributes), ...(contentEncoding ? { contentEncoding } : {}) },
    expected: { ...hashes, ...expected },
  };
}

/** Stores an object; nothing is left when the bytes end early or are not what was announced. */
export async function storeUpload(
  context: StorageContext,
  upload: ObjectUpload,
  content: AsyncIterable<Uint8Array>,
  hashes: Partial<Checksums>,
): Promise<ObjectMetadata> {
  return context.objects.put(upload.bucket, uploadName(upload), content, uploadOptions(upload, hashes));
}

/** `x-goog-hash: crc32c=...,md5=...` */
export function headerHashes(header: string | readonly string[] | undefined): Partial<Checksums> {
  const hashes = new Map(
    [header ?? []]
      .flat()
      .join(',')
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part.includes('='))
      .map((part) => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)]),
  );
  const [md5Hash, crc32c] = [hashes.get('md5'), hashes.get('crc32c')];
  return { ...(md5Hash === undefined ? {} : { md5Hash }), ...(crc32c === undefined ? {} : { crc32c }) };
}

/** Python's media parts have the type of anything. */
const givenType = (type: string | undefined): string | undefined =>
  type === undefined || type === '' || type === '*/*' ? undefined : type;
