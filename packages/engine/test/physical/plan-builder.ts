import type { ScalarFunction, ScalarSignature } from '@bqml-emulator/catalog';
import type { EvaluationContext } from '@bqml-emulator/catalog';
import { INT64 } from '@bqml-emulator/types';
import type { LazyValue, SqlType, Value } from '@bqml-emulator/types';
import type { ColumnRef, Expression, FunctionCall, Literal, PlanColumn } from '../../src/logical/index.ts';

export const EVALUATION: EvaluationContext = {
  queryMicros: 0n,
  random: () => 0.5,
  timeZone: 'UTC',
  projectId: 'p',
  userEmail: 'user@example.com',
};

export const column = (id: number, type: SqlType = INT64, name = `column${id}`): PlanColumn => ({ id, name, type });

export const ref = (c: PlanColumn): ColumnRef => ({ kind: 'ColumnRef', column: c, correlated: false, type: c.type });

export const literal = (type: SqlType, value: Value): Literal => ({ kind: 'Literal', type, value });

/** A call of a function that has just this signature. */
export function call(
  name: string,
  type: SqlType,
  args: readonly Expression[],
  signature: Partial<ScalarSignature>,
): FunctionCall {
  const row: ScalarSignature = {
    parameters: [],
    result: { pattern: 'EXACT', type },
    nulls: 'propagate',
    ...signature,
  };
  const definition: ScalarFunction = { kind: 'scalar', name, signatures: [row], docUrl: 'https://example.com' };
  return { kind: 'FunctionCall', function: definition, signature: row, arguments: args, safe: false, type };
}

export function lazyValue(type: SqlType, read: () => Promise<Value>): LazyValue {
  return { lazy: true, type, byteSize: undefined, read };
}
