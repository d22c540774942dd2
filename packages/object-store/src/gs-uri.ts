import { invalid } from '@bqml-emulator/common';
import { isBucketName } from './object-name.ts';

/** `gs://bucket/object`; `pattern` is everything after the bucket and holds at most one `*`. */
export interface GsUri {
  readonly bucket: string;
  readonly pattern: string;
}

/**
 * Reads `gs://bucket/path`, with one `*` at most, which stands for any characters, `/` included.
 * https://cloud.google.com/bigquery/docs/batch-loading-data#load-wildcards
 */
export function parseGsUri(uri: string): GsUri {
  const match = /^gs:\/\/([^/*]+)\/(.+)$/s.exec(uri);
  const [, bucket, pattern] = match ?? [];
  if (bucket === undefined || pattern === undefined || !isBucketName(bucket)) {
    throw invalid(`Invalid Google Cloud Storage URI: ${uri}`, 'uris');
  }
  if (pattern.indexOf('*') !== pattern.lastIndexOf('*')) {
    throw invalid(`Only one wildcard is supported in a URI: ${uri}`, 'uris');
  }
  return { bucket, pattern };
}

export const gsUri = (bucket: string, name: string): string => `gs://${bucket}/${name}`;

export const hasWildcard = (uri: GsUri): boolean => uri.pattern.includes('*');

/** What every name that matches starts with. */
export function listPrefix(uri: GsUri): string {
  const star = uri.pattern.indexOf('*');
  return star < 0 ? uri.pattern : uri.pattern.slice(0, star);
}

export function matchesUri(uri: GsUri, name: string): boolean {
  const star = uri.pattern.indexOf('*');
  if (star < 0) return name === uri.pattern;
  const tail = uri.pattern.slice(star + 1);
  return name.length >= star + tail.length && name.startsWith(uri.pattern.slice(0, star)) && name.endsWith(tail);
}
