import { setImmediate } from 'node:timers/promises';
import { invariant } from '@bqml-emulator/common';
import { asArray } from '@bqml-emulator/types';
import type { LazyValue, Value } from '@bqml-emulator/types';
import type { Expression } from '../../logical/index.ts';
import { computedByElement } from '../../logical/element-query.ts';
import type { ElementQuery } from '../../logical/element-query.ts';
import { someExpression } from '../../logical/expression-tree.ts';
import { evaluatorOf } from '../duckdb/expression/function-call.ts';
import type { Evaluated, EvaluationRow } from './evaluate-expression.ts';

/** After so many elements other queries have their turn. */
const TURN = 1 << 16;

type Evaluate = (e: Expression, row: EvaluationRow) => Evaluated;
type Compiled = () => Value;

/** The array that the query gives over the elements of `array`; `evaluate` is for expressions other than calls. */
export async function evaluateElements(
  query: ElementQuery,
  array: Value,
  row: EvaluationRow,
  evaluate: Evaluate,
): Promise<Value> {
  const elements = array === null ? [] : asArray(array);
  const scope = new ElementScope(row, evaluate);
  const next = compileSteps(query, scope);
  const column = scope.compileColumn(query.column.id);
  const result: Value[] = [];
  for (let start = 0; start < elements.length; start += TURN) {
    const end = Math.min(elements.length, start + TURN);
    for (let i = start; i < end; i += 1) if (next(elements[i] ?? null, i)) result.push(column());
    if (end < elements.length) await setImmediate();
    row.signal.throwIfAborted();
  }
  return result;
}

/** Takes an element and its offset through the steps; false when a condition does not hold. */
function compileSteps(query: ElementQuery, scope: ElementScope): (element: Value, offset: number) => boolean {
  const { elementColumn, offsetColumn, steps } = query;
  const setElement = scope.define(elementColumn.id);
  // A bigint for each element is made where something besides the order reads it.
  const setOffset = offsetColumn && readsColumn(query, offsetColumn.id) ? scope.define(offsetColumn.id) : undefined;
  const actions = steps.flatMap((step): (() => boolean)[] => {
    if (step.kind === 'filter') {
      const condition = scope.compile(step.condition);
      return [() => condition() === true];
    }
    return step.computed.map(({ column, expression }) => {
      const compute = scope.compile(expression);
      const set = scope.define(column.id);
      return () => {
        set(compute());
        return true;
      };
    });
  });
  return (element, offset) => {
    setElement(element);
    setOffset?.(BigInt(offset));
    return actions.every((action) => action());
  };
}

function readsColumn(query: ElementQuery, id: number): boolean {
  const isRead = (e: Expression) => e.kind === 'ColumnRef' && e.column.id === id;
  return query.column.id === id || computedByElement(query).some((e) => someExpression(e, isRead));
}

/** The columns of one element after the other, inside those of the row around them. */
class ElementScope implements EvaluationRow {
  readonly evaluation: EvaluationRow['evaluation'];
  readonly signal: AbortSignal;
  readonly #outer: EvaluationRow;
  readonly #evaluate: Evaluate;
  readonly #slots = new Map<number, number>();
  readonly #values: Value[] = [];

  constructor(outer: EvaluationRow, evaluate: Evaluate) {
    this.evaluation = outer.evaluation;
    this.signal = outer.signal;
    this.#outer = outer;
    this.#evaluate = evaluate;
  }

  column(id: number): Value {
    const slot = this.#slots.get(id);
    return slot === undefined ? this.#outer.column(id) : (this.#values[slot] ?? null);
  }

  read(value: LazyValue): Promise<Value> {
    return this.#outer.read(value);
  }

  /** Adds a column; gives what sets it. */
  define(id: number): (value: Value) => void {
    const values = this.#values;
    const slot = values.push(null) - 1;
    this.#slots.set(id, slot);
    return (value) => {
      values[slot] = value;
    };
  }

  compileColumn(id: number): Compiled {
    const slot = this.#slots.get(id);
    if (slot === undefined) {
      const value = this.#outer.column(id);
      return () => value;
    }
    const values = this.#values;
    return () => values[slot] ?? null;
  }

  compile(e: Expression): Compiled {
    switch (e.kind) {
      case 'Literal':
      case 'Parameter': {
        const { value } = e;
        return () => value;
      }
      case 'ColumnRef':
        return this.compileColumn(e.column.id);
      case 'FunctionCall': {
        const evaluate = evaluatorOf(e, [...e.arguments.map((a) => a.type), e.type], this.evaluation);
        const args = e.arguments.map((a) => this.compile(a));
        const [first, second] = args;
        if (first && second && args.length === 2) return () => evaluate(first(), second());
        return () => evaluate(...args.map((arg) => arg()));
      }
      default:
        return () => {
          const value = this.#evaluate(e, this);
          invariant(!(value instanceof Promise), 'what is computed of elements is at hand');
          return value;
        };
    }
  }
}
