import { malformed, unsupported } from '../conversion-error.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import { channelsFirstAxis, isKnown } from '../shape.ts';
import type { Dimension, Shape } from '../shape.ts';
import { knownElements } from '../tensor.ts';
import type { Tensor } from '../tensor.ts';
import { ADD, EQUAL, binary, cast, select } from './elementwise.ts';
import { expandDimensions, squeeze } from './reshape.ts';

/** Stands for the end of an axis, as ONNX allows. */
const FAR = 2 ** 31 - 1;

/** `begin` and `end` may be negative, counting from the back; `null` is known only when the model runs. */
interface AxisRange {
  readonly axis: number;
  /** Place of the axis in the vectors of begins and ends. */
  readonly place: number;
  readonly begin: number | null;
  readonly end: number | null;
  readonly step: number;
}

export interface StridedSliceMasks {
  readonly begin: number;
  readonly end: number;
  readonly ellipsis: number;
  readonly newAxis: number;
  readonly shrinkAxis: number;
}

/** https://www.tensorflow.org/api_docs/python/tf/strided_slice */
export function stridedSlice(
  g: GraphBuilder,
  x: Tensor,
  begin: Tensor,
  end: Tensor,
  strides: Tensor,
  masks: StridedSliceMasks,
): Tensor {
  if (x.shape === undefined) throw unsupported('a slice of a tensor of unknown rank');
  const steps = knownElements(strides);
  if (steps === undefined || !steps.every(isKnown)) throw unsupported('slice strides that are not constant');
  const has = (mask: number, place: number) => ((mask >> place) & 1) === 1;
  const begins = knownElements(begin);
  const ends = knownElements(end);
  const plain = steps.filter((_, place) => !has(masks.ellipsis, place) && !has(masks.newAxis, place)).length;
  const ranges: AxisRange[] = [];
  const shrunk: number[] = [];
  // Places in the result, before the shrunk axes are gone, where an axis of size one is new.
  const added: number[] = [];
  let axis = 0;
  steps.forEach((step, place) => {
    if (has(masks.ellipsis, place)) {
      axis += (x.rank ?? 0) - plain;
      return;
    }
    if (has(masks.newAxis, place)) {
      added.push(axis - shrunk.length + added.length);
      return;
    }
    const first = begins?.[place] ?? null;
    if (has(masks.shrinkAxis, place)) {
      const index = isKnown(first) ? first : null;
      ranges.push({ axis, place, begin: index, end: index === null ? null : index === -1 ? FAR : index + 1, step: 1 });
      shrunk.push(axis);
    } else {
      const last = ends?.[place] ?? null;
      const from = has(masks.begin, place) ? (step < 0 ? FAR : 0) : isKnown(first) ? first : null;
      const to = has(masks.end, place) ? (step < 0 ? -FAR : FAR) : isKnown(last) ? last : null;
      if (step === 0) throw malformed('a slice has the stride 0');
      ranges.push({ axis, place, begin: from, end: to, step });
    }
    axis += 1;
  });
  if (axis > x.shape.length) throw malformed('a slice has more axes than its input');
  let result = sliceAxes(g, x, ranges, begin, end, new Set(shrunk));
  if (shrunk.length > 0) result = squeeze(g, result, shrunk);
  for (const place of added) result = expandDimensions(g, result, place);
  return result;
}

/** `begin` and `size` of each axis; size -1 is what is left. */
export function slice(g: GraphBuilder, x: Tensor, begin: Tensor, size: Tensor): Tensor {
  const { shape } = x;
  if (shape === undefined) throw unsupported('a slice of a tensor of unknown rank');
  const begins = knownElements(begin);
  const sizes = knownElements(size);
  if (begins === undefined || sizes === undefined || !begins.every(isKnown) || !sizes.every(isKnown)) {
    const starts = cast(g, begin, 'int64');
    const counts = cast(g, size, 'int64');
    const stops = select(
      g,
      binary(g, EQUAL, counts, g.scalar('int64', -1)),
      g.integers(shape.map(() => FAR)),
      binary(g, ADD, starts, counts),
    );
    const axes = g.int64List([...shape.keys()]);
    const result: Shape = shape.map((_, axis) => {
      const count = sizes?.[axis];
      return isKnown(count) && count >= 0 ? count : null;
    });
    return g.tensor(g.emit('Slice', [g.name(x), g.name(starts), g.name(stops), axes]), x.dtype, result);
  }
  const ranges = shape.map((_, axis): AxisRange => {
    const from = begins[axis] ?? 0;
    const count = sizes[axis] ?? -1;
    return { axis, place: axis, begin: from, end: count === -1 ? FAR : from + count, step: 1 };
  });
  return sliceAxes(g, x, ranges, begin, begin, new Set());
}

