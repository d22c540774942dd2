import type { Attributes } from '../graph-builder.ts';
import { malformed } from '../conversion-error.ts';
import { isKnown } from '../shape.ts';
import type { Dimension } from '../shape.ts';
import type { AxisPads, Tensor } from '../tensor.ts';
import type { ImageLayout } from './image.ts';

/** TensorFlow's padding; explicit pairs are (before, after) for each spatial axis. */
export type Padding = 'SAME' | 'VALID' | AxisPads;

/** A sliding window over the spatial axes. */
export interface Window {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly padding: Padding;
}

export interface PaddedWindow {
  readonly attributes: Attributes;
  readonly size: readonly Dimension[];
}

const extents = ({ kernel, dilations }: Window): number[] =>
  kernel.map((size, i) => (size - 1) * (dilations[i] ?? 1) + 1);

/**
 * Lets a window over zero padded images pad by itself: a Pad node between two convolutions costs ONNX Runtime the
 * blocked layout in which it keeps images from one to the next. Gives the images and padding to use.
 */
export function absorbPadding(x: Tensor, layout: ImageLayout, window: Window): { images: Tensor; padding: Padding } {
  const { padding } = window;
  if (x.padded === undefined || padding === 'SAME') return { images: x, padding };
  const { source, pads } = x.padded;
  const spatial = layout === 'channels-last' ? pads.slice(1, -1) : pads.slice(2);
  const others = pads.filter((pair) => !spatial.includes(pair));
  const extent = extents(window);
  const sum = spatial.map(([before, after], i): [number, number] => {
    const [ownBefore, ownAfter] = padding === 'VALID' ? [0, 0] : (padding[i] ?? [0, 0]);
    return [before + ownBefore, after + ownAfter];
  });
  // A pooling window that lies in the padding alone has no value.
  const fits = sum.every((pair, i) => pair.every((cells) => cells < (extent[i] ?? 1)));
  return fits && others.flat().every((cells) => cells === 0)
    ? { images: source, padding: sum }
    : { images: x, padding };
}

/**
 * ONNX's padding attributes, and the size of the result.
 * https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2
 */
export function padWindow(input: readonly Dimension[], window: Window): PaddedWindow {
  const { kernel, strides, dilations, padding } = window;
  if ([...kernel, ...strides, ...dilations].some((value) => !Number.isInteger(value) || value < 1)) {
    throw malformed(
      `a window has the sizes ${kernel.join()}, strides ${strides.join()} and dilations ${dilations.join()}`,
    );
  }
  const extent = extents(window);
  const size = input.map((length, i) => outputSize(length, extent[i] ?? 1, strides[i] ?? 1, padding, i));
  const base = { kernel_shape: [...kernel], strides: [...strides] };
  if (padding === 'VALID') return { attributes: { ...base, pads: flatPads(input.map(() => [0, 0])) }, size };
  if (padding !== 'SAME') return { attributes: { ...base, pads: flatPads(padding) }, size };
  if (strides.some((stride) => stride > 1) && !input.every(isKnown)) {
    return { attributes: { ...base, auto_pad: 'SAME_UPPER' }, size };
  }
  const pads = input.map((length, i): [number, number] => {
    const stride = strides[i] ?? 1;
    // With a stride of one the padding does not depend on the size.
    const covered = isKnown(length)
      ? (Math.ceil(length / stride) - 1) * stride + (extent[i] ?? 1) - length
      : (extent[i] ?? 1) - 1;
    const total = Math.max(0, covered);
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  });
  return { attributes: { ...base, pads: flatPads(pads) }, size };
}

function outputSize(
  length: Dimension | undefined,
  extent: number,
  stride: number,
  padding: Padding,
  axis: number,
): Dimension {
  if (padding === 'SAME' && stride === 1) return length ?? null;
  if (!isKnown(length)) return null;
  if (padding === 'SAME') return Math.ceil(length / stride);
  const [before, after] = padding === 'VALID' ? [0, 0] : (padding[axis] ?? [0, 0]);
  return Math.max(0, Math.floor((length + before + after - extent) / stride) + 1);
}

/** ONNX lists all beginnings, then all ends. */
export const flatPads = (pads: AxisPads): number[] => [
  ...pads.map(([before]) => before),
  ...pads.map(([, after]) => after),
];
