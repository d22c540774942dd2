import { invalidQuery, invariant } from '@bqml-emulator/common';
import { BOOL, BYTES, INT64, STRING, arrayOf } from '@bqml-emulator/types';
import type { Value } from '@bqml-emulator/types';
import { expect, test } from 'vitest';
import { builtinFunctions } from '../../src/functions/index.ts';
import type { Expression } from '../../src/logical/index.ts';
import { evaluateValue } from '../../src/physical/evaluator/evaluate-expression.ts';
import type { EvaluationRow } from '../../src/physical/evaluator/evaluate-expression.ts';
import { EVALUATION, call, column, lazyValue, literal, ref } from './plan-builder.ts';

const data = column(1, BYTES);

function row(values: Record<number, Value>, reads: string[] = []): EvaluationRow {
  return {
    column: (id) => values[id] ?? null,
    read: (value) => {
      reads.push('read');
      return value.read();
    },
    evaluation: EVALUATION,
    signal: new AbortController().signal,
  };
}

const fails = call('FAIL', BOOL, [], {
  evaluate: () => {
    throw invalidQuery('must not be evaluated');
  },
});

const TRUE = literal(BOOL, true);
const FALSE = literal(BOOL, false);
const NULL = literal(BOOL, null);

const logical = (operator: 'AND' | 'OR', ...operands: Expression[]): Expression => ({
  kind: 'Logical',
  operator,
  operands,
  type: BOOL,
});

test.each([
  ['FALSE AND error', logical('AND', FALSE, fails), false],
  ['TRUE OR error', logical('OR', TRUE, fails), true],
  ['NULL AND FALSE', logical('AND', NULL, FALSE), false],
  ['NULL AND TRUE', logical('AND', NULL, TRUE), null],
  ['NULL OR TRUE', logical('OR', NULL, TRUE), true],
  ['NULL OR FALSE', logical('OR', NULL, FALSE), null],
])('%s', (_, expression, expected) => {
  expect(evaluateValue(expression, row({}))).toBe(expected);
});

test('an error of an operand that is reached is thrown', () => {
  expect(() => evaluateValue(logical('AND', TRUE, fails), row({}))).toThrow('must not be evaluated');
});

test('a branch that is not reached reads nothing', async () => {
  const length = call('LENGTH', INT64, [ref(data)], { evaluate: ([bytes]) => BigInt((bytes as Uint8Array).length) });
  const guarded: Expression = {
    kind: 'Case',
    branches: [{ when: ref(column(2, BOOL)), then: length }],
    otherwise: literal(INT64, -1n),
    type: INT64,
  };
  const reads: string[] = [];
  const bytes = lazyValue(BYTES, () => Promise.resolve(new Uint8Array(5)));
  expect(await evaluateValue(guarded, row({ 1: bytes, 2: false }, reads))).toBe(-1n);
  expect(reads).toEqual([]);
  expect(await evaluateValue(guarded, row({ 1: bytes, 2: true }, reads))).toBe(5n);
  expect(reads).toEqual(['read']);
});

test('SAFE turns errors of the function into NULL and not those of its arguments', () => {
  const safe = {
    ...call('F', BOOL, [TRUE], {
      evaluate: () => {
        throw invalidQuery('bad');
      },
    }),
    safe: true,
  };
  expect(evaluateValue(safe, row({}))).toBeNull();
  const outer = { ...call('F', BOOL, [fails], { evaluate: () => true }), safe: true };
  expect(() => evaluateValue(outer, row({}))).toThrow('must not be evaluated');
});

test('an element out of bounds', () => {
  const element: Expression = {
    kind: 'ArrayElement',
    array: literal(arrayOf(STRING), ['a', 'b']),
    index: literal(INT64, 2n),
    base: 0,
    safe: false,
    type: STRING,
  };
  expect(() => evaluateValue(element, row({}))).toThrow('Array index 2 is out of bounds');
  expect(evaluateValue({ ...element, safe: true }, row({}))).toBeNull();
  expect(evaluateValue({ ...element, base: 1 }, row({}))).toBe('b');
});

test('IN with NULL in the list', () => {
  const inList = (...values: Value[]): Expression => ({
    kind: 'InList',
    operand: literal(INT64, 1n),
    list: values.map((v) => literal(INT64, v)),
    type: BOOL,
  });
  expect(evaluateValue(inList(2n, null), row({}))).toBeNull();
  expect(evaluateValue(inList(null, 1n), row({}))).toBe(true);
  expect(evaluateValue(inList(2n, 3n), row({}))).toBe(false);
});

test('ARRAY_LENGTH asks a lazy array for its length', async () => {
  const arrayLength = builtinFunctions.find((f) => f.name === 'ARRAY_LENGTH');
  invariant(arrayLength?.kind === 'scalar', 'ARRAY_LENGTH is a scalar function');
  const numbers = column(1, arrayOf(INT64));
  const length = call('ARRAY_LENGTH', INT64, [ref(numbers)], arrayLength.signatures[0] ?? {});
  const unreadable = lazyValue(numbers.type, () => Promise.reject(new Error('read')));
  expect(await evaluateValue(length, row({ 1: { ...unreadable, length: async () => 7 } }))).toBe(7n);
  expect(await evaluateValue(length, row({ 1: lazyValue(numbers.type, async () => [1n, null]) }))).toBe(2n);
  expect(await evaluateValue(length, row({ 1: lazyValue(numbers.type, async () => null) }))).toBeNull();
  expect(evaluateValue(length, row({ 1: null }))).toBeNull();
  expect(evaluateValue(length, row({ 1: [5n] }))).toBe(1n);
});
