import { invalidQuery, invariant } from '@bqml-emulator/common';
import type { ModelColumn } from '@bqml-emulator/catalog';
import type { Value } from '@bqml-emulator/types';
import { isTensorDtype } from '../onnx/element-type.ts';
import type { OutputTensor, RunResult, TensorData } from '../pool/predict-protocol.ts';
import { shapeText } from './feature-column.ts';
import { sqlElement } from './sql-element.ts';
import { TensorValue } from './tensor-value.ts';

/** Arrays of more elements travel as lazy values. */
const MAX_INLINE_ELEMENTS = 4096;

/** Whether the column's values are lazy: its arrays are large, or of unknown size. */
export function isLazyLabel({ type, shape }: ModelColumn): boolean {
  if (type.kind !== 'ARRAY') return false;
  if (shape === undefined) return true;
  // A first dimension that is neither open nor 1 is no batch.
  const [batch, ...row] = shape;
  const sides = batch === null || batch === undefined || batch === 1 ? row : shape;
  return sides.includes(null) || sides.reduce<number>((size, side) => size * (side ?? 1), 1) > MAX_INLINE_ELEMENTS;
}

/** The values of the label column at `index`, one for each row of the runs. */
export function labelValues(label: ModelColumn, index: number, runs: readonly RunResult[]): Value[] {
  return runs.flatMap((run) => {
    const output = run.outputs[index];
    invariant(output, 'a run answers every output');
    return Array.from({ length: run.rowCount }, (_, row) => labelValue(label, output, row, run.rowCount));
  });
}

function labelValue(label: ModelColumn, output: OutputTensor, row: number, rowCount: number): Value {
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
  if (isLazyLabel(label)) return new TensorValue(type, dtype, rowData(output.data, start, start + length));
  return Array.from({ length }, (_, offset) => sqlElement(output.data, start + offset, dtype));
}

/** A copy, unless the row is all there is, so that one row does not keep the others in memory. */
const rowData = (data: TensorData, start: number, end: number): TensorData =>
  data.length === end - start ? data : (data.slice(start, end) as TensorData);
