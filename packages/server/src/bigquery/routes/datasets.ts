import type { Dataset } from '@bqml-emulator/catalog';
import { datasetAlreadyExists, datasetNotFound } from '@bqml-emulator/common';
import type { DatasetReference } from '@bqml-emulator/common';
import type { ServerContext } from '../../context.ts';
import { baseUrl } from '../../http/base-url.ts';
import { requireMatch } from '../../http/precondition.ts';
import type { Route, RouteRequest } from '../../http/route.ts';
import {
  changedDataset,
  readDeletionMillis,
  toDataset,
  toDatasetListItem,
  toDatasetResource,
} from '../converters/dataset.ts';
import { labelFilter } from '../converters/description.ts';
import type { Change } from '../converters/description.ts';
import { etag } from '../wire/etag.ts';
import { pageOf } from '../wire/page-token.ts';

export function referenceOf(request: RouteRequest): DatasetReference {
  return { projectId: request.params.projectId ?? '', datasetId: request.params.datasetId ?? '' };
}

export function existingDataset(context: ServerContext, reference: DatasetReference): Dataset {
  const dataset = context.catalog.getDataset(reference);
  if (!dataset) throw datasetNotFound(reference);
  return dataset;
}

function changeDataset(request: RouteRequest, context: ServerContext, change: Change): unknown {
  const before = existingDataset(context, referenceOf(request));
  requireMatch(request, toDatasetResource(before, baseUrl(request.raw), context.userEmail));
  const dataset = changedDataset(before, request.body, change, context.clock.nowMillis());
  context.catalog.updateDataset(dataset);
  return toDatasetResource(dataset, baseUrl(request.raw), context.userEmail);
}

export const datasetRoutes: readonly Route[] = [
  {
    id: 'bigquery.datasets.list',
    method: 'GET',
    path: '/projects/:projectId/datasets',
    query: { all: 'boolean', filter: 'string', maxResults: 'integer', pageToken: 'string' },
    response: 'DatasetList',
    handle({ params, query }, context) {
      const datasets = context.catalog.listDatasets(params.projectId ?? '').filter(labelFilter(query.text('filter')));
      const { page, nextPageToken } = pageOf(
        datasets,
        (d) => d.reference.datasetId,
        query.count('maxResults'),
        query.text('pageToken'),
      );
      return {
        kind: 'bigquery#datasetList',
        etag: etag(page.map((d) => [d.reference, d.lastModifiedMillis])),
        ...(nextPageToken === undefined ? {} : { nextPageToken }),
        ...(page.length > 0 ? { datasets: page.map(toDatasetListItem) } : {}),
      };
    },
  },
  {
    id: 'bigquery.datasets.insert',
    method: 'POST',
    path: '/projects/:projectId/datasets',
    query: { accessPolicyVersion: 'integer' },
    request: 'Dataset',
    response: 'Dataset',
    handle({ params, body, raw }, context) {
      const dataset = toDataset(body, params.projectId ?? '', context.location, context.clock.nowMillis());
      if (context.catalog.getDataset(dataset.reference)) throw datasetAlreadyExists(dataset.reference);
      context.catalog.createDataset(dataset);
      return toDatasetResource(dataset, baseUrl(raw), context.userEmail);
    },
  },
  {
    id: 'bigquery.datasets.get',
    method: 'GET',
    path: '/projects/:projectId/datasets/:datasetId',
    query: { accessPolicyVersion: 'integer', datasetView: 'string' },
    response: 'Dataset',
    handle(request, context) {
      const dataset = existingDataset(context, referenceOf(request));
      return toDatasetResource(dataset, baseUrl(request.raw), context.userEmail);
    },
  },
  {
    id: 'bigquery.datasets.patch',
    method: 'PATCH',
    path: '/projects/:projectId/datasets/:datasetId',
    query: { accessPolicyVersion: 'integer', updateMode: 'string' },
    request: 'Dataset',
    response: 'Dataset',
    handle: (request, context) => changeDataset(request, context, 'patch'),
  },
  {
    id: 'bigquery.datasets.update',
    method: 'PUT',
    path: '/projects/:projectId/datasets/:datasetId',
    query: { accessPolicyVersion: 'integer', updateMode: 'string' },
    request: 'Dataset',
    response: 'Dataset',
    handle: (request, context) => changeDataset(request, context, 'update'),
  },
  {
    id: 'bigquery.datasets.delete',
    method: 'DELETE',
    path: '/projects/:projectId/datasets/:datasetId',
    query: { deleteContents: 'boolean' },
    handle(request, context) {
      const { reference } = existingDataset(context, referenceOf(request));
      context.catalog.deleteDataset(reference, request.query.flag('deleteContents') ? 'delete' : 'refuse');
    },
  },
  {
    id: 'bigquery.datasets.undelete',
    method: 'POST',
    path: '/projects/:projectId/datasets/:datasetId',
    verb: 'undelete',
    request: 'UndeleteDatasetRequest',
    response: 'Dataset',
    handle(request, context) {
      const reference = referenceOf(request);
      const dataset = context.catalog.undeleteDataset(reference, readDeletionMillis(request.body));
      if (!dataset) throw datasetNotFound(reference);
      return toDatasetResource(dataset, baseUrl(request.raw), context.userEmail);
    },
  },
];
