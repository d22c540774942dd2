import { bucketNotFound, notImplemented, ServiceError, uriNotFound } from '@bqml-emulator/common';
import type { IdSource } from '@bqml-emulator/common';
import { compareBytes } from '../byte-order.ts';
import { checksumDigest } from '../checksum.ts';
import { contentTypeOf } from '../content-type.ts';
import { gsUri } from '../gs-uri.ts';
import { isBucketName, isObjectName } from '../object-name.ts';
import type {
  Bucket,
  BucketConditions,
  Checksums,
  ListOptions,
  ObjectChanges,
  ObjectMetadata,
  ObjectStore,
  OpenOptions,
  PutOptions,
  WriteConditions,
} from '../object-store.ts';
import { invalidBucketName, invalidObjectName } from '../write-conditions.ts';
import { download } from './gcs-download.ts';
import { toServiceError } from './gcs-error.ts';
import { asResource, OBJECT_FIELDS, toBucket, toObjectMetadata } from './gcs-resource.ts';
import { GcsTransport } from './gcs-transport.ts';
import type { GcsRequest, GcsTransportOptions } from './gcs-transport.ts';
import { upload } from './gcs-upload.ts';

const PAGE = 1000;

export interface GcsClientOptions extends GcsTransportOptions {
  /** The project of new buckets. */
  readonly projectId: string;
  readonly ids: IdSource;
  /**
   * Only reads, and asks nothing that a public bucket does not answer to anybody: neither which buckets there are nor
   * what they are.
   */
  readonly publicOnly?: boolean;
}

/** Buckets of a Cloud Storage service, over its JSON API without credentials. */
export class GcsClient implements ObjectStore {
  readonly #transport: GcsTransport;
  readonly #projectId: string;
  readonly #ids: IdSource;
  readonly #publicOnly: boolean;

  constructor(options: GcsClientOptions) {
    this.#transport = new GcsTransport(options);
    this.#projectId = options.projectId;
    this.#ids = options.ids;
    this.#publicOnly = options.publicOnly ?? false;
  }

  async listBuckets(): Promise<readonly Bucket[]> {
    if (this.#publicOnly) return [];
    const buckets: Bucket[] = [];
    let pageToken: string | undefined;
    do {
      const page = await this.#json(
        { method: 'GET', url: '/storage/v1/b', query: { project: this.#projectId, pageToken } },
        '',
      );
      buckets.push(...asArray(page['items']).map(toBucket));
      pageToken = asToken(page['nextPageToken']);
    } while (pageToken !== undefined);
    return buckets.sort((a, b) => compareBytes(a.name, b.name));
  }

  async getBucket(bucket: string): Promise<Bucket | undefined> {
    if (!isBucketName(bucket)) return undefined;
    if (this.#publicOnly) return this.#probe(bucket);
    const response = await this.#transport.send({ method: 'GET', url: bucketPath(bucket) });
    if (response.status === 404) return absent(response);
    if (!response.ok) throw await toServiceError(response, bucket);
    return toBucket(await response.json());
  }

  async createBucket(bucket: string, attributes: Readonly<Record<string, unknown>> = {}): Promise<boolean> {
    this.#refuseWrites(bucket);
    if (!isBucketName(bucket)) throw invalidBucketName(bucket);
    const response = await this.#transport.send({
      method: 'POST',
      url: '/storage/v1/b',
      query: { project: this.#projectId },
      ...json({ ...attributes, name: bucket }),
    });
    if (!response.ok && response.status !== 409) throw await toServiceError(response, bucket);
    await response.body?.cancel();
    return response.ok;
  }

  async updateBucket(
    bucket: string,
    changes: Readonly<Record<string, unknown>>,
    conditions: BucketConditions = {},
  ): Promise<Bucket> {
    this.#refuseWrites(bucket);
    if ('iamPolicy' in changes) throw notImplemented('IAM policies of buckets that another server keeps');
    const before = await this.getBucket(bucket);
    if (before === undefined) throw bucketNotFound(bucket);
    return toBucket(
      await this.#json(
        {
          method: 'PATCH',
          url: bucketPath(bucket),
          query: conditionQuery(conditions),
          ...json({ ...changes, ...replacedLabels(before, changes['labels']) }),
        },
        bucket,
      ),
    );
  }

  async deleteBucket(bucket: string, conditions: BucketConditions = {}): Promise<boolean> {
    this.#refuseWrites(bucket);
    if (!isBucketName(bucket)) return false;
    return this.#delete(bucketPath(bucket), conditions, bucket);
  }

  async *list(bucket: string, options: ListOptions = {}): AsyncIterable<readonly ObjectMetadata[]> {
    if (!isBucketName(bucket)) throw bucketNotFound(bucket);
    const { prefix, startAfter, signal } = options;
    let pageToken: string | undefined;
    do {
      const page = await this.#json(
        {
          method: 'GET',
          url: `${bucketPath(bucket)}/o`,
          query: {
            maxResults: String(PAGE),
            prefix: prefix === '' ? undefined : prefix,
            startOffset: startAfter === '' ? undefined : startAfter,
            pageToken,
            fields: `nextPageToken,items(${OBJECT_FIELDS})`,
          },
          signal,
        },
        bucket,
      );
      const objects = asArray(page['items'])
        .map((item) => toObjectMetadata(bucket, item))
        .filter(({ name }) => startAfter === undefined || compareBytes(name, startAfter) > 0);
      if (objects.length > 0) yield objects;
      pageToken = asToken(page['nextPageToken']);
    } while (pageToken !== undefined);
  }

