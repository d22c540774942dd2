import { invariant } from '@bqml-emulator/common';
import { malformed, unsupported } from '../../convert/conversion-error.ts';
import { cast } from '../../convert/operations/elementwise.ts';
import { commonShape } from '../../convert/shape.ts';
import { constantNumbers } from '../../convert/tensor.ts';
import type { Tensor } from '../../convert/tensor.ts';
import { results } from '../operator.ts';
import type { Operator, OperatorCall, Results } from '../operator.ts';
import { tensorValue } from '../value.ts';

/** A constant predicate chooses a branch now, any other one when the model runs. */
function convertIf(call: OperatorCall): Results {
  const predicate = call.tensor(0);
  const constant = constantNumbers(predicate)?.[0];
  const branch = (name: 'then_branch' | 'else_branch') =>
    call.call(call.attributes.functionName(name), call.inputs.slice(1));
  if (constant !== undefined) return branch(constant === 0 ? 'else_branch' : 'then_branch');
  const g = call.builder;
  const whenTrue = g.subgraph(() => branchTensors(branch('then_branch')));
  const whenFalse = g.subgraph(() => branchTensors(branch('else_branch')));
  if (whenTrue.outputs.length !== whenFalse.outputs.length) throw malformed('the branches give different outputs');
  if (whenTrue.outputs.length === 0) return results();
  const attributes = { then_branch: { graph: whenTrue.graph }, else_branch: { graph: whenFalse.graph } };
  const names = g.emitMany('If', [g.name(cast(g, predicate, 'bool'))], attributes, whenTrue.outputs.length);
  return results(
    ...names.map((name, i) => {
      const [a, b] = [whenTrue.outputs[i], whenFalse.outputs[i]];
      invariant(a !== undefined && b !== undefined, 'the branches give the same outputs');
      if (a.dtype !== b.dtype) throw malformed('the branches give different types');
      return tensorValue(g.tensor(name, a.dtype, commonShape(a.shape, b.shape)));
    }),
  );
}

function branchTensors({ values }: Results): Tensor[] {
  return values.map((value) => {
    if (value === 'dead' || value.kind !== 'tensor') throw unsupported('a branch that gives no tensor');
    return value.tensor;
  });
}

/** The branch by number; the last one for a number out of range. */
function convertCase(call: OperatorCall): Results {
  const index = constantNumbers(call.tensor(0))?.[0];
  if (index === undefined) throw unsupported('an index that is not constant');
  const branches = call.attributes.functionNames('branches');
  const name = branches[index] ?? branches.at(-1);
  if (name === undefined) throw malformed('there is no branch');
  return call.call(name, call.inputs.slice(1));
}

export const conditionOperators: readonly Operator[] = [
  { op: 'If', convert: convertIf },
  { op: 'StatelessIf', convert: convertIf },
  { op: 'Case', convert: convertCase },
  { op: 'StatelessCase', convert: convertCase },
];
