import { malformed, unsupported } from '../conversion-error.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import { isKnown } from '../shape.ts';
import { knownElements } from '../tensor.ts';
import type { Tensor } from '../tensor.ts';
import { cast } from './elementwise.ts';
import { imageInput, imageOutput } from './image.ts';

/** Weight of the source cells in each target cell, [target, source]. */
type Weights = Float32Array;

/**
 * Resizes by two matrix products, one for each axis, whose weights are computed now: every separable kernel is exact.
 */
function resample(g: GraphBuilder, x: Tensor, rows: Weights, columns: Weights): Tensor {
  const image = imageInput(g, cast(g, x, 'float32'), 'channels-last');
  const [height, width] = image.size;
  if (!isKnown(height) || !isKnown(width)) throw unsupported('images of unknown size');
  const size = [rows.length / height, columns.length / width];
  const vertical = g.initializer('float32', [size[0] ?? 0, height], rows);
  const horizontal = g.transposed(g.constant('float32', [size[1] ?? 0, width], columns), [1, 0]);
  const name = g.emit('MatMul', [g.emit('MatMul', [vertical, image.name]), horizontal]);
  return imageOutput(g, name, 'channels-last', { ...image, size });
}

function imageSize(x: Tensor, target: Tensor): { from: [number, number]; to: [number, number] } {
  const [height, width] = x.shape?.slice(1, 3) ?? [];
  const [newHeight, newWidth] = knownElements(target) ?? [];
  if (!isKnown(height) || !isKnown(width) || !isKnown(newHeight) || !isKnown(newWidth)) {
    throw unsupported('images of unknown size');
  }
  if ([height, width, newHeight, newWidth].some((length) => length < 1)) throw malformed('an image has no cells');
  return { from: [height, width], to: [newHeight, newWidth] };
}

/** Largest weight matrix; images are far smaller. */
const MAX_WEIGHTS = 1 << 24;

function weightMatrix(
  to: number,
  from: number,
  fill: (weights: Weights, target: number, offset: number) => void,
): Weights {
  if (to * from > MAX_WEIGHTS) throw unsupported(`a resize from ${from} to ${to}`);
  const weights = new Float32Array(to * from);
  for (let target = 0; target < to; target++) fill(weights, target, target * from);
  return weights;
}

/** Averages of the area that a target cell covers. https://www.tensorflow.org/api_docs/python/tf/raw_ops/ResizeArea */
export function resizeArea(g: GraphBuilder, x: Tensor, size: Tensor, alignCorners: boolean): Tensor {
  const { from, to } = imageSize(x, size);
  const axis = (i: 0 | 1) => {
    const scale = alignCorners && to[i] > 1 ? (from[i] - 1) / (to[i] - 1) : from[i] / to[i];
    return weightMatrix(to[i], from[i], (weights, target, offset) => {
      const [start, end] = [target * scale, (target + 1) * scale];
      for (let source = Math.floor(start); source < Math.ceil(end); source++) {
        const covered = Math.min(source + 1, end) - Math.max(source, start);
        weights[offset + Math.min(source, from[i] - 1)]! += covered / scale;
      }
    });
  };
  return resample(g, x, axis(0), axis(1));
}

/** TensorFlow's bicubic weights come from a table. */
const CUBIC_STEPS = 1024;

