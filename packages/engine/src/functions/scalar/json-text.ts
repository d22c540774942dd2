import { JsonSyntaxError, parseJson } from '@bqml-emulator/types';
import type { PathStep } from './json-path.ts';

/**
 * JSON in a STRING keeps the order of its members and the spelling of its numbers, so these functions work on the
 * text: a node is a span of it. Malformed text has no nodes.
 */
export interface TextNode {
  readonly text: string;
  readonly kind: 'object' | 'array' | 'string' | 'scalar' | 'null';
}

const BLANK = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\]|\\[\s\S])*"/y;
const SCALAR = /[^\s,\]}]+/y;

/** Index behind what the sticky pattern matches at `at`; `at` itself if it does not. */
function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

/** Index behind the value that begins at `at`; the text is valid JSON. */
function endOfValue(text: string, at: number): number {
  const char = text.charAt(at);
  if (char === '"') return skip(STRING, text, at);
  if (char !== '{' && char !== '[') return skip(SCALAR, text, at);
  let depth = 0;
  for (let i = at; i < text.length;) {
    const c = text.charAt(i);
    if (c === '"') {
      i = skip(STRING, text, i);
      continue;
    }
    if (c === '{' || c === '[') depth++;
    if (c === '}' || c === ']') depth--;
    i++;
    if (depth === 0) return i;
  }
  return text.length;
}

function nodeAt(text: string): TextNode {
  const char = text.charAt(0);
  const kind =
    char === '{' ? 'object' : char === '[' ? 'array' : char === '"' ? 'string' : text === 'null' ? 'null' : 'scalar';
  return { text, kind };
}

/** The whole document; `undefined` if it is not JSON. */
export function readDocument(text: string): TextNode | undefined {
  try {
    parseJson(text, { roundNumbers: true });
  } catch (error) {
    if (error instanceof JsonSyntaxError) return undefined;
    throw error;
  }
  return nodeAt(text.slice(skip(BLANK, text, 0)).trimEnd());
}

/** Elements of an array, or members of an object with their keys. */
export function* children(node: TextNode): Generator<{ readonly key: string | undefined; readonly value: TextNode }> {
  if (node.kind !== 'array' && node.kind !== 'object') return;
  const { text } = node;
  let at = skip(BLANK, text, 1);
  while (at < text.length - 1) {
    let key: string | undefined;
    if (node.kind === 'object') {
      const end = skip(STRING, text, at);
      key = JSON.parse(text.slice(at, end)) as string;
      at = skip(BLANK, text, skip(BLANK, text, end) + 1);
    }
    const end = endOfValue(text, at);
    yield { key, value: nodeAt(text.slice(at, end)) };
    at = skip(BLANK, text, end);
    if (text.charAt(at) === ',') at = skip(BLANK, text, at + 1);
  }
}

export function followTextPath(node: TextNode, steps: readonly PathStep[]): TextNode | undefined {
  let current: TextNode | undefined = node;
  for (const step of steps) {
    if (!current) return undefined;
    let found: TextNode | undefined;
    let index = 0;
    const wanted = current.kind === 'array' && typeof step === 'string' && /^[0-9]+$/.test(step) ? Number(step) : step;
    for (const { key, value } of children(current)) {
      if (current.kind === 'array' ? index === wanted : key === wanted) {
        found = value;
        break;
      }
      index++;
    }
    current = found;
  }
  return current;
}

/** Without blanks between tokens. */
export function compactText(node: TextNode): string {
  return node.text.replace(/("(?:[^"\\]|\\[\s\S])*")|[ \t\n\r]+/g, (_, quoted?: string) =>
    quoted === undefined ? '' : JSON.stringify(JSON.parse(quoted)),
  );
}

/** The text of a string without quotes, of another scalar as it is written; `undefined`: not a scalar, or null. */
export function scalarText(node: TextNode): string | undefined {
  if (node.kind === 'string') return JSON.parse(node.text) as string;
  return node.kind === 'scalar' ? node.text : undefined;
}
