import { invalidQuery, invariant } from '@bqml-emulator/common';
import type { ImageHost, ImageReference } from '@bqml-emulator/tensor';
import { isLazyValue } from '@bqml-emulator/types';
import type { Batch, Value } from '@bqml-emulator/types';
import { ImageValue } from '../image/image-value.ts';
import type { SliceInput, TensorData } from '../pool/predict-protocol.ts';
import { allocateTensorData, storeNumber } from '../pool/tensor-data.ts';
import type { FeatureColumn } from './feature-column.ts';
import { shapeText } from './feature-column.ts';

/** Consecutive rows of a batch. */
export interface RowRange {
  readonly start: number;
  readonly count: number;
}

/**
 * Cuts a batch into slices of at most `maxRows` rows. The rows of a slice have arrays of equal lengths where the model
 * leaves lengths open; where they are not known before reading, a slice has one row.
 */
export function cutRows(batch: Batch, features: readonly FeatureColumn[], maxRows: number): RowRange[] {
  const ranges: { start: number; count: number; key: string | undefined }[] = [];
  const open = features.flatMap((feature, index) =>
    feature.kind === 'array' && (feature.dims === undefined || feature.dims.includes(null)) ? [index] : [],
  );
  for (let row = 0; row < batch.rowCount; row++) {
    const key = lengthsKey(batch, open, row);
    const last = ranges.at(-1);
    if (last !== undefined && key !== undefined && last.key === key && last.count < maxRows) last.count++;
    else ranges.push({ start: row, count: 1, key });
  }
  return ranges;
}

function lengthsKey(batch: Batch, columns: readonly number[], row: number): string | undefined {
  let key = '';
  for (const column of columns) {
    const value = batch.columns[column]?.values[row];
    if (!Array.isArray(value)) return undefined;
    key += `${value.length},`;
  }
  return key;
}

/** Reads what is lazy, converts, and lays the rows of one feature out for the child. */
export async function sliceInput(
  feature: FeatureColumn,
  values: readonly Value[],
  host: ImageHost,
  signal: AbortSignal | undefined,
): Promise<SliceInput> {
  const { name, dtype } = feature;
  if (feature.kind === 'images') {
    const images = await Promise.all(values.map((value) => imageReference(feature, value, host, signal)));
    return { kind: 'images', name, dtype, shape: feature.shape, images };
  }
  const rows = await Promise.all(values.map((value) => readRow(feature, value, signal)));
  const length = rows[0]?.length ?? 0;
  const data = allocateTensorData(dtype, rows.length * length);
  rows.forEach((row, index) => {
    invariant(row.length === length, 'rows were cut by length');
    row.forEach((element, offset) => store(feature, data, index * length + offset, element));
  });
  return { kind: 'tensor', name, dtype, dims: rowDims(feature, length), data };
}

async function imageReference(
  feature: FeatureColumn,
  value: Value,
  host: ImageHost,
  signal: AbortSignal | undefined,
): Promise<ImageReference> {
  if (value === null) throw nullFeature(feature);
  const image = await ImageValue.of(value, feature.inputType, host).reference(signal);
  if (image === undefined) throw nullFeature(feature);
  return image;
}

async function readRow(
  feature: FeatureColumn & { kind: 'array' | 'scalar' },
  value: Value,
  signal: AbortSignal | undefined,
): Promise<readonly Value[]> {
  const read = isLazyValue(value) ? await value.read(signal) : value;
  if (read === null) throw nullFeature(feature);
  if (feature.kind === 'scalar') return [read];
  invariant(Array.isArray(read), 'the column is an array');
  const row = read as readonly Value[];
  const expected = feature.dims?.reduce<number>((size, side) => size * (side ?? 1), 1);
  const wrong =
    feature.dims?.includes(null) === true
      ? row.length === 0 || row.length % (expected ?? 1) !== 0
      : expected !== undefined && row.length !== expected;
  if (wrong) {
    throw invalidQuery(
      `Column ${feature.name} has an array of ${row.length} elements, which does not fit the model's input of shape ` +
        `${shapeText([null, ...(feature.dims ?? [])])}`,
    );
  }
  return row;
}

/** Dimensions of one row; the one that the model leaves open follows from the length. */
function rowDims(feature: FeatureColumn & { kind: 'array' | 'scalar' }, length: number): number[] {
  if (feature.dims === undefined) return feature.kind === 'scalar' ? [] : [length];
  const open = feature.dims.filter((side) => side === null).length;
  if (open > 1) {
    throw invalidQuery(
      `Column ${feature.name} is a flat array, from which the ${open} open dimensions of the model's input of shape ` +
        `${shapeText([null, ...feature.dims])} cannot be found`,
    );
  }
  const known = feature.dims.reduce<number>((size, side) => size * (side ?? 1), 1);
  return feature.dims.map((side) => side ?? length / known);
}

function store(
  feature: FeatureColumn & { kind: 'array' | 'scalar' },
  data: TensorData,
  index: number,
  element: Value,
): void {
  if (element === null) throw nullFeature(feature);
  const value = feature.convert(element);
  if (typeof value === 'string') {
    invariant(!ArrayBuffer.isView(data), 'a string goes into a string tensor');
    (data as string[])[index] = value;
  } else if (typeof value === 'boolean') {
    storeNumber(data, index, value ? 1 : 0, feature.dtype, feature.name);
  } else {
    invariant(typeof value === 'number' || typeof value === 'bigint', 'converted to the type of the tensor');
    storeNumber(data, index, value, feature.dtype, feature.name);
  }
}

/** A tensor has no place for NULL; BigQuery's own answer for imported models is not known. */
const nullFeature = ({ name }: FeatureColumn) =>
  invalidQuery(`Feature column ${name} has a NULL value, which the model cannot take`);
