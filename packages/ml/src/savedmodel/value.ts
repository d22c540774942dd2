import type { Tensor } from '../convert/tensor.ts';

/** What a node of a TensorFlow graph gives, while the graph is converted. */
export type Value =
  | { readonly kind: 'tensor'; readonly tensor: Tensor }
  /** A variable, by the name under which it was restored. */
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'table'; readonly name: string }
  | TensorListValue;

/** A list of tensors of one shape, held as one tensor with the list as its first axis. */
export interface TensorListValue {
  readonly kind: 'list';
  /** Undefined while nothing was written. */
  readonly tensor: Tensor | undefined;
  readonly size: Tensor | undefined;
}

export const tensorValue = (tensor: Tensor): Value => ({ kind: 'tensor', tensor });