  async getMetadata(bucket: string, name: string): Promise<ObjectMetadata | undefined> {
    if (!isBucketName(bucket)) throw bucketNotFound(bucket);
    if (!isObjectName(name)) return undefined;
    const response = await this.#transport.send({ method: 'GET', url: objectPath(bucket, name) });
    if (response.ok) return toObjectMetadata(bucket, await response.json());
    const error = await toServiceError(response, bucket, name);
    if (response.status === 404 && error.message === uriNotFound(gsUri(bucket, name)).message) return undefined;
    throw error;
  }

  async checksums(bucket: string, name: string, generation?: bigint, signal?: AbortSignal): Promise<Checksums> {
    const object = await this.getMetadata(bucket, name);
    if (object === undefined || (generation !== undefined && object.generation !== generation)) {
      throw uriNotFound(gsUri(bucket, name));
    }
    const { md5Hash, crc32c } = object;
    if (md5Hash !== undefined && crc32c !== undefined) return { md5Hash, crc32c };
    // The service keeps no MD5 of composed objects.
    const digest = checksumDigest();
    for await (const part of this.open(bucket, name, { generation: object.generation, signal })) digest.update(part);
    return digest.digest();
  }

  async *open(bucket: string, name: string, options: OpenOptions = {}): AsyncIterable<Uint8Array> {
    if (!isBucketName(bucket)) throw bucketNotFound(bucket);
    if (!isObjectName(name)) throw uriNotFound(gsUri(bucket, name));
    yield* download(this.#transport, objectPath(bucket, name), bucket, name, options);
  }

  localPath(): undefined {
    return undefined;
  }

  async put(
    bucket: string,
    name: string,
    content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    options: PutOptions = {},
  ): Promise<ObjectMetadata> {
    this.#refuseWrites(bucket);
    if (!isBucketName(bucket)) throw bucketNotFound(bucket);
    if (!isObjectName(name)) throw invalidObjectName(name);
    const { contentType = contentTypeOf(name), metadata, attributes } = options;
    return upload(
      this.#transport,
      {
        bucket,
        name,
        url: `/upload${bucketPath(bucket)}/o`,
        query: conditionQuery(options),
        resource: { ...attributes, name, contentType, ...(metadata === undefined ? {} : { metadata }) },
        boundary: this.#ids.hex(16),
      },
      content,
      options,
    );
  }

  async update(
    bucket: string,
    name: string,
    changes: ObjectChanges,
    conditions: WriteConditions = {},
  ): Promise<ObjectMetadata> {
    this.#refuseWrites(bucket);
    if (!isBucketName(bucket)) throw bucketNotFound(bucket);
    if (!isObjectName(name)) throw uriNotFound(gsUri(bucket, name));
    const { contentType, metadata, attributes } = changes;
    const changed = await this.#json(
      {
        method: 'PATCH',
        url: objectPath(bucket, name),
        query: conditionQuery(conditions),
        ...json({ contentType, metadata, ...attributes }),
      },
      bucket,
      name,
    );
    return toObjectMetadata(bucket, changed);
  }

