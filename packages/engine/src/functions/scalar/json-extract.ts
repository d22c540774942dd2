import type { ScalarFunction, ScalarSignature } from '@bqml-emulator/catalog';
import { invalidQuery } from '@bqml-emulator/common';
import {
  arrayOf,
  formatFloat64,
  INT64,
  isJsonArray,
  isJsonObject,
  JSON_TYPE,
  type JsonNode,
  type SqlType,
  STRING,
  type Value,
} from '@bqml-emulator/types';
import { argument, int, json, text, textOr } from '../arguments.ts';
import { constant, doc, optional, parameter, scalar, signature } from '../definition.ts';
import { followLaxPath, followPath, type JsonPath, parseJsonPath, type PathDialect, stepInto } from './json-path.ts';
import { children, compactText, followTextPath, readDocument, scalarText, type TextNode } from './json-text.ts';

const page = (anchor: string) => doc('json_functions', anchor);

/** A scalar's text; `undefined` for JSON null and containers. */
export function jsonScalarText(node: JsonNode): string | undefined {
  if (node === null || typeof node === 'object') return undefined;
  return typeof node === 'number' ? formatFloat64(node) : String(node);
}

function textNode(args: readonly Value[], dialect: PathDialect): TextNode | undefined {
  const { steps } = parseJsonPath(textOr(args, 1, '$'), dialect);
  const document = readDocument(text(args, 0));
  return document && followTextPath(document, steps);
}

function jsonNode(args: readonly Value[], dialect: PathDialect): JsonNode | undefined {
  return followPath(json(args, 0).json, parseJsonPath(textOr(args, 1, '$'), dialect).steps);
}

const path = optional(STRING);

/** The forms over JSON-formatted text and over JSON. */
const both = (
  dialect: PathDialect,
  resultOfText: SqlType,
  ofText: (node: TextNode) => Value | undefined,
  resultOfJson: SqlType,
  ofJson: (node: JsonNode) => Value | undefined,
): readonly ScalarSignature[] => [
  signature([STRING, path], resultOfText, (args) => {
    const node = textNode(args, dialect);
    return (node && ofText(node)) ?? null;
  }),
  signature([JSON_TYPE, path], resultOfJson, (args) => {
    const node = jsonNode(args, dialect);
    return (node === undefined ? undefined : ofJson(node)) ?? null;
  }),
];

const elementsOfText = (node: TextNode): readonly TextNode[] | undefined =>
  node.kind === 'array' ? Array.from(children(node), ({ value }) => value) : undefined;

/** Scalars' texts with NULL for null; NULL as a whole if an element is a container. */
function scalarsOfText(node: TextNode): Value | undefined {
  const elements = elementsOfText(node);
  if (elements?.some(({ kind }) => kind === 'array' || kind === 'object')) return undefined;
  return elements?.map((element) => scalarText(element) ?? null);
}

function scalarsOfJson(node: JsonNode): Value | undefined {
  if (!isJsonArray(node) || node.some((element) => isJsonArray(element) || isJsonObject(element))) return undefined;
  return node.map((element) => jsonScalarText(element) ?? null);
}

function laxQuery(node: JsonNode, jsonPath: JsonPath): Value {
  return { json: followLaxPath(node, jsonPath) };
}

/** JSON_QUERY of a JSON value takes lax paths too; those are not constant-only. */
const queryJson = signature([JSON_TYPE, path], JSON_TYPE, (args) => {
  const jsonPath = parseJsonPath(textOr(args, 1, '$'), 'standard', true);
  const root = json(args, 0).json;
  if (jsonPath.lax) return laxQuery(root, jsonPath);
  const node = followPath(root, jsonPath.steps);
  return node === undefined ? null : { json: node };
});

/** JSON null is SQL NULL in the text form. */
const queryText = (node: TextNode) => (node.kind === 'null' ? undefined : compactText(node));

const family = (
  names: Readonly<Record<'query' | 'value' | 'queryArray' | 'valueArray', string>>,
  dialect: PathDialect,
): readonly ScalarFunction[] => {
  const query = both(dialect, STRING, queryText, JSON_TYPE, (node) => ({ json: node }));
  return [
    scalar(
      names.query,
      page(names.query.toLowerCase()),
      dialect === 'standard' ? [...query.slice(0, 1), queryJson] : query,
    ),
    scalar(names.value, page(names.value.toLowerCase()), both(dialect, STRING, scalarText, STRING, jsonScalarText)),
    scalar(names.queryArray, page(names.queryArray.toLowerCase()), [
      ...both(
        dialect,
        arrayOf(STRING),
        (node) => elementsOfText(node)?.map(compactText),
        arrayOf(JSON_TYPE),
        (node) => (isJsonArray(node) ? node.map((element) => ({ json: element })) : undefined),
      ),
    ]),
    scalar(
      names.valueArray,
      page(names.valueArray.toLowerCase()),
      both(dialect, arrayOf(STRING), scalarsOfText, arrayOf(STRING), scalarsOfJson),
    ),
  ];
};

