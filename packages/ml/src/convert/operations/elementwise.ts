import type { TensorDtype } from '../../onnx/element-type.ts';
import { ONNX_ELEMENT_TYPE } from '../../onnx/write-model.ts';
import { foldBinary, foldUnary } from '../constant/fold.ts';
import type { Attributes, GraphBuilder } from '../graph-builder.ts';
import { broadcastShapes, isKnown, isStatic, product } from '../shape.ts';
import type { Dimension } from '../shape.ts';
import { dataFromNumbers, isFloat, isInteger, isNumeric } from '../tensor-data.ts';
import { knownElements } from '../tensor.ts';
import type { Tensor } from '../tensor.ts';

export interface UnaryOperation {
  readonly op: string;
  /** Computes one element of a constant. */
  readonly fold?: (x: number) => number;
  readonly attributes?: Attributes;
}

/** Applies a node that treats every element alike, in whichever order the tensor is held. */
export function unary(
  g: GraphBuilder,
  { op, fold, attributes = {} }: UnaryOperation,
  x: Tensor,
  dtype = x.dtype,
): Tensor {
  const folded = fold && foldUnary(g, x, dtype, fold);
  if (folded !== undefined) return folded;
  const result =
    x.isChannelsFirst && x.shape !== undefined
      ? g.channelsFirstTensor(g.emit(op, [g.channelsFirst(x)], attributes), dtype, x.shape)
      : g.apply(op, [x], dtype, x.shape, attributes);
  result.nonNegative = NON_NEGATIVE.has(op);
  return result;
}

const NON_NEGATIVE: ReadonlySet<string> = new Set(['Relu', 'Sigmoid']);

export interface BinaryOperation {
  readonly op: string;
  readonly fold?: (a: number, b: number) => number;
  /** The result is bool. */
  readonly compares?: boolean;
}

export const ADD: BinaryOperation = { op: 'Add', fold: (a, b) => a + b };
export const SUBTRACT: BinaryOperation = { op: 'Sub', fold: (a, b) => a - b };
export const MULTIPLY: BinaryOperation = { op: 'Mul', fold: (a, b) => a * b };
export const DIVIDE: BinaryOperation = { op: 'Div', fold: (a, b) => a / b };
export const MAXIMUM: BinaryOperation = { op: 'Max', fold: Math.max };
export const MINIMUM: BinaryOperation = { op: 'Min', fold: Math.min };
export const EQUAL: BinaryOperation = { op: 'Equal', fold: (a, b) => Number(a === b), compares: true };

/** ONNX Runtime computes in these types; arithmetic of narrower integers is done in wider ones and wrapped. */
const WIDE_ENOUGH: Partial<Record<TensorDtype, 'int32' | 'int64'>> = {
  int8: 'int32',
  uint8: 'int32',
  int16: 'int32',
  uint16: 'int32',
  uint32: 'int64',
  uint64: 'int64',
};

/** Applies an elementwise node with broadcasting, channels-first when an operand is held so. */
export function binary(g: GraphBuilder, operation: BinaryOperation, a: Tensor, b: Tensor): Tensor {
  const { op, fold, compares = false } = operation;
  const dtype: TensorDtype = compares ? 'bool' : a.dtype;
  const folded = fold && foldBinary(g, a, b, dtype, integerFold(fold, dtype));
  if (folded !== undefined) return folded;
  const wide = WIDE_ENOUGH[a.dtype];
  if (wide !== undefined) {
    const result = binary(g, operation, cast(g, a, wide), cast(g, b, wide));
    return compares ? result : cast(g, result, a.dtype);
  }
  const shape = broadcastShapes(a.shape, b.shape);
  if (shape !== undefined && (a.isChannelsFirst || b.isChannelsFirst)) {
    const left = operandChannelsFirst(g, a, shape.length);
    const right = operandChannelsFirst(g, b, shape.length);
    if (left !== undefined && right !== undefined)
      return g.channelsFirstTensor(g.emit(op, [left, right]), dtype, shape);
  }
  const result = g.apply(op, [a, b], dtype, shape);
  return fold && !compares ? followElements(g, result, fold, a, b) : result;
}

/** Integer arithmetic drops the fraction. */
const integerFold = (fold: (a: number, b: number) => number, dtype: TensorDtype) =>
  isInteger(dtype) ? (a: number, b: number) => Math.trunc(fold(a, b)) : fold;

