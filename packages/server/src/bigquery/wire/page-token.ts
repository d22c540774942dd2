import { invalid } from '@bqml-emulator/common';

/** Page tokens are opaque to clients; here a row or list position. */
export const pageToken = (position: bigint | number | string) => Buffer.from(`p${position}`).toString('base64url');

/** The text after `p`; a token that this server never gave is refused. */
export function readPageToken(token: string | undefined): string | undefined {
  if (token === undefined) return undefined;
  const text = Buffer.from(token, 'base64url').toString('utf8');
  if (!text.startsWith('p')) throw invalid(`Invalid page token: ${token}`, 'pageToken');
  return text.slice(1);
}

export function readRowPageToken(token: string | undefined): bigint | undefined {
  const text = readPageToken(token);
  if (text === undefined) return undefined;
  if (!/^\d{1,18}$/.test(text)) throw invalid(`Invalid page token: ${token}`, 'pageToken');
  return BigInt(text);
}

/** One page of a list that is in the order of `key`; the token of the next page when there is one. */
export function pageOf<T>(
  items: readonly T[],
  key: (item: T) => string,
  maxResults: number | undefined,
  token: string | undefined,
): { readonly page: readonly T[]; readonly nextPageToken: string | undefined } {
  const after = readPageToken(token);
  const start = after === undefined ? 0 : items.findIndex((item) => key(item) > after);
  const rest = start < 0 ? [] : items.slice(start);
  const page = maxResults === undefined ? rest : rest.slice(0, maxResults);
  const last = page.at(-1);
  return { page, nextPageToken: last !== undefined && page.length < rest.length ? pageToken(key(last)) : undefined };
}
