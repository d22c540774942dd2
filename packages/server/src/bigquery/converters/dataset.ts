import type { Dataset } from '@bqml-emulator/catalog';
import { invalid } from '@bqml-emulator/common';
import type { DatasetReference } from '@bqml-emulator/common';
import { z } from 'zod';
import { etag } from '../wire/etag.ts';
import { datasetReference, readBody, wireInteger, wireLabels, wireText } from '../wire/json.ts';
import { changedDescription, changedInteger, definedLabels } from './description.ts';
import type { Change } from './description.ts';

/** https://cloud.google.com/bigquery/docs/datasets#dataset-naming */
const DATASET_ID = /^[\p{L}\p{M}\p{N}_]{1,1024}$/u;

const datasetRequest = z.object({
  datasetReference,
  location: wireText,
  friendlyName: wireText,
  description: wireText,
  labels: wireLabels,
  defaultTableExpirationMs: wireInteger,
});

export function readDatasetId(datasetId: string): string {
  if (!DATASET_ID.test(datasetId)) {
    throw invalid(
      `Invalid dataset ID "${datasetId}". Dataset IDs must be alphanumeric (plus underscores) and must be at most 1024 characters long.`,
    );
  }
  return datasetId;
}

/** The body of datasets.insert. */
export function toDataset(body: unknown, projectId: string, defaultLocation: string, nowMillis: number): Dataset {
  const request = readBody(datasetRequest, body);
  return {
    reference: { projectId, datasetId: readDatasetId(request.datasetReference.datasetId) },
    location: request.location ?? defaultLocation,
    friendlyName: request.friendlyName,
    description: request.description,
    labels: definedLabels(request.labels ?? {}),
    defaultTableExpirationMillis: request.defaultTableExpirationMs,
    creationMillis: nowMillis,
    lastModifiedMillis: nowMillis,
  };
}

/** The body of datasets.patch or datasets.update. Access entries are taken and not kept. */
export function changedDataset(before: Dataset, body: unknown, change: Change, nowMillis: number): Dataset {
  return {
    ...before,
    ...changedDescription(before, body, change),
    defaultTableExpirationMillis: changedInteger(
      before.defaultTableExpirationMillis,
      body,
      'defaultTableExpirationMs',
      change,
    ),
    lastModifiedMillis: nowMillis,
  };
}

/** The body of datasets.undelete: when the dataset was deleted; undefined: the last time. */
export function readDeletionMillis(body: unknown): number | undefined {
  const { deletionTime } = readBody(z.object({ deletionTime: wireText }), body);
  if (deletionTime === undefined) return undefined;
  const millis = Date.parse(deletionTime);
  if (Number.isNaN(millis)) throw invalid(`Invalid value for deletionTime: ${deletionTime}`, 'deletionTime');
  return millis;
}

const datasetId = (r: DatasetReference) => `${r.projectId}:${r.datasetId}`;

export function toDatasetResource(dataset: Dataset, baseUrl: string, userEmail: string): Record<string, unknown> {
  const { projectId, datasetId: id } = dataset.reference;
  const resource = {
    kind: 'bigquery#dataset',
    id: datasetId(dataset.reference),
    datasetReference: dataset.reference,
    ...(dataset.friendlyName === undefined ? {} : { friendlyName: dataset.friendlyName }),
    ...(dataset.description === undefined ? {} : { description: dataset.description }),
    ...(Object.keys(dataset.labels).length > 0 ? { labels: dataset.labels } : {}),
    ...(dataset.defaultTableExpirationMillis === undefined
      ? {}
      : { defaultTableExpirationMs: String(dataset.defaultTableExpirationMillis) }),
    access: [
      { role: 'WRITER', specialGroup: 'projectWriters' },
      { role: 'OWNER', specialGroup: 'projectOwners' },
      { role: 'OWNER', userByEmail: userEmail },
      { role: 'READER', specialGroup: 'projectReaders' },
    ],
    creationTime: String(dataset.creationMillis),
    lastModifiedTime: String(dataset.lastModifiedMillis),
    location: dataset.location,
    type: 'DEFAULT',
    maxTimeTravelHours: '168',
  };
  const selfLink = `${baseUrl}/bigquery/v2/projects/${projectId}/datasets/${id}`;
  return { etag: etag(resource), ...resource, selfLink };
}

export function toDatasetListItem(dataset: Dataset): Record<string, unknown> {
  return {
    kind: 'bigquery#dataset',
    id: datasetId(dataset.reference),
    datasetReference: dataset.reference,
    ...(dataset.friendlyName === undefined ? {} : { friendlyName: dataset.friendlyName }),
    ...(Object.keys(dataset.labels).length > 0 ? { labels: dataset.labels } : {}),
    location: dataset.location,
    type: 'DEFAULT',
  };
}
