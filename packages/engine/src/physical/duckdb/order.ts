import type { OrderByItem } from '../../logical/index.ts';

/**
 * ORDER BY keys. NaN is below every other number in GoogleSQL and above them in the engine, so FLOAT64 gets a key
 * of its own for it. https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types#floating_point_semantics
 */
export function emitOrderKeys(
  item: Pick<OrderByItem, 'descending' | 'nullsFirst'>,
  text: string,
  isFloat: boolean,
): string {
  const nulls = item.nullsFirst ? 'NULLS FIRST' : 'NULLS LAST';
  const key = `${text} ${item.descending ? 'DESC' : 'ASC'} ${nulls}`;
  return isFloat ? `isnan(${text}) ${item.descending ? 'ASC' : 'DESC'} ${nulls}, ${key}` : key;
}
