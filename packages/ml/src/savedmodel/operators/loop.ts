import { invariant } from '@bqml-emulator/common';
import { malformed, unsupported } from '../../convert/conversion-error.ts';
import { cast } from '../../convert/operations/elementwise.ts';
import type { GraphBuilder } from '../../convert/graph-builder.ts';
import { expandDimensions } from '../../convert/operations/reshape.ts';
import { dataFromNumbers, isNumeric } from '../../convert/tensor-data.ts';
import { commonShape } from '../../convert/shape.ts';
import type { Shape } from '../../convert/shape.ts';
import { constantNumbers, knownElements } from '../../convert/tensor.ts';
import type { Tensor } from '../../convert/tensor.ts';
import type { OnnxGraph } from '../../onnx/write-model.ts';
import { results } from '../operator.ts';
import type { Operator, OperatorCall, Results } from '../operator.ts';
import { tensorValue } from '../value.ts';
import type { TensorListValue, Value } from '../value.ts';

/**
 * What becomes of a loop variable: `fixed` keeps its first value, `carried` goes from one iteration to the next,
 * `collected` is a list to which each iteration adds one element, `last` a list of one element that each iteration
 * writes anew.
 */
type Variable =
  | { readonly kind: 'fixed'; readonly value: Value }
  | { readonly kind: 'carried'; readonly initial: Tensor; readonly shape: Shape | undefined; readonly list: boolean }
  | { readonly kind: 'collected'; readonly list: TensorListValue }
  | { readonly kind: 'last'; readonly list: TensorListValue; readonly element: Tensor };

interface Attempt {
  readonly graph: OnnxGraph;
  /** By variable: the tensor that enters an iteration, if it is carried. */
  readonly entering: readonly (Tensor | undefined)[];
  readonly leaving: readonly Value[];
}

/** Shapes settle after one change for each dimension at most. */
const MAX_ATTEMPTS = 12;

/** A loop whose count is known only when it runs. The body is converted until kinds and shapes of variables hold. */
function convertWhile(call: OperatorCall): Results {
  let variables = call.inputs.map(initialVariable);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const made = convertBody(call, variables);
    const refined = variables.map((variable, i) => refine(variable, i, made, variables));
    if (refined.every((variable, i) => variable === variables[i])) return emitLoop(call, variables, made);
    variables = refined;
  }
  throw unsupported('shapes that do not settle');
}

function initialVariable(value: Value): Variable {
  if (value.kind === 'tensor') {
    return { kind: 'carried', initial: value.tensor, shape: value.tensor.shape, list: false };
  }
  if (value.kind === 'list' && value.tensor === undefined) return { kind: 'collected', list: value };
  return { kind: 'fixed', value };
}

function convertBody(call: OperatorCall, variables: readonly Variable[]): Attempt {
  const g = call.builder;
  const entering: (Tensor | undefined)[] = [];
  let leaving: readonly Value[] = [];
  const { graph } = g.subgraph((parameter) => {
    parameter('int64', []);
    parameter('bool', []);
    const values = variables.map((variable, i): Value => {
      if (variable.kind === 'fixed') return variable.value;
      if (variable.kind === 'collected') return { ...variable.list, collects: i };
      if (variable.kind === 'last') {
        const { dtype, shape } = variable.element;
        parameter(
          dtype,
          shape?.map(() => null),
        );
        return { ...variable.list, collects: i };
      }
      // A scalar is known by its name, so that an index can be told to count.
      const fresh = parameter(variable.initial.dtype, variable.shape);
      const integer = fresh.dtype === 'int32' || fresh.dtype === 'int64';
      const tensor = integer && fresh.rank === 0 ? g.followed(fresh, [counterName(g.name(fresh))]) : fresh;
      entering[i] = tensor;
      return variable.list ? { kind: 'list', tensor, size: undefined } : tensorValue(tensor);
    });
    leaving = live(call.call(call.attributes.functionName('body'), values));
    if (leaving.length !== variables.length) throw malformed('the body gives another number of variables');
    const condition = loopCondition(call, leaving);
    const carried = variables.flatMap((variable, i) => {
      const tensor = carriedTensor(variable, leaving[i]);
      return tensor === undefined ? [] : [tensor];
    });
    const collected = variables.flatMap((variable, i) => {
      const element = variable.kind === 'collected' ? addedElement(leaving[i]) : undefined;
      return element === undefined ? [] : [element];
    });
    return [condition, ...carried, ...collected];
  });
  return { graph, entering, leaving };
}

/** What a variable hands to the next iteration. */
function carriedTensor(variable: Variable, value: Value | undefined): Tensor | undefined {
  if (variable.kind === 'last') return addedElement(value);
  if (variable.kind !== 'carried') return undefined;
  if (value?.kind === 'list') return value.tensor;
  return value?.kind === 'tensor' ? value.tensor : undefined;
}

const addedElement = (value: Value | undefined): Tensor | undefined =>
  value?.kind === 'list' ? value.added?.element : undefined;

const counterName = (name: string) => `count ${name}`;

function loopCondition(call: OperatorCall, values: readonly Value[]): Tensor {
  const [value] = live(call.call(call.attributes.functionName('cond'), values));
  if (value?.kind !== 'tensor') throw malformed('the condition is no tensor');
  return cast(call.builder, value.tensor, 'bool');
}

