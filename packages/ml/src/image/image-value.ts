import { invalidQuery, invariant } from '@bqml-emulator/common';
import {
  decodeImage,
  imageDimensions,
  imageElementType,
  materializeImage,
  materializePixels,
  pixelImage,
} from '@bqml-emulator/tensor';
import type { EncodedSource, ImageHost, ImageReference } from '@bqml-emulator/tensor';
import { INT64, arrayOf, isLazyValue, isPackedNumbers } from '@bqml-emulator/types';
import type { LazyValue, PackedNumbers, PackedStruct, SqlType, Value } from '@bqml-emulator/types';
import { FLOAT_IMAGE, INTEGER_IMAGE } from './image-type.ts';
import { encodedSource } from './encoded-source.ts';

/** Where the pixels come from, once somebody needs them; undefined when it turns out to be NULL. */
type SourceResolver = (signal?: AbortSignal) => Promise<ImageReference['source'] | undefined>;

/**
 * An image as SQL sees it: STRUCT<dimensions ARRAY<INT64>, values ARRAY<FLOAT64 or INT64>>, neither read nor
 * decoded yet. Image functions build one on another without touching the pixels.
 */
export class ImageValue implements LazyValue {
  readonly lazy = true;
  readonly byteSize = undefined;
  readonly type: SqlType;
  /** Its source may stand for the one that `#resolve` gives. */
  readonly #image: ImageReference;
  readonly #resolve: SourceResolver;
  readonly #host: ImageHost;

  private constructor(image: ImageReference, resolve: SourceResolver, host: ImageHost) {
    this.#image = image;
    this.#resolve = resolve;
    this.#host = host;
    this.type = imageElementType(image) === 'int64' ? INTEGER_IMAGE : FLOAT_IMAGE;
  }

  /** ML.DECODE_IMAGE of BYTES. */
  static decode(bytes: LazyValue | Uint8Array, host: ImageHost): ImageValue {
    const known: EncodedSource = { kind: 'bytes', bytes: isLazyValue(bytes) ? NO_BYTES : bytes };
    const resolve: SourceResolver = isLazyValue(bytes)
      ? (signal) => encodedSource(bytes, host.options.maxEncodedBytes, signal)
      : async () => known;
    return new ImageValue(decodeImage(known), resolve, host);
  }

  /** An image that SQL holds as a struct of type `type`, read or not. */
  static of(value: Value, type: SqlType, host: ImageHost): ImageValue {
    if (value instanceof ImageValue) return value;
    if (!isLazyValue(value)) {
      const image = structImage(value, type);
      return new ImageValue(image, async () => image.source, host);
    }
    const placeholder = pixelImage([1, 1, 1], isInteger(type) ? new BigInt64Array(1) : new Float64Array(1));
    const resolve: SourceResolver = async (signal) => {
      const struct = await (value.readPacked?.(signal) ?? value.read(signal));
      return struct === null ? undefined : structImage(struct, type).source;
    };
    return new ImageValue(placeholder, resolve, host);
  }

