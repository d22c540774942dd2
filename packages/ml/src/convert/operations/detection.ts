import type { GraphBuilder } from '../graph-builder.ts';
import { malformed } from '../conversion-error.ts';
import { isKnown } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { ADD, MULTIPLY, SUBTRACT, binary, cast, unary } from './elementwise.ts';
import { concatenate, split } from './join.ts';
import { gather, topElements } from './gather.ts';
import { reshapeTo, shapeOf, transpose } from './reshape.ts';
import { slice } from './slice.ts';
import { suppressOverlaps } from './suppression.ts';

export interface DetectionOptions {
  readonly maxDetections: number;
  readonly maxClassesPerDetection: number;
  readonly detectionsPerClass: number;
  /** Suppress overlaps within each class instead of over all of them. */
  readonly perClass: boolean;
  readonly scoreThreshold: number;
  readonly overlapThreshold: number;
  readonly classCount: number;
  /** What the encodings of centers and sizes are divided by. */
  readonly scale: { readonly y: number; readonly x: number; readonly h: number; readonly w: number };
}

/**
 * Boxes from encodings [1, anchors, 4], class scores [1, anchors, classes with or without a background] and anchors
 * [anchors, 4]. Gives boxes [1, n, 4] as (ymin, xmin, ymax, xmax), classes [1, n], scores [1, n] and how many are real
 * [1]; the others are zero.
 */
export function postprocessDetections(
  g: GraphBuilder,
  encodings: Tensor,
  scores: Tensor,
  anchors: Tensor,
  options: DetectionOptions,
): [boxes: Tensor, classes: Tensor, scores: Tensor, count: Tensor] {
  const anchorCount = anchors.shape?.[0];
  const labels = scores.shape?.at(-1);
  if (!isKnown(anchorCount) || !isKnown(labels) || labels < options.classCount)
    throw malformed('the class scores have no size');
  const boxes = decodeBoxes(g, encodings, anchors, options.scale);
  // The first label may be the background.
  const background = labels - options.classCount;
  const start = g.integers([0, 0, background]);
  const classScores = reshapeTo(g, slice(g, scores, start, g.integers([-1, -1, options.classCount])), [
    anchorCount,
    options.classCount,
  ]);
  return options.perClass
    ? suppressPerClass(g, boxes, classScores, options)
    : suppressOverAll(g, boxes, classScores, options);
}

/** [anchors, 4] */
function decodeBoxes(g: GraphBuilder, encodings: Tensor, anchors: Tensor, scale: DetectionOptions['scale']): Tensor {
  const count = anchors.shape?.[0] ?? null;
  const ones = [1, 1, 1, 1];
  const [y, x, h, w] = split(g, reshapeTo(g, encodings, [count, 4]), 1, ones);
  const [anchorY, anchorX, anchorH, anchorW] = split(g, anchors, 1, ones);
  const axis = (center?: Tensor, size?: Tensor, anchor?: Tensor, extent?: Tensor, centerScale = 1, sizeScale = 1) => {
    if (!center || !size || !anchor || !extent) throw malformed('the boxes have no four numbers');
    const divided = (value: Tensor, by: number) => binary(g, { op: 'Div' }, value, g.scalar('float32', by));
    const middle = binary(g, ADD, binary(g, MULTIPLY, divided(center, centerScale), extent), anchor);
    const grown = binary(g, MULTIPLY, unary(g, { op: 'Exp' }, divided(size, sizeScale)), extent);
    const half = binary(g, MULTIPLY, grown, g.scalar('float32', 0.5));
    return [binary(g, SUBTRACT, middle, half), binary(g, ADD, middle, half)] as const;
  };
  const [top, bottom] = axis(y, h, anchorY, anchorH, scale.y, scale.h);
  const [left, right] = axis(x, w, anchorX, anchorW, scale.x, scale.w);
  return concatenate(g, [top, left, bottom, right], 1);
}