const wrap = (node: JsonNode | undefined): Value => (node === undefined ? null : { json: node });

/** Names of members down to a depth; arrays are entered by the mode. */
function keysOf(node: JsonNode, depth: bigint | undefined, mode: string): readonly string[] {
  const keys = new Set<string>();
  const visit = (current: JsonNode, prefix: string, level: bigint, inArray: boolean): void => {
    if (isJsonArray(current)) {
      if (mode === 'strict' || (inArray && mode === 'lax')) return;
      for (const element of current) visit(element, prefix, level, true);
      return;
    }
    if (!isJsonObject(current) || (depth !== undefined && level > depth)) return;
    for (const [key, value] of Object.entries(current)) {
      const quoted = /^[A-Za-z_][A-Za-z0-9_]*$/.test(key) ? key : JSON.stringify(key);
      const name = prefix === '' ? quoted : `${prefix}.${quoted}`;
      keys.add(name);
      visit(value, name, level + 1n, false);
    }
  };
  visit(node, '', 1n, false);
  return [...keys].sort();
}

const flatten = (node: JsonNode): readonly JsonNode[] => (isJsonArray(node) ? node.flatMap(flatten) : [node]);

export const jsonExtractFunctions: readonly ScalarFunction[] = [
  ...family(
    { query: 'JSON_QUERY', value: 'JSON_VALUE', queryArray: 'JSON_QUERY_ARRAY', valueArray: 'JSON_VALUE_ARRAY' },
    'standard',
  ),
  ...family(
    {
      query: 'JSON_EXTRACT',
      value: 'JSON_EXTRACT_SCALAR',
      queryArray: 'JSON_EXTRACT_ARRAY',
      valueArray: 'JSON_EXTRACT_STRING_ARRAY',
    },
    'legacy',
  ),
  scalar('$json_field', doc('operators', 'field_access_operator'), [
    signature([JSON_TYPE, constant(STRING)], JSON_TYPE, (args) => wrap(stepMember(json(args, 0).json, text(args, 1)))),
  ]),
  scalar('$json_subscript', doc('operators', 'json_subscript_operator'), [
    signature([JSON_TYPE, INT64], JSON_TYPE, (args) => {
      const index = int(args, 1);
      return index < 0n ? null : wrap(stepInto(json(args, 0).json, Number(index)));
    }),
    signature([JSON_TYPE, STRING], JSON_TYPE, (args) => wrap(stepMember(json(args, 0).json, text(args, 1)))),
  ]),
  scalar('JSON_KEYS', page('json_keys'), [
    signature(
      [
        JSON_TYPE,
        parameter(INT64, { optional: true, name: 'max_depth' }),
        parameter(STRING, { optional: true, name: 'mode' }),
      ],
      arrayOf(STRING),
      (args) => {
        if (argument(args, 0) === null) return null;
        const depth = argument(args, 1) === null ? undefined : int(args, 1);
        if (depth !== undefined && depth <= 0n) throw invalidQuery('max_depth must be positive.');
        const mode = textOr(args, 2, 'strict').toLowerCase();
        if (mode !== 'strict' && mode !== 'lax' && mode !== 'lax recursive' && mode !== 'recursive lax') {
          throw invalidQuery(`Invalid JSON mode specified: ${mode}`);
        }
        return keysOf(json(args, 0).json, depth, mode);
      },
      { receiveNulls: true },
    ),
  ]),
  scalar('JSON_FLATTEN', page('json_flatten'), [
    signature([JSON_TYPE], arrayOf(JSON_TYPE), (args) => flatten(json(args, 0).json).map((node) => ({ json: node }))),
  ]),
  scalar('JSON_TYPE', page('json_type'), [
    signature([JSON_TYPE], STRING, (args) => {
      const node = json(args, 0).json;
      if (node === null) return 'null';
      if (isJsonArray(node)) return 'array';
      return typeof node === 'bigint' ? 'number' : typeof node;
    }),
  ]),
];

/** A member of an object only: digits do not address arrays here. */
function stepMember(node: JsonNode, key: string): JsonNode | undefined {
  return isJsonObject(node) ? stepInto(node, key) : undefined;
}
