import { malformed, unsupported } from '../convert/conversion-error.ts';
import type { GraphBuilder } from '../convert/graph-builder.ts';
import { Tensor, constantNumbers } from '../convert/tensor.ts';
import type { NodeAttributes } from './attributes.ts';
import type { Evaluator } from './evaluator.ts';
import type { GraphNode } from './graph-def.ts';
import { tensorValue } from './value.ts';
import type { Value } from './value.ts';

/**
 * How one TensorFlow operator becomes ONNX.
 * https://www.tensorflow.org/api_docs/python/tf/raw_ops
 */
export interface Operator {
  readonly op: string;
  /** Names of the output arguments where there is more than one; functions refer to outputs by them. */
  readonly outputs?: readonly string[];
  readonly convert: (call: OperatorCall) => Tensor | readonly Tensor[] | Results;
}

/** Outputs that are not all tensors; `dead` is the side of a Switch that is not taken. */
export interface Results {
  readonly kind: 'results';
  readonly values: readonly (Value | 'dead')[];
}

export const results = (...values: (Value | 'dead')[]): Results => ({ kind: 'results', values });

/** A node with the values of its inputs. */
export class OperatorCall {
  readonly node: GraphNode;
  readonly inputs: readonly Value[];
  readonly evaluator: Evaluator;
  /** How many functions the node is nested in. */
  readonly depth: number;

  constructor(evaluator: Evaluator, node: GraphNode, inputs: readonly Value[], depth: number) {
    this.evaluator = evaluator;
    this.node = node;
    this.inputs = inputs;
    this.depth = depth;
  }

  get builder(): GraphBuilder {
    return this.evaluator.builder;
  }

  get attributes(): NodeAttributes {
    return this.node.attributes;
  }

  /** Negative indices count from the back. */
  value(index: number): Value {
    const value = this.inputs.at(index);
    if (value === undefined) throw malformed(`input ${index} is missing`);
    return value;
  }

  tensor(index: number): Tensor {
    const value = this.value(index);
    if (value.kind !== 'tensor') throw malformed(`input ${index} is no tensor`);
    return value.tensor;
  }

  tensors(from = 0, to = this.inputs.length): Tensor[] {
    return this.inputs.slice(from, to).map((value) => {
      if (value.kind !== 'tensor') throw malformed('an input is no tensor');
      return value.tensor;
    });
  }

  /** The elements of an input that must be constant; `what` names it. */
  numbers(index: number, what: string): number[] {
    const numbers = constantNumbers(this.tensor(index));
    if (numbers === undefined) throw unsupported(`${what} that are not constant`);
    return Array.from(numbers);
  }

  number(index: number, what: string): number {
    const [number] = this.numbers(index, what);
    if (number === undefined) throw malformed(`${what} are empty`);
    return number;
  }

  /** Calls a function; its body is converted in place. */
  call(name: string, inputs: readonly Value[]): Results {
    return results(...this.evaluator.call(name, inputs, this.depth));
  }
}

/** What an operator gave, as values. */
export function toValues(result: Tensor | readonly Tensor[] | Results): readonly (Value | 'dead')[] {
  if (result instanceof Tensor) return [tensorValue(result)];
  return 'kind' in result ? result.values : result.map(tensorValue);
}
