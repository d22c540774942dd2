import type { Tensor } from '../convert/tensor.ts';

/** One of the two sides of a condition that is decided when the model runs. */
export interface Guard {
  readonly predicate: Tensor;
  readonly branch: boolean;
}

/** What a node of a TensorFlow graph gives, while the graph is converted. */
export type Value = (
  | { readonly kind: 'tensor'; readonly tensor: Tensor }
  /** A variable, by the name under which it was restored. */
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'table'; readonly name: string }
  | TensorListValue
) & {
  /** The conditions of TensorFlow 1 under which the value is the right one. */
  readonly guards?: readonly Guard[];
};

/** A list of tensors of one shape, held as one tensor with the list as its first axis. */
export interface TensorListValue {
  readonly kind: 'list';
  /** Undefined while nothing was written. */
  readonly tensor: Tensor | undefined;
  /** Number of elements of a list in which nothing was written. */
  readonly size: Tensor | undefined;
  /** Inside a loop, which of its variables the list is. */
  readonly collects?: number;
  /** What an iteration of a loop wrote into it. */
  readonly added?: { readonly index: Tensor; readonly element: Tensor };
}

export const tensorValue = (tensor: Tensor): Value => ({ kind: 'tensor', tensor });
