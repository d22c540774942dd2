import type { OnnxNode } from '../onnx/write-model.ts';
import type { TensorDtype } from '../onnx/element-type.ts';
import { numbersOf } from './tensor-data.ts';
import type { TensorData } from './tensor-data.ts';
import { isKnown } from './shape.ts';
import type { Dimension, Shape } from './shape.ts';

/** The nodes of the graph, or of one subgraph, under construction. */
export interface GraphScope {
  readonly nodes: OnnxNode[];
}

/** Cells added before and after each axis. */
export type AxisPads = readonly (readonly [before: number, after: number])[];

/**
 * A value of the graph under construction: its type, what is known of it, and the ONNX values that hold it. Images
 * are channels-last, as in TensorFlow; a value may be held channels-first, or in both orders.
 */
export class Tensor {
  readonly dtype: TensorDtype;
  /** Channels-last. Undefined for unknown rank. */
  readonly shape: Shape | undefined;
  /** Of a constant. */
  readonly data: TensorData | undefined;
  /** What is known of the elements of an integer scalar or vector. */
  readonly elements: readonly Dimension[] | undefined;
  readonly scope: GraphScope;
  /** Name of the ONNX value in the order of `shape`; the builder fills it on demand. */
  ordinary: string | undefined;
  /** Name of the ONNX value with the channels second. */
  channelsFirst: string | undefined;
  /** The tensor is `source` with zeros around it; of a floating point type. */
  padded: { readonly source: Tensor; readonly pads: AxisPads } | undefined;
  /** True where no element can be below zero; false where that is not known. */
  nonNegative = false;

  constructor(fields: {
    readonly dtype: TensorDtype;
    readonly shape: Shape | undefined;
    readonly scope: GraphScope;
    readonly data?: TensorData | undefined;
    readonly elements?: readonly Dimension[] | undefined;
    readonly ordinary?: string | undefined;
    readonly channelsFirst?: string | undefined;
  }) {
    this.dtype = fields.dtype;
    this.shape = fields.shape;
    this.scope = fields.scope;
    this.data = fields.data;
    this.elements = fields.elements;
    this.ordinary = fields.ordinary;
    this.channelsFirst = fields.channelsFirst;
  }

  get rank(): number | undefined {
    return this.shape?.length;
  }

  /** True when the value exists channels-first only: using it in ordinary order costs a transposition. */
  get isChannelsFirst(): boolean {
    return this.channelsFirst !== undefined && this.ordinary === undefined && this.data === undefined;
  }
}

/** Elements of a constant as numbers; undefined when the tensor is no numeric constant. */
export function constantNumbers(tensor: Tensor): ArrayLike<number> | undefined {
  if (tensor.data !== undefined && tensor.dtype !== 'string') return numbersOf(tensor.dtype, tensor.data);
  const { elements } = tensor;
  return elements !== undefined && elements.every(isKnown) ? elements : undefined;
}

/** Longest integer vector whose elements are followed: shapes, axes, paddings, permutations. */
const MAX_FOLLOWED_ELEMENTS = 1024;

/** What is known of the elements of an integer scalar or vector, whether constant or not. */
export function knownElements(tensor: Tensor): readonly Dimension[] | undefined {
  if (tensor.elements !== undefined) return tensor.elements;
  if (tensor.data === undefined || tensor.data.length > MAX_FOLLOWED_ELEMENTS) return undefined;
  if (tensor.dtype !== 'int32' && tensor.dtype !== 'int64') return undefined;
  return Array.from(numbersOf(tensor.dtype, tensor.data));
}
