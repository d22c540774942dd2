import type { GraphBuilder } from '../graph-builder.ts';
import type { Tensor } from '../tensor.ts';

/** The elements in reverse along `axes`. */
export function reverse(g: GraphBuilder, x: Tensor, axes: readonly number[]): Tensor {
  const [from, to] = [-1, -(2 ** 31 - 1)].map((bound) => g.int64List(axes.map(() => bound)));
  const steps = g.int64List(axes.map(() => -1));
  return g.tensor(g.emit('Slice', [g.name(x), from ?? '', to ?? '', g.int64List(axes), steps]), x.dtype, x.shape);
}