/** https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/kernels/image/resize_bicubic_op.cc */
export function resizeCubic(
  g: GraphBuilder,
  x: Tensor,
  size: Tensor,
  { alignCorners, halfPixelCenters }: { alignCorners: boolean; halfPixelCenters: boolean },
): Tensor {
  const { from, to } = imageSize(x, size);
  const a = halfPixelCenters ? -0.5 : -0.75;
  const near = (t: number) => ((a + 2) * t - (a + 3)) * t * t + 1;
  const far = (t: number) => ((a * t - 5 * a) * t + 8 * a) * t - 4 * a;
  const axis = (i: 0 | 1) => {
    const scale = Math.fround(alignCorners && to[i] > 1 ? (from[i] - 1) / (to[i] - 1) : from[i] / to[i]);
    return weightMatrix(to[i], from[i], (weights, target, offset) => {
      const place = Math.fround(halfPixelCenters ? Math.fround((target + 0.5) * scale) - 0.5 : target * scale);
      const left = Math.floor(place);
      const step = roundHalfEven((place - left) * CUBIC_STEPS) / CUBIC_STEPS;
      const own = [far(step + 1), near(step), near(1 - step), far(2 - step)];
      const sources = own.map((_, k) => left - 1 + k);
      // At the border half-pixel sampling leaves cells out, the older way repeats the last one.
      const inside = (source: number) => source >= 0 && source < from[i];
      const total = halfPixelCenters
        ? own.reduce((sum, weight, k) => sum + (inside(sources[k] ?? -1) ? weight : 0), 0)
        : 1;
      own.forEach((weight, k) => {
        const source = sources[k] ?? 0;
        if (halfPixelCenters && !inside(source)) return;
        weights[offset + Math.min(Math.max(source, 0), from[i] - 1)]! += weight / total;
      });
    });
  };
  return resample(g, x, axis(0), axis(1));
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}

interface SamplingKernel {
  readonly radius: number;
  readonly weigh: (x: number) => number;
}

const lanczos = (radius: number): SamplingKernel => ({
  radius,
  weigh: (x) => {
    if (x > radius) return 0;
    if (x <= 1e-3) return 1;
    return (radius * Math.sin(Math.PI * x) * Math.sin((Math.PI * x) / radius)) / (Math.PI * Math.PI * x * x);
  },
});

/** https://www.tensorflow.org/api_docs/python/tf/image/ResizeMethod */
const KERNELS: Readonly<Record<string, SamplingKernel>> = {
  lanczos1: lanczos(1),
  lanczos3: lanczos(3),
  lanczos5: lanczos(5),
  gaussian: { radius: 1.5, weigh: (x) => (x >= 1.5 ? 0 : Math.exp(-(x * x) / (2 * 0.25))) },
  box: { radius: 1, weigh: (x) => (x < 0.5 ? 1 : x === 0.5 ? 0.5 : 0) },
  triangle: { radius: 1, weigh: (x) => Math.max(0, 1 - x) },
  keyscubic: {
    radius: 2,
    weigh: (x) => (x >= 2 ? 0 : x >= 1 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : (1.5 * x - 2.5) * x * x + 1),
  },
  mitchellcubic: {
    radius: 2,
    weigh: (x) => {
      if (x >= 2) return 0;
      if (x >= 1) return (((-7 / 18) * x + 2) * x - 10 / 3) * x + 16 / 9;
      return ((7 / 6) * x - 2) * x * x + 8 / 9;
    },
  },
};

/** https://www.tensorflow.org/api_docs/python/tf/raw_ops/ScaleAndTranslate */
export function scaleAndTranslate(
  g: GraphBuilder,
  x: Tensor,
  size: Tensor,
  scale: readonly number[],
  translation: readonly number[],
  kernelName: string,
  antialias: boolean,
): Tensor {
  const kernel = KERNELS[kernelName];
  if (kernel === undefined) throw unsupported(`the kernel ${kernelName}`);
  const { from, to } = imageSize(x, size);
  const axis = (i: 0 | 1) => spans(from[i], to[i], scale[i] ?? 1, translation[i] ?? 0, kernel, antialias);
  return resample(g, x, axis(0), axis(1));
}

