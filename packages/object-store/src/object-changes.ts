import { DEFAULT_CONTENT_TYPE } from './content-type.ts';
import { sortedMetadata } from './custom-metadata.ts';
import type { ObjectChanges, ObjectMetadata } from './object-store.ts';

type Properties = Pick<ObjectMetadata, 'contentType' | 'metadata' | 'attributes'>;

/** The properties after a change. https://cloud.google.com/storage/docs/json_api/v1/objects/patch */
export function withChanges(current: Properties, changes: ObjectChanges): Properties {
  return {
    contentType:
      changes.contentType === undefined ? current.contentType : (changes.contentType ?? DEFAULT_CONTENT_TYPE),
    metadata: sortedMetadata(merged(current.metadata, changes.metadata)),
    attributes: merged(current.attributes, changes.attributes),
  };
}

/** `changes` over `current`; a value of `null` removes its key. */
export function merged<T>(
  current: Readonly<Record<string, T>>,
  changes: Readonly<Record<string, T | null | undefined>> = {},
): Readonly<Record<string, T>> {
  const result: Record<string, T> = { ...current };
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) delete result[key];
    else if (value !== undefined) result[key] = value;
  }
  return result;
}
