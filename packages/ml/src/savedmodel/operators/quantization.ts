import { MAXIMUM, MINIMUM, MULTIPLY, SUBTRACT, ADD, binary, unary } from '../../convert/operations/elementwise.ts';
import { FLOOR } from '../../convert/operations/arithmetic.ts';
import type { Tensor } from '../../convert/tensor.ts';
import type { Operator, OperatorCall } from '../operator.ts';

/**
 * Rounds to the levels of a quantization, of which one is moved to zero.
 * https://www.tensorflow.org/api_docs/python/tf/quantization/fake_quant_with_min_max_vars
 */
function fakeQuantize(
  call: OperatorCall,
  low: readonly number[],
  high: readonly number[],
  shape: readonly number[],
): Tensor {
  const g = call.builder;
  const least = call.attributes.flag('narrow_range') ? 1 : 0;
  const most = 2 ** call.attributes.integer('num_bits', 8) - 1;
  const scale = low.map((value, i) => Math.fround(((high[i] ?? 0) - value) / (most - least)));
  const zero = low.map((value, i) => {
    const point = least - value / (scale[i] ?? 1);
    return point < least ? least : point > most ? most : Math.round(point);
  });
  const vector = (values: readonly number[]) => g.constantOf('float32', shape, values);
  const nudgedLow = vector(zero.map((point, i) => (least - point) * (scale[i] ?? 1)));
  const nudgedHigh = vector(zero.map((point, i) => (most - point) * (scale[i] ?? 1)));
  const bounded = binary(g, MINIMUM, binary(g, MAXIMUM, call.tensor(0), nudgedLow), nudgedHigh);
  const steps = binary(g, MULTIPLY, binary(g, SUBTRACT, bounded, nudgedLow), vector(scale.map((value) => 1 / value)));
  const rounded = unary(g, FLOOR, binary(g, ADD, steps, g.scalar('float32', 0.5)));
  return binary(g, ADD, binary(g, MULTIPLY, rounded, vector(scale)), nudgedLow);
}

export const quantizationOperators: readonly Operator[] = [
  {
    op: 'FakeQuantWithMinMaxVars',
    convert: (call) => fakeQuantize(call, call.numbers(1, 'bounds'), call.numbers(2, 'bounds'), []),
  },
  {
    op: 'FakeQuantWithMinMaxVarsPerChannel',
    convert: (call) => {
      const low = call.numbers(1, 'bounds');
      return fakeQuantize(call, low, call.numbers(2, 'bounds'), [low.length]);
    },
  },
  {
    op: 'FakeQuantWithMinMaxArgs',
    convert: (call) => fakeQuantize(call, [call.attributes.float('min', -6)], [call.attributes.float('max', 6)], []),
  },
];
