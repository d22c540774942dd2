import { malformed } from '../conversion-error.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import { isKnown } from '../shape.ts';
import type { Dimension } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { imageInput, imageOutput } from './image.ts';
import type { ImageLayout } from './image.ts';

const times = (size: Dimension, factor: number): Dimension => {
  if (!isKnown(size)) return null;
  if (!Number.isInteger(size * factor)) throw malformed(`a size of ${size} is no multiple of ${1 / factor}`);
  return size * factor;
};

/** Blocks of `block` by `block` cells become channels. */
export function spaceToDepth(g: GraphBuilder, x: Tensor, block: number, layout: ImageLayout): Tensor {
  const image = imageInput(g, x, layout);
  const name = g.emit('SpaceToDepth', [image.name], { blocksize: block });
  const size = image.size.map((length) => times(length, 1 / block));
  return imageOutput(g, name, layout, { ...image, size, channels: times(image.channels, block * block) });
}

export function depthToSpace(g: GraphBuilder, x: Tensor, block: number, layout: ImageLayout): Tensor {
  const image = imageInput(g, x, layout);
  const name = g.emit('DepthToSpace', [image.name], { blocksize: block, mode: 'DCR' });
  const size = image.size.map((length) => times(length, block));
  return imageOutput(g, name, layout, { ...image, size, channels: times(image.channels, 1 / (block * block)) });
}
