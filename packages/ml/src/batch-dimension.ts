import type { TensorSpec } from './model-spec.ts';

/**
 * Why the inputs cannot be fed with rows; undefined when they can.
 * https://cloud.google.com/bigquery/docs/object-table-inference: the batch is -1, None or 1.
 */
export function batchFault(inputs: readonly TensorSpec[]): string | undefined {
  for (const { name, shape } of inputs) {
    const batch = shape?.[0];
    if (batch === undefined || batch === null || batch === 1) continue;
    return (
      `input '${name}' has shape [${shape?.map((dimension) => dimension ?? '?').join(', ')}]; ` +
      `its first dimension must be dynamic or 1`
    );
  }
  return undefined;
}
