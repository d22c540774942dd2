/**
 * Templates repeat their arguments, so nesting would double the text at each level: past this length a template
 * declines and the function runs as its exact evaluation.
 */
const MAX_REPEATED_TEXT = 600;

/** The template's text, unless its arguments are too long to be written more than once. */
export const unlessLong =
  (template: (...args: string[]) => string) =>
  (args: readonly string[]): string | undefined =>
    args.reduce((total, arg) => total + arg.length, 0) > MAX_REPEATED_TEXT ? undefined : template(...args);

/** DuckDB's own run-time errors that templates lean on, with BigQuery's text for them. */
const DUCKDB_ERRORS: readonly (readonly [RegExp, string])[] = [
  [/Overflow in (?:addition|subtraction|multiplication) of INT64/, 'Integer Overflow'],
  [/Overflow in negation of numeric value/, 'int64 overflow: -(-9223372036854775808)'],
  [
    /Type INT128 with value \S+ can't be cast because the value is out of range for the destination type INT64/,
    'int64 overflow',
  ],
];

/**
 * BigQuery's message for an error of the relational engine; `undefined`: none is known. `error('...')` in a template
 * arrives as `Invalid Input Error: ...`.
 */
export function queryErrorText(duckdbMessage: string): string | undefined {
  const raised = /^Invalid Input Error: ([\s\S]*)$/.exec(duckdbMessage);
  if (raised) return raised[1];
  return DUCKDB_ERRORS.find(([pattern]) => pattern.test(duckdbMessage))?.[1];
}
