import type { Parameter, ScalarFunction } from '@bqml-emulator/catalog';
import { invalidQuery, ServiceError } from '@bqml-emulator/common';
import {
  arrayOf,
  asArray,
  asString,
  BOOL,
  isJsonArray,
  isJsonObject,
  JSON_TYPE,
  type JsonNode,
  jsonNodeOf,
  jsonObject,
  type SqlType,
  STRING,
  type Value,
} from '@bqml-emulator/types';
import { argument, boolOr, json, text, textOr } from '../arguments.ts';
import {
  any,
  arrayOfAny,
  doc,
  elementType,
  optional,
  parameter,
  repeated,
  scalar,
  signature,
  typeAt,
} from '../definition.ts';
import { parseJsonPath, type PathStep } from './json-path.ts';

const page = (anchor: string) => doc('json_functions', anchor);

const withMember = (node: { readonly [key: string]: JsonNode }, key: string, value: JsonNode) =>
  jsonObject([...Object.entries(node).filter(([name]) => name !== key), [key, value]]);

function withElement(node: readonly JsonNode[], index: number, value: JsonNode): readonly JsonNode[] {
  const copy = [...node];
  while (copy.length < index) copy.push(null);
  copy[index] = value;
  return copy;
}

/** The empty container that a step goes into. */
const containerFor = (step: PathStep): JsonNode => (typeof step === 'number' ? [] : jsonObject([]));

/**
 * A copy where `change` replaced the node at the path. `create`: JSON null and missing nodes on the way become
 * containers. A path through a node of another kind changes nothing.
 */
function updateAt(
  node: JsonNode | undefined,
  steps: readonly PathStep[],
  create: boolean,
  change: (node: JsonNode | undefined) => JsonNode | undefined,
): JsonNode | undefined {
  const [step, ...rest] = steps;
  if (step === undefined) return change(node);
  const container = create && (node === undefined || node === null) ? containerFor(step) : node;
  if (container === undefined || container === null) return undefined;
  if (typeof step === 'number') {
    if (!isJsonArray(container) || (!create && step >= container.length)) return undefined;
    const child = updateAt(container[step], rest, create, change);
    return child === undefined ? undefined : withElement(container, step, child);
  }
  if (!isJsonObject(container)) return undefined;
  const present = Object.hasOwn(container, step);
  if (!create && !present) return undefined;
  const child = updateAt(present ? container[step] : undefined, rest, create, change);
  return child === undefined ? undefined : withMember(container, step, child);
}

function removeAt(node: JsonNode, steps: readonly PathStep[]): JsonNode {
  const last = steps.at(-1);
  if (last === undefined) throw invalidQuery("The JSONPath cannot be '$'");
  const removed = updateAt(node, steps.slice(0, -1), false, (parent) => {
    if (parent === undefined) return undefined;
    if (typeof last === 'number') return isJsonArray(parent) ? parent.filter((_, i) => i !== last) : undefined;
    return isJsonObject(parent) ? jsonObject(Object.entries(parent).filter(([key]) => key !== last)) : undefined;
  });
  return removed ?? node;
}

/** Elements put into the array at the path, at the index that is its last step. */
function insertAt(node: JsonNode, steps: readonly PathStep[], values: readonly JsonNode[]): JsonNode {
  const last = steps.at(-1);
  if (typeof last !== 'number') return node;
  const inserted = updateAt(node, steps.slice(0, -1), true, (target) => {
    const array = target === undefined || target === null ? [] : target;
    if (!isJsonArray(array)) return undefined;
    const padded = [...array];
    while (padded.length < last) padded.push(null);
    return [...padded.slice(0, last), ...values, ...padded.slice(last)];
  });
  return inserted ?? node;
}

function appendAt(node: JsonNode, steps: readonly PathStep[], values: readonly JsonNode[]): JsonNode {
  const appended = updateAt(node, steps, false, (target) => {
    if (target === null) return values;
    return target !== undefined && isJsonArray(target) ? [...target, ...values] : undefined;
  });
  return appended ?? node;
}

function stripNulls(node: JsonNode, arrays: boolean, removeEmpty: boolean): JsonNode | undefined {
  if (node === null) return undefined;
  if (isJsonArray(node)) {
    const elements = node.flatMap((element) => {
      const stripped = stripNulls(element, arrays, removeEmpty);
      return stripped === undefined ? (arrays ? [] : [null]) : [stripped];
    });
    return removeEmpty && elements.length === 0 ? undefined : elements;
  }
  if (!isJsonObject(node)) return node;
  const members = Object.entries(node).flatMap(([key, value]): [string, JsonNode][] => {
    const stripped = stripNulls(value, arrays, removeEmpty);
    return stripped === undefined ? [] : [[key, stripped]];
  });
  return removeEmpty && members.length === 0 ? undefined : jsonObject(members);
}

const encode = (value: Value, type: SqlType): JsonNode => jsonNodeOf(value, type, { stringifyWideNumbers: false });

/** As `encode`, for a part of what the function `name` makes. */
function encodeFor(name: string, value: Value, type: SqlType): JsonNode {
  try {
    return encode(value, type);
  } catch (error) {
    throw error instanceof ServiceError ? invalidQuery(`Invalid input to ${name}: ${error.message}`) : error;
  }
}

/** The most pairs of path (or key) and value that a call may have. */
const MAX_PAIRS = 16;

/** Arguments of any types: each has a variable of its own. */
const pairs = (count: number): readonly Parameter[] =>
  Array.from({ length: count }, (_, i) => [parameter(STRING), parameter(any(`T${i + 1}`))]).flat();

const pairCounts = Array.from({ length: MAX_PAIRS }, (_, i) => i + 1);

