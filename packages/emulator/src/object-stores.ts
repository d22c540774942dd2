import { randomIds, systemClock } from '@bqml-emulator/common';
import { FilesystemObjectStore, GcsClient, LayeredObjectStore } from '@bqml-emulator/object-store';
import type { ObjectStore } from '@bqml-emulator/object-store';
import type { EmulatorOptions } from './options.ts';

/** Where public buckets of the real service are read. */
const PUBLIC_ENDPOINT = 'https://storage.googleapis.com';

/**
 * Directories first, then the service of `--gcs-endpoint`, where new buckets are made if there is one, then public
 * buckets. What uploads of a process that has ended left behind is removed.
 */
export async function openObjectStore(
  options: Pick<EmulatorOptions, 'buckets' | 'bucketsRoot' | 'gcsEndpoint' | 'allowPublicGcs' | 'projectId'>,
  defaultRoot: string,
): Promise<{ readonly objectStore: ObjectStore; readonly directories: ObjectStore }> {
  const { gcsEndpoint: endpoint, projectId } = options;
  const root = endpoint === undefined ? (options.bucketsRoot ?? defaultRoot) : options.bucketsRoot;
  const directories = new FilesystemObjectStore({
    ...(root === undefined ? {} : { root }),
    buckets: Object.fromEntries(options.buckets),
    ids: randomIds,
  });
  await directories.removeAbandonedUploads();
  const service = endpoint === undefined ? undefined : new GcsClient({ endpoint, projectId, ids: randomIds });
  const stores: ObjectStore[] = [directories];
  if (service !== undefined) stores.push(service);
  if (options.allowPublicGcs) {
    stores.push(new GcsClient({ endpoint: PUBLIC_ENDPOINT, projectId, ids: randomIds, publicOnly: true }));
  }
  const objectStore =
    stores.length === 1
      ? directories
      : new LayeredObjectStore(stores, service ?? directories, () => systemClock.nowMillis());
  return { objectStore, directories };
}
