import { malformed, unsupported } from '../conversion-error.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import { isKnown, normalizeAxis } from '../shape.ts';
import { knownElements } from '../tensor.ts';
import type { Tensor } from '../tensor.ts';
import { cast } from './elementwise.ts';
import { fill } from './fill.ts';
import { concatenate } from './join.ts';

/** Puts `updates` at index vectors; `none` replaces, the others combine with what is there. */
export function scatter(
  g: GraphBuilder,
  x: Tensor,
  indices: Tensor,
  updates: Tensor,
  reduction: 'none' | 'add' | 'max' | 'min',
): Tensor {
  return g.apply('ScatterND', [x, cast(g, indices, 'int64'), updates], x.dtype, x.shape, { reduction });
}

/** Scatters over zeros; what falls on one place adds up. */
export function scatterOverZeros(g: GraphBuilder, indices: Tensor, updates: Tensor, shape: Tensor): Tensor {
  return scatter(g, fill(g, shape, g.scalar(updates, 0)), indices, updates, 'add');
}

/** Beyond the end of every axis. */
const FAR = 2 ** 31 - 1;

/** Moves elements along axes; what leaves at one end comes in at the other. */
export function roll(g: GraphBuilder, x: Tensor, shifts: readonly number[], axes: readonly number[]): Tensor {
  if (x.rank === undefined || shifts.length !== axes.length) throw unsupported('a tensor of unknown rank');
  const rank = x.rank;
  return axes.reduce((rolled, rolledAxis, i) => {
    const axis = normalizeAxis(rolledAxis, rank);
    const size = rolled.shape?.[axis];
    const given = shifts[i] ?? 0;
    const shift = isKnown(size) && size > 0 ? given % size : given;
    if (shift === 0) return rolled;
    // Counted from the back for a positive shift, which needs no size.
    const part = (from: number, to: number) => {
      const operands = [from, to, axis].map((bound) => g.int64List([bound]));
      const shape = rolled.shape?.with(axis, null);
      return g.tensor(g.emit('Slice', [g.name(rolled), ...operands]), x.dtype, shape);
    };
    const joined = concatenate(g, [part(-shift, FAR), part(0, -shift)], axis);
    return g.retyped(joined, x.dtype, rolled.shape);
  }, x);
}

/** Keeps a band around the diagonal of the last two axes; a negative width keeps that side whole. */
export function bandPart(g: GraphBuilder, x: Tensor, lower: number, upper: number): Tensor {
  const triangle = (tensor: Tensor, width: number, top: number) =>
    g.apply('Trilu', [tensor, g.constantOf('int64', [], [width])], x.dtype, x.shape, { upper: top });
  const below = lower < 0 ? x : triangle(x, -lower, 1);
  return upper < 0 ? below : triangle(below, upper, 0);
}

/** `count` values from `start` to `stop`, both included. */
export function linearSpace(g: GraphBuilder, start: number, stop: number, count: Tensor): Tensor {
  const [size] = knownElements(count) ?? [];
  if (!isKnown(size)) throw unsupported('a count that is not constant');
  if (size < 1 || size > 1 << 20) throw malformed(`a count of ${size}`);
  const step = size === 1 ? 0 : (stop - start) / (size - 1);
  return g.constantOf(
    'float32',
    [size],
    Array.from({ length: size }, (_, i) => (i === size - 1 && size > 1 ? stop : start + i * step)),
  );
}
