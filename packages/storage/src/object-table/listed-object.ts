import type { ObjectMetadata } from '@bqml-emulator/object-store';

/** What an object table shows of an object. */
export type ListedObject = Pick<
  ObjectMetadata,
  'bucket' | 'name' | 'generation' | 'size' | 'contentType' | 'updatedMicros' | 'metadata' | 'md5Hash'
>;

type Fields = readonly [
  bucket: string,
  name: string,
  generation: string,
  size: number,
  contentType: string,
  updatedMicros: string,
  metadata: Readonly<Record<string, string>>,
  md5Hash: string | null,
];

/** A JSON array of the fields: a listing has a great many of them. */
export function writeListedObject(object: ListedObject): string {
  const fields: Fields = [
    object.bucket,
    object.name,
    String(object.generation),
    object.size,
    object.contentType,
    String(object.updatedMicros),
    object.metadata,
    object.md5Hash ?? null,
  ];
  return JSON.stringify(fields);
}

export function readListedObject(text: string): ListedObject {
  const [bucket, name, generation, size, contentType, updatedMicros, metadata, md5Hash] = JSON.parse(text) as Fields;
  return {
    bucket,
    name,
    generation: BigInt(generation),
    size,
    contentType,
    updatedMicros: BigInt(updatedMicros),
    metadata,
    md5Hash: md5Hash ?? undefined,
  };
}
