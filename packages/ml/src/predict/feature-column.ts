import { invalidQuery } from '@bqml-emulator/common';
import type { ModelColumn, ModelType } from '@bqml-emulator/catalog';
import { canCast, canCoerce, castValue, typeName, typesEqual } from '@bqml-emulator/types';
import type { ScalarType, SqlType, Value } from '@bqml-emulator/types';
import { imageElementKind } from '../image/image-type.ts';
import { TENSOR_DTYPES, isTensorDtype } from '../onnx/element-type.ts';
import type { TensorDtype } from '../onnx/element-type.ts';

/**
 * How an SQL column becomes one input of the model. `dims` are the dimensions of one row where the model says them.
 * `convert` takes an element that is not NULL.
 */
export type FeatureColumn = {
  readonly name: string;
  readonly dtype: TensorDtype;
  readonly dims: readonly (number | null)[] | undefined;
  readonly inputType: SqlType;
} & (
  | { readonly kind: 'images'; readonly shape: readonly [number | null, number | null, number | null] }
  | { readonly kind: 'array'; readonly convert: (value: Value) => Value }
  | { readonly kind: 'scalar'; readonly convert: (value: Value) => Value; readonly unbatched: boolean }
);

/**
 * TensorFlow models take what coerces implicitly, the others whatever CAST takes.
 * https://cloud.google.com/bigquery/docs/reference/standard-sql/bigqueryml-syntax-predict#arguments
 */
export function featureColumn(feature: ModelColumn, inputType: SqlType, modelType: ModelType): FeatureColumn {
  const { name, dtype, shape } = feature;
  if (!isTensorDtype(dtype)) throw invalidQuery(`Feature ${name} has the unknown type ${dtype}`);
  const dims = shape?.slice(1);
  const base = { name, dtype, dims, inputType };
  const element: ScalarType = { kind: TENSOR_DTYPES[dtype] };
  const convert = (from: SqlType) => converter(feature, inputType, from, element, modelType);
  if (imageElementKind(inputType) !== undefined) {
    const [height, width, channels, ...others] = dims ?? [];
    if (
      height === undefined ||
      width === undefined ||
      channels === undefined ||
      others.length > 0 ||
      dtype === 'string'
    ) {
      throw mismatch(feature, inputType);
    }
    if (element.kind === 'INT64' && imageElementKind(inputType) === 'FLOAT64') {
      throw invalidQuery(
        `Column ${name} has images of FLOAT64 values, but the model's input has type ${dtype}; ` +
          `convert them with ML.CONVERT_IMAGE_TYPE`,
      );
    }
    return { ...base, kind: 'images', shape: [height, width, channels] };
  }
  if (feature.type.kind === 'ARRAY') {
    if (inputType.kind !== 'ARRAY') throw mismatch(feature, inputType);
    return { ...base, kind: 'array', convert: convert(inputType.element) };
  }
  return { ...base, kind: 'scalar', convert: convert(inputType), unbatched: shape?.length === 0 };
}

function converter(
  feature: ModelColumn,
  inputType: SqlType,
  from: SqlType,
  to: ScalarType,
  modelType: ModelType,
): (value: Value) => Value {
  if (typesEqual(from, to)) return (value) => value;
  if (!(modelType === 'TENSORFLOW' ? canCoerce : canCast)(from, to)) throw mismatch(feature, inputType);
  return (value) => castValue(value, from, to);
}

/** The model's type as SQL could give it; a tensor of rank 4 is fed by an image or by a flat array. */
const mismatch = (feature: ModelColumn, inputType: SqlType) =>
  invalidQuery(
    `Column ${feature.name} has type ${typeName(inputType)}, which does not fit the model's feature of type ` +
      `${typeName(feature.type)} and shape ${shapeText(feature.shape)}`,
  );

export const shapeText = (shape: readonly (number | null)[] | undefined) =>
  shape === undefined ? 'unknown' : `[${shape.map((side) => side ?? '?').join(', ')}]`;
