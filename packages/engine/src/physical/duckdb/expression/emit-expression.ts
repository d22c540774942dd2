import type { Expression } from '../../../logical/index.ts';
import { isLazyExpression } from '../../../logical/lazy.ts';
import { notImplemented } from '@bqml-emulator/common';
import type { EmissionContext } from '../emission-context.ts';
import { emitLiteral } from '../literal.ts';
import { emitMakeArray, emitArrayElement, emitGetStructField, emitMakeStruct } from './composite.ts';
import { emitCase, emitCoalesce, emitLogical } from './conditional.ts';
import { emitCast } from './cast.ts';
import { emitFunctionCall, emitInlineAsLazy } from './function-call.ts';
import { emitInList } from './in-list.ts';
import { emitSubquery } from './subquery.ts';

type Emitters = {
  readonly [K in Expression['kind']]: (e: Extract<Expression, { kind: K }>, context: EmissionContext) => string;
};

const EMITTERS: Emitters = {
  Literal: (e, context) => emitLiteral(e.value, e.type, context.stage),
  Parameter: (e, context) => context.stage.parameter(e.type, e.value),
  ColumnRef: (e) => `c${e.column.id}`,
  FunctionCall: emitFunctionCall,
  Case: emitCase,
  Logical: emitLogical,
  Coalesce: emitCoalesce,
  Cast: emitCast,
  MakeStruct: emitMakeStruct,
  MakeArray: emitMakeArray,
  GetStructField: emitGetStructField,
  ArrayElement: emitArrayElement,
  InList: emitInList,
  Subquery: emitSubquery,
};

/** The text of an expression: of the physical type of `e.type`, or a BIGINT handle when the expression is lazy. */
export function emitExpression<E extends Expression>(e: E, context: EmissionContext): string {
  const emit = EMITTERS[e.kind] as (e: Expression, context: EmissionContext) => string;
  return emit(e, context);
}

/** The text of an expression whose value itself is needed. The optimizer has lifted whatever would have to be read. */
export function emitValue(e: Expression, context: EmissionContext): string {
  if (isLazyExpression(e, context.lazyColumns)) throw notImplemented('reading an image or an object in this place');
  return emitExpression(e, context);
}

/** The text of a branch of something whose other branches may be lazy. */
export function emitBranch(e: Expression, lazy: boolean, context: EmissionContext): string {
  if (!lazy) return emitValue(e, context);
  if (e.kind === 'Literal' && e.value === null) return 'CAST(NULL AS BIGINT)';
  return isLazyExpression(e, context.lazyColumns) ? emitExpression(e, context) : emitInlineAsLazy(e, context);
}
