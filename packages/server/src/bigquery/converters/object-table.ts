import type { Dataset } from '@bqml-emulator/catalog';
import { invalid } from '@bqml-emulator/common';
import type { ObjectTableDefinition } from '@bqml-emulator/engine';
import { parseInterval } from '@bqml-emulator/types';
import type { Interval } from '@bqml-emulator/types';
import { z } from 'zod';
import { readBody, tableReference, wireInteger, wireLabels, wireText } from '../wire/json.ts';
import { definedLabels } from './description.ts';
import { readTableId } from './table.ts';

/** https://cloud.google.com/bigquery/docs/reference/rest/v2/tables#externaldataconfiguration */
const objectTableRequest = z.object({
  tableReference,
  friendlyName: wireText,
  description: wireText,
  labels: wireLabels,
  expirationTime: wireInteger,
  maxStaleness: wireText,
  metadataCacheMode: wireText,
  externalDataConfiguration: z
    .object({
      objectMetadata: wireText,
      sourceFormat: wireText,
      sourceUris: z.array(z.string()).nullish(),
      connectionId: wireText,
      metadataCacheMode: wireText,
    })
    .nullish(),
});

/** The body of tables.insert when it makes an object table; undefined when it makes another table. */
export function toObjectTableDefinition(body: unknown, dataset: Dataset): ObjectTableDefinition | undefined {
  const request = readBody(objectTableRequest, body);
  const external = request.externalDataConfiguration;
  if (external?.objectMetadata === undefined) return undefined;
  if (external.sourceFormat !== undefined) {
    throw invalid('If ObjectMetadata is set, sourceFormat should be omitted.', 'sourceFormat');
  }
  return {
    reference: { ...dataset.reference, tableId: readTableId(request.tableReference.tableId) },
    uris: external.sourceUris ?? [],
    connectionId: external.connectionId,
    objectMetadata: external.objectMetadata,
    metadataCacheMode: external.metadataCacheMode ?? request.metadataCacheMode,
    maxStaleness: request.maxStaleness === undefined ? undefined : readInterval(request.maxStaleness),
    friendlyName: request.friendlyName,
    description: request.description,
    labels: definedLabels(request.labels ?? {}),
    expirationMillis: request.expirationTime,
  };
}

/** IntervalValue: `0-0 0 4:0:0`. */
export function readInterval(text: string): Interval {
  const interval = parseInterval(text);
  if (!interval) throw invalid(`Invalid value for maxStaleness: ${text} is not a valid interval`, 'maxStaleness');
  return interval;
}
