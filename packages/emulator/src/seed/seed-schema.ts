import { z } from 'zod';
import { StartError } from '../options.ts';
import type { RawValue } from './seed-text.ts';

const text = z.string();
const name = z.string().min(1);
const labels = z.record(z.string(), z.string());

/** As the REST API sends int64: text. */
const integer = z
  .union([z.bigint(), z.string().regex(/^\d+$/, 'Invalid input: expected a whole number')])
  .transform(String);

interface RawField {
  readonly name: string;
  readonly type: string;
  readonly fields?: readonly RawField[] | undefined;
}

const field: z.ZodType<RawField> = z.lazy(() =>
  z.strictObject({
    name,
    type: name,
    mode: z.enum(['NULLABLE', 'REQUIRED', 'REPEATED']).optional(),
    description: text.optional(),
    fields: z.array(field).min(1).optional(),
    maxLength: integer.optional(),
    precision: integer.optional(),
    scale: integer.optional(),
    defaultValueExpression: text.optional(),
    rangeElementType: z.strictObject({ type: name }).optional(),
  }),
);

const table = z.strictObject({
  tableId: name,
  friendlyName: text.optional(),
  description: text.optional(),
  labels: labels.optional(),
  schema: z.array(field).min(1).optional(),
  rows: z.array(z.record(z.string(), z.custom<RawValue>())).optional(),
  externalDataConfiguration: z
    .strictObject({
      objectMetadata: z.literal('SIMPLE'),
      sourceUris: z.array(name).min(1),
      connectionId: name.optional(),
      metadataCacheMode: z.enum(['AUTOMATIC', 'MANUAL']).optional(),
    })
    .optional(),
  maxStaleness: text.optional(),
});

const model = z.strictObject({
  modelId: name,
  modelType: z.enum(['ONNX', 'TENSORFLOW', 'TENSORFLOW_LITE']),
  modelPath: name,
});

const dataset = z.strictObject({
  datasetId: name,
  location: name.optional(),
  friendlyName: text.optional(),
  description: text.optional(),
  labels: labels.optional(),
  defaultTableExpirationMs: integer.optional(),
  tables: z.array(table).optional(),
  models: z.array(model).optional(),
});

const connection = z.strictObject({
  connectionId: name,
  location: name.optional(),
  friendlyName: text.optional(),
  description: text.optional(),
});

const seedSchema = z.strictObject({
  buckets: z.record(z.string(), name).optional(),
  connections: z.array(connection).optional(),
  datasets: z.array(dataset).optional(),
});

/** A seed of which the parts are known to be there and of the right kind, and nothing more. */
export type SeedDocument = z.infer<typeof seedSchema>;
export type TableDocument = z.infer<typeof table>;
export type ModelDocument = z.infer<typeof model>;
export type DatasetDocument = z.infer<typeof dataset>;
export type ConnectionDocument = z.infer<typeof connection>;

/** `datasets[0].tables[1].rows[3].label` */
export const seedPath = (parts: readonly PropertyKey[]): string =>
  parts.map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i === 0 ? '' : '.'}${String(part)}`)).join('');

/** What does not fit is a `StartError` with its path; a name that is not known explains others that are missing. */
export function readSeedDocument(raw: RawValue, source: string): SeedDocument {
  const result = seedSchema.safeParse(raw);
  if (result.success) return result.data;
  const { issues } = result.error;
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0];
  const at = issue === undefined || issue.path.length === 0 ? '' : `${seedPath(issue.path)}: `;
  throw new StartError(`${source}: ${at}${issue?.message ?? 'not a seed'}`);
}
