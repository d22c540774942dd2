import type { EvaluatedOption } from '@bqml-emulator/catalog';
import type * as sql from '@bqml-emulator/sql';
import { typeName } from '@bqml-emulator/types';
import type { Analysis } from './analysis.ts';
import { coerce } from './coerce.ts';
import { scalarContext } from './expression-context.ts';
import { fold } from './fold.ts';
import { argumentTypeText } from './function-text.ts';
import { NameScope } from './name-scope.ts';
import { resolveExpression } from './resolve-expression.ts';
import type { OptionTypes } from './statement-options.ts';
import { WithScope } from './with-scope.ts';

/** The entries of OPTIONS, evaluated, in the order in which they were written. */
export function resolveOptions(
  analysis: Analysis,
  node: sql.OptionsList | undefined,
  known: OptionTypes,
): readonly EvaluatedOption[] {
  const seen = new Set<string>();
  return (node?.entries ?? []).map((entry) => {
    const name = entry.name.name.toLowerCase();
    if (!Object.hasOwn(known, name)) throw analysis.error(entry, `Unknown option: ${entry.name.name}`);
    if (seen.has(name)) throw analysis.error(entry, `Duplicate option name ${entry.name.name}`);
    seen.add(name);
    if (entry.operator !== '=') throw analysis.notImplemented(entry, `OPTIONS with ${entry.operator}`);
    return evaluateOption(analysis, entry, name, known[name]);
  });
}

function evaluateOption(
  analysis: Analysis,
  entry: sql.OptionsEntry,
  name: string,
  wanted: OptionTypes[string],
): EvaluatedOption {
  const context = scalarContext(NameScope.empty(), new WithScope(), 'OPTIONS clause');
  const resolved = resolveExpression(analysis, entry.value, context);
  // A NULL says that the option is not set, whatever its type.
  const type = wanted ?? resolved.type;
  if (resolved.kind === 'Literal' && resolved.value === null) return { name, type, value: null };
  const expression = coerce(resolved, type, (message) => analysis.error(entry.value, message));
  if (!expression) {
    throw analysis.error(
      entry.value,
      `Option ${entry.name.name} value has type ${argumentTypeText(resolved)} which cannot be coerced to expected type ${typeName(type)}`,
    );
  }
  const value = fold(expression, analysis.context.evaluationContext);
  if (value === undefined) throw analysis.error(entry.value, `Option ${entry.name.name} must be a constant expression`);
  return { name, type, value };
}
