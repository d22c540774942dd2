import { FLOAT64, INT64, arrayOf, field, structOf } from '@bqml-emulator/types';
import type { ScalarType, SqlType, StructType } from '@bqml-emulator/types';

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/bigqueryml-syntax-decode-image */
const imageType = (element: ScalarType): StructType =>
  structOf([field('dimensions', arrayOf(INT64)), field('values', arrayOf(element))]);

export const FLOAT_IMAGE = imageType(FLOAT64);
export const INTEGER_IMAGE = imageType(INT64);

/** The kind of the values when `type` has the shape of an image; field names do not count. */
export function imageElementKind(type: SqlType): 'FLOAT64' | 'INT64' | undefined {
  if (type.kind !== 'STRUCT' || type.fields.length !== 2) return undefined;
  const [dimensions, values] = type.fields.map((of) => (of.type.kind === 'ARRAY' ? of.type.element.kind : undefined));
  return dimensions === 'INT64' && (values === 'FLOAT64' || values === 'INT64') ? values : undefined;
}
