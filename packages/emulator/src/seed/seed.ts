/**
 * What an emulator has when it starts. Names and fields are those of BigQuery's REST resources; an existing resource
 * is kept as it is, and one that differs in what defines it (location, schema, URIs, model) is an error.
 */
export interface Seed {
  /** `gs://NAME/` is this directory, read and written in place, as with `--bucket`. */
  readonly buckets?: Readonly<Record<string, string>>;
  readonly connections?: readonly SeedConnection[];
  readonly datasets?: readonly SeedDataset[];
}

/** https://cloud.google.com/bigquery/docs/reference/bigqueryconnection/rest; of type cloudResource. */
export interface SeedConnection {
  readonly connectionId: string;
  /** Default: where datasets are made that name no location. */
  readonly location?: string;
  readonly friendlyName?: string;
  readonly description?: string;
}

/** https://cloud.google.com/bigquery/docs/reference/rest/v2/datasets */
export interface SeedDataset {
  readonly datasetId: string;
  readonly location?: string;
  readonly friendlyName?: string;
  readonly description?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly defaultTableExpirationMs?: number | string;
  readonly tables?: readonly SeedTable[];
  readonly models?: readonly SeedModel[];
}

/** A table with rows, or, with `externalDataConfiguration`, an object table. */
export interface SeedTable {
  readonly tableId: string;
  readonly friendlyName?: string;
  readonly description?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly schema?: readonly SeedField[];
  /** The rows of a table that is made; a table that is there keeps the rows it has. */
  readonly rows?: readonly SeedRow[];
  readonly externalDataConfiguration?: SeedObjectTable;
  /** Of an object table: IntervalValue text, `0-0 0 4:0:0`. */
  readonly maxStaleness?: string;
}

/** https://cloud.google.com/bigquery/docs/reference/rest/v2/tables#tablefieldschema */
export interface SeedField {
  readonly name: string;
  readonly type: string;
  readonly mode?: 'NULLABLE' | 'REQUIRED' | 'REPEATED';
  readonly description?: string;
  /** Of a RECORD. */
  readonly fields?: readonly SeedField[];
  readonly maxLength?: number | string;
  readonly precision?: number | string;
  readonly scale?: number | string;
  readonly defaultValueExpression?: string;
  readonly rangeElementType?: { readonly type: string };
}

/** https://cloud.google.com/bigquery/docs/reference/rest/v2/tables#externaldataconfiguration */
export interface SeedObjectTable {
  readonly objectMetadata: 'SIMPLE';
  readonly sourceUris: readonly string[];
  readonly connectionId?: string;
  readonly metadataCacheMode?: 'AUTOMATIC' | 'MANUAL';
}

/** Made by CREATE MODEL. */
export interface SeedModel {
  readonly modelId: string;
  readonly modelType: 'ONNX' | 'TENSORFLOW' | 'TENSORFLOW_LITE';
  /** `gs://...`, or the path of a file or a directory that lies in the directory of a bucket of the seed. */
  readonly modelPath: string;
}

/** By column name, without case. A column that is not named is NULL, or empty if it is REPEATED. */
export type SeedRow = Readonly<Record<string, SeedValue>>;

/**
 * Text in the form that CAST reads it in, for any type; numbers and booleans as such; arrays and objects for REPEATED
 * and RECORD columns and for JSON; BYTES as base64 text or as bytes; `null` is SQL NULL.
 */
export type SeedValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly SeedValue[]
  | { readonly [name: string]: SeedValue };
