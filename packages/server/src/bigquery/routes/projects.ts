import { projectNumber } from '@bqml-emulator/catalog';
import type { Route } from '../../http/route.ts';
import { etag } from '../wire/etag.ts';
import { pageOf } from '../wire/page-token.ts';

export const projectRoutes: readonly Route[] = [
  {
    id: 'bigquery.projects.list',
    method: 'GET',
    path: '/projects',
    query: { maxResults: 'integer', pageToken: 'string' },
    response: 'ProjectList',
    handle({ query }, context) {
      const { page, nextPageToken } = pageOf(
        context.catalog.listProjects(),
        (id) => id,
        query.count('maxResults'),
        query.text('pageToken'),
      );
      return {
        kind: 'bigquery#projectList',
        etag: etag(page),
        ...(nextPageToken === undefined ? {} : { nextPageToken }),
        projects: page.map((id) => ({
          kind: 'bigquery#project',
          id,
          numericId: projectNumber(id),
          projectReference: { projectId: id },
          friendlyName: id,
        })),
        totalItems: context.catalog.listProjects().length,
      };
    },
  },
  {
    id: 'bigquery.projects.getServiceAccount',
    method: 'GET',
    path: '/projects/:projectId/serviceAccount',
    response: 'GetServiceAccountResponse',
    handle: ({ params }) => ({
      kind: 'bigquery#getServiceAccountResponse',
      email: `bq-${projectNumber(params.projectId ?? '')}@bigquery-encryption.iam.gserviceaccount.com`,
    }),
  },
];
