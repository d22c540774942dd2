import type { SqlType } from './type.ts';
import type { Value } from './value.ts';

/** One column of a batch; `values.length` is the batch's row count. */
export interface Column {
  readonly type: SqlType;
  readonly values: readonly Value[];
}

/** The unit that crosses every port: equal-length columns, in the order that the producer declared. */
export interface Batch {
  readonly rowCount: number;
  readonly columns: readonly Column[];
}
