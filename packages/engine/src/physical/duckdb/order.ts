import type { SqlType } from '@bqml-emulator/types';

interface Direction {
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

const keyText = (text: string, { descending, nullsFirst }: Direction) =>
  `${text} ${descending ? 'DESC' : 'ASC'} ${nullsFirst ? 'NULLS FIRST' : 'NULLS LAST'}`;

/**
 * ORDER BY keys. NaN is below every other number in GoogleSQL and above them in the engine, so FLOAT64 gets a key
 * of its own for it; an unbounded start is before every other start, an unbounded end after every other end.
 * https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types#floating_point_semantics
 */
export function emitOrderKeys(item: Direction, text: string, type: SqlType): string {
  const { descending } = item;
  const key = keyText(text, item);
  switch (type.kind) {
    case 'FLOAT64':
      return `${keyText(`isnan(${text})`, { ...item, descending: !descending })}, ${key}`;
    case 'RANGE': {
      const isNull = keyText(`(${text} IS NULL)`, { descending: item.nullsFirst, nullsFirst: false });
      const start = keyText(`(${text}).lo`, { descending, nullsFirst: !descending });
      return `${isNull}, ${start}, ${keyText(`(${text}).hi`, { descending, nullsFirst: descending })}`;
    }
    default:
      return key;
  }
}