function spans(
  from: number,
  to: number,
  scale: number,
  translation: number,
  { radius, weigh }: SamplingKernel,
  antialias: boolean,
): Weights {
  const inverse = 1 / scale;
  const kernelScale = antialias ? Math.max(inverse, 1) : 1;
  return weightMatrix(to, from, (weights, target, offset) => {
    const sample = (target + 0.5) * inverse - inverse * translation;
    if (sample < 0 || sample > from) return;
    const first = Math.max(0, Math.ceil(sample - radius * kernelScale - 0.5));
    const last = Math.min(from - 1, Math.floor(sample + radius * kernelScale - 0.5));
    const own: number[] = [];
    for (let source = first; source <= last; source++) own.push(weigh(Math.abs((source + 0.5 - sample) / kernelScale)));
    const total = own.reduce((a, b) => a + b, 0);
    if (Math.abs(total) < 1000 * Number.MIN_VALUE) return;
    own.forEach((weight, k) => (weights[offset + first + k] = weight / total));
  });
}

/**
 * Boxes cut out and resized bilinearly. ONNX's RoiAlign at one sample a cell is another sampling, so a general grid is
 * used. https://www.tensorflow.org/api_docs/python/tf/image/crop_and_resize
 */
export function cropAndResize(
  g: GraphBuilder,
  x: Tensor,
  boxes: Tensor,
  boxImages: Tensor,
  cropSize: Tensor,
  method: 'bilinear' | 'nearest',
  outside: number,
): Tensor {
  const size = knownElements(cropSize);
  const [height, width] = size ?? [];
  if (!isKnown(height) || !isKnown(width)) throw unsupported('a crop size that is not constant');
  const image = imageInput(g, cast(g, x, 'float32'), 'channels-last');
  const count = boxes.shape?.[0] ?? null;
  const source = g.emit('Gather', [image.name, g.name(boxImages)], { axis: 0 });
  const rows = gridAxis(g, boxes, 0, height);
  const columns = gridAxis(g, boxes, 1, width);
  // The grid wants (x, y) pairs, -1 and 1 being the centers of the outermost cells.
  const sizes = g.int64List([1, height, width, 1]);
  const wide = (name: string, axes: number[]) =>
    g.emit('Expand', [g.emit('Unsqueeze', [name, g.int64List(axes)]), sizes]);
  const grid = g.emit('Concat', [wide(columns, [1, 3]), wide(rows, [2, 3])], { axis: 3 });
  const sampled = g.emit('GridSample', [source, grid], {
    mode: method,
    padding_mode: 'border',
    align_corners: 1,
  });
  const limit = g.initializer('float32', [], Float32Array.of(1));
  const inside = g.emit('LessOrEqual', [g.emit('Abs', [grid]), limit]);
  const both = g.emit('ReduceMin', [g.emit('Cast', [inside], { to: 1 }), g.int64List([3])], { keepdims: 0 });
  const mask = g.emit('Cast', [g.emit('Unsqueeze', [both, g.int64List([1])])], { to: 9 });
  const filled = g.emit('Where', [mask, sampled, g.initializer('float32', [], Float32Array.of(outside))]);
  return imageOutput(g, filled, 'channels-last', { ...image, batch: count, size: [height, width] });
}

/** Positions along one axis for every box, [boxes, cells], from -1 to 1. */
function gridAxis(g: GraphBuilder, boxes: Tensor, axis: 0 | 1, cells: number): string {
  const columnOf = (index: number) =>
    g.emit('Gather', [g.name(boxes), g.initializer('int64', [1], BigInt64Array.of(BigInt(index)))], { axis: 1 });
  const [start, end] = [columnOf(axis), columnOf(axis + 2)];
  // A single cell is the middle of its box.
  const steps = Float32Array.from({ length: cells }, (_, i) => (cells === 1 ? 0.5 : i / (cells - 1)));
  const along = g.emit('Mul', [g.emit('Sub', [end, start]), g.initializer('float32', [1, cells], steps)]);
  const two = g.initializer('float32', [], Float32Array.of(2));
  const one = g.initializer('float32', [], Float32Array.of(1));
  return g.emit('Sub', [g.emit('Mul', [g.emit('Add', [start, along]), two]), one]);
}
