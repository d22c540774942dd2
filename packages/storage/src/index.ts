/** Everything that a data directory holds; its layout is told at `openStorage`. */
export { GrantedObjectTables } from './object-table/granted-object-tables.ts';
export { openStorage } from './open-storage.ts';
export type { Storage, StorageOptions } from './open-storage.ts';
