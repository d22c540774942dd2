import { broadcastShapes, isStatic, product } from '../shape.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import { isNumeric } from '../tensor-data.ts';
import { constantNumbers } from '../tensor.ts';
import type { Tensor } from '../tensor.ts';
import type { TensorDtype } from '../../onnx/element-type.ts';
import { rowMajorStrides, walk } from './transpose.ts';

/** Larger constants are computed by the runtime when it loads the model. */
export const MAX_FOLDED_ELEMENTS = 1 << 22;

/** Folds an elementwise function over a constant; undefined when it is none, or too large. */
export function foldUnary(
  builder: GraphBuilder,
  x: Tensor,
  dtype: TensorDtype,
  compute: (x: number) => number,
): Tensor | undefined {
  if (x.data === undefined || x.data.length > MAX_FOLDED_ELEMENTS || !isStatic(x.shape)) return undefined;
  const values = foldableNumbers(x);
  if (values === undefined || !isNumeric(dtype)) return undefined;
  return builder.constantOf(dtype, x.shape, Float64Array.from(values, compute));
}

/** Folds an elementwise function over two constants with broadcasting. */
export function foldBinary(
  builder: GraphBuilder,
  a: Tensor,
  b: Tensor,
  dtype: TensorDtype,
  compute: (a: number, b: number) => number,
): Tensor | undefined {
  const shape = broadcastShapes(a.shape, b.shape);
  if (!isStatic(shape) || !isNumeric(dtype) || product(shape) > MAX_FOLDED_ELEMENTS) return undefined;
  const left = foldableNumbers(a);
  const right = foldableNumbers(b);
  if (left === undefined || right === undefined) return undefined;
  const atLeft = broadcastOffsets(a.shape ?? [], shape);
  const atRight = broadcastOffsets(b.shape ?? [], shape);
  const result = new Float64Array(atLeft.length);
  for (let i = 0; i < result.length; i++) result[i] = compute(left[atLeft[i]!]!, right[atRight[i]!]!);
  return builder.constantOf(dtype, shape, result);
}

/** Integers beyond 2^53 are not folded, because the arithmetic is that of doubles. */
function foldableNumbers(x: Tensor): ArrayLike<number> | undefined {
  const values = x.data === undefined ? undefined : constantNumbers(x);
  if (values === undefined || (x.dtype !== 'int64' && x.dtype !== 'uint64')) return values;
  for (let i = 0; i < values.length; i++) if (!Number.isSafeInteger(values[i])) return undefined;
  return values;
}

function broadcastOffsets(from: Tensor['shape'] & object, to: readonly number[]): Int32Array {
  const sizes = from.map((size) => (typeof size === 'number' ? size : 1));
  const strides = rowMajorStrides(sizes).map((stride, i) => (sizes[i] === 1 ? 0 : stride));
  return walk(to, [...Array<number>(to.length - sizes.length).fill(0), ...strides]);
}
