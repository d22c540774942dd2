/**
 * Where a node was written: UTF-8 byte offsets into the text that was parsed, `end` exclusive.
 * `locate` turns an offset into BigQuery's line and column, `textOf` gives the text.
 */
export interface SourceRange {
  readonly start: number;
  readonly end: number;
}

/** The place of an operator, kept because analysis errors point at it. Carries nothing else. */
export interface Location extends SourceRange {
  readonly kind: 'Location';
}
