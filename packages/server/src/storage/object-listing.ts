import { compareBytes } from '@bqml-emulator/object-store';
import type { ObjectMetadata, ObjectStore } from '@bqml-emulator/object-store';

export interface ObjectListingRequest {
  readonly prefix: string;
  /** Names that hold it after the prefix are listed as one prefix that ends with it. */
  readonly delimiter: string | undefined;
  /** First name and, exclusive, last name in byte order. */
  readonly startOffset: string | undefined;
  readonly endOffset: string | undefined;
  /** Names that are a prefix themselves are also objects of the list. */
  readonly includeTrailingDelimiter: boolean;
  readonly matches: ((name: string) => boolean) | undefined;
  /** Only what comes after this: see `ObjectListing.next`. */
  readonly after: string | undefined;
  /** Of objects and prefixes together. */
  readonly limit: number;
}

export interface ObjectListing {
  readonly objects: readonly ObjectMetadata[];
  readonly prefixes: readonly string[];
  /** `after` of the next page; undefined on the last. */
  readonly next: string | undefined;
}

/** Objects of one prefix that are read before the listing starts again behind them. */
const JUMP_AFTER = 256;

/** No code point comes after it, so that no name that starts with `prefix` comes after this. */
const behind = (prefix: string) => `${prefix}\u{10ffff}`;

/** One page. https://cloud.google.com/storage/docs/json_api/v1/objects/list */
export async function listObjectPage(
  store: ObjectStore,
  bucket: string,
  request: ObjectListingRequest,
  signal: AbortSignal,
): Promise<ObjectListing> {
  const objects: ObjectMetadata[] = [];
  const prefixes: string[] = [];
  let last = request.after;
  for await (const { object, group } of entries(store, bucket, request, signal)) {
    const isNewGroup = group !== undefined && group !== prefixes.at(-1);
    const isObject = group === undefined || (request.includeTrailingDelimiter && object.name === group);
    if (!isNewGroup && !isObject) continue;
    if (objects.length + prefixes.length >= request.limit) return { objects, prefixes, next: last };
    if (isNewGroup) prefixes.push(group);
    if (isObject) objects.push(object);
    last = group === undefined ? object.name : behind(group);
  }
  return { objects, prefixes, next: undefined };
}

interface Entry {
  readonly object: ObjectMetadata;
  readonly group: string | undefined;
}

/** Objects that are asked for, in order; of a large group only the first ones. */
async function* entries(
  store: ObjectStore,
  bucket: string,
  request: ObjectListingRequest,
  signal: AbortSignal,
): AsyncGenerator<Entry, void, undefined> {
  const { prefix, startOffset, endOffset, matches } = request;
  let position = request.after;
  if (startOffset !== undefined && (position === undefined || compareBytes(position, startOffset) < 0)) {
    // The store lists what comes after a name, and this one itself is asked for.
    const first = startOffset.startsWith(prefix) ? await store.getMetadata(bucket, startOffset) : undefined;
    if (first && (matches?.(first.name) ?? true) && (!endOffset || compareBytes(startOffset, endOffset) < 0)) {
      yield { object: first, group: groupOf(first.name, request) };
    }
    position = startOffset;
  }
  for (;;) {
    let group: string | undefined;
    let inGroup = 0;
    let jump = false;
    listing: for await (const batch of store.list(bucket, {
      prefix,
      signal,
      ...(position === undefined ? {} : { startAfter: position }),
    })) {
      for (const object of batch) {
        if (endOffset !== undefined && compareBytes(object.name, endOffset) >= 0) return;
        if (matches !== undefined && !matches(object.name)) continue;
        const next = groupOf(object.name, request);
        inGroup = next !== undefined && next === group ? inGroup + 1 : 0;
        group = next;
        jump = inGroup > JUMP_AFTER;
        if (jump) break listing;
        yield { object, group };
      }
    }
    if (!jump || group === undefined) return;
    position = behind(group);
  }
}

function groupOf(name: string, { prefix, delimiter }: ObjectListingRequest): string | undefined {
  if (delimiter === undefined) return undefined;
  const at = name.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : name.slice(0, at + delimiter.length);
}
