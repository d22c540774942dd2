import { invariant } from '@bqml-emulator/common';
import type { Parameter, ScalarFunction, ScalarSignature, TypePattern } from '@bqml-emulator/catalog';
import { convertColorSpace, convertImageType, resizeImage } from '@bqml-emulator/tensor';
import type { ImageHost } from '@bqml-emulator/tensor';
import { BOOL, BYTES, INT64, STRING, isLazyValue } from '@bqml-emulator/types';
import type { SqlType, StructType, Value } from '@bqml-emulator/types';
import { FLOAT_IMAGE, INTEGER_IMAGE } from '../image/image-type.ts';
import { ImageValue } from '../image/image-value.ts';

const DOCS = 'https://cloud.google.com/bigquery/docs/reference/standard-sql/bigqueryml-syntax-';

/** As BigQuery says it, without an article for the verb. */
const NEEDS_RESERVATION =
  "BigQuery's ML image-processing functions requires reservation, but no reservation was assigned";

const exactly = (type: SqlType): TypePattern => ({ pattern: 'EXACT', type });
const parameter = (type: SqlType): Parameter => ({ type: exactly(type) });

/** The four image functions. Each only extends the graph of its image; nothing is read or decoded. */
export function imageFunctions(host: ImageHost): readonly ScalarFunction[] {
  return [
    {
      kind: 'scalar',
      needsReservation: NEEDS_RESERVATION,
      name: 'ML.DECODE_IMAGE',
      docUrl: `${DOCS}decode-image`,
      signatures: [
        {
          parameters: [parameter(BYTES)],
          result: exactly(FLOAT_IMAGE),
          nulls: 'propagate',
          lazyResult: true,
          lazyParameters: [0],
          evaluate: ([bytes]) => {
            invariant(bytes instanceof Uint8Array || isLazyValue(bytes), 'the argument is BYTES');
            return ImageValue.decode(bytes, host);
          },
        },
      ],
    },
    {
      kind: 'scalar',
      needsReservation: NEEDS_RESERVATION,
      name: 'ML.RESIZE_IMAGE',
      docUrl: `${DOCS}resize-image`,
      signatures: [FLOAT_IMAGE, INTEGER_IMAGE].map((type) =>
        imageSignature(type, type, [INT64, INT64, BOOL], host, (image, [height, width, preserve]) =>
          image.with((reference) => resizeImage(reference, Number(height), Number(width), preserve === true)),
        ),
      ),
    },
    {
      kind: 'scalar',
      needsReservation: NEEDS_RESERVATION,
      name: 'ML.CONVERT_COLOR_SPACE',
      docUrl: `${DOCS}convert-color-space`,
      signatures: [FLOAT_IMAGE, INTEGER_IMAGE].map((type) =>
        imageSignature(type, FLOAT_IMAGE, [STRING], host, (image, [space]) => {
          invariant(typeof space === 'string', 'the color space is a STRING');
          return image.with((reference) => convertColorSpace(reference, space));
        }),
      ),
    },
    {
      kind: 'scalar',
      needsReservation: NEEDS_RESERVATION,
      name: 'ML.CONVERT_IMAGE_TYPE',
      docUrl: `${DOCS}convert-image-type`,
      signatures: [imageSignature(FLOAT_IMAGE, INTEGER_IMAGE, [], host, (image) => image.with(convertImageType))],
    },
  ];
}

function imageSignature(
  type: StructType,
  result: StructType,
  others: readonly SqlType[],
  host: ImageHost,
  operate: (image: ImageValue, args: readonly Value[]) => ImageValue,
): ScalarSignature {
  return {
    parameters: [type, ...others].map(parameter),
    result: exactly(result),
    nulls: 'propagate',
    lazyResult: true,
    lazyParameters: [0],
    evaluate: ([image, ...args]) => {
      invariant(image !== undefined, 'an image function has an image');
      return operate(ImageValue.of(image, type, host), args);
    },
  };
}
