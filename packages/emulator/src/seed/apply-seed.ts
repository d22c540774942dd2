import { createConnection, locatedConnection } from '@bqml-emulator/catalog';
import type { Dataset } from '@bqml-emulator/catalog';
import { toDataset } from '@bqml-emulator/server';
import type { LoadedSeed } from './load-seed.ts';
import type { ConnectionDocument, DatasetDocument } from './seed-schema.ts';
import { planModel } from './seed-model.ts';
import { located, refuseTwins, seedError } from './seed-step.ts';
import type { SeedPlanning, SeedStep, SeedTarget } from './seed-step.ts';
import { planTable } from './seed-table.ts';

/**
 * Makes what a seed names and what is not there yet. The whole seed is checked before anything is made; when something
 * cannot be made all the same, what was made before is removed again. Either way a `StartError` says where.
 */
export async function applySeed(seed: LoadedSeed, target: SeedTarget): Promise<void> {
  const steps = await planSeed({ seed, target });
  const made: SeedStep[] = [];
  try {
    for (const step of steps) {
      await located(seed, step.at, () => step.make());
      made.push(step);
    }
  } catch (error) {
    for (const step of made.toReversed()) await step.unmake();
    throw error;
  }
}

async function planSeed(planning: SeedPlanning): Promise<readonly SeedStep[]> {
  const { seed, target } = planning;
  const { connections = [], datasets = [] } = seed.document;
  const located = (c: ConnectionDocument) => `${(c.location ?? target.location).toLowerCase()}.${c.connectionId}`;
  refuseTwins(seed, 'connections', connections, 'connectionId', located);
  refuseTwins(seed, 'datasets', datasets, 'datasetId', (dataset) => dataset.datasetId);
  const steps: (SeedStep | undefined)[] = connections.map((connection, i) =>
    planConnection(planning, `connections[${i}]`, connection),
  );
  for (const [i, dataset] of datasets.entries())
    steps.push(...(await planDataset(planning, `datasets[${i}]`, dataset)));
  return steps.filter((step) => step !== undefined);
}

function planConnection({ target }: SeedPlanning, at: string, document: ConnectionDocument): SeedStep | undefined {
  const { connectionId, location = target.location, friendlyName, description } = document;
  const { connections } = target.storage;
  const reference = { projectId: target.projectId, location, connectionId };
  if (connections.get(locatedConnection(reference))) return undefined;
  return {
    at,
    make: () => createConnection(connections, reference, { friendlyName, description }, target),
    unmake: () => connections.delete(locatedConnection(reference)),
  };
}

async function planDataset(
  planning: SeedPlanning,
  at: string,
  document: DatasetDocument,
): Promise<readonly (SeedStep | undefined)[]> {
  const { seed, target } = planning;
  const { datasetId, tables = [], models = [], ...rest } = document;
  const body = { ...rest, datasetReference: { datasetId } };
  const wanted = await located(seed, at, () =>
    toDataset(body, target.projectId, target.location, target.clock.nowMillis()),
  );
  const existing = target.storage.catalog.getDataset(wanted.reference);
  const elsewhere = document.location !== undefined && existing && !sameLocation(existing, wanted);
  if (elsewhere) throw seedError(seed, `${at}.location`, `the dataset is there, in ${existing.location}`);
  refuseTwins(seed, `${at}.tables`, tables, 'tableId', (table) => table.tableId);
  refuseTwins(seed, `${at}.models`, models, 'modelId', (model) => model.modelId);
  const dataset = existing ?? wanted;
  const steps: (SeedStep | undefined)[] = [existing ? undefined : datasetStep(target, at, wanted)];
  for (const [i, table] of tables.entries()) {
    steps.push(await planTable(planning, `${at}.tables[${i}]`, table, dataset));
  }
  for (const [i, model] of models.entries()) {
    steps.push(await planModel(planning, `${at}.models[${i}]`, model, dataset));
  }
  return steps;
}

const sameLocation = (a: Dataset, b: Dataset) => a.location.toLowerCase() === b.location.toLowerCase();

const datasetStep = ({ storage }: SeedTarget, at: string, dataset: Dataset): SeedStep => ({
  at,
  make: () => storage.catalog.createDataset(dataset),
  unmake: () => storage.catalog.deleteDataset(dataset.reference, 'delete'),
});
