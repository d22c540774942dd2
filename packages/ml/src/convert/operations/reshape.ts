import { malformed, unsupported } from '../conversion-error.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import {
  channelsFirstAxis,
  isKnown,
  isStatic,
  normalizeAxes,
  permute,
  product,
  toChannelsFirst,
  toChannelsLast,
} from '../shape.ts';
import type { Dimension, Shape } from '../shape.ts';
import { transposeData } from '../constant/transpose.ts';
import { knownElements } from '../tensor.ts';
import type { Tensor } from '../tensor.ts';
import { cast } from './elementwise.ts';

/** `target` is an integer vector, in which -1 stands for what is left. */
export function reshape(g: GraphBuilder, x: Tensor, target: Tensor): Tensor {
  const elements = knownElements(target);
  if (elements === undefined) {
    const rank = target.shape?.[0];
    const shape = isKnown(rank) ? Array<null>(rank).fill(null) : undefined;
    return g.tensor(g.emit('Reshape', [g.name(x), g.name(cast(g, target, 'int64'))]), x.dtype, shape);
  }
  return reshapeTo(g, x, elements, target);
}

/** `target` may have unknown sizes; then `runtimeTarget` holds them. */
export function reshapeTo(g: GraphBuilder, x: Tensor, target: readonly Dimension[], runtimeTarget?: Tensor): Tensor {
  const shape = resolveTarget(x.shape, target);
  if (
    x.shape !== undefined &&
    x.shape.length === shape.length &&
    shape.every((size, i) => size !== null && size === x.shape?.[i])
  ) {
    return x;
  }
  if (x.data !== undefined && isStatic(shape)) {
    if (product(shape) !== x.data.length)
      throw malformed(`${x.data.length} elements do not fill the shape ${shape.join()}`);
    return g.constant(x.dtype, shape, x.data);
  }
  // With a single cell per image both orders are the same bytes.
  const [, ...inner] = x.shape ?? [];
  const sameBytes = inner.length >= 2 && inner.slice(0, -1).every((size) => size === 1);
  const source = x.isChannelsFirst && sameBytes ? g.channelsFirst(x) : g.name(x);
  const vector = targetVector(g, x, shape, target, runtimeTarget);
  const single = shape.length >= 4 && shape.slice(1, -1).every((size) => size === 1);
  if (single && vector.sizes !== undefined) {
    const sizes = permute(vector.sizes, toChannelsFirst(shape.length));
    // A copied size keeps its place only in front.
    if (!sizes.slice(1).includes(0)) {
      const name = g.emit('Reshape', [source, g.int64List(sizes)]);
      return g.channelsFirstTensor(name, x.dtype, shape);
    }
  }
  const allowzero = vector.allowZero ? { allowzero: 1 } : {};
  const result = g.tensor(g.emit('Reshape', [source, vector.name], allowzero), x.dtype, shape);
  const elements = knownElements(x);
  return elements === undefined ? result : g.followed(result, elements);
}

/** The shape of the result, with -1 resolved where the input's shape tells. */
function resolveTarget(from: Shape | undefined, target: readonly Dimension[]): Shape {
  const open = target.filter((size) => size === -1 || size === null);
  if (open.length > 1 || from === undefined || open.length === 0)
    return target.map((size) => (size === -1 ? null : size));
  const unmatched = [...from];
  let quotient = 1;
  for (const size of target) {
    if (size === -1 || size === null) continue;
    if (isKnown(size)) {
      quotient *= size;
      continue;
    }
    const match = unmatched.indexOf(size);
    if (match < 0) return target.map((other) => (other === -1 ? null : other));
    unmatched.splice(match, 1);
  }
  const total = product(unmatched.filter(isKnown));
  const unknown = unmatched.filter((size) => !isKnown(size));
  let rest: Dimension = null;
  if (unknown.length === 0 && quotient !== 0) rest = total / quotient;
  else if (unknown.length === 1 && total === quotient) rest = unknown[0] ?? null;
  if (isKnown(rest) && !Number.isInteger(rest))
    throw malformed(`a tensor of shape ${from.join()} cannot take the shape ${target.join()}`);
  return target.map((size) => (size === -1 || size === null ? rest : size));
}

