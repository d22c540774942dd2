import { ServiceError } from '@bqml-emulator/common';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { readBody, wireText } from '../bigquery/wire/json.ts';

export type Policy = Readonly<Record<string, unknown>>;

const policyRequest = z.object({
  policy: z.looseObject({ etag: wireText, bindings: z.array(z.looseObject({ role: z.string() })).nullish() }),
});

/** https://cloud.google.com/iam/docs/reference/rest/v1/Policy */
export function toPolicyResource(policy: Policy | undefined): Record<string, unknown> {
  const content = policy ?? {};
  return { ...content, etag: createHash('sha1').update(JSON.stringify(content)).digest('base64').slice(0, 12) };
}

/** The body of setIamPolicy: an etag in it must be that of the policy as it is. */
export function readPolicy(body: unknown, before: Policy | undefined): Policy {
  const { etag, ...policy } = readBody(policyRequest, body).policy;
  if (etag !== undefined && etag !== toPolicyResource(before)['etag']) {
    throw new ServiceError(
      'conditionNotMet',
      'There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff.',
    );
  }
  return policy;
}

/** The body of testIamPermissions; whoever asks has them all. */
export const readPermissions = (body: unknown): readonly string[] =>
  readBody(z.object({ permissions: z.array(z.string()).nullish() }), body).permissions ?? [];