function live({ values }: Results): Value[] {
  return values.map((value) => {
    if (value === 'dead') throw malformed('a value is on a side of a condition that is never taken');
    return value;
  });
}

/** The same variable if it behaved as assumed. */
function refine(variable: Variable, index: number, { entering, leaving }: Attempt, all: readonly Variable[]): Variable {
  const value = leaving[index];
  invariant(value !== undefined, 'the body gives every variable');
  switch (variable.kind) {
    case 'fixed':
      if (isSame(value, variable.value)) return variable;
      if (value.kind === 'list' && variable.value.kind === 'list' && variable.value.tensor !== undefined) {
        return { kind: 'carried', initial: variable.value.tensor, shape: variable.value.tensor.shape, list: true };
      }
      throw unsupported('a resource that changes in the loop');
    case 'carried': {
      const tensor = carriedTensor(variable, value);
      if (tensor === undefined) throw malformed('a variable changes its kind');
      if (tensor.dtype !== variable.initial.dtype) throw malformed('a variable changes its type');
      if (tensor === entering[index] && !variable.list) return { kind: 'fixed', value: tensorValue(variable.initial) };
      const shape = commonShape(variable.shape, tensor.shape);
      return String(shape) === String(variable.shape) ? variable : { ...variable, shape };
    }
    case 'collected':
    case 'last': {
      if (value.kind !== 'list') throw malformed('a variable changes its kind');
      if (value.added === undefined) return { kind: 'fixed', value: variable.list };
      if (value.collects === index && counts(value.added.index, entering, leaving, all)) return variable;
      const single = variable.list.size === undefined ? undefined : knownElements(variable.list.size)?.[0];
      if (value.collects === index && single === 1 && constantNumbers(value.added.index)?.[0] === 0) {
        return variable.kind === 'last'
          ? variable
          : { kind: 'last', list: variable.list, element: value.added.element };
      }
      throw unsupported('a list that is not written from the front to the back');
    }
  }
}

const isSame = (a: Value, b: Value): boolean =>
  a === b ||
  (a.kind === 'list' && b.kind === 'list' && a.tensor === b.tensor && a.added === undefined) ||
  (a.kind === 'variable' && b.kind === 'variable' && a.name === b.name) ||
  (a.kind === 'table' && b.kind === 'table' && a.name === b.name) ||
  (a.kind === 'tensor' && b.kind === 'tensor' && a.tensor === b.tensor);

/** True for a scalar that is 0 in the first iteration and grows by one in each. */
function counts(
  index: Tensor,
  entering: readonly (Tensor | undefined)[],
  leaving: readonly Value[],
  variables: readonly Variable[],
): boolean {
  const name = knownElements(index)?.[0];
  return variables.some((variable, i) => {
    const [before, after] = [entering[i], leaving[i]];
    if (variable.kind !== 'carried' || before === undefined || after?.kind !== 'tensor') return false;
    const start = constantNumbers(variable.initial)?.[0];
    return (
      start === 0 &&
      typeof name === 'string' &&
      knownElements(before)?.[0] === name &&
      knownElements(after.tensor)?.[0] === `${name}+1`
    );
  });
}

function emitLoop(call: OperatorCall, variables: readonly Variable[], { graph, leaving }: Attempt): Results {
  const g = call.builder;
  const first = loopCondition(call, call.inputs);
  const initial = variables.flatMap((variable) => {
    if (variable.kind === 'carried') return [g.name(variable.initial)];
    return variable.kind === 'last' ? [nothingYet(g, variable.element)] : [];
  });
  const collected = variables.filter(({ kind }) => kind === 'collected').length;
  const names = g.emitMany('Loop', ['', g.name(first), ...initial], { body: { graph } }, initial.length + collected);
  let nextCarried = 0;
  let nextCollected = initial.length;
  return results(
    ...variables.map((variable, i): Value => {
      if (variable.kind === 'fixed') return variable.value;
      if (variable.kind === 'carried') {
        const tensor = g.tensor(names[nextCarried++] ?? '', variable.initial.dtype, variable.shape);
        return variable.list ? { kind: 'list', tensor, size: undefined } : tensorValue(tensor);
      }
      const element = addedElement(leaving[i]);
      invariant(element !== undefined, 'a written list has elements');
      if (variable.kind === 'last') {
        const tensor = g.tensor(names[nextCarried++] ?? '', element.dtype, element.shape);
        return { kind: 'list', tensor: expandDimensions(g, tensor, 0), size: undefined };
      }
      const [size = null] = (variable.list.size && knownElements(variable.list.size)) ?? [];
      const shape = element.shape && [size, ...element.shape];
      return { kind: 'list', tensor: g.tensor(names[nextCollected++] ?? '', element.dtype, shape), size: undefined };
    }),
  );
}

/** An empty tensor, which the first iteration replaces. */
function nothingYet(g: GraphBuilder, element: Tensor): string {
  if (element.shape === undefined || !isNumeric(element.dtype)) throw unsupported('elements of unknown rank');
  return g.initializer(
    element.dtype,
    element.shape.map(() => 0),
    dataFromNumbers(element.dtype, element.shape.length === 0 ? [0] : []),
  );
}

export const loopOperators: readonly Operator[] = [
  { op: 'While', convert: convertWhile },
  { op: 'StatelessWhile', convert: convertWhile },
];
