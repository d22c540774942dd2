import {
  EXPONENTIAL,
  FLOOR,
  LOGARITHM,
  NOT,
  addAll,
  arcTangent,
  isFiniteTensor,
  multiplyNoNan,
  selectRows,
  truncatedModulo,
  SQUARE_ROOT,
  divideNoNan,
  floorDivide,
  floorModulo,
  notEqual,
  reciprocalRoot,
  square,
  squaredDifference,
} from '../../convert/operations/arithmetic.ts';
import {
  ADD,
  DIVIDE,
  EQUAL,
  MAXIMUM,
  MINIMUM,
  MULTIPLY,
  SUBTRACT,
  binary,
  cast,
  select,
  unary,
} from '../../convert/operations/elementwise.ts';
import type { BinaryOperation, UnaryOperation } from '../../convert/operations/elementwise.ts';
import type { Tensor } from '../../convert/tensor.ts';
import type { Operator, OperatorCall } from '../operator.ts';

const two = (op: string, operation: BinaryOperation): Operator => ({
  op,
  convert: (call) => binary(call.builder, operation, call.tensor(0), call.tensor(1)),
});
const one = (op: string, operation: UnaryOperation): Operator => ({
  op,
  convert: (call) => unary(call.builder, operation, call.tensor(0)),
});
const compare = (op: string, onnx: string, fold: (a: number, b: number) => boolean): Operator =>
  two(op, { op: onnx, fold: (a, b) => Number(fold(a, b)), compares: true });

const row = (op: string, convert: (call: OperatorCall) => Tensor): Operator => ({ op, convert });

export const arithmeticOperators: readonly Operator[] = [
  two('Add', ADD),
  two('AddV2', ADD),
  two('Sub', SUBTRACT),
  two('Mul', MULTIPLY),
  two('RealDiv', DIVIDE),
  two('Div', DIVIDE),
  two('TruncateDiv', DIVIDE),
  two('Maximum', MAXIMUM),
  two('Minimum', MINIMUM),
  two('Pow', { op: 'Pow', fold: Math.pow }),
  compare('Equal', 'Equal', (a, b) => a === b),
  compare('Greater', 'Greater', (a, b) => a > b),
  compare('GreaterEqual', 'GreaterOrEqual', (a, b) => a >= b),
  compare('Less', 'Less', (a, b) => a < b),
  compare('LessEqual', 'LessOrEqual', (a, b) => a <= b),
  compare('LogicalAnd', 'And', (a, b) => a !== 0 && b !== 0),
  compare('LogicalOr', 'Or', (a, b) => a !== 0 || b !== 0),
  { op: 'NotEqual', convert: (call) => notEqual(call.builder, call.tensor(0), call.tensor(1)) },
  one('LogicalNot', NOT),
  one('Neg', { op: 'Neg', fold: (x) => -x }),
  one('Abs', { op: 'Abs', fold: Math.abs }),
  one('Sign', { op: 'Sign', fold: Math.sign }),
  one('Floor', FLOOR),
  one('Ceil', { op: 'Ceil', fold: Math.ceil }),
  one('Round', { op: 'Round' }),
  one('Rint', { op: 'Round' }),
  one('Sqrt', SQUARE_ROOT),
  one('Exp', EXPONENTIAL),
  one('Log', LOGARITHM),
  one('Sin', { op: 'Sin', fold: Math.sin }),
  one('Cos', { op: 'Cos', fold: Math.cos }),
  one('Tan', { op: 'Tan', fold: Math.tan }),
  one('Asin', { op: 'Asin', fold: Math.asin }),
  one('Acos', { op: 'Acos', fold: Math.acos }),
  one('Atan', { op: 'Atan', fold: Math.atan }),
  one('Sinh', { op: 'Sinh', fold: Math.sinh }),
  one('Cosh', { op: 'Cosh', fold: Math.cosh }),
  one('Reciprocal', { op: 'Reciprocal', fold: (x) => 1 / x }),
  one('Inv', { op: 'Reciprocal', fold: (x) => 1 / x }),
  one('Asinh', { op: 'Asinh', fold: Math.asinh }),
  one('Acosh', { op: 'Acosh', fold: Math.acosh }),
  one('Atanh', { op: 'Atanh', fold: Math.atanh }),
  row('IsNan', (call) => unary(call.builder, { op: 'IsNaN' }, call.tensor(0), 'bool')),
  row('IsInf', (call) => unary(call.builder, { op: 'IsInf' }, call.tensor(0), 'bool')),
  row('IsFinite', (call) => isFiniteTensor(call.builder, call.tensor(0))),
  row('LogicalXor', (call) => binary(call.builder, { op: 'Xor', compares: true }, call.tensor(0), call.tensor(1))),
  row('Atan2', (call) => arcTangent(call.builder, call.tensor(0), call.tensor(1))),
  row('MulNoNan', (call) => multiplyNoNan(call.builder, call.tensor(0), call.tensor(1))),
  row('TruncateMod', (call) => truncatedModulo(call.builder, call.tensor(0), call.tensor(1))),
  row('Select', (call) => selectRows(call.builder, call.tensor(0), call.tensor(1), call.tensor(2))),
  { op: 'Rsqrt', convert: (call) => reciprocalRoot(call.builder, call.tensor(0)) },
  { op: 'Square', convert: (call) => square(call.builder, call.tensor(0)) },
  { op: 'SquaredDifference', convert: (call) => squaredDifference(call.builder, call.tensor(0), call.tensor(1)) },
  {
    op: 'Log1p',
    convert: (call) => {
      const x = call.tensor(0);
      return unary(call.builder, LOGARITHM, binary(call.builder, ADD, x, call.builder.scalar(x, 1)));
    },
  },
  {
    op: 'Expm1',
    convert: (call) => {
      const x = call.tensor(0);
      return binary(call.builder, SUBTRACT, unary(call.builder, EXPONENTIAL, x), call.builder.scalar(x, 1));
    },
  },
  { op: 'FloorDiv', convert: (call) => floorDivide(call.builder, call.tensor(0), call.tensor(1)) },
  { op: 'FloorMod', convert: (call) => floorModulo(call.builder, call.tensor(0), call.tensor(1)) },
  row('Mod', (call) => truncatedModulo(call.builder, call.tensor(0), call.tensor(1))),
  { op: 'DivNoNan', convert: (call) => divideNoNan(call.builder, call.tensor(0), call.tensor(1)) },
  row('Xdivy', (call) => {
    const [g, x, y] = [call.builder, call.tensor(0), call.tensor(1)];
    return select(g, binary(g, EQUAL, x, g.scalar(x, 0)), g.scalar(x, 0), binary(g, DIVIDE, x, y));
  }),
  row('Xlogy', (call) => multiplyNoNan(call.builder, unary(call.builder, LOGARITHM, call.tensor(1)), call.tensor(0))),
  { op: 'AddN', convert: (call) => addAll(call.builder, call.tensors()) },
  { op: 'Cast', convert: (call) => cast(call.builder, call.tensor(0), call.attributes.dtype('DstT')) },
  { op: 'SelectV2', convert: (call) => select(call.builder, call.tensor(0), call.tensor(1), call.tensor(2)) },
  {
    op: 'ClipByValue',
    convert: (call) => {
      const bounded = binary(call.builder, MAXIMUM, call.tensor(0), call.tensor(1));
      return binary(call.builder, MINIMUM, bounded, call.tensor(2));
    },
  },
];
