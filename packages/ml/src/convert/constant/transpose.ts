import { isStrings } from '../tensor-data.ts';
import type { TensorData } from '../tensor-data.ts';
import { permute, product } from '../shape.ts';

/** Row-major elements of `shape` in the order of the permuted shape. */
export function transposeData(data: TensorData, shape: readonly number[], permutation: readonly number[]): TensorData {
  const strides = permute(rowMajorStrides(shape), permutation);
  const order = walk(permute(shape, permutation), strides);
  if (isStrings(data)) return Array.from(order, (index) => data[index] ?? '');
  const target = data.slice();
  // `order` visits every index of `data` once.
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    const wide = target as BigInt64Array;
    for (let i = 0; i < order.length; i++) wide[i] = data[order[i]!]!;
  } else {
    const narrow = target as Float32Array;
    for (let i = 0; i < order.length; i++) narrow[i] = data[order[i]!]!;
  }
  return target;
}

export function rowMajorStrides(shape: readonly number[]): number[] {
  const strides: number[] = [];
  let stride = 1;
  for (const size of shape.toReversed()) {
    strides.unshift(stride);
    stride *= size;
  }
  return strides;
}

/** Offsets, in row-major order over `shape`, of elements that lie `strides` apart. */
export function walk(shape: readonly number[], strides: readonly number[]): Int32Array {
  const offsets = new Int32Array(product(shape));
  const index = shape.map(() => 0);
  let offset = 0;
  for (let i = 0; i < offsets.length; i++) {
    offsets[i] = offset;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]!++;
      offset += strides[axis]!;
      if (index[axis]! < shape[axis]!) break;
      offset -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return offsets;
}
