import { malformed, unsupported } from '../conversion-error.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import { addDimensions, isKnown, permute, toChannelsFirst } from '../shape.ts';
import { constantNumbers } from '../tensor.ts';
import { isFloat } from '../tensor-data.ts';
import type { AxisPads, Tensor } from '../tensor.ts';
import { cast } from './elementwise.ts';
import { concatenate } from './join.ts';
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
  const padded = padBy(g, x, pads, mode, fill);
  const zeros = value === undefined || isZero(value);
  if (mode === 'constant' && zeros && isFloat(x.dtype)) padded.padded = { source: x, pads };
  return padded;
}

function isZero(value: Tensor): boolean {
  const numbers = constantNumbers(value);
  return numbers?.length === 1 && numbers[0] === 0;
}

function padBy(g: GraphBuilder, x: Tensor, pads: AxisPads, mode: string, fill: readonly string[]): Tensor {
  const shape = x.shape?.map((size, axis) => addDimensions(size, (pads[axis]?.[0] ?? 0) + (pads[axis]?.[1] ?? 0)));
  if (x.isChannelsFirst && shape !== undefined) {
    const inner = g.int64List(flatPads(permute(pads, toChannelsFirst(pads.length))));
    return g.channelsFirstTensor(g.emit('Pad', [g.channelsFirst(x), inner, ...fill], { mode }), x.dtype, shape);
  }
  return g.tensor(g.emit('Pad', [g.name(x), g.int64List(flatPads(pads)), ...fill], { mode }), x.dtype, shape);
}

/** Before the begin of every axis. */
const FAR = 2 ** 31 - 1;

/** Mirrors with the edge repeated, which ONNX has no mode for. */
function padSymmetric(g: GraphBuilder, x: Tensor, pads: readonly (readonly [number, number])[]): Tensor {
  return pads.reduce((result, [before, after], axis) => {
    const size = x.shape?.[axis];
    if (isKnown(size) && (before > size || after > size)) {
      throw malformed('a symmetric padding is larger than its axis');
    }
    const flipped = (from: number, to: number, count: number) => {
      const bounds = [from, to, axis, -1].map((bound) => g.int64List([bound]));
      return g.tensor(g.emit('Slice', [g.name(result), ...bounds]), x.dtype, result.shape?.with(axis, count));
    };
    const front = before === 0 ? [] : [flipped(before - 1, -FAR, before)];
    const back = after === 0 ? [] : [flipped(-1, -1 - after, after)];
    return concatenate(g, [...front, result, ...back], axis);
  }, x);
}
