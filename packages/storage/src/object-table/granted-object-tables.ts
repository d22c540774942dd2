import { ServiceError } from '@bqml-emulator/common';
import { OBJECT_TABLE_SCHEMA, locatedConnection, parseConnectionId } from '@bqml-emulator/catalog';
import type { ConnectionStore, ObjectTable, ObjectTableSource, ObjectTableUris } from '@bqml-emulator/catalog';
import { grants, parseGsUri } from '@bqml-emulator/object-store';
import type { ObjectPermission, ObjectStore } from '@bqml-emulator/object-store';
import type { Batch } from '@bqml-emulator/types';

const DATA_COLUMN = OBJECT_TABLE_SCHEMA.length;

/** Of `storage.objects.list` over a bucket as BigQuery printed it; of `get` as Cloud Storage names an object. */
const RESOURCES: Readonly<Record<ObjectPermission, string>> = {
  'storage.objects.list': 'bucket',
  'storage.objects.get': 'object',
};

/**
 * Object tables that are listed and read with the service account of their connection, which needs the permissions in
 * the IAM policy of each bucket. The default connection, and buckets that `buckets` does not have, are not checked.
 * https://cloud.google.com/bigquery/docs/object-tables#grant_access_to_the_service_account
 */
export class GrantedObjectTables implements ObjectTableSource {
  readonly #tables: ObjectTableSource;
  readonly #connections: ConnectionStore;
  readonly #buckets: Pick<ObjectStore, 'getBucket'>;

  constructor(tables: ObjectTableSource, connections: ConnectionStore, buckets: Pick<ObjectStore, 'getBucket'>) {
    this.#tables = tables;
    this.#connections = connections;
    this.#buckets = buckets;
  }

  async *scan(table: ObjectTable, signal?: AbortSignal, columns?: readonly number[]): AsyncIterable<Batch> {
    const readsData = columns?.includes(DATA_COLUMN) ?? true;
    await this.#require(table, table.uris, readsData ? ['storage.objects.list', 'storage.objects.get'] : undefined);
    yield* this.#tables.scan(table, signal, columns);
  }

  async refreshMetadataCache(
    table: ObjectTable,
    uris: readonly string[] | undefined,
    signal?: AbortSignal,
  ): Promise<void> {
    await this.#require(table, uris ?? table.uris);
    await this.#tables.refreshMetadataCache(table, uris, signal);
  }

  async validate(table: ObjectTableUris, signal?: AbortSignal): Promise<void> {
    await this.#tables.validate(table, signal);
    await this.#require(table, table.uris);
  }

  async #require(
    { connectionId, reference, location }: ObjectTableUris,
    uris: readonly string[],
    permissions: readonly ObjectPermission[] = ['storage.objects.list'],
  ): Promise<void> {
    if (connectionId === undefined) return;
    const name = locatedConnection(parseConnectionId(connectionId, reference.projectId, location));
    const serviceAccount = this.#connections.get(name)?.serviceAccountId;
    if (serviceAccount === undefined) return;
    const firstUris = new Map(uris.toReversed().map((uri) => [parseGsUri(uri).bucket, uri]));
    for (const [bucketName, uri] of firstUris) {
      const bucket = await this.#buckets.getBucket(bucketName);
      if (bucket === undefined) continue;
      const denied = permissions.find((permission) => !grants(bucket, serviceAccount, permission));
      if (denied !== undefined) throw permissionDenied(serviceAccount, denied, uri);
    }
  }
}

/** As BigQuery printed it on 2025-07-26: https://github.com/cal-itp/data-infra/issues/4131 */
const permissionDenied = (serviceAccount: string, permission: ObjectPermission, uri: string) =>
  new ServiceError(
    'accessDenied',
    'Access Denied: BigQuery BigQuery: Permission denied while globbing file pattern. ' +
      `${serviceAccount} does not have ${permission} access to the Google Cloud Storage ${RESOURCES[permission]}. ` +
      `Permission '${permission}' denied on resource (or it may not exist). Please make sure ${uri} is accessible via ` +
      'appropriate IAM roles, e.g. Storage Object Viewer or Storage Object Creator.',
  );
