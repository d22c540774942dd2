import { unsupported } from '../conversion-error.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import type { Dimension } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import type { TensorDtype } from '../../onnx/element-type.ts';

/** Where a tensor of images has its channels; the ONNX operators want them second. */
export type ImageLayout = 'channels-last' | 'channels-first';

/** A batch of images as an ONNX operator sees it. */
export interface ImageInput {
  readonly name: string;
  readonly dtype: TensorDtype;
  readonly batch: Dimension;
  readonly channels: Dimension;
  readonly size: readonly Dimension[];
}

export function imageInput(g: GraphBuilder, x: Tensor, layout: ImageLayout): ImageInput {
  if (x.shape === undefined || x.shape.length < 3) throw unsupported('images of unknown rank');
  const [batch = null, ...rest] = x.shape;
  if (layout === 'channels-first') {
    return { name: g.name(x), dtype: x.dtype, batch, channels: rest[0] ?? null, size: rest.slice(1) };
  }
  return { name: g.channelsFirst(x), dtype: x.dtype, batch, channels: rest.at(-1) ?? null, size: rest.slice(0, -1) };
}

/** The tensor whose channels-second ONNX value is `name`. */
export function imageOutput(
  g: GraphBuilder,
  name: string,
  layout: ImageLayout,
  image: {
    readonly dtype: TensorDtype;
    readonly batch: Dimension;
    readonly channels: Dimension;
    readonly size: readonly Dimension[];
  },
): Tensor {
  const { dtype, batch, channels, size } = image;
  return layout === 'channels-first'
    ? g.tensor(name, dtype, [batch, channels, ...size])
    : g.channelsFirstTensor(name, dtype, [batch, ...size, channels]);
}