/** An operand as it meets a channels-first one of `rank`; undefined when it must be broadcast in ordinary order. */
function operandChannelsFirst(g: GraphBuilder, x: Tensor, rank: number): string | undefined {
  if (x.rank === rank) return g.channelsFirst(x);
  if (x.rank === 0) return g.name(x);
  if (x.data === undefined || !isStatic(x.shape)) return undefined;
  if (product(x.shape) === 1) return g.name(g.constant(x.dtype, [], x.data));
  const padded = [...Array<number>(rank - x.shape.length).fill(1), ...x.shape];
  return g.channelsFirst(g.constant(x.dtype, padded, x.data));
}

/** Arithmetic on sizes, of which some are known. */
function followElements(
  g: GraphBuilder,
  result: Tensor,
  fold: (a: number, b: number) => number,
  a: Tensor,
  b: Tensor,
): Tensor {
  const left = knownElements(a);
  const right = knownElements(b);
  if (left === undefined || right === undefined || !isStatic(result.shape) || result.shape.length > 1) return result;
  const compute = integerFold(fold, result.dtype);
  const element = (i: number): Dimension => {
    const x = left[left.length === 1 ? 0 : i];
    const y = right[right.length === 1 ? 0 : i];
    if (isKnown(x) && isKnown(y)) return compute(x, y);
    // A named size plus a number has a name of its own.
    return fold === ADD.fold && typeof x === 'string' && isKnown(y) ? `${x}+${y}` : null;
  };
  return g.followed(
    result,
    Array.from({ length: product(result.shape) }, (_, i) => element(i)),
  );
}

export function cast(g: GraphBuilder, x: Tensor, dtype: TensorDtype): Tensor {
  if (x.dtype === dtype) return x;
  if (x.dtype !== 'string' && isNumeric(dtype)) {
    const truncate = isInteger(dtype) && isFloat(x.dtype);
    const folded = foldUnary(g, x, dtype, truncate ? Math.trunc : (value) => value);
    if (folded !== undefined) return folded;
  }
  const result = unary(g, { op: 'Cast', attributes: { to: ONNX_ELEMENT_TYPE[dtype] } }, x, dtype);
  const elements = dtype === 'int32' || dtype === 'int64' ? knownElements(x) : undefined;
  return elements === undefined ? result : g.followed(result, elements);
}

/** `condition ? whenTrue : whenFalse`, elementwise with broadcasting. */
export function select(g: GraphBuilder, condition: Tensor, whenTrue: Tensor, whenFalse: Tensor): Tensor {
  if (condition.data !== undefined && condition.rank === 0) {
    const chosen = condition.data[0] ? whenTrue : whenFalse;
    const other = chosen === whenTrue ? whenFalse : whenTrue;
    if (isStatic(chosen.shape) && isStatic(other.shape) && chosen.shape.join() === other.shape.join()) return chosen;
  }
  const shape = broadcastShapes(broadcastShapes(condition.shape, whenTrue.shape), whenFalse.shape);
  const operands = [condition, whenTrue, whenFalse];
  if (shape !== undefined && operands.some((operand) => operand.isChannelsFirst)) {
    const names = operands.map((operand) => operandChannelsFirst(g, operand, shape.length));
    if (names.every((name) => name !== undefined)) {
      return g.channelsFirstTensor(g.emit('Where', names), whenTrue.dtype, shape);
    }
  }
  return g.apply('Where', operands, whenTrue.dtype, shape);
}

/** Bounds every element; `low` and `high` are constants of the program. */
export function clip(g: GraphBuilder, x: Tensor, low: number, high: number): Tensor {
  const folded = foldUnary(g, x, x.dtype, (value) => Math.min(Math.max(value, low), high));
  if (folded !== undefined) return folded;
  if (!isNumeric(x.dtype)) return x;
  const bounds = [low, high].map((value) =>
    Number.isFinite(value) && isNumeric(x.dtype) ? g.initializer(x.dtype, [], dataFromNumbers(x.dtype, [value])) : '',
  );
  const result =
    x.isChannelsFirst && x.shape !== undefined
      ? g.channelsFirstTensor(g.emit('Clip', [g.channelsFirst(x), ...bounds]), x.dtype, x.shape)
      : g.tensor(g.emit('Clip', [g.name(x), ...bounds]), x.dtype, x.shape);
  result.nonNegative = low >= 0;
  return result;
}
