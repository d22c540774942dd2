import { invariant, notImplemented } from '@bqml-emulator/common';
import { BOOL, arrayOf, field, structOf } from '@bqml-emulator/types';
import type { Value } from '@bqml-emulator/types';
import type { AggregateCall, Expression, OrderByItem } from '../../logical/index.ts';
import { sameExpression } from '../../logical/same-expression.ts';
import { attachOver } from './attach-over.ts';
import { takesHandles } from '../../optimizer/asynchronous.ts';
import type { EmissionContext } from './emission-context.ts';
import { emitExpression, emitValue } from './expression/emit-expression.ts';
import { emitStruct } from './literal.ts';
import { emitOrderKeys } from './order.ts';

/** The operands of a call, already computed as columns of the relation below it. */
export interface AggregateOperands {
  readonly args: readonly string[];
  readonly orderBy: readonly { readonly item: OrderByItem; readonly name: string }[];
  readonly limit: string | undefined;
  /** A BOOL column: rows that take part. */
  readonly filter: string | undefined;
}

/** The operands of `call`; what is not constant goes through `compute`, which puts it into the relation below. */
export function emitOperands(
  call: AggregateCall,
  compute: (text: string) => string,
  context: EmissionContext,
): AggregateOperands {
  const emit = takesHandles(call) ? emitExpression : emitValue;
  const args = call.arguments.map((a) => emitOperand(a, compute, emit, context));
  const orderBy = call.orderBy.map((item) => {
    // With DISTINCT the engine wants the key to be the argument itself.
    const same = call.arguments.findIndex((a) => sameExpression(a, item.expression));
    return { item, name: args[same] ?? compute(emitValue(item.expression, context)) };
  });
  return { args, orderBy, limit: call.limit && emitValue(call.limit, context), filter: undefined };
}

/** A constant stands in the call itself, where the engine may insist on one; anything else is a column below it. */
function emitOperand(
  e: Expression,
  compute: (text: string) => string,
  emit: typeof emitValue,
  context: EmissionContext,
): string {
  const text = emit(e, context);
  return e.kind === 'Literal' || e.kind === 'Parameter' ? text : compute(text);
}

/** `over`: ` OVER (...)` for an analytic call. */
export function emitAggregateCall(
  call: AggregateCall,
  operands: AggregateOperands,
  over: string | undefined,
  context: EmissionContext,
): string {
  return emitTemplate(call, operands, over) ?? emitFold(call, operands, over, context);
}

function orderByText(operands: AggregateOperands): string {
  if (operands.orderBy.length === 0) return '';
  const keys = operands.orderBy.map(({ item, name }) => emitOrderKeys(item, name, item.expression.type));
  return ` ORDER BY ${keys.join(', ')}`;
}

function emitTemplate(call: AggregateCall, operands: AggregateOperands, over: string | undefined): string | undefined {
  if (operands.filter !== undefined && operands.args.length === 0) return undefined;
  const text = call.signature.duckdb?.({
    args:
      operands.filter === undefined
        ? operands.args
        : operands.args.map((a) => `CASE WHEN ${operands.filter} THEN ${a} END`),
    types: [...call.arguments.map((a) => a.type), call.type],
    distinct: call.distinct,
    orderBy: orderByText(operands),
    limit: operands.limit,
    ignoreNulls: call.nullHandling === undefined ? undefined : call.nullHandling === 'IGNORE',
  });
  if (text === undefined || (operands.filter !== undefined && !call.signature.skipNulls)) return undefined;
  return over === undefined ? text : attachOver(text, over);
}

/** `evaluate` over the list of the group's rows. */
function emitFold(
  call: AggregateCall,
  operands: AggregateOperands,
  over: string | undefined,
  context: EmissionContext,
): string {
  const { signature } = call;
  const { evaluate } = signature;
  if (!evaluate) throw notImplemented(`${call.function.name}${over === undefined ? '' : ' with OVER'} in this form`);
  const types = [...call.arguments.map((a) => a.type), call.type];
  const skipNulls = call.nullHandling === undefined ? signature.skipNulls : call.nullHandling === 'IGNORE';
  const conditions = [
    ...(operands.filter === undefined ? [] : [operands.filter]),
    ...(skipNulls ? operands.args.map((a) => `${a} IS NOT NULL`) : []),
  ];
  const rowType = structOf(
    call.arguments.length === 0 ? [field(undefined, BOOL)] : call.arguments.map((a) => field(undefined, a.type)),
  );
  const row = call.arguments.length === 0 ? emitStruct(['TRUE']) : emitStruct(operands.args);
  const filter = conditions.length === 0 ? '' : ` FILTER (WHERE ${conditions.join(' AND ')})`;
  const list = `list(${call.distinct ? 'DISTINCT ' : ''}${row}${orderByText(operands)})${filter}${over ?? ''}`;
  const { stage, evaluation } = context;
  const name = stage.function(
    `fold/${stage.identity(signature)}/${types.map((t) => stage.identity(t)).join()}`,
    () => ({
      parameters: [{ type: arrayOf(rowType), lazy: false }],
      result: { type: call.type, lazy: false },
      volatile: false,
      evaluate: (rows) => {
        invariant(rows === null || rows === undefined || Array.isArray(rows), 'the rows of a group are a list');
        const group = (rows ?? []) as readonly (readonly Value[])[];
        return evaluate(call.arguments.length === 0 ? group.map(() => []) : group, types, evaluation);
      },
    }),
  );
  const limited = operands.limit === undefined ? list : `(${list})[1:${operands.limit}]`;
  return `${name}(${limited})`;
}
