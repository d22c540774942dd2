import { invalidQuery } from '@bqml-emulator/common';
import {
  ImageShapeError,
  imageDimensions,
  imageElementType,
  materializeImage,
  renderInto,
} from '@bqml-emulator/tensor';
import type { ImageDimensions, ImageHost, ImageReference, ImageSlot } from '@bqml-emulator/tensor';
import type { TensorDtype } from '../onnx/element-type.ts';
import type { InputBuffers } from './input-buffers.ts';
import type { ImageInput, Slice, SliceInput, TensorData, TensorInput } from './predict-protocol.ts';
import type { PreparedRun, PreparedSlice, PreparedTensor } from './prepared-run.ts';
import { allocateTensorData, storeNumber } from './tensor-data.ts';

/** What a child decodes with. */
export interface SliceHost {
  readonly images: ImageHost;
  readonly buffers: InputBuffers;
}

/** Decodes the images of a slice into the buffers that the session will read. */
export async function prepareSlice(id: number, slice: Slice, host: SliceHost): Promise<PreparedSlice> {
  const sizes = await Promise.all(slice.inputs.map((input) => imageSizes(input, host.images)));
  const runs = await Promise.all(
    equalRuns(slice.rowCount, sizes).map(({ start, count }) => prepareRun(slice, sizes, start, count, host)),
  );
  return {
    id,
    modelPath: slice.modelPath,
    savedModel: slice.savedModel,
    batching: slice.batching,
    unbatched: slice.unbatched,
    outputs: slice.outputs,
    runs,
  };
}

/** Dimensions row by row where the model leaves them open; undefined where they are fixed. */
async function imageSizes(input: SliceInput, host: ImageHost): Promise<readonly ImageDimensions[] | undefined> {
  if (input.kind === 'tensor' || !input.shape.includes(null)) return undefined;
  const sizes = await Promise.all(input.images.map((image) => imageDimensions(image, host)));
  for (const size of sizes) {
    if (size.some((side, axis) => (input.shape[axis] ?? side) !== side)) throw imageDoesNotFit(input, size);
  }
  return sizes;
}

/** Cuts rows into runs within which every image has the same dimensions. */
function equalRuns(
  rowCount: number,
  sizes: readonly (readonly ImageDimensions[] | undefined)[],
): { start: number; count: number }[] {
  const runs: { start: number; count: number }[] = [];
  for (let row = 0; row < rowCount; row++) {
    const run = runs.at(-1);
    const equal =
      run !== undefined && sizes.every((of) => of === undefined || String(of[row]) === String(of[run.start]));
    if (equal) run.count++;
    else runs.push({ start: row, count: 1 });
  }
  return runs;
}

async function prepareRun(
  slice: Slice,
  sizes: readonly (readonly ImageDimensions[] | undefined)[],
  start: number,
  count: number,
  host: SliceHost,
): Promise<PreparedRun> {
  const inputs = await Promise.all(
    slice.inputs.map(async (input, index) => {
      if (input.kind === 'tensor') return rowsOf(input, start, count, slice);
      const dimensions = sizes[index]?.[start] ?? fixedDimensions(input);
      return renderRows(input, dimensions, start, count, host);
    }),
  );
  return { rowCount: count, inputs };
}

function rowsOf(input: TensorInput, start: number, count: number, slice: Slice): PreparedTensor {
  const { name, dtype, data } = input;
  const length = data.length / slice.rowCount;
  const dims = [count, ...input.dims];
  // A copy: what came from another process lies in a buffer that it shares, and that no thread can take over.
  return { name, dtype, dims, data: data.slice(start * length, (start + count) * length) as TensorData };
}

function fixedDimensions(input: ImageInput): ImageDimensions {
  const [height, width, channels] = input.shape;
  return [height ?? 0, width ?? 0, channels ?? 0];
}

async function renderRows(
  input: ImageInput,
  dimensions: ImageDimensions,
  start: number,
  count: number,
  host: SliceHost,
): Promise<PreparedTensor> {
  const [height, width, channels] = dimensions;
  const { name, dtype } = input;
  const size = height * width * channels;
  const data = allocateTensorData(dtype, count * size, host.buffers);
  await Promise.all(
    input.images.slice(start, start + count).map(async (image, index) => {
      checkElementType(input, image);
      const array = slotArray(data, image);
      const offset = index * size;
      if (array === undefined) {
        await copyImage(input, image, dimensions, data, offset, host.images);
        return;
      }
      try {
        await renderInto(image, host.images, { array, offset, layout: 'NHWC', height, width, channels });
      } catch (error) {
        throw error instanceof ImageShapeError ? imageDoesNotFit(input, error.actual) : error;
      }
    }),
  );
  return { name, dtype, dims: [count, ...dimensions], data };
}

/** Undefined when the image cannot be rendered in place: its integers may not fit, or no slot has such elements. */
function slotArray(data: TensorData, image: ImageReference): ImageSlot['array'] | undefined {
  if (data instanceof Float32Array || data instanceof Float64Array || data instanceof BigInt64Array) return data;
  const bytes = image.source.kind !== 'pixels' || image.operations.some(({ kind }) => kind === 'convertImageType');
  return bytes && (data instanceof Uint8Array || data instanceof Int32Array) ? data : undefined;
}

/** Through an image of its own, with a look at every value. */
async function copyImage(
  input: ImageInput,
  image: ImageReference,
  dimensions: ImageDimensions,
  data: TensorData,
  offset: number,
  host: ImageHost,
): Promise<void> {
  const { dimensions: actual, values } = await materializeImage(image, host);
  if (String(actual) !== String(dimensions)) throw imageDoesNotFit(input, actual);
  for (let i = 0; i < values.length; i++) storeNumber(data, offset + i, values[i] ?? 0, input.dtype, input.name);
}

const FLOATS: readonly TensorDtype[] = ['float32', 'float64', 'float16'];

/** An image of fractions stored in an integer tensor would be all zeros and ones. */
function checkElementType(input: ImageInput, image: ImageReference): void {
  if (FLOATS.includes(input.dtype) || imageElementType(image) === 'int64') return;
  throw invalidQuery(
    `Column ${input.name} has images of FLOAT64 values, but the model's input has type ${input.dtype}; ` +
      `convert them with ML.CONVERT_IMAGE_TYPE`,
  );
}

const shapeText = (shape: readonly (number | null)[]) => `[${shape.map((side) => side ?? '?').join(', ')}]`;

const imageDoesNotFit = (input: ImageInput, actual: ImageDimensions) =>
  invalidQuery(
    `Image of shape ${shapeText(actual)} in column ${input.name} does not fit the model's input of shape ` +
      `${shapeText([null, ...input.shape])}`,
  );
