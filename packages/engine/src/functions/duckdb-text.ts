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
