import { asString, castValue, castValueWithFormat, typesEqual } from '@bqml-emulator/types';
import type { SqlType, Value } from '@bqml-emulator/types';
import type { EvaluationContext } from '@bqml-emulator/catalog';
import type { Cast, Expression } from '../../../logical/index.ts';
import type { EmissionContext } from '../emission-context.ts';
import { emitLiteral } from '../literal.ts';
import { physicalType } from '../physical-type.ts';
import { emitExpression, emitValue } from './emit-expression.ts';

/** Casts that the engine does exactly as GoogleSQL, for every value and without errors. */
const NATIVE: ReadonlySet<string> = new Set([
  'INT64>FLOAT64',
  'INT64>STRING',
  'INT64>NUMERIC',
  'INT64>BOOL',
  'BOOL>INT64',
  'BOOL>STRING',
  'DATE>DATETIME',
]);

export function emitCast(e: Cast, context: EmissionContext): string {
  const from = e.operand.type;
  const to = e.type;
  if (e.operand.kind === 'Literal' && e.operand.value === null) return emitLiteral(null, to, context.stage);
  if (e.format === undefined) {
    if (hasSameValues(from, to)) return emitExpression(e.operand, context);
    if (NATIVE.has(`${from.kind}>${to.kind}`)) {
      return `CAST(${emitValue(e.operand, context)} AS ${physicalType(to)})`;
    }
    if (from.kind === 'STRING' && to.kind === 'BYTES') return `encode(${emitValue(e.operand, context)})`;
  }
  const { stage } = context;
  const operands = castOperands(e);
  const clauses = `${e.format !== undefined}/${e.timeZone !== undefined}`;
  const key = `cast/${stage.identity(from)}/${stage.identity(to)}/${e.safe}/${clauses}`;
  const name = stage.function(key, () => ({
    parameters: operands.map(({ type }) => ({ type, lazy: false })),
    result: { type: to, lazy: false },
    volatile: false,
    evaluate: castEvaluator(e, context.evaluation),
  }));
  return `${name}(${operands.map((x) => emitValue(x, context)).join(', ')})`;
}

/** The operand, the format and the time zone, of which the last two may be absent. */
export const castOperands = (e: Cast): readonly Expression[] =>
  [e.operand, e.format, e.timeZone].filter((x) => x !== undefined);

/** The cast as a function of its operands. */
export function castEvaluator(e: Cast, evaluation: EvaluationContext): (...args: Value[]) => Value {
  const { safe, type: to } = e;
  const from = e.operand.type;
  return (value, ...clauses) => {
    if (value === null || value === undefined || clauses.includes(null)) return null;
    const zone = clauses[e.format ? 1 : 0];
    const timeZone = typeof zone === 'string' ? zone : evaluation.timeZone;
    if (!e.format) return castValue(value, from, to, { safe, timeZone });
    const options = { safe, timeZone, currentMicros: evaluation.queryMicros };
    return castValueWithFormat(value, from, to, asString(clauses[0] ?? null), options);
  };
}

/** Types that differ at most in the names of fields. */
function hasSameValues(from: SqlType, to: SqlType): boolean {
  if (from.kind === 'ARRAY' && to.kind === 'ARRAY') return hasSameValues(from.element, to.element);
  if (from.kind === 'STRUCT' && to.kind === 'STRUCT') {
    return (
      from.fields.length === to.fields.length &&
      from.fields.every((f, i) => {
        const target = to.fields[i];
        return target !== undefined && hasSameValues(f.type, target.type);
      })
    );
  }
  return typesEqual(from, to);
}
