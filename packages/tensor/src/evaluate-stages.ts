import type { ImageOptions } from './image-options.ts';
import type { ImageStage } from './image-stages.ts';
import type { ImageValues } from './image-reference.ts';
import { axisTaps, compactTaps, wholeAxisTaps } from './kernels/axis-taps.ts';
import { convertColors } from './kernels/convert-color-space.ts';
import { convertType } from './kernels/convert-image-type.ts';
import type { ResizeKernel } from './kernels/resize-bilinear.ts';

/** Pixels between two stages. Bytes stand for `byte / 255` and may come in a longer, reused buffer. */
export interface Block {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly values: Uint8Array | ImageValues;
}

export interface Evaluation {
  readonly source: Block;
  readonly stages: readonly ImageStage[];
  readonly options: ImageOptions;
  readonly kernel: ResizeKernel;
}

/** Positions of one axis, ascending; `undefined` is the whole axis. */
type Positions = Int32Array | undefined;

/**
 * Computes the image from its end: each stage asks the one before for the rows and columns that it reads, so that
 * whatever stands before a resize is computed on the taps only.
 * Float values of a closing resize go to `into` when it is given; the block returned then holds that array.
 */
export const evaluateStages = (evaluation: Evaluation, into?: Float32Array): Block =>
  pull(evaluation, evaluation.stages.length, undefined, undefined, into);

function pull(evaluation: Evaluation, upTo: number, rows: Positions, columns: Positions, into?: Float32Array): Block {
  const stage = evaluation.stages[upTo - 1];
  if (!stage) return gather(evaluation.source, rows, columns);
  if (stage.kind === 'resize') return resize(evaluation, stage, upTo - 1, rows, columns, into);
  const block = pull(evaluation, upTo - 1, rows, columns);
  const { height, width, values } = block;
  const pixels = height * width;
  if (stage.kind === 'convertColorSpace') {
    return { height, width, channels: stage.output[2], values: convertColors(values, pixels, stage.space) };
  }
  return { ...block, values: convertType(values, pixels * block.channels, evaluation.options.imageType) };
}

function gather(source: Block, rows: Positions, columns: Positions): Block {
  if (!rows && !columns) return source;
  const { width, channels, values } = source;
  const outHeight = rows?.length ?? source.height;
  const outWidth = columns?.length ?? width;
  const out = emptyLike(values, outHeight * outWidth * channels);
  let at = 0;
  for (let y = 0; y < outHeight; y += 1) {
    const row = (rows ? rows[y]! : y) * width;
    for (let x = 0; x < outWidth; x += 1) {
      const pixel = (row + (columns ? columns[x]! : x)) * channels;
      for (let c = 0; c < channels; c += 1) out[at++] = values[pixel + c]!;
    }
  }
  return { height: outHeight, width: outWidth, channels, values: out };
}

function emptyLike(values: Block['values'], length: number): Block['values'] {
  if (values instanceof Uint8Array) return new Uint8Array(length);
  if (values instanceof Float32Array) return new Float32Array(length);
  if (values instanceof Float64Array) return new Float64Array(length);
  return values instanceof BigInt64Array ? new BigInt64Array(length) : new Int32Array(length);
}

function resize(
  evaluation: Evaluation,
  stage: ImageStage,
  upTo: number,
  rows: Positions,
  columns: Positions,
  into: Float32Array | undefined,
): Block {
  const [inputHeight, inputWidth, channels] = stage.input;
  const [outputHeight, outputWidth] = stage.output;
  let rowTaps = tapsOf(inputHeight, outputHeight, rows);
  let columnTaps = tapsOf(inputWidth, outputWidth, columns);
  let input = evaluation.source;
  if (upTo > 0 || !isKernelInput(input.values)) {
    const compactRows = compactTaps(rowTaps);
    const compactColumns = compactTaps(columnTaps);
    rowTaps = compactRows.taps;
    columnTaps = compactColumns.taps;
    input = pull(evaluation, upTo, compactRows.positions, compactColumns.positions);
  }
  const height = rowTaps.low.length;
  const width = columnTaps.low.length;
  const integers =
    input.values instanceof Int32Array || input.values instanceof BigInt64Array ? input.values : undefined;
  const out = into && !integers ? into : new Float32Array(height * width * channels);
  evaluation.kernel(
    toKernelInput(input.values),
    evaluation.options.byteToFloat,
    input.width,
    channels,
    rowTaps,
    columnTaps,
    out,
  );
  return { height, width, channels, values: integers ? truncateLike(out, integers) : out };
}

const tapsOf = (inputSize: number, outputSize: number, positions: Positions) =>
  positions ? axisTaps(inputSize, outputSize, positions) : wholeAxisTaps(inputSize, outputSize);

const isKernelInput = (values: Block['values']) => values instanceof Uint8Array || values instanceof Float32Array;

/** TensorFlow casts to float32 before it interpolates. */
function toKernelInput(values: Block['values']): Uint8Array | Float32Array {
  if (values instanceof Uint8Array || values instanceof Float32Array) return values;
  if (values instanceof BigInt64Array) return Float32Array.from(values, Number);
  return new Float32Array(values);
}

/** Integers stay integers: 152.5 was recorded as 152, which truncation and rounding to even both give. */
function truncateLike(floats: Float32Array, like: Int32Array | BigInt64Array): ImageValues {
  if (like instanceof BigInt64Array) return BigInt64Array.from(floats, (value) => BigInt(Math.trunc(value)));
  return new Int32Array(floats);
}
