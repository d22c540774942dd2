import { invariant } from '@bqml-emulator/common';
import type { AggregateFunction, AggregateSignature, ScalarFunction, ScalarSignature } from '@bqml-emulator/catalog';
import type * as sql from '@bqml-emulator/sql';
import type { SqlType } from '@bqml-emulator/types';
import type { Expression } from '../logical/index.ts';
import type { Analysis } from './analysis.ts';
import { coerce } from './coerce.ts';
import { incomparable } from './comparable-arguments.ts';
import { fold } from './fold.ts';
import { argumentTypeText, displayName, noMatchingSignature } from './function-text.ts';
import { instantiate, isCloserMatch, matchSignature } from './match-signature.ts';
import type { CallArgument, SignatureMatch } from './match-signature.ts';

/** A call whose overload is chosen. */
interface MatchedCall<S> {
  readonly signature: S;
  /** In the signature's order, coerced. */
  readonly arguments: readonly Expression[];
  readonly type: SqlType;
}

/**
 * Calls the scalar function or operator of that name. `node` is where errors point; `nodes[i]` is where argument i was
 * written.
 */
export function callScalar(
  analysis: Analysis,
  node: sql.SourceRange,
  name: string,
  args: readonly Expression[],
  nodes: readonly sql.SourceRange[] = [],
): Expression {
  const definition = analysis.context.functions(name);
  if (!definition) throw analysis.notImplemented(node, `operator ${displayName({ name })}`);
  invariant(definition.kind === 'scalar', `${name} is a scalar function`);
  const named = args.map((expression) => ({ expression, name: undefined }));
  return callFunction(analysis, node, definition, named, nodes, false);
}

export function callFunction(
  analysis: Analysis,
  node: sql.SourceRange,
  definition: ScalarFunction,
  args: readonly CallArgument[],
  nodes: readonly sql.SourceRange[],
  safe: boolean,
): Expression {
  const matched = matchCall<ScalarSignature>(analysis, node, definition, args, nodes);
  return analysis.writtenAt(
    {
      kind: 'FunctionCall',
      type: matched.type,
      function: definition,
      signature: matched.signature,
      arguments: matched.arguments,
      safe,
    },
    node,
  );
}

/** Chooses the overload that needs the least coercion; of equals the first. */
export function matchCall<S extends ScalarSignature | AggregateSignature>(
  analysis: Analysis,
  node: sql.SourceRange,
  definition: (ScalarFunction | AggregateFunction) & { readonly signatures: readonly S[] },
  args: readonly CallArgument[],
  nodes: readonly sql.SourceRange[],
): MatchedCall<S> {
  let best: { readonly signature: S; readonly match: SignatureMatch } | undefined;
  const mismatches: string[] = [];
  for (const signature of definition.signatures) {
    const match = matchSignature(signature, args);
    if (typeof match === 'string') mismatches.push(match);
    else if (!best || isCloserMatch(match, best.match)) best = { signature, match };
  }
  if (!best) {
    const types = args.map((a) => `${a.name === undefined ? '' : `${a.name} => `}${argumentTypeText(a.expression)}`);
    throw analysis.error(node, noMatchingSignature(definition, types, mismatches));
  }
  const { signature, match } = best;
  const coerced = match.expressions.map((expression, i) => {
    const type = match.types[i] ?? expression.type;
    const at = nodes[args.findIndex((a) => a.expression === expression)] ?? node;
    const result = coerce(expression, type, (message) => analysis.error(at, message));
    invariant(result, 'a matched argument coerces');
    const value = match.parameters[i]?.constant ? fold(result, analysis.context.evaluationContext) : null;
    if (value === undefined) {
      throw analysis.error(at, `Argument ${i + 1} to ${displayName(definition)} must be a literal or query parameter`);
    }
    if (value === null && match.parameters[i]?.constant && definition.kind === 'aggregate') {
      throw analysis.error(at, `Argument ${i + 1} to ${displayName(definition)} must be non-NULL`);
    }
    return result;
  });
  const why = incomparable(
    definition.name,
    coerced.map((e) => e.type),
  );
  if (why !== undefined) throw analysis.error(node, why);
  return { signature, arguments: coerced, type: resultType(analysis, signature, match, coerced) };
}

function resultType(
  analysis: Analysis,
  signature: ScalarSignature | AggregateSignature,
  match: SignatureMatch,
  coerced: readonly Expression[],
): SqlType {
  if (typeof signature.result === 'function') {
    const types = coerced.map((e) => e.type);
    // Only literals and parameters: anything else might fail, or not be needed.
    const constants = coerced.map((e) =>
      e.kind === 'Literal' || e.kind === 'Parameter' ? fold(e, analysis.context.evaluationContext) : undefined,
    );
    return signature.result(types, constants);
  }
  const type = instantiate(signature.result, match.variables);
  invariant(type, 'a result names only the variables of its parameters');
  return type;
}
