import type * as sql from '@bqml-emulator/sql';
import type { Expression } from '../logical/index.ts';
import type { Analysis } from './analysis.ts';

/** `@name` and `?`. */
export function resolveParameter(analysis: Analysis, node: sql.ParameterExpr): Expression {
  const { parameters } = analysis.context;
  if (node.name) {
    const key = node.name.name.toLowerCase();
    const parameter = parameters.find((p) => p.name?.toLowerCase() === key);
    if (!parameter) throw analysis.error(node, `Query parameter '${node.name.name}' not found`);
    return { kind: 'Parameter', name: key, type: parameter.type, value: parameter.value };
  }
  const positional = parameters.filter((p) => p.name === undefined);
  const position = node.position ?? 0;
  const parameter = positional[position - 1];
  if (!parameter) {
    throw analysis.error(node, `Query parameter number ${position} is not defined (${positional.length} provided)`);
  }
  return { kind: 'Parameter', name: String(position), type: parameter.type, value: parameter.value };
}
