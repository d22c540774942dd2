export { openStorage } from './open-storage.ts';
export type { Storage, StorageOptions } from './open-storage.ts';
export { OBJECT_TABLE_SCHEMA } from './object-table/object-table-schema.ts';
