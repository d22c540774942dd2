import { ServiceError, invariant } from '@bqml-emulator/common';
import type { EvaluationContext, StageColumn } from '@bqml-emulator/catalog';
import { isLazyValue } from '@bqml-emulator/types';
import type { LazyValue, SqlType, Value } from '@bqml-emulator/types';
import type { Expression, FunctionCall } from '../../../logical/index.ts';
import { isLazyExpression } from '../../../logical/lazy.ts';
import { isNullTest } from '../../../optimizer/asynchronous.ts';
import type { EmissionContext } from '../emission-context.ts';
import { emitLiteral } from '../literal.ts';
import { physicalType } from '../physical-type.ts';
import { emitExpression } from './emit-expression.ts';

/** The row's template where it has one that fits, otherwise a call of its `evaluate`. */
export function emitFunctionCall(call: FunctionCall, context: EmissionContext): string {
  const { signature } = call;
  const argumentLazy = call.arguments.map((a) => isLazyExpression(a, context.lazyColumns));
  const lazyArguments = argumentLazy.includes(true);
  const types = [...call.arguments.map((a) => a.type), call.type];
  // Written once: a parameter that no text refers to is an error.
  const args = call.arguments.map((a) => emitExpression(a, context));
  if (signature.duckdb && !call.safe && signature.lazyResult !== true && (!lazyArguments || isNullTest(call))) {
    const text = signature.duckdb(args, types);
    if (text !== undefined) return `(${text})`;
  }
  invariant(signature.evaluate, `${call.function.name} cannot run inside a stage`);
  invariant(
    argumentLazy.every((lazy, i) => !lazy || signature.lazyParameters?.includes(i)),
    `${call.function.name} reads a lazy argument inside a stage`,
  );
  const result: StageColumn = { type: call.type, lazy: signature.lazyResult === true };
  if (call.arguments.length === 0 && signature.volatile !== true && !result.lazy) {
    return emitLiteral(evaluatorOf(call, types, context.evaluation)(), call.type, context.stage);
  }
  const parameters = call.arguments.map((a, i) => ({ type: a.type, lazy: argumentLazy[i] === true }));
  const shape = parameters.map((p) => (p.lazy ? 'handle' : physicalType(p.type))).join();
  const typeKey = types.map((t) => context.stage.identity(t)).join();
  const name = context.stage.function(
    `${context.stage.identity(signature)}/${call.safe}/${shape}/${signature.volatile === true ? context.stage.identity(call) : typeKey}`,
    () => ({
      parameters,
      result,
      volatile: signature.volatile === true,
      evaluate: evaluatorOf(call, types, context.evaluation),
    }),
  );
  return `${name}(${args.join(', ')})`;
}

/** The call as a function of its argument values: NULL propagation and SAFE included. */
export function evaluatorOf(
  call: FunctionCall,
  types: readonly SqlType[],
  evaluation: EvaluationContext,
): (...args: Value[]) => Value {
  const { signature, safe } = call;
  const { evaluate } = signature;
  invariant(evaluate, `${call.function.name} has no synchronous meaning`);
  const propagates = signature.nulls === 'propagate';
  const lazyResult = signature.lazyResult === true;
  const run = (args: Value[]): Value => {
    if (propagates && args.includes(null)) return null;
    const value = evaluate(args, types, evaluation);
    return lazyResult && value !== null && !isLazyValue(value) ? inlineLazyValue(value, call.type) : value;
  };
  if (!safe) return (...args) => run(args);
  return (...args) => {
    try {
      return run(args);
    } catch (error) {
      // SAFE. turns the errors of the function into NULL; a defect stays a defect.
      if (error instanceof ServiceError) return null;
      throw error;
    }
  };
}

/** A value that is there already, where its neighbours are lazy. */
export function inlineLazyValue(value: Value, type: SqlType): LazyValue {
  return {
    lazy: true,
    type,
    byteSize: undefined,
    read: () => Promise.resolve(value),
    ...(type.kind === 'STRUCT' && {
      field: (index: number) =>
        inlineLazyValue((value as readonly Value[])[index] ?? null, type.fields[index]?.type ?? type),
    }),
  };
}

/** Gives the value of `e` a handle. */
export function emitInlineAsLazy(e: Expression, context: EmissionContext): string {
  const name = context.stage.function(`inline-as-lazy/${context.stage.identity(e.type)}`, () => ({
    parameters: [{ type: e.type, lazy: false }],
    result: { type: e.type, lazy: true },
    volatile: false,
    evaluate: (value) => (value === null || value === undefined ? null : inlineLazyValue(value, e.type)),
  }));
  return `${name}(${emitExpression(e, context)})`;
}
