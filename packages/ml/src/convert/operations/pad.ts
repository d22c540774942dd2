import { malformed, unsupported } from '../conversion-error.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import { addDimensions, isKnown, permute, toChannelsFirst } from '../shape.ts';
import { constantNumbers } from '../tensor.ts';
import type { Tensor } from '../tensor.ts';
import { cast } from './elementwise.ts';
import { flatPads } from './padding.ts';

export type PadMode = 'constant' | 'reflect' | 'symmetric';

/** `paddings` is [rank, 2]; `value` fills, zero if absent. */
export function pad(g: GraphBuilder, x: Tensor, paddings: Tensor, mode: PadMode, value?: Tensor): Tensor {
  const numbers = constantNumbers(paddings);
  const fill = value === undefined ? [] : [g.name(value)];
  if (numbers === undefined) {
    if (mode === 'symmetric') throw unsupported('symmetric padding that is not constant');
    const pairs = g.emit('Transpose', [g.name(cast(g, paddings, 'int64'))], { perm: [1, 0] });
    const flat = g.emit('Reshape', [pairs, g.int64List([-1])]);
    return g.tensor(
      g.emit('Pad', [g.name(x), flat, ...fill], { mode }),
      x.dtype,
      x.shape?.map(() => null),
    );
  }
  const pads = Array.from({ length: numbers.length / 2 }, (_, i): [number, number] => [
    numbers[2 * i] ?? 0,
    numbers[2 * i + 1] ?? 0,
  ]);
  if (x.shape !== undefined && x.shape.length !== pads.length) throw malformed('paddings do not fit their input');
  if (pads.some(([before, after]) => before < 0 || after < 0)) throw malformed('a padding is negative');
  if (mode === 'symmetric') return padSymmetric(g, x, pads);
  const shape = x.shape?.map((size, axis) => addDimensions(size, (pads[axis]?.[0] ?? 0) + (pads[axis]?.[1] ?? 0)));
  if (x.isChannelsFirst && shape !== undefined) {
    const inner = g.int64List(flatPads(permute(pads, toChannelsFirst(pads.length))));
    return g.channelsFirstTensor(g.emit('Pad', [g.channelsFirst(x), inner, ...fill], { mode }), x.dtype, shape);
  }
  return g.tensor(g.emit('Pad', [g.name(x), g.int64List(flatPads(pads)), ...fill], { mode }), x.dtype, shape);
}

/** Mirrors with the edge repeated, which ONNX has no mode for. */
function padSymmetric(g: GraphBuilder, x: Tensor, pads: readonly (readonly [number, number])[]): Tensor {
  let result = x;
  pads.forEach(([before, after], axis) => {
    if (before === 0 && after === 0) return;
    const size = x.shape?.[axis];
    if (!isKnown(size)) throw unsupported('symmetric padding of an axis of unknown size');
    if (before > size || after > size) throw malformed('a symmetric padding is larger than its axis');
    const order = [
      ...Array.from({ length: before }, (_, i) => before - 1 - i),
      ...Array.from({ length: size }, (_, i) => i),
      ...Array.from({ length: after }, (_, i) => size - 1 - i),
    ];
    const shape = result.shape?.with(axis, order.length);
    result = g.apply('Gather', [result, g.integers(order)], x.dtype, shape, { axis });
  });
  return result;
}
