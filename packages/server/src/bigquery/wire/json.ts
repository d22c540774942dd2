import { invalid } from '@bqml-emulator/common';
import { z } from 'zod';

/** Clients send booleans and numbers as JSON values or as text; both are taken everywhere. `null` is absence. */
export const wireBoolean = z
  .union([z.boolean(), z.string()])
  .nullish()
  .transform((value, context) => {
    if (value === null || value === undefined) return undefined;
    if (typeof value === 'boolean') return value;
    const text = value.toLowerCase();
    if (text === 'true' || text === '1') return true;
    if (text === 'false' || text === '0') return false;
    context.addIssue({ code: 'custom', message: `Invalid value: "${value}" is not a boolean.` });
    return z.NEVER;
  });

export const wireInteger = z
  .union([z.number(), z.string()])
  .nullish()
  .transform((value, context) => {
    if (value === null || value === undefined || value === '') return undefined;
    const number = Number(value);
    if (Number.isSafeInteger(number)) return number;
    context.addIssue({ code: 'custom', message: `Invalid value: "${value}" is not an integer.` });
    return z.NEVER;
  });

export const wireText = z
  .string()
  .nullish()
  .transform((value) => value ?? undefined);

export const wireLabels = z
  .record(z.string(), z.string().nullable())
  .nullish()
  .transform((value) => value ?? undefined);

export const datasetReference = z.object({ projectId: wireText, datasetId: z.string() });
export const tableReference = z.object({ projectId: wireText, datasetId: z.string(), tableId: z.string() });

/** Reads a body; what does not fit is 400 `invalid`, naming the field. */
export function readBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body ?? {});
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = issue?.path.join('.') ?? '';
  throw invalid(`Invalid value at '${path}': ${issue?.message ?? 'unknown'}`, path || undefined);
}
