import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Dataset } from '@bqml-emulator/catalog';
import { bucketNotFound } from '@bqml-emulator/common';
import { gsUri, parseGsUri } from '@bqml-emulator/object-store';
import { jobFailure } from '../job-failure.ts';
import type { LoadedSeed } from './load-seed.ts';
import type { ModelDocument } from './seed-schema.ts';
import { located, seedError } from './seed-step.ts';
import type { SeedPlanning, SeedStep } from './seed-step.ts';

/** Undefined: it is there already. */
export async function planModel(
  { seed, target }: SeedPlanning,
  at: string,
  document: ModelDocument,
  dataset: Dataset,
): Promise<SeedStep | undefined> {
  const { modelId, modelType } = document;
  const reference = { ...dataset.reference, modelId };
  const uri = await modelUri(seed, `${at}.modelPath`, document.modelPath);
  await located(seed, `${at}.modelPath`, async () => {
    const { bucket } = parseGsUri(uri);
    if ((await target.objects.getBucket(bucket)) === undefined) throw bucketNotFound(bucket);
  });
  const { catalog } = target.storage;
  const existing = catalog.getModel(reference);
  if (existing) {
    if (existing.modelType === modelType && existing.modelUri === uri) return undefined;
    throw seedError(seed, at, `the model is there, of type ${existing.modelType} from ${existing.modelUri}`);
  }
  const name = [reference.projectId, reference.datasetId, modelId].map((part) => `\`${part}\``).join('.');
  const sql = `CREATE MODEL ${name} OPTIONS (model_type = '${modelType}', model_path = ${JSON.stringify(uri)})`;
  return {
    at,
    async make() {
      const { error } = await target.runQuery(sql);
      if (error) throw jobFailure(error);
    },
    unmake: () => catalog.deleteModel(reference),
  };
}

/** `gs://...` as it is; a path is the object of the bucket whose directory holds it, and a directory all of its files. */
async function modelUri(seed: LoadedSeed, at: string, modelPath: string): Promise<string> {
  if (modelPath.startsWith('gs://')) return modelPath;
  const file = path.resolve(seed.directory, modelPath);
  const found = await stat(file).catch(() => undefined);
  if (!found) throw seedError(seed, at, `${file} does not exist`);
  for (const [bucket, directory] of seed.buckets) {
    const inside = path.relative(await realpath(directory), await realpath(file));
    if (inside.startsWith('..') || path.isAbsolute(inside)) continue;
    const object = inside.split(path.sep).join('/');
    return gsUri(bucket, found.isDirectory() ? path.posix.join(object, '*') : object);
  }
  throw seedError(seed, at, `${file} is in the directory of no bucket of the seed`);
}