  async delete(bucket: string, name: string, conditions: WriteConditions = {}): Promise<boolean> {
    this.#refuseWrites(bucket);
    if (!isBucketName(bucket)) throw bucketNotFound(bucket);
    if (!isObjectName(name)) return false;
    return this.#delete(objectPath(bucket, name), conditions, bucket, name);
  }

  async #delete(url: string, conditions: WriteConditions, bucket: string, name?: string): Promise<boolean> {
    const response = await this.#transport.send({ method: 'DELETE', url, query: conditionQuery(conditions) });
    if (response.ok) {
      await response.body?.cancel();
      return true;
    }
    const error = await toServiceError(response, bucket, name);
    if (error.reason !== 'notFound' || (name !== undefined && error.message === bucketNotFound(bucket).message)) {
      throw error;
    }
    return false;
  }

  async #json(request: GcsRequest, bucket: string, name?: string): Promise<Readonly<Record<string, unknown>>> {
    const response = await this.#transport.send(request);
    if (!response.ok) throw await toServiceError(response, bucket, name);
    return asResource(await response.json());
  }

  /** Nobody may ask what a public bucket is; whether its objects can be listed tells that it is there. */
  async #probe(bucket: string): Promise<Bucket | undefined> {
    const url = `${bucketPath(bucket)}/o`;
    const response = await this.#transport.send({ method: 'GET', url, query: { maxResults: '1', fields: 'kind' } });
    if (response.status === 404) return absent(response);
    if (!response.ok) throw await toServiceError(response, bucket);
    await response.body?.cancel();
    return { name: bucket, creationMicros: 0n, updatedMicros: 0n, metageneration: 1n, attributes: {} };
  }

  #refuseWrites(bucket: string): void {
    if (!this.#publicOnly) return;
    throw new ServiceError('accessDenied', `Access Denied: Bucket ${bucket}: public buckets are only read.`);
  }
}

const bucketPath = (bucket: string) => `/storage/v1/b/${encodeURIComponent(bucket)}`;

const objectPath = (bucket: string, name: string) => `${bucketPath(bucket)}/o/${encodeURIComponent(name)}`;

const json = (body: unknown) => ({
  headers: { 'content-type': 'application/json; charset=UTF-8' },
  body: JSON.stringify(body),
});

async function absent(response: Response): Promise<undefined> {
  await response.body?.cancel();
  return undefined;
}

const asArray = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const asToken = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

const conditionQuery = (conditions: WriteConditions) => ({
  ifGenerationMatch: conditions.ifGenerationMatch?.toString(),
  ifGenerationNotMatch: conditions.ifGenerationNotMatch?.toString(),
  ifMetagenerationMatch: conditions.ifMetagenerationMatch?.toString(),
  ifMetagenerationNotMatch: conditions.ifMetagenerationNotMatch?.toString(),
});

/** The service merges labels, so that those which are to go are named. */
function replacedLabels(before: Bucket, labels: unknown): Readonly<Record<string, unknown>> {
  const old = before.attributes['labels'];
  if (typeof labels !== 'object' || labels === null || typeof old !== 'object' || old === null) return {};
  return { labels: { ...Object.fromEntries(Object.keys(old).map((key) => [key, null])), ...labels } };
}
