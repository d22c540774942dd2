import { invariant } from '@bqml-emulator/common';
import type { Parameter, ScalarFunction } from '@bqml-emulator/catalog';
import type * as sql from '@bqml-emulator/sql';
import { BOOL } from '@bqml-emulator/types';
import type { SqlType } from '@bqml-emulator/types';
import type { Expression } from '../logical/index.ts';
import type { Analysis } from './analysis.ts';
import { matchCall } from './call-scalar.ts';
import type { CallArgument } from './match-signature.ts';

const ANY: Parameter = { type: { pattern: 'ANY', variable: 'T1' } };
const CONDITION: Parameter = { type: { pattern: 'EXACT', type: BOOL } };

type Build = (args: readonly Expression[], type: SqlType) => Expression;

/** A function that evaluates its arguments only when they are needed, so it is a plan node and not a call. */
interface ConditionalFunction {
  readonly definition: ScalarFunction;
  readonly build: Build;
}

function conditional(name: string, parameters: readonly Parameter[], build: Build): ConditionalFunction {
  const definition: ScalarFunction = {
    kind: 'scalar',
    name,
    signatures: [{ parameters, result: ANY.type, nulls: 'receive' }],
    docUrl: 'https://cloud.google.com/bigquery/docs/reference/standard-sql/conditional_expressions',
  };
  return { definition, build };
}

const coalesce: Build = (operands, type) => ({ kind: 'Coalesce', type, operands });

const FUNCTIONS: Readonly<Record<string, ConditionalFunction>> = {
  IF: conditional('IF', [CONDITION, ANY, ANY], ([when, then, otherwise], type) => {
    invariant(when && then && otherwise, 'IF has three arguments');
    return { kind: 'Case', type, branches: [{ when, then }], otherwise };
  }),
  IFNULL: conditional('IFNULL', [ANY, ANY], coalesce),
  COALESCE: conditional('COALESCE', [ANY, { ...ANY, repeated: true }], coalesce),
};

/** Whether the name is one of IF, IFNULL and COALESCE. */
export const isConditional = (name: string): boolean => Object.hasOwn(FUNCTIONS, name);

/** IF, IFNULL and COALESCE; undefined for any other name. */
export function callConditional(
  analysis: Analysis,
  node: sql.SourceRange,
  name: string,
  args: readonly CallArgument[],
  nodes: readonly sql.SourceRange[],
): Expression | undefined {
  const found = FUNCTIONS[name];
  if (!found) return undefined;
  const matched = matchCall(analysis, node, found.definition, args, nodes);
  return found.build(matched.arguments, matched.type);
}
