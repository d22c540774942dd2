import { invariant, modelNotFound } from '@bqml-emulator/common';
import type { Model } from '@bqml-emulator/catalog';
import type { ImageHost } from '@bqml-emulator/tensor';
import type { Batch } from '@bqml-emulator/types';
import type { ModelStore } from '../import/model-store.ts';
import type { ModelSpec } from '../model-spec.ts';
import type { PredictPool } from '../pool/predict-pool.ts';
import type { PredictRun } from '../pool/predict-run.ts';
import type { Slice } from '../pool/predict-protocol.ts';
import { featureColumn } from './feature-column.ts';
import type { FeatureColumn } from './feature-column.ts';
import { labelElements, labelValues } from './label-column.ts';
import { orderedBatches } from './ordered-batches.ts';
import { cutRows, sliceInput } from './slice-rows.ts';
import type { RowRange } from './slice-rows.ts';
import { TensorSpool } from './tensor-spool.ts';

/** Larger batches of images are no faster and hold more memory. */
const MAX_IMAGE_ROWS = 8;
/** Rows of few numbers cost less than their way to the child. */
const MAX_TABULAR_ROWS = 256;
const TABULAR_ELEMENTS = 64;
/** Inputs and outputs of one slice together, at 4 bytes an element. */
const MAX_SLICE_ELEMENTS = 4_000_000;
/** Large outputs of one query that are held in memory; the others go to a file. */
const SPOOL_MEMORY_BYTES = 64_000_000;

/** What a prediction needs besides the model and its rows. */
export interface PredictContext {
  readonly pool: PredictPool;
  readonly models: ModelStore;
  readonly images: ImageHost;
  /** For large outputs. */
  readonly spoolDirectory: string;
}

/** Runs `model` over batches of its feature columns; see `ModelRuntime.predict`. */
export async function* predictBatches(
  { pool, models, images, spoolDirectory }: PredictContext,
  model: Model,
  batches: AsyncIterable<Batch>,
  signal?: AbortSignal,
): AsyncGenerator<Batch> {
  const stored = await models.read(model.contentId);
  if (stored === undefined) throw modelNotFound(model.reference);
  const run = pool.openRun(models.modelPath(model.contentId, stored.spec), signal);
  const query: PredictQuery = {
    run,
    model,
    spec: stored.spec,
    images,
    spool: new TensorSpool(spoolDirectory, SPOOL_MEMORY_BYTES),
    signal,
  };
  try {
    yield* orderedBatches(
      batches,
      (batch) => predictBatch(query, pool.capacity, batch),
      () => run.unsettled < pool.capacity,
      () => run.settled(),
      pool.capacity,
    );
  } finally {
    run.close();
  }
}

interface PredictQuery {
  readonly run: PredictRun;
  readonly model: Model;
  readonly spec: ModelSpec;
  readonly images: ImageHost;
  readonly spool: TensorSpool;
  readonly signal: AbortSignal | undefined;
}

async function predictBatch(query: PredictQuery, capacity: number, batch: Batch): Promise<Batch> {
  const { model, run, spool } = query;
  const features = model.featureColumns.map((feature, index) => {
    const column = batch.columns[index];
    invariant(column, 'a batch has every feature column');
    return featureColumn(feature, column.type, model.modelType);
  });
  // A small batch is spread over all children.
  const maxRows = Math.max(1, Math.min(mostRows(features, model), Math.ceil(batch.rowCount / capacity)));
  const slices = await Promise.all(
    cutRows(batch, features, maxRows).map(async (range) => {
      const runs = await run.submit(() => buildSlice(query, features, batch, range));
      return Promise.all(model.labelColumns.map((label, index) => labelValues(label, index, runs, spool)));
    }),
  );
  return {
    rowCount: batch.rowCount,
    columns: model.labelColumns.map((label, index) => ({
      type: label.type,
      values: slices.flatMap((labels) => labels[index] ?? []),
    })),
  };
}

function mostRows(features: readonly FeatureColumn[], model: Model): number {
  const inputElements = features.reduce(
    (sum, { dims }) => sum + (dims?.reduce<number>((size, side) => size * (side ?? Infinity), 1) ?? Infinity),
    0,
  );
  const outputElements = model.labelColumns.reduce((sum, label) => sum + (labelElements(label) ?? Infinity), 0);
  if (inputElements <= TABULAR_ELEMENTS && outputElements <= TABULAR_ELEMENTS) return MAX_TABULAR_ROWS;
  const rowElements = inputElements + outputElements;
  // Where the shapes leave the size open, images are taken for ordinary ones.
  if (rowElements === Infinity) return MAX_IMAGE_ROWS;
  return Math.min(MAX_IMAGE_ROWS, Math.floor(MAX_SLICE_ELEMENTS / rowElements));
}

async function buildSlice(
  { run, spec, images, signal }: PredictQuery,
  features: readonly FeatureColumn[],
  batch: Batch,
  { start, count }: RowRange,
): Promise<Slice> {
  const inputs = await Promise.all(
    features.map((feature, index) => {
      const values = batch.columns[index]?.values.slice(start, start + count) ?? [];
      return sliceInput(feature, values, images, signal);
    }),
  );
  return {
    modelPath: run.modelPath,
    savedModel: spec.savedModel,
    batching: spec.batching,
    rowCount: count,
    inputs,
    unbatched: features.filter((feature) => feature.kind === 'scalar' && feature.unbatched).map(({ name }) => name),
    outputs: spec.outputs.map(({ name }) => name),
  };
}
