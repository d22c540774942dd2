import {
  EXPONENTIAL,
  FLOOR,
  LOGARITHM,
  NOT,
  addAll,
  SQUARE_ROOT,
  floorDivide,
  floorModulo,
  gelu,
  hardSwish,
  notEqual,
  parametricRelu,
  reciprocalRoot,
  selectRows,
  square,
  squaredDifference,
} from '../../convert/operations/arithmetic.ts';
import {
  ADD,
  DIVIDE,
  MAXIMUM,
  MINIMUM,
  MULTIPLY,
  SUBTRACT,
  binary,
  cast,
  clip,
  select,
  unary,
} from '../../convert/operations/elementwise.ts';
import type { BinaryOperation, UnaryOperation } from '../../convert/operations/elementwise.ts';
import { normalizeLocalResponse, softmax } from '../../convert/operations/normalization.ts';
import { reduce } from '../../convert/operations/reduction.ts';
import type { GraphBuilder } from '../../convert/graph-builder.ts';
import type { Tensor } from '../../convert/tensor.ts';
import type { LiteConversion } from '../lite-operator.ts';

const one = (op: string, operation: UnaryOperation): LiteConversion => ({
  op,
  convert: (call) => unary(call.builder, operation, call.tensor(0)),
});
const two = (op: string, operation: BinaryOperation): LiteConversion => ({
  op,
  convert: (call) => binary(call.builder, operation, call.tensor(0), call.tensor(1)),
});
/** Arithmetic with a fused activation. */
const activated = (op: string, operation: BinaryOperation): LiteConversion => ({
  op,
  convert: (call) =>
    call.activate(binary(call.builder, operation, call.tensor(0), call.tensor(1)), call.options.int8(0)),
});
const compare = (op: string, onnx: string, fold: (a: number, b: number) => boolean): LiteConversion =>
  two(op, { op: onnx, fold: (a, b) => Number(fold(a, b)), compares: true });

const onOne = (op: string, convert: (g: GraphBuilder, x: Tensor) => Tensor): LiteConversion => ({
  op,
  convert: (call) => convert(call.builder, call.tensor(0)),
});
const onTwo = (op: string, convert: (g: GraphBuilder, a: Tensor, b: Tensor) => Tensor): LiteConversion => ({
  op,
  convert: (call) => convert(call.builder, call.tensor(0), call.tensor(1)),
});

/** Length one along the last axis. */
function normalizeLength(g: GraphBuilder, x: Tensor): Tensor {
  const length = reduce(g, 'ReduceL2', x, [-1], true);
  return binary(g, DIVIDE, x, binary(g, MAXIMUM, length, g.scalar(x, 1e-6)));
}

export const arithmeticConversions: readonly LiteConversion[] = [
  activated('ADD', ADD),
  activated('SUB', SUBTRACT),
  activated('MUL', MULTIPLY),
  activated('DIV', DIVIDE),
  two('MAXIMUM', MAXIMUM),
  two('MINIMUM', MINIMUM),
  two('POW', { op: 'Pow', fold: Math.pow }),
  onTwo('FLOOR_DIV', floorDivide),
  onTwo('FLOOR_MOD', floorModulo),
  onTwo('SQUARED_DIFFERENCE', squaredDifference),
  { op: 'ADD_N', convert: (call) => addAll(call.builder, call.tensors()) },
  compare('EQUAL', 'Equal', (a, b) => a === b),
  compare('GREATER', 'Greater', (a, b) => a > b),
  compare('GREATER_EQUAL', 'GreaterOrEqual', (a, b) => a >= b),
  compare('LESS', 'Less', (a, b) => a < b),
  compare('LESS_EQUAL', 'LessOrEqual', (a, b) => a <= b),
  compare('LOGICAL_AND', 'And', (a, b) => a !== 0 && b !== 0),
  compare('LOGICAL_OR', 'Or', (a, b) => a !== 0 || b !== 0),
  onTwo('NOT_EQUAL', notEqual),
  one('LOGICAL_NOT', NOT),
  one('ABS', { op: 'Abs', fold: Math.abs }),
  one('NEG', { op: 'Neg', fold: (x) => -x }),
  one('SIGN', { op: 'Sign', fold: Math.sign }),
  one('FLOOR', FLOOR),
  one('CEIL', { op: 'Ceil', fold: Math.ceil }),
  one('ROUND', { op: 'Round' }),
  one('EXP', EXPONENTIAL),
  one('LOG', LOGARITHM),
  one('SIN', { op: 'Sin', fold: Math.sin }),
  one('COS', { op: 'Cos', fold: Math.cos }),
  one('SQRT', SQUARE_ROOT),
  onOne('RSQRT', reciprocalRoot),
  onOne('SQUARE', square),
  one('RELU', { op: 'Relu' }),
  onOne('RELU6', (g, x) => clip(g, x, 0, 6)),
  onOne('RELU_N1_TO_1', (g, x) => clip(g, x, -1, 1)),
  onOne('RELU_0_TO_1', (g, x) => clip(g, x, 0, 1)),
  onOne('HARD_SWISH', hardSwish),
  { op: 'GELU', convert: (call) => gelu(call.builder, call.tensor(0), call.options.flag(0)) },
  {
    op: 'LEAKY_RELU',
    convert: (call) =>
      unary(
        call.builder,
        { op: 'LeakyRelu', attributes: { alpha: { float: call.options.float32(0) } } },
        call.tensor(0),
      ),
  },
  onTwo('PRELU', parametricRelu),
  one('ELU', { op: 'Elu' }),
  one('LOGISTIC', { op: 'Sigmoid' }),
  one('TANH', { op: 'Tanh' }),
  {
    op: 'SOFTMAX',
    convert: (call) => {
      const beta = call.options.float32(0);
      const x = call.tensor(0);
      const scaled = beta === 1 ? x : binary(call.builder, MULTIPLY, x, call.builder.scalar(x, beta));
      return softmax(call.builder, 'Softmax', scaled);
    },
  },
  onOne('LOG_SOFTMAX', (g, x) => softmax(g, 'LogSoftmax', x)),
  onOne('L2_NORMALIZATION', normalizeLength),
  {
    op: 'LOCAL_RESPONSE_NORMALIZATION',
    convert: (call) =>
      normalizeLocalResponse(call.builder, call.tensor(0), {
        radius: call.options.int32(0),
        bias: call.options.float32(1),
        alpha: call.options.float32(2),
        beta: call.options.float32(3),
      }),
  },
  // Their values are those of the input; the output's quantization does the rest.
  onOne('QUANTIZE', (_, x) => x),
  onOne('DEQUANTIZE', (_, x) => x),
  // Newer files leave the type out of the options.
  { op: 'CAST', convert: (call) => cast(call.builder, call.tensor(0), call.outputDtype) },
  {
    op: 'SELECT',
    convert: (call) => selectRows(call.builder, call.tensor(0), call.tensor(1), call.tensor(2)),
  },
  {
    op: 'SELECT_V2',
    convert: (call) => select(call.builder, call.tensor(0), call.tensor(1), call.tensor(2)),
  },
];
