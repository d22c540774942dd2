import type { Dataset } from '@bqml-emulator/catalog';
import { datasetAlreadyExists, datasetInUse, datasetNotFound } from '@bqml-emulator/common';
import type { DatasetReference } from '@bqml-emulator/common';
import { z } from 'zod';
import type { ServerContext } from '../../context.ts';
import { baseUrl } from '../../http/base-url.ts';
import type { Route, RouteRequest } from '../../http/route.ts';
import { definedLabels, toDataset, toDatasetListItem, toDatasetResource } from '../converters/dataset.ts';
import { etag } from '../wire/etag.ts';
import { readBody, wireInteger, wireLabels } from '../wire/json.ts';
import { pageOf } from '../wire/page-token.ts';

export function referenceOf(request: RouteRequest): DatasetReference {
  return { projectId: request.params.projectId ?? '', datasetId: request.params.datasetId ?? '' };
}

export function existingDataset(context: ServerContext, reference: DatasetReference): Dataset {
  const dataset = context.catalog.getDataset(reference);
  if (!dataset) throw datasetNotFound(reference);
  return dataset;
}

const patchRequest = z.object({
  friendlyName: z.string().nullish(),
  description: z.string().nullish(),
  labels: wireLabels,
  defaultTableExpirationMs: wireInteger,
});

/** A key that is absent keeps its value, `null` clears it, labels are merged. */
function patched(dataset: Dataset, body: unknown, nowMillis: number): Dataset {
  const patch = readBody(patchRequest, body);
  const clears = typeof body === 'object' && body !== null && 'defaultTableExpirationMs' in body;
  return {
    ...dataset,
    friendlyName: patch.friendlyName === undefined ? dataset.friendlyName : (patch.friendlyName ?? undefined),
    description: patch.description === undefined ? dataset.description : (patch.description ?? undefined),
    labels: definedLabels({ ...dataset.labels, ...patch.labels }),
    defaultTableExpirationMillis: clears ? patch.defaultTableExpirationMs : dataset.defaultTableExpirationMillis,
    lastModifiedMillis: nowMillis,
  };
}

async function deleteContents(context: ServerContext, reference: DatasetReference): Promise<void> {
  for (const table of context.catalog.listTables(reference)) await context.tables.dropTable(table.reference);
  for (const model of context.catalog.listModels(reference)) context.catalog.deleteModel(model.reference);
}

export const datasetRoutes: readonly Route[] = [
  {
    id: 'bigquery.datasets.list',
    method: 'GET',
    path: '/projects/:projectId/datasets',
    handle({ params, query }, context) {
      const datasets = context.catalog.listDatasets(params.projectId ?? '');
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
    handle(request, context) {
      const dataset = existingDataset(context, referenceOf(request));
      return toDatasetResource(dataset, baseUrl(request.raw), context.userEmail);
    },
  },
  {
    id: 'bigquery.datasets.patch',
    method: 'PATCH',
    path: '/projects/:projectId/datasets/:datasetId',
    handle(request, context) {
      const before = existingDataset(context, referenceOf(request));
      const dataset = patched(before, request.body, context.clock.nowMillis());
      context.catalog.updateDataset(dataset);
      return toDatasetResource(dataset, baseUrl(request.raw), context.userEmail);
    },
  },
  {
    id: 'bigquery.datasets.delete',
    method: 'DELETE',
    path: '/projects/:projectId/datasets/:datasetId',
    async handle(request, context) {
      const { reference } = existingDataset(context, referenceOf(request));
      if (request.query.flag('deleteContents')) await deleteContents(context, reference);
      else if (context.catalog.listTables(reference).length + context.catalog.listModels(reference).length > 0) {
        throw datasetInUse(reference);
      }
      context.catalog.deleteDataset(reference);
    },
  },
];
