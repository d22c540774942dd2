import { invalid } from '@bqml-emulator/common';
import { camelCase } from './proto-json.ts';

/** The fields of `updateMask`, or those of the body; snake case is taken for camel case. */
export function maskedFields(
  updateMask: string | undefined,
  body: unknown,
  known: readonly string[],
): ReadonlySet<string> {
  const named =
    updateMask === undefined || updateMask === '*'
      ? Object.keys(typeof body === 'object' && body !== null ? body : {}).filter((key) => known.includes(key))
      : updateMask.split(',').map((field) => camelCase(field.trim()));
  const unknown = named.find((field) => !known.includes(field));
  if (unknown !== undefined) throw invalid(`Invalid field "${unknown}" in updateMask`, 'updateMask');
  return new Set(named);
}
