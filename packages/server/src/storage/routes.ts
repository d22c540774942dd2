import type { StorageRoute } from './storage-route.ts';
import { batchRoutes } from './routes/batch.ts';
import { bucketPolicyRoutes } from './routes/bucket-policies.ts';
import { bucketRoutes } from './routes/buckets.ts';
import { copyRoutes } from './routes/copies.ts';
import { objectRoutes } from './routes/objects.ts';
import { pathStyleRoutes } from './routes/path-style.ts';
import { refusedStorageRoutes } from './routes/refused.ts';
import { uploadRoutes } from './routes/uploads.ts';

/** Cloud Storage's JSON API and, for single objects, its XML API. */
export const storageRoutes: readonly StorageRoute[] = [
  ...bucketRoutes,
  ...bucketPolicyRoutes,
  ...objectRoutes,
  ...copyRoutes,
  ...uploadRoutes,
  ...batchRoutes,
  ...refusedStorageRoutes,
  ...pathStyleRoutes,
];
