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
import { labelValues } from './label-column.ts';
import { orderedBatches } from './ordered-batches.ts';
import { cutRows, sliceInput } from './slice-rows.ts';
import type { RowRange } from './slice-rows.ts';

/** Larger batches of images are no faster and hold more memory. */
const MAX_IMAGE_ROWS = 8;
/** Rows of few numbers cost less than their way to the child. */
const MAX_TABULAR_ROWS = 256;
const TABULAR_ELEMENTS = 64;

/** Runs `model` over batches of its feature columns; see `ModelRuntime.predict`. */
export async function* predictBatches(
  pool: PredictPool,
  models: ModelStore,
  images: ImageHost,
  model: Model,
  batches: AsyncIterable<Batch>,
  signal?: AbortSignal,
): AsyncGenerator<Batch> {
  const stored = await models.read(model.contentId);
  if (stored === undefined) throw modelNotFound(model.reference);
  const run = pool.openRun(models.modelPath(model.contentId), signal);
  try {
    yield* orderedBatches(
      batches,
      (batch) => predictBatch(run, pool.capacity, stored.spec, images, model, batch, signal),
      () => run.unsettled < pool.capacity,
      () => run.settled(),
      pool.capacity,
    );
  } finally {
    run.close();
  }
}

async function predictBatch(
  run: PredictRun,
  capacity: number,
  spec: ModelSpec,
  images: ImageHost,
  model: Model,
  batch: Batch,
  signal: AbortSignal | undefined,
): Promise<Batch> {
  const features = model.featureColumns.map((feature, index) => {
    const column = batch.columns[index];
    invariant(column, 'a batch has every feature column');
    return featureColumn(feature, column.type, model.modelType);
  });
  // A small batch is spread over all children.
  const maxRows = Math.max(1, Math.min(mostRows(features), Math.ceil(batch.rowCount / capacity)));
  const ranges = cutRows(batch, features, maxRows);
  const results = await Promise.all(
    ranges.map((range) => run.submit(() => buildSlice(run, spec, images, features, batch, range, signal))),
  );
  const runs = results.flat();
  return {
    rowCount: batch.rowCount,
    columns: model.labelColumns.map((label, index) => ({ type: label.type, values: labelValues(label, index, runs) })),
  };
}

function mostRows(features: readonly FeatureColumn[]): number {
  const elements = features.reduce(
    (sum, { kind, dims }) =>
      sum +
      (kind === 'images' || dims === undefined
        ? Infinity
        : dims.reduce<number>((size, side) => size * (side ?? Infinity), 1)),
    0,
  );
  return elements <= TABULAR_ELEMENTS ? MAX_TABULAR_ROWS : MAX_IMAGE_ROWS;
}

async function buildSlice(
  run: PredictRun,
  spec: ModelSpec,
  images: ImageHost,
  features: readonly FeatureColumn[],
  batch: Batch,
  { start, count }: RowRange,
  signal: AbortSignal | undefined,
): Promise<Slice> {
  const inputs = await Promise.all(
    features.map((feature, index) => {
      const values = batch.columns[index]?.values.slice(start, start + count) ?? [];
      return sliceInput(feature, values, images, signal);
    }),
  );
  return {
    modelPath: run.modelPath,
    batching: spec.batching,
    rowCount: count,
    inputs,
    unbatched: features.filter((feature) => feature.kind === 'scalar' && feature.unbatched).map(({ name }) => name),
    outputs: spec.outputs.map(({ name }) => name),
  };
}