const column = (g: GraphBuilder, rows: Tensor, index: number): Tensor =>
  gather(g, rows, g.constantOf('int64', [], [index]), 1);

/** Every box by its best class; a kept box gives its best few classes. */
function suppressOverAll(
  g: GraphBuilder,
  boxes: Tensor,
  classScores: Tensor,
  options: DetectionOptions,
): [Tensor, Tensor, Tensor, Tensor] {
  const perBox = Math.min(options.maxClassesPerDetection, options.classCount);
  const [best, classes] = topElements(g, classScores, g.integers([perBox]));
  const highest = reshapeTo(g, slice(g, best, g.integers([0, 0]), g.integers([-1, 1])), [1, 1, -1]);
  const rows = suppressOverlaps(
    g,
    reshapeTo(g, boxes, [1, -1, 4]),
    highest,
    g.integers([options.maxDetections]),
    g.constantOf('float32', [1], [options.overlapThreshold]),
    g.constantOf('float32', [1], [options.scoreThreshold]),
  );
  const kept = column(g, rows, 2);
  const repeated = transposeTile(g, gather(g, boxes, kept, 0), perBox);
  const flat = (x: Tensor) => reshapeTo(g, gather(g, x, kept, 0), [-1]);
  return finishDetections(g, repeated, flat(classes), flat(best), options.maxDetections * perBox);
}

/** Each row `count` times: [n, 4] to [n * count, 4]. */
function transposeTile(g: GraphBuilder, rows: Tensor, count: number): Tensor {
  if (count === 1) return rows;
  const wide = g.apply('Tile', [rows, g.integers([1, count])], rows.dtype, [null, 4 * count]);
  return reshapeTo(g, wide, [-1, 4]);
}

/** Overlaps within each class; then the best of all. */
function suppressPerClass(
  g: GraphBuilder,
  boxes: Tensor,
  classScores: Tensor,
  options: DetectionOptions,
): [Tensor, Tensor, Tensor, Tensor] {
  const byClass = reshapeTo(g, transpose(g, classScores, [1, 0]), [1, options.classCount, -1]);
  const rows = suppressOverlaps(
    g,
    reshapeTo(g, boxes, [1, -1, 4]),
    byClass,
    g.integers([options.detectionsPerClass]),
    g.constantOf('float32', [1], [options.overlapThreshold]),
    g.constantOf('float32', [1], [options.scoreThreshold]),
  );
  const scores = g.apply('GatherND', [byClass, rows], 'float32', [null]);
  const found = shapeOf(g, scores, 'int64');
  const limit = g.apply('Min', [found, g.integers([options.maxDetections])], 'int64', [1]);
  const [best, order] = topElements(g, scores, limit);
  const chosen = gather(g, rows, order, 0);
  return finishDetections(
    g,
    gather(g, boxes, column(g, chosen, 2), 0),
    column(g, chosen, 1),
    best,
    options.maxDetections,
  );
}

/** Fills up with zeros to `size` detections. */
function finishDetections(
  g: GraphBuilder,
  boxes: Tensor,
  classes: Tensor,
  scores: Tensor,
  size: number,
): [Tensor, Tensor, Tensor, Tensor] {
  const found = shapeOf(g, scores, 'int64');
  const missing = binary(g, SUBTRACT, g.integers([size]), found);
  const zero = g.integers([0]);
  const filled = (x: Tensor, pads: readonly Tensor[], shape: readonly number[]) => {
    const amounts = g.apply('Concat', pads, 'int64', [pads.length], { axis: 0 });
    const name = g.emit('Reshape', [g.emit('Pad', [g.name(x), g.name(amounts)]), g.int64List(shape)]);
    return g.tensor(name, 'float32', shape);
  };
  return [
    filled(boxes, [zero, zero, missing, zero], [1, size, 4]),
    filled(cast(g, classes, 'float32'), [zero, missing], [1, size]),
    filled(scores, [zero, missing], [1, size]),
    cast(g, found, 'float32'),
  ];
}
