import { createHash } from 'node:crypto';

/** A quoted entity tag of the content, as BigQuery's: clients send it back verbatim in If-Match. */
export function etag(content: unknown): string {
  const text = JSON.stringify(content, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}` : value));
  return `"${createHash('sha1').update(text).digest('base64url')}"`;
}
