import { malformed, unsupported } from '../conversion-error.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import { addDimensions, channelsFirstAxis, commonShape, isKnown, normalizeAxis } from '../shape.ts';
import type { Dimension, Shape } from '../shape.ts';
import { knownElements } from '../tensor.ts';
import type { Tensor } from '../tensor.ts';
import { expandDimensions, squeeze } from './reshape.ts';

export function concatenate(g: GraphBuilder, parts: readonly Tensor[], axis: number): Tensor {
  const [first] = parts;
  if (first === undefined) throw malformed('nothing is joined');
  if (parts.length === 1) return first;
  const rank = parts.find((part) => part.rank !== undefined)?.rank;
  if (rank === undefined) throw unsupported('a join of tensors of unknown rank');
  const place = normalizeAxis(axis, rank);
  const shape = joinedShape(parts, place);
  if (shape !== undefined && rank > 2 && parts.some((part) => part.isChannelsFirst)) {
    const names = parts.map((part) => g.channelsFirst(part));
    const name = g.emit('Concat', names, { axis: channelsFirstAxis(place, rank) });
    return g.channelsFirstTensor(name, first.dtype, shape);
  }
  const result = g.apply('Concat', parts, first.dtype, shape, { axis: place });
  const elements = place === 0 ? parts.map(knownElements) : [];
  if (elements.length === 0 || !elements.every((list) => list !== undefined)) return result;
  return g.followed(result, elements.flat());
}

function joinedShape(parts: readonly Tensor[], axis: number): Shape | undefined {
  const shapes = parts.map(({ shape }) => shape);
  if (!shapes.every((shape) => shape !== undefined)) return undefined;
  if (shapes.some((shape) => shape.length !== shapes[0]?.length))
    throw malformed('tensors of different rank are joined');
  const sum = shapes.reduce<Dimension>((total, shape) => addDimensions(total, shape[axis] ?? null), 0);
  return shapes.reduce<Shape | undefined>(
    (a, b) =>
      a === undefined ? undefined : a.map((size, i) => (i === axis ? sum : isKnown(size) ? size : (b[i] ?? null))),
    shapes[0],
  );
}

/** Tensors of one shape along a new axis. */
export function pack(g: GraphBuilder, parts: readonly Tensor[], axis: number): Tensor {
  const shape = parts.reduce<Shape | undefined>((a, b) => commonShape(a, b.shape), parts[0]?.shape);
  if (shape === undefined) throw unsupported('a stack of tensors of unknown rank');
  const place = normalizeAxis(axis, shape.length + 1);
  return concatenate(
    g,
    parts.map((part) => expandDimensions(g, part, place)),
    place,
  );
}

const MAX_PARTS = 65_536;

const isPartCount = (count: number) => Number.isInteger(count) && count > 0 && count <= MAX_PARTS;

export function unpack(g: GraphBuilder, x: Tensor, axis: number, count: number): Tensor[] {
  if (x.shape === undefined) throw unsupported('an unstack of a tensor of unknown rank');
  const place = normalizeAxis(axis, x.shape.length);
  const size = x.shape[place];
  if (!isPartCount(count) || (isKnown(size) && size !== count)) {
    throw malformed(`an axis of ${String(size)} is taken apart into ${count}`);
  }
  return split(g, x, place, Array<number>(count).fill(1)).map((part) => squeeze(g, part, [place]));
}

/** `sizes` along `axis`; one may be -1, for what is left. */
export function split(g: GraphBuilder, x: Tensor, axis: number, sizes: readonly number[]): Tensor[] {
  const { shape } = x;
  if (shape === undefined) throw unsupported('a split of a tensor of unknown rank');
  const place = normalizeAxis(axis, shape.length);
  const total = shape[place];
  const rest = sizes.filter((size) => size >= 0).reduce((a, b) => a + b, 0);
  if (sizes.includes(-1) && !isKnown(total)) throw unsupported('a split of an axis of unknown size');
  const resolved = sizes.map((size) => (size === -1 && isKnown(total) ? total - rest : size));
  if (resolved.some((size) => size < 0)) throw malformed(`an axis of ${String(total)} is split into ${sizes.join()}`);
  if (resolved.length === 1) return [x];
  const lengths = g.int64List(resolved);
  const parts = (size: number) => shape.with(place, size);
  if (x.isChannelsFirst) {
    const names = g.emitMany(
      'Split',
      [g.channelsFirst(x), lengths],
      { axis: channelsFirstAxis(place, shape.length) },
      sizes.length,
    );
    return names.map((name, i) => g.channelsFirstTensor(name, x.dtype, parts(resolved[i] ?? 0)));
  }
  const elements = x.rank === 1 ? knownElements(x) : undefined;
  let start = 0;
  return g.emitMany('Split', [g.name(x), lengths], { axis: place }, sizes.length).map((name, i) => {
    const size = resolved[i] ?? 0;
    const part = g.tensor(name, x.dtype, parts(size));
    const own = elements?.slice(start, start + size);
    start += size;
    return own === undefined ? part : g.followed(part, own);
  });
}

/** Parts of equal size. */
export function splitEvenly(g: GraphBuilder, x: Tensor, axis: number, count: number): Tensor[] {
  if (x.shape === undefined) throw unsupported('a split of a tensor of unknown rank');
  const size = x.shape[normalizeAxis(axis, x.shape.length)];
  if (!isKnown(size)) throw unsupported('a split of an axis of unknown size');
  if (!isPartCount(count) || !Number.isInteger(size / count))
    throw malformed(`an axis of ${size} is split into ${count} equal parts`);
  return split(g, x, axis, Array<number>(count).fill(size / count));
}
