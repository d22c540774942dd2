import { malformed, unsupported } from '../conversion-error.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import { broadcastShapes } from '../shape.ts';
import type { Dimension } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { transpose } from './reshape.ts';
import { cast } from './elementwise.ts';

/** Product of the last two axes; the others are broadcast. */
export function matrixMultiply(
  g: GraphBuilder,
  a: Tensor,
  b: Tensor,
  transposeA: boolean,
  transposeB: boolean,
): Tensor {
  if (a.dtype.endsWith('int8') || a.dtype.endsWith('int16')) {
    return cast(g, matrixMultiply(g, cast(g, a, 'int32'), cast(g, b, 'int32'), transposeA, transposeB), a.dtype);
  }
  const left = transposeA ? swapLastAxes(g, a) : a;
  const right = transposeB ? swapLastAxes(g, b) : b;
  if (left.shape === undefined || right.shape === undefined)
    return g.apply('MatMul', [left, right], a.dtype, undefined);
  if (left.shape.length < 2 || right.shape.length < 2) throw malformed('a matrix product of vectors');
  const batch = broadcastShapes(left.shape.slice(0, -2), right.shape.slice(0, -2)) ?? [];
  const shape = [...batch, left.shape.at(-2) ?? null, right.shape.at(-1) ?? null];
  return g.apply('MatMul', [left, right], a.dtype, shape);
}

function swapLastAxes(g: GraphBuilder, x: Tensor): Tensor {
  if (x.rank === undefined) throw unsupported('a matrix of unknown rank');
  const axes = Array.from({ length: x.rank }, (_, i) => i);
  return transpose(g, x, [...axes.slice(0, -2), x.rank - 1, x.rank - 2]);
}

export function einsum(g: GraphBuilder, operands: readonly Tensor[], equation: string): Tensor {
  const text = equation.replaceAll(/\s/g, '');
  const [left = '', right] = text.split('->');
  const sizes = new Map<string, Dimension>();
  left.split(',').forEach((term, k) => {
    // Axes in front of an ellipsis count from the front, those after it from the back.
    const [front = '', back = ''] = term.split('...');
    const shape = operands[k]?.shape ?? [];
    front.split('').forEach((letter, i) => sizes.set(letter, sizes.get(letter) ?? shape[i] ?? null));
    back
      .split('')
      .forEach((letter, i) => sizes.set(letter, sizes.get(letter) ?? shape[shape.length - back.length + i] ?? null));
  });
  const [first] = operands;
  if (first === undefined || right === undefined) throw unsupported(`the equation ${equation}`);
  return g.apply('Einsum', operands, first.dtype, resultShape(right, left, operands, sizes), { equation: text });
}

function resultShape(
  right: string,
  left: string,
  operands: readonly Tensor[],
  sizes: ReadonlyMap<string, Dimension>,
): Dimension[] | undefined {
  const letters = (term: string) => term.split('').map((letter) => sizes.get(letter) ?? null);
  if (!right.includes('...')) return letters(right);
  const place = left.split(',').findIndex((term) => term.includes('...'));
  const [front = '', back = ''] = left.split(',')[place]?.split('...') ?? [];
  const shape = operands[place]?.shape;
  if (shape === undefined) return undefined;
  const [before = '', after = ''] = right.split('...');
  return [...letters(before), ...shape.slice(front.length, shape.length - back.length), ...letters(after)];
}
