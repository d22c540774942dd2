import { malformed, unsupported } from '../../convert/conversion-error.ts';
import { constantNumbers } from '../../convert/tensor.ts';
import { guarded } from '../guard.ts';
import { results } from '../operator.ts';
import type { Operator, OperatorCall } from '../operator.ts';
import { resourceName } from '../restore.ts';

/** Gives the inputs on. */
const pass = (op: string): Operator => ({ op, convert: (call) => results(...call.inputs) });
const passFirst = (op: string): Operator => ({ op, convert: (call) => results(call.value(0)) });
const nothing = (op: string): Operator => ({ op, convert: () => results() });

const callFunction = (call: OperatorCall) => call.call(call.attributes.functionName('f'), call.inputs);

export const controlOperators: readonly Operator[] = [
  {
    op: 'Placeholder',
    convert: () => {
      throw unsupported('a value that is no input of the signature');
    },
  },
  passFirst('PlaceholderWithDefault'),
  passFirst('Identity'),
  passFirst('StopGradient'),
  passFirst('PreventGradient'),
  passFirst('Snapshot'),
  passFirst('CheckNumerics'),
  passFirst('EnsureShape'),
  passFirst('Copy'),
  pass('IdentityN'),
  nothing('NoOp'),
  nothing('Assert'),
  nothing('Print'),
  nothing('DisableCopyOnRead'),
  {
    op: 'Const',
    convert: ({ attributes, builder }) => {
      const { dtype, shape, data } = attributes.tensor('value');
      return builder.constant(dtype, shape, data);
    },
  },
  { op: 'VarHandleOp', convert: ({ node }) => results({ kind: 'variable', name: resourceName(node) }) },
  { op: 'VariableV2', convert: ({ evaluator, node }) => evaluator.variables.read(node.name) },
  { op: 'Variable', convert: ({ evaluator, node }) => evaluator.variables.read(node.name) },
  {
    op: 'ReadVariableOp',
    convert: (call) => {
      const handle = call.value(0);
      if (handle.kind !== 'variable') throw malformed('the input is no variable');
      return call.evaluator.variables.read(handle.name);
    },
  },
  { op: 'PartitionedCall', convert: callFunction },
  { op: 'StatefulPartitionedCall', convert: callFunction },
  {
    op: 'Switch',
    outputs: ['output_false', 'output_true'],
    convert: (call) => {
      const predicate = constantNumbers(call.tensor(1))?.[0];
      if (predicate === undefined)
        return results(
          ...[false, true].map((branch) => guarded(call.value(0), [{ predicate: call.tensor(1), branch }])),
        );
      return predicate === 0 ? results(call.value(0), 'dead') : results('dead', call.value(0));
    },
  },
];
