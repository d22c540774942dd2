import { isReservedKeyword } from '@bqml-emulator/sql';

/** A name as messages print it: in backquotes when it could not be written without. */
export function identifierText(name: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !isReservedKeyword(name)) return name;
  return `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;
}