  /** The same image with one operation more. */
  with(operate: (image: ImageReference) => ImageReference): ImageValue {
    return new ImageValue(operate(this.#image), this.#resolve, this.#host);
  }

  /** Plain data from which any process computes the image; undefined when the image is NULL. */
  async reference(signal?: AbortSignal): Promise<ImageReference | undefined> {
    const source = await this.#resolve(signal);
    return source && { source, operations: this.#image.operations };
  }

  async read(signal?: AbortSignal): Promise<Value> {
    const reference = await this.reference(signal);
    if (reference === undefined) return null;
    const { dimensions, values } = await materializeImage(reference, this.#host, signal);
    return [dimensions.map(BigInt), sqlNumbers(values)];
  }

  async readPacked(signal?: AbortSignal): Promise<PackedStruct | null> {
    const reference = await this.reference(signal);
    if (reference === undefined) return null;
    const { dimensions, values } = await materializePixels(reference, this.#host, signal);
    return [dimensions.map(BigInt), values instanceof Int32Array ? narrow(values) : values];
  }

  /** `dimensions` without decoding; `values`. */
  field(index: number): LazyValue {
    const type = this.type.kind === 'STRUCT' ? this.type.fields[index]?.type : undefined;
    invariant(type, 'an image has two fields');
    const read =
      index === 0
        ? (signal?: AbortSignal) => this.#readDimensions(signal)
        : async (signal?: AbortSignal) => {
            const struct = await this.read(signal);
            return Array.isArray(struct) ? (struct[1] ?? null) : null;
          };
    return {
      lazy: true,
      type: index === 0 ? arrayOf(INT64) : type,
      byteSize: undefined,
      read,
      ...(index === 1 && { length: (signal?: AbortSignal) => this.#valueCount(signal) }),
    };
  }

  /** Decodes, so that bytes that are no image are an error here too, and makes no SQL values. */
  async #valueCount(signal?: AbortSignal): Promise<number | null> {
    const values = (await this.readPacked(signal))?.[1];
    return isPackedNumbers(values) ? values.length : null;
  }

  async #readDimensions(signal?: AbortSignal): Promise<Value> {
    const reference = await this.reference(signal);
    if (reference === undefined) return null;
    return (await imageDimensions(reference, this.#host, signal)).map(BigInt);
  }
}

const NO_BYTES = new Uint8Array();

function sqlNumbers(values: ArrayLike<number> | BigInt64Array): Value {
  const numbers: Value[] = [];
  numbers.length = values.length;
  // Array.from takes ten times as long.
  if (values instanceof Int32Array) for (let i = 0; i < values.length; i++) numbers[i] = BigInt(values[i] ?? 0);
  else for (let i = 0; i < values.length; i++) numbers[i] = values[i] ?? null;
  return numbers;
}

function structImage(value: Value | PackedStruct, type: SqlType): ImageReference {
  invariant(Array.isArray(value), 'an image struct is an array of two fields');
  const [dimensions, values] = value as PackedStruct;
  const sides = structSides(dimensions);
  if (isPackedNumbers(values)) return pixelImage(sides, integerBytes(values, type));
  if (isInteger(type)) {
    if (!isArrayOf(values, 'bigint')) throw imageHasNull();
    return pixelImage(sides, BigInt64Array.from(values));
  }
  if (!isArrayOf(values, 'number')) throw imageHasNull();
  return pixelImage(sides, Float64Array.from(values));
}

function structSides(dimensions: PackedNumbers | Value | undefined): number[] {
  if (isPackedNumbers(dimensions)) return Array.from(dimensions as ArrayLike<number | bigint>, Number);
  if (!isArrayOf(dimensions, 'bigint')) throw imageHasNull();
  return dimensions.map(Number);
}

/** An INT64 image has numbers from 0 to 255, unless SQL wrote others. */
const narrow = (values: Int32Array): PackedNumbers =>
  values.every((value) => value >= 0 && value < 256) ? Uint8Array.from(values) : values;

/** The bytes of an INT64 image are its values, those of a FLOAT64 image stand for fractions. */
const integerBytes = (values: PackedNumbers, type: SqlType): PackedNumbers =>
  values instanceof Uint8Array && isInteger(type) ? Int32Array.from(values) : values;

const isInteger = (type: SqlType) =>
  type.kind === 'STRUCT' && type.fields[1]?.type.kind === 'ARRAY' && type.fields[1].type.element.kind === 'INT64';

const imageHasNull = () => invalidQuery('The dimensions and values of an image must not be NULL');

interface Primitives {
  readonly bigint: bigint;
  readonly number: number;
}
const isArrayOf = <K extends keyof Primitives>(
  value: PackedNumbers | Value | undefined,
  kind: K,
): value is readonly Primitives[K][] => Array.isArray(value) && value.every((element) => typeof element === kind);
