import type * as sql from '@bqml-emulator/sql';

/** The name of a column or field that has no alias: the last name of a path or of a field access. */
export function inferredAlias(node: sql.Expression): string | undefined {
  if (node.kind === 'PathExpression') return node.names.at(-1)?.name;
  return node.kind === 'DotIdentifier' ? node.name.name : undefined;
}
