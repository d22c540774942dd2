import { describe, expect, test } from 'vitest';
import { listPrefix, matchesUri, parseGsUri } from '../src/index.ts';

describe('gs:// URIs', () => {
  test.each([
    ['gs://b/*', 'a/b.jpg', true],
    ['gs://b/a*', 'a/b/c.jpg', true],
    ['gs://b/a*.jpg', 'a/b/c.jpg', true],
    ['gs://b/a*.jpg', 'a/b/c.png', false],
    ['gs://b/a*a', 'a', false],
    ['gs://b/a*a', 'aa', true],
    ['gs://b/exact.jpg', 'exact.jpg', true],
    ['gs://b/exact.jpg', 'exact.jpg2', false],
    ['gs://b/dir/*', 'dirx', false],
    ['gs://b/a.b', 'axb', false],
  ])('%s and %s: %s', (uri, name, expected) => {
    const parsed = parseGsUri(uri);
    expect(matchesUri(parsed, name)).toBe(expected);
    if (expected) expect(name.startsWith(listPrefix(parsed))).toBe(true);
  });

  test.each(['', 'gs://', 'gs://b', 'gs://b/', 's3://b/x', 'gs://*/x', 'gs://B*/x', 'gs://b/a*b*', 'gs://../x', 'b/x'])(
    '%s is refused',
    (uri) => {
      expect(() => parseGsUri(uri)).toThrow(expect.objectContaining({ reason: 'invalid', httpStatus: 400 }));
    },
  );
});