/** A function of a document, pairs of path and value, and a flag. */
const mutator = (
  name: string,
  flagName: string,
  apply: (flag: boolean) => (node: JsonNode, steps: readonly PathStep[], value: Value, type: SqlType) => JsonNode,
): ScalarFunction =>
  scalar(
    name,
    page(name.toLowerCase()),
    pairCounts.map((count) =>
      signature(
        [JSON_TYPE, ...pairs(count), parameter(BOOL, { optional: true, name: flagName })],
        JSON_TYPE,
        (args, types) => applyPairs(args, types, count * 2 + 1, apply(boolOr(args, count * 2 + 1, true))),
        { receiveNulls: true },
      ),
    ),
  );

/** Applies (path, value) pairs in order; a NULL path leaves the document unchanged by that pair. */
function applyPairs(
  args: readonly Value[],
  types: readonly SqlType[],
  end: number,
  apply: (node: JsonNode, steps: readonly PathStep[], value: Value, type: SqlType) => JsonNode,
): Value {
  if (argument(args, 0) === null) return null;
  let node = json(args, 0).json;
  for (let i = 1; i + 1 < end; i += 2) {
    const path = argument(args, i);
    if (path === null) return null;
    node = apply(node, parseJsonPath(asString(path), 'standard').steps, argument(args, i + 1), typeAt(types, i + 1));
  }
  return { json: node };
}

const elementsOf = (value: Value, type: SqlType, each: boolean): readonly JsonNode[] =>
  each && type.kind === 'ARRAY'
    ? value === null
      ? []
      : asArray(value).map((v) => encode(v, type.element))
    : [encode(value, type)];

function makeObject(keys: readonly (string | null)[], values: readonly JsonNode[]): Value {
  return {
    json: jsonObject(
      keys.map((key, i): [string, JsonNode] => {
        if (key === null) throw invalidQuery('Invalid input to JSON_OBJECT: A key cannot be NULL');
        return [key, values[i] ?? null];
      }),
    ),
  };
}

export const jsonModifyFunctions: readonly ScalarFunction[] = [
  mutator('JSON_SET', 'create_if_missing', (create) => (node, steps, value, type) => {
    const replaced = updateAt(node, steps, create, () => encode(value, type));
    return replaced ?? node;
  }),
  mutator(
    'JSON_ARRAY_APPEND',
    'append_each_element',
    (each) => (node, steps, value, type) => appendAt(node, steps, elementsOf(value, type, each)),
  ),
  mutator(
    'JSON_ARRAY_INSERT',
    'insert_each_element',
    (each) => (node, steps, value, type) => insertAt(node, steps, elementsOf(value, type, each)),
  ),
  scalar('JSON_REMOVE', page('json_remove'), [
    signature([JSON_TYPE, STRING, repeated(STRING)], JSON_TYPE, (args) => {
      let node = json(args, 0).json;
      for (let i = 1; i < args.length; i++) node = removeAt(node, parseJsonPath(text(args, i), 'standard').steps);
      return { json: node };
    }),
  ]),
  scalar('JSON_STRIP_NULLS', page('json_strip_nulls'), [
    signature(
      [
        JSON_TYPE,
        parameter(STRING, { optional: true }),
        parameter(BOOL, { optional: true, name: 'include_arrays' }),
        parameter(BOOL, { optional: true, name: 'remove_empty' }),
      ],
      JSON_TYPE,
      (args) => {
        if (argument(args, 0) === null) return null;
        const { steps } = parseJsonPath(textOr(args, 1, '$'), 'standard');
        const root = json(args, 0).json;
        const strip = (node: JsonNode) => stripNulls(node, boolOr(args, 2, true), boolOr(args, 3, false)) ?? null;
        return { json: updateAt(root, steps, false, (node) => (node === undefined ? undefined : strip(node))) ?? root };
      },
      { receiveNulls: true },
    ),
  ]),
  scalar('JSON_ARRAY', page('json_array'), [
    signature(
      Array.from({ length: MAX_PAIRS * 2 }, (_, i) => optional(any(`T${i + 1}`))),
      JSON_TYPE,
      (args, types) => ({ json: args.map((value, i) => encodeFor('JSON_ARRAY', value, typeAt(types, i))) }),
      { receiveNulls: true },
    ),
  ]),
  scalar('JSON_OBJECT', page('json_object'), [
    signature([], JSON_TYPE, () => ({ json: jsonObject([]) })),
    signature(
      [arrayOf(STRING), arrayOfAny('T1')],
      JSON_TYPE,
      (args, types) => {
        if (argument(args, 0) === null)
          throw invalidQuery('Invalid input to JSON_OBJECT: The keys array cannot be NULL');
        if (argument(args, 1) === null)
          throw invalidQuery('Invalid input to JSON_OBJECT: The values array cannot be NULL');
        const keys = asArray(argument(args, 0));
        const values = asArray(argument(args, 1));
        if (keys.length !== values.length) {
          throw invalidQuery('Invalid input to JSON_OBJECT: The number of keys and values must match');
        }
        return makeObject(
          keys.map((key) => (key === null ? null : asString(key))),
          values.map((value) => encodeFor('JSON_OBJECT', value, elementType(types, 1))),
        );
      },
      { receiveNulls: true },
    ),
    ...pairCounts.map((count) =>
      signature(
        pairs(count),
        JSON_TYPE,
        (args, types) => {
          const keys: (string | null)[] = [];
          const values: JsonNode[] = [];
          for (let i = 0; i + 1 < args.length; i += 2) {
            const key = argument(args, i);
            keys.push(key === null ? null : asString(key));
            values.push(encodeFor('JSON_OBJECT', argument(args, i + 1), typeAt(types, i + 1)));
          }
          return makeObject(keys, values);
        },
        { receiveNulls: true },
      ),
    ),
  ]),
];
