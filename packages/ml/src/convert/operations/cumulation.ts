import type { GraphBuilder } from '../graph-builder.ts';
import type { Tensor } from '../tensor.ts';

/** Running sums along `axis`, an integer scalar. */
export function cumulate(
  g: GraphBuilder,
  x: Tensor,
  axis: Tensor,
  { exclusive, reverse }: { exclusive: boolean; reverse: boolean },
): Tensor {
  return g.apply('CumSum', [x, axis], x.dtype, x.shape, { exclusive: Number(exclusive), reverse: Number(reverse) });
}