function sliceAxes(
  g: GraphBuilder,
  x: Tensor,
  all: readonly AxisRange[],
  begin: Tensor,
  end: Tensor,
  shrunk: ReadonlySet<number>,
): Tensor {
  const before = x.shape ?? [];
  const ranges = all.filter(({ begin: from, end: to, step }) => !(from === 0 && to === FAR && step === 1));
  if (ranges.length === 0) return x;
  const shape = before.map((size, axis) => {
    const range = ranges.find((other) => other.axis === axis);
    if (range === undefined) return size;
    return shrunk.has(axis) ? 1 : slicedSize(size, range);
  });
  const steps = g.int64List(ranges.map(({ step }) => step));
  const bounds = sliceBounds(g, ranges, begin, end, shrunk);
  if (x.isChannelsFirst) {
    const axes = g.int64List(ranges.map(({ axis }) => channelsFirstAxis(axis, before.length)));
    return g.channelsFirstTensor(g.emit('Slice', [g.channelsFirst(x), ...bounds, axes, steps]), x.dtype, shape);
  }
  const axes = g.int64List(ranges.map(({ axis }) => axis));
  const result = g.tensor(g.emit('Slice', [g.name(x), ...bounds, axes, steps]), x.dtype, shape);
  const elements = x.rank === 1 ? knownElements(x) : undefined;
  const [only] = ranges;
  if (elements === undefined || only === undefined) return result;
  const chosen = slicedElements(elements, only);
  return chosen === undefined ? result : g.followed(g.retyped(result, x.dtype, [chosen.length]), chosen);
}

/** Names of the begins and of the ends. */
function sliceBounds(
  g: GraphBuilder,
  ranges: readonly AxisRange[],
  begin: Tensor,
  end: Tensor,
  shrunk: ReadonlySet<number>,
): [string, string] {
  const places = ranges.map(({ place }) => place);
  const begins = ranges.map((range) => range.begin);
  const ends = ranges.map((range) => range.end);
  const chosen = (vector: Tensor) =>
    cast(g, g.apply('Gather', [vector, g.integers(places)], vector.dtype, [places.length], { axis: 0 }), 'int64');
  const starts = begins.every(isKnown) ? undefined : mixed(g, begins, chosen(begin));
  if (ends.every(isKnown)) return [starts ? g.name(starts) : g.int64List(begins.map(Number)), g.int64List(ends)];
  let stops = chosen(end);
  if (starts !== undefined && shrunk.size > 0) {
    const next = binary(g, ADD, starts, g.scalar('int64', 1));
    const afterIndex = select(g, binary(g, EQUAL, next, g.scalar('int64', 0)), g.scalar('int64', FAR), next);
    const isIndex = g.constantOf(
      'bool',
      [ranges.length],
      ranges.map(({ axis }) => Number(shrunk.has(axis))),
    );
    stops = select(g, isIndex, afterIndex, stops);
  }
  return [starts ? g.name(starts) : g.int64List(begins.map(Number)), g.name(mixed(g, ends, stops))];
}

/** Known values where there are some, otherwise those of the vector. */
function mixed(g: GraphBuilder, known: readonly (number | null)[], vector: Tensor): Tensor {
  if (known.every((value) => value === null)) return vector;
  const isKnownHere = g.constantOf(
    'bool',
    [known.length],
    known.map((value) => Number(value !== null)),
  );
  return select(g, isKnownHere, g.integers(known.map((value) => value ?? 0)), vector);
}

const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);

/** First index and the one after the last, in the direction of the step. */
function resolveRange(size: number, begin: number, end: number, step: number): [number, number] {
  const front = (value: number) => (value < 0 && value > -FAR ? value + size : value);
  return step > 0
    ? [clamp(front(begin), 0, size), clamp(front(end), 0, size)]
    : [clamp(front(begin), -1, size - 1), clamp(front(end), -1, size - 1)];
}

function slicedSize(size: Dimension, { begin, end, step }: AxisRange): Dimension {
  if (!isKnown(size) || begin === null || end === null) return null;
  const [from, to] = resolveRange(size, begin, end, step);
  return Math.max(0, Math.ceil((to - from) / step));
}

function slicedElements(elements: readonly Dimension[], { begin, end, step }: AxisRange): Dimension[] | undefined {
  if (begin === null || end === null) return undefined;
  const [from, to] = resolveRange(elements.length, begin, end, step);
  const chosen: Dimension[] = [];
  for (let i = from; step > 0 ? i < to : i > to; i += step) chosen.push(elements[i] ?? null);
  return chosen;
}
