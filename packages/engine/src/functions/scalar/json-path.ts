import { invalidQuery } from '@bqml-emulator/common';
import { isJsonArray, isJsonObject, type JsonNode } from '@bqml-emulator/types';

/** JSONPath as GoogleSQL reads it. https://cloud.google.com/bigquery/docs/reference/standard-sql/json_functions#JSONPath_format */
export type PathStep = string | number;

export interface JsonPath {
  readonly steps: readonly PathStep[];
  /** `lax`: a member of an array's elements may be asked of the array. */
  readonly lax: boolean;
  /** `lax recursive`: of nested arrays too. */
  readonly recursive: boolean;
}

/**
 * `standard` escapes a member as ."a.b", `legacy` (JSON_EXTRACT and its siblings) as ['a.b'] or [a].
 */
export type PathDialect = 'standard' | 'legacy';

const cache = new Map<string, JsonPath>();

function tokenError(path: string, at: number): Error {
  return invalidQuery(`Invalid token in JSONPath at: ${path.slice(at)}`);
}

const MODIFIERS = /^(?:(?:lax|recursive)\s+)+/i;

function readModifiers(
  path: string,
  allowed: boolean,
): { readonly lax: boolean; readonly recursive: boolean; readonly rest: string } {
  const match = MODIFIERS.exec(path);
  if (!match) {
    if (!path.startsWith('$')) throw invalidQuery("JSONPath must start with '$'");
    return { lax: false, recursive: false, rest: path };
  }
  const words = match[0].trim().toLowerCase().split(/\s+/);
  const rest = path.slice(match[0].length);
  if (!allowed) throw invalidQuery("JSONPath must start with '$'");
  if (new Set(words).size !== words.length || !rest.startsWith('$')) {
    throw invalidQuery("JSONPath must start with zero or more unique modifiers followed by '$'");
  }
  const lax = words.includes('lax');
  const recursive = words.includes('recursive');
  if (recursive && !lax) {
    throw invalidQuery(
      "JSONPath has an invalid combination of modifiers. The 'lax' modifier must be included if 'recursive' is specified.",
    );
  }
  return { lax, recursive, rest };
}

function readSteps(path: string, dialect: PathDialect): readonly PathStep[] {
  const steps: PathStep[] = [];
  let at = 1;
  while (at < path.length) {
    const rest = path.slice(at);
    const index = /^\[\s*([0-9]+)\s*\]/.exec(rest);
    const member = /^\.([^.[\]"'\s]+)/u.exec(rest);
    const quoted =
      dialect === 'standard' ? /^\."((?:[^"\\]|\\.)*)"/.exec(rest) : /^\[\s*'((?:[^'\\]|\\.)*)'\s*\]/.exec(rest);
    const bare = dialect === 'legacy' ? /^\[\s*([^'"\]]+?)\s*\]/.exec(rest) : null;
    const match = index ?? member ?? quoted ?? bare;
    if (!match) {
      if (/^\[\s*-/.test(rest)) throw invalidQuery(`Invalid array index in JSONPath: ${path}`);
      throw tokenError(path, at);
    }
    const text = match[1] ?? '';
    steps.push(index ? Number(text) : match === quoted ? text.replace(/\\(.)/g, '$1') : text);
    at += match[0].length;
  }
  return steps;
}

export function parseJsonPath(path: string, dialect: PathDialect, modifiers = false): JsonPath {
  const key = `${dialect}${modifiers ? '+' : '-'}${path}`;
  const known = cache.get(key);
  if (known) return known;
  if (/\*/.test(path)) throw invalidQuery(`Unsupported operator in JSONPath: *`);
  const { lax, recursive, rest } = readModifiers(path, modifiers);
  const parsed: JsonPath = { steps: readSteps(rest, dialect), lax, recursive };
  if (cache.size > 500) cache.clear();
  cache.set(key, parsed);
  return parsed;
}

/** One step; a member named by digits may address an array, as GoogleSQL allows. */
export function stepInto(node: JsonNode, step: PathStep): JsonNode | undefined {
  if (isJsonArray(node)) {
    const index = typeof step === 'number' ? step : /^[0-9]+$/.test(step) ? Number(step) : undefined;
    return index === undefined ? undefined : node[index];
  }
  if (!isJsonObject(node)) return undefined;
  const key = String(step);
  return typeof step === 'string' && Object.hasOwn(node, key) ? node[key] : undefined;
}

/** The node at the path; `undefined` where it does not lead. */
export function followPath(node: JsonNode, steps: readonly PathStep[]): JsonNode | undefined {
  let current: JsonNode | undefined = node;
  for (const step of steps) {
    if (current === undefined) return undefined;
    current = stepInto(current, step);
  }
  return current;
}

/** All nodes that a lax path reaches, in order. */
export function followLaxPath(node: JsonNode, { steps, recursive }: JsonPath): readonly JsonNode[] {
  let nodes: readonly JsonNode[] = [node];
  for (const step of steps) {
    nodes = nodes.flatMap((current) => {
      const inputs =
        typeof step === 'number' ? [current] : isJsonArray(current) ? unwrap(current, recursive) : [current];
      return inputs.flatMap((input) => {
        // Scalars and objects are arrays of one where an index is asked for.
        if (typeof step === 'number' && !isJsonArray(input)) return step === 0 ? [input] : [];
        const found = stepInto(input, step);
        return found === undefined ? [] : [found];
      });
    });
  }
  return nodes;
}

const unwrap = (nodes: readonly JsonNode[], recursive: boolean): readonly JsonNode[] =>
  recursive ? nodes.flatMap((node) => (isJsonArray(node) ? unwrap(node, true) : [node])) : nodes;
