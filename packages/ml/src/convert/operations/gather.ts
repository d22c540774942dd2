import { unsupported } from '../conversion-error.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import { isKnown, normalizeAxis } from '../shape.ts';
import type { Shape } from '../shape.ts';
import { knownElements } from '../tensor.ts';
import type { Tensor } from '../tensor.ts';
import { cast } from './elementwise.ts';
import { expandDimensions } from './reshape.ts';

/** Slices of `x` along `axis`. */
export function gather(g: GraphBuilder, x: Tensor, indices: Tensor, axis: number, batchDimensions = 0): Tensor {
  if (x.shape === undefined) throw unsupported('a gather from a tensor of unknown rank');
  const place = normalizeAxis(axis, x.shape.length);
  if (batchDimensions !== 0) return gatherBatch(g, x, indices, place, batchDimensions);
  const positions = isIndex(indices) ? indices : cast(g, indices, 'int64');
  const shape = indices.shape && [...x.shape.slice(0, place), ...indices.shape, ...x.shape.slice(place + 1)];
  const result = g.apply('Gather', [x, positions], x.dtype, shape, { axis: place });
  const elements = x.rank === 1 ? knownElements(x) : undefined;
  const chosen = knownElements(indices);
  if (elements === undefined || chosen === undefined || !chosen.every(isKnown)) return result;
  return g.followed(
    result,
    chosen.map((index) => elements[index < 0 ? index + elements.length : index] ?? null),
  );
}

const isIndex = ({ dtype }: Tensor) => dtype === 'int32' || dtype === 'int64';

/** Indices of their own for every batch: one batch axis, of which the gathered one is the next. */
function gatherBatch(g: GraphBuilder, x: Tensor, indices: Tensor, axis: number, batchDimensions: number): Tensor {
  const batch = batchDimensions < 0 ? batchDimensions + (indices.rank ?? 0) : batchDimensions;
  if (x.shape === undefined || indices.shape === undefined || axis !== batch) {
    throw unsupported(`a gather with batch_dims ${batchDimensions} along axis ${axis}`);
  }
  const positions = expandDimensions(g, cast(g, indices, 'int64'), indices.shape.length);
  const shape: Shape = [...x.shape.slice(0, axis), ...indices.shape.slice(batch), ...x.shape.slice(axis + 1)];
  return g.apply('GatherND', [x, positions], x.dtype, shape, { batch_dims: batch });
}

export function gatherElements(g: GraphBuilder, x: Tensor, indices: Tensor): Tensor {
  const depth = indices.shape?.at(-1);
  if (x.shape === undefined || indices.shape === undefined || !isKnown(depth)) {
    throw unsupported('a gather by index vectors of unknown length');
  }
  const shape = [...indices.shape.slice(0, -1), ...x.shape.slice(depth)];
  return g.apply('GatherND', [x, cast(g, indices, 'int64')], x.dtype, shape);
}

export function oneHot(g: GraphBuilder, indices: Tensor, depth: Tensor, on: Tensor, off: Tensor, axis: number): Tensor {
  const values = g.emit(
    'Concat',
    [off, on].map((value) => g.name(expandDimensions(g, value, 0))),
    { axis: 0 },
  );
  const size = knownElements(depth)?.[0] ?? null;
  const rank = indices.shape?.length;
  const place = rank === undefined ? 0 : normalizeAxis(axis, rank + 1);
  const shape = indices.shape?.toSpliced(place, 0, size);
  // ONNX counts negative indices from the back, TensorFlow leaves their row off; the indices of a model are classes.
  const inputs = [g.name(cast(g, indices, 'int64')), g.name(cast(g, depth, 'int64')), values];
  return g.tensor(g.emit('OneHot', inputs, { axis }), on.dtype, shape);
}

/** The largest `count` of the last axis, sorted, and where they stand, as int32. */
export function topElements(g: GraphBuilder, x: Tensor, count: Tensor): [values: Tensor, indices: Tensor] {
  const size = knownElements(count)?.[0] ?? null;
  const shape = x.shape && [...x.shape.slice(0, -1), size];
  const k = g.emit('Reshape', [g.name(cast(g, count, 'int64')), g.int64List([1])]);
  const [values = '', indices = ''] = g.emitMany('TopK', [g.name(x), k], { axis: -1 }, 2);
  return [g.tensor(values, x.dtype, shape), cast(g, g.tensor(indices, 'int64', shape), 'int32')];
}

export function extremeIndex(
  g: GraphBuilder,
  op: 'ArgMax' | 'ArgMin',
  x: Tensor,
  axis: number,
  dtype: 'int32' | 'int64',
): Tensor {
  const place = x.rank === undefined ? axis : normalizeAxis(axis, x.rank);
  const comparable = x.dtype === 'int64' || x.dtype === 'bool' ? cast(g, x, 'int32') : x;
  const shape = x.shape?.filter((_, i) => i !== place);
  return cast(g, g.apply(op, [comparable], 'int64', shape, { axis: place, keepdims: 0 }), dtype);
}

/** Index vectors of the elements that are not zero, [n, rank], as int64. */
export function nonZeroIndices(g: GraphBuilder, x: Tensor): Tensor {
  const name = g.emit('NonZero', [g.name(cast(g, x, 'bool'))]);
  return g.tensor(g.emit('Transpose', [name], { perm: [1, 0] }), 'int64', [null, x.rank ?? null]);
}
