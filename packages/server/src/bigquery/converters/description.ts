import type { Labels } from '@bqml-emulator/catalog';
import { z } from 'zod';
import { readBody, wireInteger, wireLabels } from '../wire/json.ts';

/** PATCH keeps what the request does not name; PUT clears it. */
export type Change = 'patch' | 'update';

export interface Description {
  readonly friendlyName: string | undefined;
  readonly description: string | undefined;
  readonly labels: Labels;
}

const descriptionRequest = z.object({
  friendlyName: z.string().nullish(),
  description: z.string().nullish(),
  labels: wireLabels,
});

/** A label that is `null` in a request is no label. */
export function definedLabels(labels: Readonly<Record<string, string | null>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter((e): e is [string, string] => e[1] !== null));
}

const has = (body: unknown, key: string) => typeof body === 'object' && body !== null && key in body;

/** `null` clears a field. PATCH merges labels, PUT replaces them. */
export function changedDescription(before: Description, body: unknown, change: Change): Description {
  const request = readBody(descriptionRequest, body);
  const text = (key: 'friendlyName' | 'description') =>
    change === 'patch' && request[key] === undefined ? before[key] : (request[key] ?? undefined);
  const kept = change === 'patch' && (request.labels !== undefined || !has(body, 'labels')) ? before.labels : {};
  return {
    friendlyName: text('friendlyName'),
    description: text('description'),
    labels: definedLabels({ ...kept, ...request.labels }),
  };
}

/** The integer field `key` after the change. */
export function changedInteger(
  before: number | undefined,
  body: unknown,
  key: string,
  change: Change,
): number | undefined {
  if (change === 'patch' && !has(body, key)) return before;
  return readBody(z.object({ [key]: wireInteger }), body)[key];
}

/**
 * The `filter` of a list: `labels.key` or `labels.key:value`, all of which must hold.
 * https://cloud.google.com/bigquery/docs/reference/rest/v2/datasets/list
 */
export function labelFilter(filter: string | undefined): (item: { readonly labels: Labels }) => boolean {
  const wanted = (filter ?? '').split(/\s+/).flatMap((term) => {
    const match = /^labels\.([^:]+)(?::(.*))?$/.exec(term);
    return match?.[1] === undefined ? [] : [{ key: match[1], value: match[2] }];
  });
  return ({ labels }) =>
    wanted.every(({ key, value }) => (value === undefined ? key in labels : labels[key] === value));
}
