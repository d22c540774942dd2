/** Maps of a user's own keys, which stay as they are. */
const MAPS = new Set(['labels']);

export const camelCase = (text: string): string =>
  text.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** Proto3's JSON takes the names of fields in snake case too; `bq` sends them. */
export function withCamelCaseFields(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(withCamelCaseFields);
  if (typeof body !== 'object' || body === null) return body;
  return Object.fromEntries(
    Object.entries(body).map(([key, value]) => [camelCase(key), MAPS.has(key) ? value : withCamelCaseFields(value)]),
  );
}