/** ONNX's shape operand: 0 copies the size at its place, -1 is what is left. */
function targetVector(
  g: GraphBuilder,
  x: Tensor,
  shape: Shape,
  target: readonly Dimension[],
  runtimeTarget: Tensor | undefined,
): { name: string; sizes?: readonly number[]; allowZero?: boolean } {
  const allowZero = shape.includes(0);
  const sizes = shape.map((size, i) => {
    if (isKnown(size)) return size;
    return !allowZero && size !== null && size === x.shape?.[i] ? 0 : -1;
  });
  if (sizes.filter((size) => size === -1).length <= 1 && !(allowZero && sizes.includes(-1))) {
    return { name: g.int64List(sizes), sizes, allowZero };
  }
  if (runtimeTarget === undefined) throw unsupported(`a reshape to ${target.map((size) => size ?? '?').join()}`);
  return { name: g.name(cast(g, runtimeTarget, 'int64')), allowZero };
}

/** `axes` empty: all of size one. */
export function squeeze(g: GraphBuilder, x: Tensor, axes: readonly number[]): Tensor {
  const { shape } = x;
  if (shape === undefined) throw unsupported('a squeeze of a tensor of unknown rank');
  const removed = new Set(
    axes.length > 0 ? normalizeAxes(axes, shape.length) : [...shape.keys()].filter((axis) => shape[axis] === 1),
  );
  const rest = shape.filter((_, axis) => !removed.has(axis));
  if (removed.size === 0) return x;
  if (x.data !== undefined && isStatic(rest)) return g.constant(x.dtype, rest, x.data);
  const rank = shape.length;
  if (x.isChannelsFirst && !removed.has(0) && !removed.has(rank - 1)) {
    const inner = g.int64List([...removed].map((axis) => channelsFirstAxis(axis, rank)));
    const name = g.emit('Squeeze', [g.channelsFirst(x), inner]);
    return rest.length > 2 ? g.channelsFirstTensor(name, x.dtype, rest) : g.tensor(name, x.dtype, rest);
  }
  const result = g.tensor(g.emit('Squeeze', [g.name(x), g.int64List([...removed])]), x.dtype, rest);
  return x.elements === undefined ? result : g.followed(result, x.elements);
}

export function expandDimensions(g: GraphBuilder, x: Tensor, axis: number): Tensor {
  const { shape } = x;
  if (shape === undefined) throw unsupported('a new axis in a tensor of unknown rank');
  const [place = 0] = normalizeAxes([axis], shape.length + 1);
  const wider = shape.toSpliced(place, 0, 1);
  if (x.data !== undefined && isStatic(wider)) return g.constant(x.dtype, wider, x.data);
  if (x.isChannelsFirst && place > 0 && place < shape.length) {
    return g.channelsFirstTensor(g.emit('Unsqueeze', [g.channelsFirst(x), g.int64List([place + 1])]), x.dtype, wider);
  }
  const result = g.tensor(g.emit('Unsqueeze', [g.name(x), g.int64List([place])]), x.dtype, wider);
  return x.elements === undefined ? result : g.followed(result, x.elements);
}

export function transpose(g: GraphBuilder, x: Tensor, permutation: readonly number[]): Tensor {
  const rank = permutation.length;
  if (new Set(normalizeAxes(permutation, rank)).size !== rank || (x.rank ?? rank) !== rank) {
    throw malformed(`a transposition by ${permutation.join()}`);
  }
  const order = normalizeAxes(permutation, rank);
  const shape = x.shape === undefined ? undefined : permute(x.shape, order);
  if (order.every((axis, i) => axis === i)) return x;
  if (x.data !== undefined && isStatic(x.shape) && isStatic(shape)) {
    return g.constant(x.dtype, shape, transposeData(x.data, x.shape, order));
  }
  if (shape !== undefined && rank > 2 && toChannelsLast(rank).every((axis, i) => axis === order[i])) {
    return g.channelsFirstTensor(g.name(x), x.dtype, shape);
  }
  if (!x.isChannelsFirst) return g.tensor(g.transposed(x, order), x.dtype, shape);
  const held = order.map((axis) => channelsFirstAxis(axis, rank));
  const source = g.channelsFirst(x);
  const name = held.every((axis, i) => axis === i) ? source : g.emit('Transpose', [source], { perm: held });
  return g.tensor(name, x.dtype, shape);
}

/** The sizes of `x`, followed where they are known. */
export function shapeOf(g: GraphBuilder, x: Tensor, dtype: 'int32' | 'int64'): Tensor {
  const rank = x.shape?.length;
  let name: string;
  if (x.isChannelsFirst && rank !== undefined) {
    const sizes = g.emit('Shape', [g.channelsFirst(x)]);
    name = g.emit('Gather', [sizes, g.int64List(toChannelsLast(rank))], { axis: 0 });
  } else {
    name = g.emit('Shape', [g.name(x)]);
  }
  const sizes = cast(g, g.tensor(name, 'int64', rank === undefined ? [null] : [rank]), dtype);
  return x.shape === undefined ? sizes : g.followed(sizes, x.shape);
}
