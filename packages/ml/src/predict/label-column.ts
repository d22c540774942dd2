import { invalidQuery, invariant } from '@bqml-emulator/common';
import type { ModelColumn } from '@bqml-emulator/catalog';
import type { Value } from '@bqml-emulator/types';
import { isTensorDtype } from '../onnx/element-type.ts';
import type { OutputTensor, RunResult, TensorData } from '../pool/predict-protocol.ts';
import { shapeText } from './feature-column.ts';
import { sqlElement } from './sql-element.ts';
import type { TensorSpool } from './tensor-spool.ts';
import { TensorValue } from './tensor-value.ts';

/** Arrays of more elements travel as lazy values. */
const MAX_INLINE_ELEMENTS = 4096;

/** Whether the column's values are lazy: its arrays are large, or of unknown size. */
export const isLazyLabel = (label: ModelColumn): boolean =>
  label.type.kind === 'ARRAY' && (labelElements(label) ?? Infinity) > MAX_INLINE_ELEMENTS;

/** Elements of one row as the shape says; undefined when it leaves them open. */
export function labelElements({ shape }: ModelColumn): number | undefined {
  if (shape === undefined) return undefined;
  // A first dimension that is neither open nor 1 is no batch.
  const [batch, ...row] = shape;
  const sides = batch === null || batch === undefined || batch === 1 ? row : shape;
  return sides.includes(null) ? undefined : sides.reduce<number>((size, side) => size * (side ?? 1), 1);
}

/** The values of the label column at `index`, one for each row of the runs. */
export async function labelValues(
  label: ModelColumn,
  index: number,
  runs: readonly RunResult[],
  spool: TensorSpool,
): Promise<Value[]> {
  const values: Value[] = [];
  for (const run of runs) {
    const output = run.outputs[index];
    invariant(output, 'a run answers every output');
    for (let row = 0; row < run.rowCount; row++) values.push(await labelValue(label, output, row, run.rowCount, spool));
  }
  return values;
}

async function labelValue(
  label: ModelColumn,
  output: OutputTensor,
  row: number,
  rowCount: number,
  spool: TensorSpool,
): Promise<Value> {
  const { name, type, dtype } = label;
  invariant(isTensorDtype(dtype), 'checked at import');
  const length = output.data.length / rowCount;
  if (type.kind !== 'ARRAY') {
    if (length !== 1) {
      throw invalidQuery(
        `Output ${name} of the model has shape ${shapeText(output.dims)} for ${rowCount} rows, but it was declared scalar`,
      );
    }
    return sqlElement(output.data, row, dtype);
  }
  const start = row * length;
  if (!isLazyLabel(label)) return Array.from({ length }, (_, offset) => sqlElement(output.data, start + offset, dtype));
  return new TensorValue(type, dtype, await spool.store(rowData(output.data, start, start + length)));
}

/** A copy, unless the row is all there is, so that one row does not keep the others in memory. */
const rowData = (data: TensorData, start: number, end: number): TensorData =>
  data.length === end - start ? data : (data.slice(start, end) as TensorData);
