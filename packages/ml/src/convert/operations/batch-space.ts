import { malformed, unsupported } from '../conversion-error.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import { isKnown, product } from '../shape.ts';
import type { Dimension } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { pad } from './pad.ts';
import { reshapeTo, transpose } from './reshape.ts';
import { slice } from './slice.ts';

/**
 * Blocks of the spatial axes become batches: `x` is [batch, ...spatial, ...rest] with as many spatial axes as blocks.
 * https://www.tensorflow.org/api_docs/python/tf/space_to_batch
 */
export function spaceToBatch(
  g: GraphBuilder,
  x: Tensor,
  block: readonly number[],
  paddings: readonly number[],
): Tensor {
  if (x.rank === undefined || x.rank <= block.length) throw unsupported('a tensor of unknown rank');
  const outer = Array<number>(2 * (x.rank - 1 - block.length)).fill(0);
  const all = [0, 0, ...paddings, ...outer];
  const padded = pad(g, x, g.constantOf('int64', [all.length / 2, 2], all), 'constant');
  const { batch, spatial, rest } = parts(padded, block.length);
  const cells = spatial.map((size, i) => dividedSize(size, block[i] ?? 1));
  const split = reshapeTo(g, padded, [-1, ...cells.flatMap((size, i) => [size, block[i] ?? 1]), ...rest]);
  const blocks = block.map((_, i) => 2 + 2 * i);
  const inner = block.map((_, i) => 1 + 2 * i);
  const last = rest.map((_, i) => 1 + 2 * block.length + i);
  const moved = transpose(g, split, [...blocks, 0, ...inner, ...last]);
  const joined = reshapeTo(g, moved, [-1, ...cells, ...rest]);
  return g.retyped(joined, x.dtype, [scaled(batch, product(block)), ...cells, ...rest]);
}

/** The reverse; `crops` are cut off afterwards. */
export function batchToSpace(g: GraphBuilder, x: Tensor, block: readonly number[], crops: readonly number[]): Tensor {
  const { batch, spatial, rest } = parts(x, block.length);
  const split = reshapeTo(g, x, [...block, -1, ...spatial, ...rest]);
  const count = block.length;
  const pairs = block.flatMap((_, i) => [count + 1 + i, i]);
  const last = rest.map((_, i) => 2 * count + 1 + i);
  const moved = transpose(g, split, [count, ...pairs, ...last]);
  const sizes = spatial.map((size, i) => size * (block[i] ?? 1));
  const outerBatch = unscaled(batch, product(block));
  const joined = g.retyped(reshapeTo(g, moved, [-1, ...sizes, ...rest]), x.dtype, [outerBatch, ...sizes, ...rest]);
  const begins = [0, ...sizes.map((_, i) => crops[2 * i] ?? 0), ...rest.map(() => 0)];
  const lengths = [
    -1,
    ...sizes.map((size, i) => size - (crops[2 * i] ?? 0) - (crops[2 * i + 1] ?? 0)),
    ...rest.map(() => -1),
  ];
  return slice(g, joined, g.integers(begins), g.integers(lengths));
}

function parts({ shape }: Tensor, count: number): { batch: Dimension; spatial: number[]; rest: number[] } {
  const [batch = null, ...others] = shape ?? [];
  if (!others.every(isKnown) || others.length < count) throw unsupported('images of unknown size');
  return { batch, spatial: others.slice(0, count), rest: others.slice(count) };
}

function dividedSize(size: number, block: number): number {
  if (!Number.isInteger(size / block)) throw malformed(`a size of ${size} is no multiple of ${block}`);
  return size / block;
}

/** A batch of unknown size keeps its name, so that the reverse finds it again. */
const scaled = (batch: Dimension, factor: number): Dimension =>
  isKnown(batch) ? batch * factor : batch === null ? null : `${batch}*${factor}`;

const unscaled = (batch: Dimension, factor: number): Dimension => {
  if (isKnown(batch)) return dividedSize(batch, factor);
  return batch?.endsWith(`*${factor}`) === true ? batch.slice(0, -`*${factor}`.length) : null;
};
