import { InvariantError, invalidQuery, resourcesExceeded } from '@bqml-emulator/common';

/** DuckDB writes `<Kind> Error: <text>`, then possibly the statement. */
const MESSAGE = /^(?<kind>[A-Za-z ]+?) Error: (?<text>[^]*?)(?:\n\nLINE \d+: [^]*)?$/;

const OVERFLOW = /^Overflow in (?:addition|subtraction|multiplication) of INT64 /;
const NEGATION_OVERFLOW = /^Overflow in negation /;
const BAD_TEXT = /^Could not convert string '(?<value>[^]*)' to (?<type>INT64|DOUBLE|BOOL|DATE|TIME|TIMESTAMP)\b/;

/** The only value whose negation overflows. */
const INT64_MIN = -(2n ** 63n);

const TYPE_NAMES: Readonly<Record<string, string>> = { INT64: 'int64', DOUBLE: 'double', BOOL: 'bool' };

/**
 * What the user sees of an error that the relational engine raised by itself. `error('...')` in a stage's text passes
 * its message through; texts of overflow and bad casts are GoogleSQL's; anything else is a defect of the emulator.
 */
export function relationalError(cause: unknown): Error {
  const message = cause instanceof Error ? cause.message : String(cause);
  const groups = MESSAGE.exec(message)?.groups;
  const text = groups?.['text'] ?? message;
  switch (groups?.['kind']) {
    case 'Invalid Input':
      return invalidQuery(text);
    case 'Out of Memory':
      return resourcesExceeded('The query could not be executed in the allotted memory.');
    case 'IO':
      if (text.includes('No space left on device')) return resourcesExceeded('The disk of the data directory is full.');
      return defect(message, cause);
    case 'Out of Range':
      if (OVERFLOW.test(text)) return invalidQuery('Integer Overflow');
      return invalidQuery(NEGATION_OVERFLOW.test(text) ? `int64 overflow: -(${INT64_MIN})` : 'Value is out of range');
    case 'Conversion': {
      const bad = BAD_TEXT.exec(text)?.groups;
      const type = bad?.['type'];
      if (type !== undefined)
        return invalidQuery(`Bad ${TYPE_NAMES[type] ?? type.toLowerCase()} value: ${bad?.['value']}`);
      return invalidQuery(
        text.includes('destination type INT64')
          ? 'int64 overflow'
          : 'Value is out of range of the type that it is cast to',
      );
    }
    default:
      return defect(message, cause);
  }
}

const defect = (message: string, cause: unknown) =>
  new InvariantError(`the relational engine refused a statement: ${message}`, { cause });

/** DuckDB's answer when another process holds the database file. */
export const isDatabaseLocked = (error: unknown): boolean =>
  error instanceof Error && /Could not set lock on file|Conflicting lock/.test(error.message);
