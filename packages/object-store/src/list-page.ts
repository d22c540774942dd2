import type { ListOptions, ObjectMetadata, ObjectStore } from './object-store.ts';

export interface ObjectPage {
  readonly objects: readonly ObjectMetadata[];
  /** `startAfter` of the next page; undefined on the last. */
  readonly next: string | undefined;
}

/** The first `limit` objects of a listing. */
export async function listPage(
  store: ObjectStore,
  bucket: string,
  limit: number,
  options: ListOptions = {},
): Promise<ObjectPage> {
  const objects: ObjectMetadata[] = [];
  for await (const batch of store.list(bucket, options)) {
    for (const object of batch) {
      if (objects.length === limit) return { objects, next: objects.at(-1)?.name };
      objects.push(object);
    }
  }
  return { objects, next: undefined };
}
