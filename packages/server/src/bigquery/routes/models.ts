import type { Model } from '@bqml-emulator/catalog';
import { modelNotFound } from '@bqml-emulator/common';
import type { ServerContext } from '../../context.ts';
import { requireMatch } from '../../http/precondition.ts';
import type { Route, RouteRequest } from '../../http/route.ts';
import { changedModel, toModelListItem, toModelResource } from '../converters/model.ts';
import { pageOf } from '../wire/page-token.ts';
import { existingDataset, referenceOf } from './datasets.ts';

function existingModel(request: RouteRequest, context: ServerContext): Model {
  const reference = { ...referenceOf(request), modelId: request.params.modelId ?? '' };
  const model = context.catalog.getModel(reference);
  if (!model) throw modelNotFound(reference);
  return model;
}

export const modelRoutes: readonly Route[] = [
  {
    id: 'bigquery.models.list',
    method: 'GET',
    path: '/projects/:projectId/datasets/:datasetId/models',
    query: { maxResults: 'integer', pageToken: 'string' },
    response: 'ListModelsResponse',
    handle(request, context) {
      const { reference } = existingDataset(context, referenceOf(request));
      const { page, nextPageToken } = pageOf(
        context.catalog.listModels(reference),
        (m) => m.reference.modelId,
        request.query.count('maxResults'),
        request.query.text('pageToken'),
      );
      return {
        ...(page.length > 0 ? { models: page.map(toModelListItem) } : {}),
        ...(nextPageToken === undefined ? {} : { nextPageToken }),
      };
    },
  },
  {
    id: 'bigquery.models.get',
    method: 'GET',
    path: '/projects/:projectId/datasets/:datasetId/models/:modelId',
    response: 'Model',
    handle: (request, context) => toModelResource(existingModel(request, context)),
  },
  {
    id: 'bigquery.models.patch',
    method: 'PATCH',
    path: '/projects/:projectId/datasets/:datasetId/models/:modelId',
    request: 'Model',
    response: 'Model',
    handle(request, context) {
      const before = existingModel(request, context);
      requireMatch(request, toModelResource(before));
      const model = changedModel(before, request.body, context.clock.nowMillis());
      context.catalog.updateModel(model);
      return toModelResource(model);
    },
  },
  {
    id: 'bigquery.models.delete',
    method: 'DELETE',
    path: '/projects/:projectId/datasets/:datasetId/models/:modelId',
    handle(request, context) {
      context.catalog.deleteModel(existingModel(request, context).reference);
    },
  },
];
