import { StorageError } from '../storage-error.ts';
import { storageRoute } from '../storage-route.ts';
import type { StorageRoute } from '../storage-route.ts';

/** Every bucket has uniform access, which is Cloud Storage's own answer to access lists. */
function accessLists(id: string, path: string): readonly StorageRoute[] {
  const verbs = [
    ['list', 'GET', path],
    ['insert', 'POST', path],
    ['get', 'GET', `${path}/:entity`],
    ['patch', 'PATCH', `${path}/:entity`],
    ['update', 'PUT', `${path}/:entity`],
    ['delete', 'DELETE', `${path}/:entity`],
  ] as const;
  return verbs.map(([verb, method, url]) =>
    storageRoute({
      id: `storage.${id}.${verb}`,
      method,
      path: url,
      handle() {
        throw new StorageError(
          400,
          'invalid',
          'Cannot use ACL API to update bucket policy when uniform bucket-level access is enabled. Read more at https://cloud.google.com/storage/docs/uniform-bucket-level-access',
        );
      },
    }),
  );
}

const refused = (id: string, method: StorageRoute['method'], path: string): StorageRoute =>
  storageRoute({
    id,
    method,
    path,
    refused: true,
    handle() {
      throw new StorageError(501, 'notImplemented', `Not implemented: ${id}`);
    },
  });

export const refusedStorageRoutes: readonly StorageRoute[] = [
  ...accessLists('bucketAccessControls', '/storage/v1/b/:bucket/acl'),
  ...accessLists('defaultObjectAccessControls', '/storage/v1/b/:bucket/defaultObjectAcl'),
  ...accessLists('objectAccessControls', '/storage/v1/b/:bucket/o/:object/acl'),
  refused('storage.notifications.list', 'GET', '/storage/v1/b/:bucket/notificationConfigs'),
  refused('storage.notifications.insert', 'POST', '/storage/v1/b/:bucket/notificationConfigs'),
  refused('storage.objects.restore', 'POST', '/storage/v1/b/:bucket/o/:object/restore'),
  refused('storage.buckets.lockRetentionPolicy', 'POST', '/storage/v1/b/:bucket/lockRetentionPolicy'),
  refused('storage.folders.list', 'GET', '/storage/v1/b/:bucket/folders'),
  refused('storage.managedFolders.insert', 'POST', '/storage/v1/b/:bucket/managedFolders'),
];
