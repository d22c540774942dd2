import { MAX_FOLDED_ELEMENTS } from '../constant/fold.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import { broadcastShapes, isKnown, isStatic, product } from '../shape.ts';
import { isNumeric } from '../tensor-data.ts';
import { constantNumbers, knownElements } from '../tensor.ts';
import type { Tensor } from '../tensor.ts';
import { cast } from './elementwise.ts';

/** `sizes` cells of the scalar `value`. */
export function fill(g: GraphBuilder, sizes: Tensor, value: Tensor): Tensor {
  const shape = knownElements(sizes);
  const number = constantNumbers(value)?.[0];
  if (number !== undefined && isStatic(shape) && isNumeric(value.dtype) && product(shape) <= MAX_FOLDED_ELEMENTS) {
    return g.constantOf(value.dtype, shape, new Float64Array(product(shape)).fill(number));
  }
  return g.tensor(g.emit('Expand', [g.name(value), g.name(cast(g, sizes, 'int64'))]), value.dtype, shape);
}

export function broadcastTo(g: GraphBuilder, x: Tensor, sizes: Tensor): Tensor {
  const elements = knownElements(sizes);
  const shape = elements && broadcastShapes(x.shape, elements);
  return g.tensor(g.emit('Expand', [g.name(x), g.name(cast(g, sizes, 'int64'))]), x.dtype, shape);
}

export function tile(g: GraphBuilder, x: Tensor, multiples: Tensor): Tensor {
  const factors = knownElements(multiples);
  const shape = x.shape?.map((size, axis) => {
    const factor = factors?.[axis];
    if (factor === 1) return size;
    return isKnown(size) && isKnown(factor) ? size * factor : null;
  });
  return g.tensor(g.emit('Tile', [g.name(x), g.name(cast(g, multiples, 'int64'))]), x.dtype, shape);
}

/** Longer ranges are made by the runtime. */
const MAX_RANGE = 1 << 16;

export function range(g: GraphBuilder, start: Tensor, limit: Tensor, step: Tensor): Tensor {
  const [first, end, delta] = [start, limit, step].map((value) => constantNumbers(value)?.[0]);
  if (first !== undefined && end !== undefined && delta !== undefined && delta !== 0 && isNumeric(start.dtype)) {
    const count = Math.max(0, Math.ceil((end - first) / delta));
    if (count <= MAX_RANGE) {
      return g.constantOf(
        start.dtype,
        [count],
        Array.from({ length: count }, (_, i) => first + i * delta),
      );
    }
  }
  return g.apply('Range', [start, limit, step], start.dtype, [null]);
}
