import { unsupported } from '../conversion-error.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import { isKnown } from '../shape.ts';
import { knownElements } from '../tensor.ts';
import type { Tensor } from '../tensor.ts';
import { SUBTRACT, binary, cast, clip } from './elementwise.ts';
import { gather } from './gather.ts';
import { expandDimensions, reshapeTo, shapeOf, squeeze, transpose } from './reshape.ts';

/** Rows (batch, class, box) that are kept; for each batch and class the best first. Boxes are two opposite corners. */
export function suppressOverlaps(
  g: GraphBuilder,
  boxes: Tensor,
  scores: Tensor,
  limit: Tensor,
  overlap: Tensor,
  threshold: Tensor | undefined,
): Tensor {
  const operands = [boxes, scores, cast(g, limit, 'int64'), overlap, ...(threshold === undefined ? [] : [threshold])];
  const names = operands.map((tensor) => g.name(tensor));
  return g.tensor(g.emit('NonMaxSuppression', names), 'int64', [null, 3]);
}

export interface SingleSuppressionInput {
  /** [boxes, 4] */
  readonly boxes: Tensor;
  /** [boxes] */
  readonly scores: Tensor;
  readonly limit: Tensor;
  readonly overlap: Tensor;
  readonly threshold: Tensor | undefined;
  /** Fill up with zeros to the limit. */
  readonly padded: boolean;
}

export interface SingleSuppression {
  readonly places: Tensor;
  readonly scores: Tensor;
  readonly count: Tensor;
}

/** One class, one image. */
export function suppressSingle(g: GraphBuilder, input: SingleSuppressionInput): SingleSuppression {
  const { limit, overlap, threshold, padded } = input;
  const scores = expandDimensions(g, expandDimensions(g, input.scores, 0), 0);
  const rows = suppressOverlaps(g, expandDimensions(g, input.boxes, 0), scores, limit, overlap, threshold);
  const places = cast(g, gather(g, rows, g.constantOf('int64', [], [2]), 1), 'int32');
  const found = shapeOf(g, places, 'int64');
  const kept = gather(g, input.scores, places, 0);
  const count = cast(g, squeeze(g, found, [0]), 'int32');
  if (!padded) return { places, scores: kept, count };
  const size = reshapeTo(g, cast(g, limit, 'int64'), [1]);
  const missing = binary(g, SUBTRACT, size, found);
  const pads = g.emit('Concat', [g.int64List([0]), g.name(missing)], { axis: 0 });
  const shape = [knownElements(limit)?.[0] ?? null];
  const fill = (x: Tensor) => g.tensor(g.emit('Pad', [g.name(x), pads]), x.dtype, shape);
  return { places: fill(places), scores: fill(kept), count };
}

export interface CombinedSuppressionInput {
  /** [batch, boxes, classes or 1, 4] */
  readonly boxes: Tensor;
  /** [batch, boxes, classes] */
  readonly scores: Tensor;
  readonly perClass: number;
  readonly total: number;
  readonly overlap: Tensor;
  readonly threshold: Tensor;
  readonly padPerClass: boolean;
  readonly clip: boolean;
}

/**
 * The best of all classes for each image: boxes [batch, n, 4], scores and classes [batch, n], counts [batch].
 * Kept rows go into a dense score table in which what was not kept is negative, so that one TopK serves all images.
 */
export function combineDetections(
  g: GraphBuilder,
  input: CombinedSuppressionInput,
): [boxes: Tensor, scores: Tensor, classes: Tensor, count: Tensor] {
  const [batch = null, boxCount = null, boxClasses] = input.boxes.shape ?? [];
  const classes = input.scores.shape?.[2];
  if (!isKnown(boxCount) || !isKnown(classes)) throw unsupported('an unknown number of boxes or classes');
  if (boxClasses !== 1) throw unsupported('boxes of their own for each class');
  const size = input.padPerClass ? Math.min(input.total, input.perClass * classes) : input.total;
  const boxes = squeeze(g, input.boxes, [2]);
  const scores = transpose(g, input.scores, [0, 2, 1]);
  const limit = g.integers([input.perClass]);
  const rows = suppressOverlaps(g, boxes, scores, limit, input.overlap, input.threshold);
  const cells = classes * boxCount;
  const kept = g.apply('GatherND', [scores, rows], 'float32', [null]);
  const empty = g.apply('Expand', [g.scalar('float32', -1), shapeOf(g, scores, 'int64')], 'float32', scores.shape);
  const table = reshapeTo(g, g.apply('ScatterND', [empty, rows, kept], 'float32', scores.shape), [-1, cells]);
  // TopK takes no more than there is.
  const count = Math.min(size, cells);
  const [best = '', order = ''] = g.emitMany('TopK', [g.name(table), g.int64List([count])], { axis: -1 }, 2);
  const places = g.tensor(order, 'int64', [batch, count]);
  const found = g.tensor(best, 'float32', [batch, count]);
  const real = g.apply('GreaterOrEqual', [found, g.scalar('float32', 0)], 'bool', [batch, count]);
  const realNumbers = cast(g, real, 'float32');
  const box = g.apply('Mod', [places, g.scalar('int64', boxCount)], 'int64', [batch, count]);
  const label = cast(g, g.apply('Div', [places, g.scalar('int64', boxCount)], 'int64', [batch, count]), 'float32');
  const chosen = gather(g, boxes, box, 1, 1);
  const bounded = input.clip ? clip(g, chosen, 0, 1) : chosen;
  const only = (x: Tensor) => g.apply('Mul', [x, realNumbers], 'float32', x.shape);
  const mask = expandDimensions(g, realNumbers, 2);
  const results: [Tensor, Tensor, Tensor] = [
    g.apply('Mul', [bounded, mask], 'float32', [batch, count, 4]),
    only(found),
    only(label),
  ];
  const filled = results.map((x) => fillSecondAxis(g, x, size - count)) as [Tensor, Tensor, Tensor];
  const total = g.emit('ReduceSum', [g.name(realNumbers), g.int64List([1])], { keepdims: 0 });
  return [...filled, g.tensor(total, 'float32', [batch])];
}

function fillSecondAxis(g: GraphBuilder, x: Tensor, missing: number): Tensor {
  if (missing === 0 || x.shape === undefined) return x;
  const rank = x.shape.length;
  const pads = g.int64List(Array.from({ length: 2 * rank }, (_, i) => (i === rank + 1 ? missing : 0)));
  const shape = x.shape.map((size, axis) => (axis === 1 && isKnown(size) ? size + missing : size));
  return g.tensor(g.emit('Pad', [g.name(x), pads]), x.dtype, shape);
}
