import { InvariantError, ServiceError, notImplemented } from '@bqml-emulator/common';
import type { EvaluationContext } from '@bqml-emulator/catalog';
import { asArray, isLazyValue, sqlEquals, typesEqual } from '@bqml-emulator/types';
import type { LazyValue, Value } from '@bqml-emulator/types';
import { lazyField } from './lazy-field.ts';
import { elementOf } from './element-of.ts';
import { evaluateElements } from './evaluate-elements.ts';
import { elementQueryOf } from '../../logical/element-query.ts';
import type { Expression, FunctionCall } from '../../logical/index.ts';
import { castEvaluator, castOperands } from '../duckdb/expression/cast.ts';
import { evaluatorOf } from '../duckdb/expression/function-call.ts';

/** A value, or the promise of one where something had to be read or called. */
export type Evaluated = Value | Promise<Value>;

/** The row that an expression is evaluated for. */
export interface EvaluationRow {
  /** May be a `LazyValue` for a lazy column. */
  column(id: number): Value;
  /** Reads a lazy value; a row reads each at most once. */
  read(value: LazyValue): Promise<Value>;
  readonly evaluation: EvaluationContext;
  readonly signal: AbortSignal;
}

/**
 * The meaning of a scalar expression without subqueries but over elements, operand by operand: what a CASE, AND, OR or COALESCE does
 * not reach is not evaluated. May give a `LazyValue` where the expression is lazy.
 */
export function evaluateExpression(e: Expression, row: EvaluationRow): Evaluated {
  switch (e.kind) {
    case 'Literal':
    case 'Parameter':
      return e.value;
    case 'ColumnRef':
      return row.column(e.column.id);
    case 'FunctionCall':
      return evaluateCall(e, row);
    case 'Case':
      return evaluateBranches(e.branches, e.otherwise, row);
    case 'Logical':
      return evaluateLogical(e.operands, e.operator === 'AND', false, row);
    case 'Coalesce':
      return evaluateFirst(e.operands, row);
    case 'Cast': {
      if (e.format === undefined && typesEqual(e.operand.type, e.type)) return evaluateValue(e.operand, row);
      const cast = castEvaluator(e, row.evaluation);
      return withValues(castOperands(e), row, (args) => cast(...args));
    }
    case 'MakeStruct':
      return withValues(e.fields, row, (fields) => fields);
    case 'MakeArray':
      return withValues(e.elements, row, (elements) => elements);
    case 'GetStructField':
      return then(evaluateExpression(e.operand, row), (value) => fieldOf(value, e.index));
    case 'ArrayElement':
      return withValues([e.array, e.index], row, ([array, index]) => elementOf(array, index, e.base, e.safe));
    case 'InList':
      return evaluateInList(e.operand, e.list, row);
    case 'Subquery': {
      const query = elementQueryOf(e);
      if (!query) throw notImplemented('a subquery around an asynchronous function or a large value');
      return then(evaluateValue(query.array, row), (array) => evaluateElements(query, array, row, evaluateExpression));
    }
  }
}

/** The value itself: what is lazy is read. */
export function evaluateValue(e: Expression, row: EvaluationRow): Evaluated {
  return then(evaluateExpression(e, row), (value) => (isLazyValue(value) ? row.read(value) : value));
}

const then = (value: Evaluated, next: (value: Value) => Evaluated): Evaluated =>
  value instanceof Promise ? value.then(next) : next(value);

function withValues(
  expressions: readonly Expression[],
  row: EvaluationRow,
  next: (values: Value[]) => Evaluated,
  lazyAt: readonly number[] = [],
): Evaluated {
  const values = expressions.map((e, i) => (lazyAt.includes(i) ? evaluateExpression(e, row) : evaluateValue(e, row)));
  const present = values.filter((v): v is Value => !(v instanceof Promise));
  return present.length === values.length ? next(present) : Promise.all(values.map(async (v) => v)).then(next);
}

function evaluateCall(call: FunctionCall, row: EvaluationRow): Evaluated {
  const { signature } = call;
  const types = [...call.arguments.map((a) => a.type), call.type];
  const { evaluateAsync, evaluateLazy } = signature;
  if (evaluateLazy) return evaluateUnread(call, evaluateLazy, row);
  if (!evaluateAsync) {
    const evaluate = evaluatorOf(call, types, row.evaluation);
    return withValues(call.arguments, row, (args) => evaluate(...args), signature.lazyParameters);
  }
  return withValues(
    call.arguments,
    row,
    async (args) => {
      if (signature.nulls === 'propagate' && args.includes(null)) return null;
      try {
        const [value] = await evaluateAsync([args], types, row.evaluation, row.signal);
        return value ?? null;
      } catch (error) {
        if (call.safe && error instanceof ServiceError) return null;
        throw error;
      }
    },
    signature.lazyParameters,
  );
}

function evaluateUnread(
  call: FunctionCall,
  evaluateLazy: NonNullable<FunctionCall['signature']['evaluateLazy']>,
  row: EvaluationRow,
): Evaluated {
  const { signature, arguments: args, type } = call;
  const next = (values: Value[]): Evaluated =>
    values.some(isLazyValue) && !(signature.nulls === 'propagate' && values.includes(null))
      ? evaluateLazy(values, row.signal)
      : evaluatorOf(call, [...args.map((a) => a.type), type], row.evaluation)(...values);
  return withValues(
    args,
    row,
    next,
    args.map((_, i) => i),
  );
}

function evaluateBranches(
  branches: readonly { readonly when: Expression; readonly then: Expression }[],
  otherwise: Expression,
  row: EvaluationRow,
): Evaluated {
  const [branch, ...rest] = branches;
  if (branch === undefined) return evaluateExpression(otherwise, row);
  return then(evaluateValue(branch.when, row), (when) =>
    when === true ? evaluateExpression(branch.then, row) : evaluateBranches(rest, otherwise, row),
  );
}

function evaluateLogical(
  operands: readonly Expression[],
  isAnd: boolean,
  sawNull: boolean,
  row: EvaluationRow,
): Evaluated {
  const [operand, ...rest] = operands;
  if (operand === undefined) return sawNull ? null : isAnd;
  return then(evaluateValue(operand, row), (value) =>
    value === !isAnd ? value : evaluateLogical(rest, isAnd, sawNull || value === null, row),
  );
}

function evaluateFirst(operands: readonly Expression[], row: EvaluationRow): Evaluated {
  const [operand, ...rest] = operands;
  if (operand === undefined) return null;
  return then(evaluateExpression(operand, row), (value) => (value === null ? evaluateFirst(rest, row) : value));
}

function evaluateInList(operand: Expression, list: readonly Expression[], row: EvaluationRow): Evaluated {
  return withValues([operand, ...list], row, ([value = null, ...values]) => {
    const results = values.map((x) => sqlEquals(value, x, operand.type));
    return results.includes(true) ? true : results.includes(null) ? null : false;
  });
}

function fieldOf(value: Value, index: number): Value {
  if (value === null) return null;
  return isLazyValue(value) ? lazyField(value, index) : (asArray(value)[index] ?? null);
}

/** The row of an expression that reads no column. */
export function constantRow(evaluation: EvaluationContext): EvaluationRow {
  return {
    column: (id) => {
      throw new InvariantError(`a constant expression reads column ${id}`);
    },
    read: (value) => value.read(),
    evaluation,
    signal: new AbortController().signal,
  };
}
