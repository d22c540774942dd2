import { SUBTRACT, binary, clip, unary } from '../../convert/operations/elementwise.ts';
import { softmax } from '../../convert/operations/normalization.ts';
import type { Operator } from '../operator.ts';

const one = (op: string, onnx = op): Operator => ({
  op,
  convert: (call) => unary(call.builder, { op: onnx }, call.tensor(0)),
});

export const activationOperators: readonly Operator[] = [
  { op: 'Relu', convert: (call) => unary(call.builder, { op: 'Relu', fold: (x) => Math.max(x, 0) }, call.tensor(0)) },
  { op: 'Relu6', convert: (call) => clip(call.builder, call.tensor(0), 0, 6) },
  {
    op: 'LeakyRelu',
    convert: (call) => {
      const alpha = { float: call.attributes.float('alpha', 0.2) };
      return unary(call.builder, { op: 'LeakyRelu', attributes: { alpha } }, call.tensor(0));
    },
  },
  one('Elu'),
  one('Selu'),
  one('Sigmoid'),
  one('Tanh'),
  one('Softplus'),
  one('Softsign'),
  one('Erf'),
  {
    op: 'Erfc',
    convert: (call) => {
      const x = call.tensor(0);
      return binary(call.builder, SUBTRACT, call.builder.scalar(x, 1), unary(call.builder, { op: 'Erf' }, x));
    },
  },
  { op: 'Softmax', convert: (call) => softmax(call.builder, 'Softmax', call.tensor(0)) },
  { op: 'LogSoftmax', convert: (call) => softmax(call.builder, 'LogSoftmax', call.tensor(0)) },
];
