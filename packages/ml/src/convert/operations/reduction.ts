import { unsupported } from '../conversion-error.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import { channelsFirstAxis, isKnown, isStatic, normalizeAxes, product, toChannelsFirst } from '../shape.ts';
import type { Shape } from '../shape.ts';
import { constantNumbers, knownElements } from '../tensor.ts';
import type { Tensor } from '../tensor.ts';
import { cast } from './elementwise.ts';
import { MAX_FOLDED_ELEMENTS } from '../constant/fold.ts';
import { isNumeric } from '../tensor-data.ts';

export type ReductionOperator = 'ReduceMean' | 'ReduceSum' | 'ReduceMax' | 'ReduceMin' | 'ReduceProd' | 'ReduceL2';

const FOLDS: Partial<Record<ReductionOperator, (a: number, b: number) => number>> = {
  ReduceSum: (a, b) => a + b,
  ReduceMax: Math.max,
  ReduceMin: Math.min,
  ReduceProd: (a, b) => a * b,
};

/** `axes` undefined: all of them. */
export function reduce(
  g: GraphBuilder,
  op: ReductionOperator,
  x: Tensor,
  axes: readonly number[] | undefined,
  keepDimensions: boolean,
): Tensor {
  const { shape } = x;
  if (shape === undefined) {
    if (axes === undefined && !keepDimensions) return g.apply(op, [x], x.dtype, [], { keepdims: 0 });
    throw unsupported('a reduction of a tensor of unknown rank');
  }
  const reduced = new Set(axes === undefined ? shape.keys() : normalizeAxes(axes, shape.length));
  if (reduced.size === 0) return x;
  const outer = reduceShape(shape, reduced, keepDimensions);
  const folded = foldAll(g, op, x, reduced, outer);
  if (folded !== undefined) return folded;
  if (
    x.dtype !== 'float32' &&
    x.dtype !== 'float64' &&
    x.dtype !== 'int32' &&
    x.dtype !== 'int64' &&
    x.dtype !== 'float16'
  ) {
    return cast(g, reduce(g, op, cast(g, x, 'int64'), axes, keepDimensions), x.dtype);
  }
  if (x.isChannelsFirst) return reduceChannelsFirst(g, op, x, shape, reduced, keepDimensions, outer);
  const name = g.emit(op, [g.name(x), g.int64List([...reduced])], { keepdims: Number(keepDimensions) });
  return g.tensor(name, x.dtype, outer);
}

const reduceShape = (shape: Shape, reduced: ReadonlySet<number>, keepDimensions: boolean): Shape =>
  keepDimensions
    ? shape.map((size, axis) => (reduced.has(axis) ? 1 : size))
    : shape.filter((_, axis) => !reduced.has(axis));

function reduceChannelsFirst(
  g: GraphBuilder,
  op: ReductionOperator,
  x: Tensor,
  shape: Shape,
  reduced: ReadonlySet<number>,
  keepDimensions: boolean,
  outer: Shape,
): Tensor {
  const rank = shape.length;
  const source = g.channelsFirst(x);
  const spatial = reduced.size === rank - 2 && !reduced.has(0) && !reduced.has(rank - 1);
  if (op === 'ReduceMean' && spatial) {
    const pooled = g.emit('GlobalAveragePool', [source]);
    if (keepDimensions) return g.channelsFirstTensor(pooled, x.dtype, outer);
    return g.tensor(g.emit('Flatten', [pooled], { axis: 1 }), x.dtype, outer);
  }
  const axes = g.int64List([...reduced].map((axis) => channelsFirstAxis(axis, rank)));
  const name = g.emit(op, [source, axes], { keepdims: Number(keepDimensions) });
  if (keepDimensions) return g.channelsFirstTensor(name, x.dtype, outer);
  // What is left of the axes stands in channels-first order.
  const held = toChannelsFirst(rank).filter((axis) => !reduced.has(axis));
  const wanted = held.toSorted((a, b) => a - b).map((axis) => held.indexOf(axis));
  if (wanted.every((axis, i) => axis === i)) return g.tensor(name, x.dtype, outer);
  return g.tensor(g.emit('Transpose', [name], { perm: wanted }), x.dtype, outer);
}

/** Reductions of small constants, and products of sizes, to one element. */
function foldAll(
  g: GraphBuilder,
  op: ReductionOperator,
  x: Tensor,
  reduced: ReadonlySet<number>,
  outer: Shape,
): Tensor | undefined {
  const fold = FOLDS[op];
  if (fold === undefined || reduced.size !== x.rank || !isNumeric(x.dtype) || !isStatic(outer)) return undefined;
  const elements = knownElements(x);
  if (op === 'ReduceProd' && elements?.length === 1 && !isKnown(elements[0])) {
    const same = g.apply('Reshape', [x, g.integers([...outer])], x.dtype, outer);
    return outer.length <= 1 ? g.followed(same, elements) : undefined;
  }
  const numbers = constantNumbers(x);
  if (numbers === undefined || numbers.length === 0 || numbers.length > MAX_FOLDED_ELEMENTS) return undefined;
  const result = Array.from(numbers).reduce((a, b) => fold(a, b));
  return product(outer) === 1 ? g.constantOf(x.dtype, outer, [result]) : undefined;
}
