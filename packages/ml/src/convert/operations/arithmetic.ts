import { malformed } from '../conversion-error.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import { isFloat, isInteger } from '../tensor-data.ts';
import type { Tensor } from '../tensor.ts';
import { ADD, DIVIDE, EQUAL, MAXIMUM, MULTIPLY, SUBTRACT, binary, select, unary } from './elementwise.ts';
import type { BinaryOperation, UnaryOperation } from './elementwise.ts';
import { broadcastShapes } from '../shape.ts';
import { reshapeTo } from './reshape.ts';

export const FLOOR: UnaryOperation = { op: 'Floor', fold: Math.floor };
export const NOT: UnaryOperation = { op: 'Not', fold: (x) => Number(x === 0) };
export const SQUARE_ROOT: UnaryOperation = { op: 'Sqrt', fold: Math.sqrt };
export const EXPONENTIAL: UnaryOperation = { op: 'Exp', fold: Math.exp };
export const LOGARITHM: UnaryOperation = { op: 'Log', fold: Math.log };

/** Rounds down, where ONNX truncates integers. */
export function floorDivide(g: GraphBuilder, a: Tensor, b: Tensor): Tensor {
  if (isFloat(a.dtype)) return unary(g, FLOOR, binary(g, DIVIDE, a, b));
  const remainder = floorModulo(g, a, b);
  return binary(g, { op: 'Div', fold: (x, y) => Math.floor(x / y) }, binary(g, SUBTRACT, a, remainder), b);
}

/** Has the sign of the divisor. */
export function floorModulo(g: GraphBuilder, a: Tensor, b: Tensor): Tensor {
  if (isInteger(a.dtype)) return binary(g, { op: 'Mod', fold: (x, y) => ((x % y) + y) % y }, a, b);
  const quotient = unary(g, FLOOR, binary(g, DIVIDE, a, b));
  return binary(g, SUBTRACT, a, binary(g, MULTIPLY, quotient, b));
}

/** Zero where the divisor is zero. */
export function divideNoNan(g: GraphBuilder, a: Tensor, b: Tensor): Tensor {
  const zero = g.scalar(b, 0);
  return select(g, binary(g, EQUAL, b, zero), zero, binary(g, DIVIDE, a, b));
}

export function addAll(g: GraphBuilder, terms: readonly Tensor[]): Tensor {
  const [first, ...others] = terms;
  if (first === undefined) throw malformed('nothing is added');
  return others.reduce((sum, term) => binary(g, ADD, sum, term), first);
}

/** Has the sign of the dividend. */
export function truncatedModulo(g: GraphBuilder, a: Tensor, b: Tensor): Tensor {
  return g.apply('Mod', [a, b], a.dtype, broadcastShapes(a.shape, b.shape), { fmod: 1 });
}

/** Zero where the second factor is zero, even if the first is infinite. */
export function multiplyNoNan(g: GraphBuilder, a: Tensor, b: Tensor): Tensor {
  const zero = g.scalar(b, 0);
  return select(g, binary(g, EQUAL, b, zero), zero, binary(g, MULTIPLY, a, b));
}

export function isFiniteTensor(g: GraphBuilder, x: Tensor): Tensor {
  const [infinite, none] = [unary(g, { op: 'IsInf' }, x, 'bool'), unary(g, { op: 'IsNaN' }, x, 'bool')];
  return unary(g, NOT, binary(g, { op: 'Or', compares: true }, infinite, none));
}

/** The angle of the point (x, y), in all four quadrants. */
export function arcTangent(g: GraphBuilder, y: Tensor, x: Tensor): Tensor {
  const less: BinaryOperation = { op: 'Less', compares: true };
  const zero = g.scalar(x, 0);
  const angle = unary(g, { op: 'Atan' }, binary(g, DIVIDE, y, x));
  const turn = select(g, binary(g, less, y, zero), g.scalar(x, -Math.PI), g.scalar(x, Math.PI));
  const turned = select(g, binary(g, less, x, zero), binary(g, ADD, angle, turn), angle);
  // The origin, where y / x is no number.
  const origin = binary(g, { op: 'And', compares: true }, binary(g, EQUAL, x, zero), binary(g, EQUAL, y, zero));
  return select(g, origin, zero, turned);
}

/** A condition that is a vector chooses rows. */
export function selectRows(g: GraphBuilder, condition: Tensor, whenTrue: Tensor, whenFalse: Tensor): Tensor {
  if (condition.rank !== 1 || whenTrue.rank === undefined || whenTrue.rank < 2) {
    return select(g, condition, whenTrue, whenFalse);
  }
  const shape = [condition.shape?.[0] ?? null, ...Array<number>(whenTrue.rank - 1).fill(1)];
  return select(g, reshapeTo(g, condition, shape), whenTrue, whenFalse);
}

export const square = (g: GraphBuilder, x: Tensor): Tensor => binary(g, MULTIPLY, x, x);

export const squaredDifference = (g: GraphBuilder, a: Tensor, b: Tensor): Tensor =>
  square(g, binary(g, SUBTRACT, a, b));

export const reciprocalRoot = (g: GraphBuilder, x: Tensor): Tensor =>
  unary(g, { op: 'Reciprocal', fold: (value) => 1 / value }, unary(g, SQUARE_ROOT, x));

export const notEqual = (g: GraphBuilder, a: Tensor, b: Tensor): Tensor => unary(g, NOT, binary(g, EQUAL, a, b));

/** `x` where it is positive, otherwise `x * slope`. */
export function parametricRelu(g: GraphBuilder, x: Tensor, slope: Tensor): Tensor {
  const positive = binary(g, MAXIMUM, x, g.scalar(x, 0));
  const negative = binary(g, { op: 'Min', fold: Math.min }, x, g.scalar(x, 0));
  return binary(g, ADD, positive, binary(g, MULTIPLY, negative, slope));
}

/** x * clamp(x / 6 + 0.5, 0, 1) */
export function hardSwish(g: GraphBuilder, x: Tensor): Tensor {
  const attributes = { alpha: { float: 1 / 6 }, beta: { float: 0.5 } };
  return binary(g, MULTIPLY, x, unary(g, { op: 'HardSigmoid', attributes }, x));
}

/** https://www.tensorflow.org/api_docs/python/tf/nn/gelu */
export function gelu(g: GraphBuilder, x: Tensor, approximate: boolean): Tensor {
  const times = (tensor: Tensor, factor: number) => binary(g, MULTIPLY, tensor, g.scalar(x, factor));
  const half = times(x, 0.5);
  const inner = approximate
    ? unary(
        g,
        { op: 'Tanh' },
        times(binary(g, ADD, x, times(binary(g, MULTIPLY, square(g, x), x), 0.044715)), Math.sqrt(2 / Math.PI)),
      )
    : unary(g, { op: 'Erf' }, times(x, Math.SQRT1_2));
  return binary(g, MULTIPLY, half, binary(g, ADD, inner, g.scalar(x, 1)));
}
