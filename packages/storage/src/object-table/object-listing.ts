import { compareBytes, gsUri, hasWildcard, listPrefix, matchesUri, parseGsUri } from '@bqml-emulator/object-store';
import type { GsUri, ObjectMetadata, ObjectStore } from '@bqml-emulator/object-store';

type Listing = AsyncIterator<ObjectMetadata, void, undefined>;

interface Head {
  readonly uri: string;
  readonly object: ObjectMetadata;
  readonly from: Listing;
}

/**
 * The objects that match any of the URIs, each once, in byte order of the URI. Listings of several wildcards are
 * merged as they come, so that none of them is held in memory.
 */
export async function* listObjects(
  store: ObjectStore,
  uris: readonly string[],
  signal: AbortSignal | undefined,
): AsyncGenerator<ObjectMetadata> {
  const patterns = uris.map(parseGsUri);
  const exact = patterns.filter((uri) => !hasWildcard(uri));
  const listings: Listing[] = patterns.filter(hasWildcard).map((uri) => wildcard(store, uri, signal));
  if (exact.length > 0) listings.push(single(store, exact, signal));
  const heads = (await Promise.all(listings.map(advance))).filter((head) => head !== undefined);
  let last: string | undefined;
  while (heads.length > 0) {
    signal?.throwIfAborted();
    let least = 0;
    for (let i = 1; i < heads.length; i++) {
      if (compareBytes(heads[i]?.uri ?? '', heads[least]?.uri ?? '') < 0) least = i;
    }
    const head = heads[least];
    if (head === undefined) return;
    if (head.uri !== last) yield head.object;
    last = head.uri;
    const next = await advance(head.from);
    if (next === undefined) heads.splice(least, 1);
    else heads[least] = next;
  }
}

async function advance(from: Listing): Promise<Head | undefined> {
  const { value } = await from.next();
  return value ? { uri: gsUri(value.bucket, value.name), object: value, from } : undefined;
}

async function* wildcard(store: ObjectStore, uri: GsUri, signal: AbortSignal | undefined) {
  for await (const batch of store.list(uri.bucket, { prefix: listPrefix(uri), signal })) {
    for (const object of batch) if (matchesUri(uri, object.name)) yield object;
  }
}

async function* single(store: ObjectStore, uris: readonly GsUri[], signal: AbortSignal | undefined) {
  const ordered = uris.toSorted((a, b) => compareBytes(gsUri(a.bucket, a.pattern), gsUri(b.bucket, b.pattern)));
  for (const { bucket, pattern } of ordered) {
    signal?.throwIfAborted();
    const object = await store.getMetadata(bucket, pattern);
    if (object !== undefined) yield object;
  }
}
