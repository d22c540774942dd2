import type { DatasetReference, ModelReference, TableReference } from '@bqml-emulator/common';
import type { SqlType, Value } from '@bqml-emulator/types';
import type { ExternalSource } from './external-source.ts';

export type Labels = Readonly<Record<string, string>>;

export interface Dataset {
  readonly reference: DatasetReference;
  /** As the user wrote it, `US` when none was given; compared without case. */
  readonly location: string;
  readonly friendlyName: string | undefined;
  readonly description: string | undefined;
  readonly labels: Labels;
  /** Milliseconds; undefined: tables do not expire. */
  readonly defaultTableExpirationMillis: number | undefined;
  readonly creationMillis: number;
  readonly lastModifiedMillis: number;
}

export type ColumnMode = 'NULLABLE' | 'REQUIRED' | 'REPEATED';

/**
 * A column, or a field of a STRUCT column, as declared. A REPEATED column's `type` is the ARRAY type.
 * `nested` describes the fields of a STRUCT (or of an ARRAY's STRUCT element), in order.
 */
export interface ColumnSchema {
  readonly name: string;
  readonly type: SqlType;
  readonly mode: ColumnMode;
  readonly description: string | undefined;
  /** STRING(n), BYTES(n), NUMERIC(precision, scale); undefined where none was declared. */
  readonly maxLength: number | undefined;
  readonly precision: number | undefined;
  readonly scale: number | undefined;
  /** SQL text of the default expression. */
  readonly defaultExpression: string | undefined;
  readonly nested: readonly ColumnSchema[] | undefined;
  /**
   * `inline`: the value itself is in the relational table.
   * `segment`: the table holds a BIGINT handle of a value in the segment store (decoded images, tensors).
   */
  readonly storage: 'inline' | 'segment';
}

/** What every table-like resource has. */
interface TableBase {
  readonly reference: TableReference;
  readonly location: string;
  readonly schema: readonly ColumnSchema[];
  readonly friendlyName: string | undefined;
  readonly description: string | undefined;
  readonly labels: Labels;
  readonly expirationMillis: number | undefined;
  readonly creationMillis: number;
  readonly lastModifiedMillis: number;
}

/** Rows live in the relational store under `physicalName`, columns `c0`, `c1`, ... in schema order. */
export interface BaseTable extends TableBase {
  readonly kind: 'TABLE';
  readonly physicalName: string;
  readonly rowCount: bigint;
  readonly byteCount: bigint;
}

/** https://cloud.google.com/bigquery/docs/object-table-introduction */
export interface ObjectTable extends TableBase {
  readonly kind: 'OBJECT_TABLE';
  readonly uris: readonly string[];
  /** As the user wrote it; undefined for a table without a connection. */
  readonly connectionId: string | undefined;
  readonly objectMetadata: 'SIMPLE';
  readonly metadataCacheMode: 'AUTOMATIC' | 'MANUAL' | undefined;
  /** IntervalValue text, `0-0 0 4:0:0`; undefined when staleness is off. */
  readonly maxStaleness: string | undefined;
}

/** Files in Cloud Storage that are read by every query. https://cloud.google.com/bigquery/docs/external-tables */
export interface ExternalTable extends TableBase {
  readonly kind: 'EXTERNAL_TABLE';
  readonly connectionId: string | undefined;
  readonly source: ExternalSource;
}

export type Table = BaseTable | ObjectTable | ExternalTable;

/**
 * One tensor of a model's signature as SQL sees it.
 * https://cloud.google.com/bigquery/docs/reference/standard-sql/bigqueryml-syntax-create-onnx
 */
export interface ModelColumn {
  readonly name: string;
  /** `[N]` and `[N,1]` are scalar, any other shape an ARRAY of the element type, flattened in row-major order. */
  readonly type: SqlType;
  /** Element type in the model's own words: `float32`, `uint8`, `string`, ... */
  readonly dtype: string;
  /** Dimensions with the batch first; null is dynamic. Undefined: unknown rank. */
  readonly shape: readonly (number | null)[] | undefined;
}

export type ModelType = 'ONNX' | 'TENSORFLOW' | 'TENSORFLOW_LITE';

export interface Model {
  readonly reference: ModelReference;
  readonly location: string;
  readonly modelType: ModelType;
  readonly featureColumns: readonly ModelColumn[];
  readonly labelColumns: readonly ModelColumn[];
  /** The URI it was imported from. The content is frozen at creation. */
  readonly modelUri: string;
  /** Folder of the imported model inside the data directory's model store, a content hash. */
  readonly contentId: string;
  readonly byteCount: number;
  /** Absent: ONNX Runtime runs the model. */
  readonly savedModelRuntime?: 'tfjs-node';
  readonly description: string | undefined;
  readonly friendlyName: string | undefined;
  readonly labels: Labels;
  readonly expirationMillis: number | undefined;
  readonly creationMillis: number;
  readonly lastModifiedMillis: number;
}

/** One OPTIONS entry after its expression was evaluated. Names compare without case; here lower case. */
export interface EvaluatedOption {
  readonly name: string;
  readonly type: SqlType;
  readonly value: Value;
}
