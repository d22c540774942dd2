import { expect, it } from 'vitest';
import { rewriteUrl } from '../src/http/rewrite-url.ts';

it.each([
  ['/bigquery/v2/projects/p/datasets', '/projects/p/datasets'],
  ['/bigquery/v2/bigquery/v2/projects/p/queries?x=1', '/projects/p/queries?x=1'],
  ['//bigquery/v2/projects', '/projects'],
  ['/projects/p/jobs', '/projects/p/jobs'],
  ['/bigquery/v2/projects?maxResults=1', '/projects?maxResults=1'],
  ['/upload/bigquery/v2/projects/p/jobs', '/upload/bigquery/v2/projects/p/jobs'],
  ['/bigquery/v2/projectsandmore', '/bigquery/v2/projectsandmore'],
  ['/healthz', '/healthz'],
])('%s becomes %s', (from, to) => expect(rewriteUrl(from)).toBe(to));
