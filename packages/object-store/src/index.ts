export { grants, POLICY_ATTRIBUTE } from './bucket-policy.ts';
export type { BucketPolicy, ObjectPermission } from './bucket-policy.ts';
export { compareBytes } from './byte-order.ts';
export { contentTypeOf } from './content-type.ts';
export { FilesystemObjectStore } from './filesystem-object-store.ts';
export type { FilesystemObjectStoreOptions } from './filesystem-object-store.ts';
export { GcsClient } from './gcs/gcs-client.ts';
export type { GcsClientOptions } from './gcs/gcs-client.ts';
export { gsUri, hasWildcard, listPrefix, matchesUri, parseGsUri } from './gs-uri.ts';
export type { GsUri } from './gs-uri.ts';
export { LayeredObjectStore } from './layered-object-store.ts';
export { listPage } from './list-page.ts';
export type { ObjectPage } from './list-page.ts';
export { MemoryObjectStore } from './memory-object-store.ts';
export { isBucketName } from './object-name.ts';
export { ObjectContent } from './object-content.ts';
export type {
  Bucket,
  BucketConditions,
  Checksums,
  ListOptions,
  ObjectAttribute,
  ObjectAttributes,
  ObjectChanges,
  ObjectMetadata,
  ObjectStore,
  OpenOptions,
  PutOptions,
  WriteConditions,
} from './object-store.ts';
export { readObject } from './read-object.ts';
export { conditionsHold } from './write-conditions.ts';
