/** https://cloud.google.com/bigquery/docs/reference/standard-sql/bigqueryml-syntax-decode-image */
export const MAX_DECODE_IMAGE_BYTES = 10_000_000;

/** Largest image STRUCT that the image functions take or give, at 8 bytes a value. Same page. */
export const MAX_IMAGE_STRUCT_BYTES = 60_000_000;

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/bigqueryml-syntax-create-onnx#limitations */
export const MAX_MODEL_BYTES = 450_000_000;

/** https://cloud.google.com/bigquery/quotas#query_jobs */
export const MAX_QUERY_LENGTH_CHARACTERS = 1024 * 1024;

/** A page of query results without `maxResults` ends at this size. https://cloud.google.com/bigquery/docs/paging-results */
export const MAX_RESULT_PAGE_BYTES = 20_000_000;

/** Longest STRING or BYTES that a function such as REPEAT may build; BigQuery stops at 1 MB. */
export const MAX_FUNCTION_OUTPUT_BYTES = 1_048_576;

/** https://cloud.google.com/bigquery/docs/datasets#dataset-naming */
export const MAX_RESOURCE_NAME_LENGTH = 1024;

/** https://cloud.google.com/bigquery/docs/reference/rest/v2/Job: anonymous results live about 24 hours. */
export const RESULT_EXPIRATION_MILLIS = 24 * 60 * 60 * 1000;

/** A line of CSV or newline-delimited JSON. https://cloud.google.com/bigquery/quotas#load_jobs */
export const MAX_ROW_BYTES = 100 * 1024 * 1024;
