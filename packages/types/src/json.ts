import { compareText } from './utf8.ts';
import type { Json, JsonNode } from './value.ts';

/** Why a text is not JSON; the reader's caller decides the message around it. */
export class JsonSyntaxError extends Error {
  override readonly name = 'JsonSyntaxError';
}

const MAX_JSON_DEPTH = 500;
const UINT64_MAX = 2n ** 64n - 1n;
const INT64_MIN = -(2n ** 63n);

type JsonObject = { readonly [key: string]: JsonNode };

export const isJsonArray = (node: JsonNode): node is readonly JsonNode[] => Array.isArray(node);
export const isJsonObject = (node: JsonNode): node is JsonObject =>
  typeof node === 'object' && node !== null && !Array.isArray(node);

/** An object without inherited names, so that a key may be any text. */
export function jsonObject(entries: Iterable<readonly [string, JsonNode]>): JsonObject {
  const object: Record<string, JsonNode> = Object.create(null) as Record<string, JsonNode>;
  // The first of equal keys stays.
  for (const [key, value] of entries) if (!(key in object)) object[key] = value;
  return object;
}

/** Significant digits and exponent, the same for texts of the same value. */
function normalDecimal(text: string): string {
  const match = /^-?([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?$/.exec(text);
  const fraction = match?.[2] ?? '';
  const digits = `${match?.[1] ?? ''}${fraction}`.replace(/^0+/, '');
  const trimmed = digits.replace(/0+$/, '');
  if (trimmed === '') return '0';
  return `${trimmed}e${Number(match?.[3] ?? 0) - fraction.length + digits.length - trimmed.length}`;
}

/** Whether the nearest double, written as JSON writes it, is the number of `text` again. */
export const isExactJsonNumber = (text: string): boolean =>
  normalDecimal(text) === normalDecimal(formatJsonNumber(Number(text)));

class JsonReader {
  readonly #text: string;
  readonly #roundNumbers: boolean;
  readonly #sorted: boolean;
  #at = 0;

  constructor(text: string, roundNumbers: boolean, sorted: boolean) {
    this.#text = text;
    this.#roundNumbers = roundNumbers;
    this.#sorted = sorted;
  }

  read(): JsonNode {
    const node = this.#value(0);
    this.#space();
    if (this.#at < this.#text.length) throw this.#error('end of input');
    return node;
  }

  #error(context: string): JsonSyntaxError {
    const what = this.#at >= this.#text.length ? 'unexpected end of input' : 'invalid literal';
    const last = this.#text.slice(Math.max(0, this.#at - 20), this.#at + 1);
    return new JsonSyntaxError(`syntax error while parsing ${context} - ${what}; last read: '${last}'`);
  }

  #space(): void {
    while (' \t\n\r'.includes(this.#text.charAt(this.#at)) && this.#at < this.#text.length) this.#at++;
  }

  #value(depth: number): JsonNode {
    if (depth > MAX_JSON_DEPTH)
      throw new JsonSyntaxError(`Max nesting of ${MAX_JSON_DEPTH} has been exceeded while parsing JSON document`);
    this.#space();
    const char = this.#text.charAt(this.#at);
    if (char === '{') return this.#object(depth);
    if (char === '[') return this.#array(depth);
    if (char === '"') return this.#string();
    if (char === 't') return this.#word('true', true);
    if (char === 'f') return this.#word('false', false);
    if (char === 'n') return this.#word('null', null);
    return this.#number();
  }

  #word<T extends JsonNode>(word: string, node: T): T {
    if (!this.#text.startsWith(word, this.#at)) throw this.#error('value');
    this.#at += word.length;
    return node;
  }

  #number(): JsonNode {
    const pattern = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (!match) throw this.#error('value');
    const text = match[0];
    this.#at += text.length;
    if (match[1] === undefined && match[2] === undefined && text !== '-0') {
      const integer = BigInt(text);
      if (integer >= INT64_MIN && integer <= UINT64_MAX) return integer;
    }
    const value = Number(text);
    if (!Number.isFinite(value) || (!this.#roundNumbers && !isExactJsonNumber(text))) {
      throw new JsonSyntaxError(`Input number: ${text} cannot round-trip through string representation`);
    }
    return value;
  }

  #string(): string {
    const start = this.#at;
    this.#at++;
    while (this.#at < this.#text.length) {
      const char = this.#text.charAt(this.#at);
      if (char === '\\') this.#at += 2;
      else if (char === '"') {
        this.#at++;
        const quoted = this.#text.slice(start, this.#at);
        try {
          return JSON.parse(quoted) as string;
        } catch (error) {
          if (error instanceof SyntaxError) throw this.#error('value');
          throw error;
        }
      } else this.#at++;
    }
    throw this.#error('value');
  }

  #array(depth: number): JsonNode {
    const elements: JsonNode[] = [];
    this.#at++;
    this.#space();
    if (this.#text.charAt(this.#at) === ']') {
      this.#at++;
      return elements;
    }
    for (;;) {
      elements.push(this.#value(depth + 1));
      this.#space();
      const char = this.#text.charAt(this.#at);
      this.#at++;
      if (char === ']') return elements;
      if (char !== ',') {
        this.#at--;
        throw this.#error('array');
      }
    }
  }

  #object(depth: number): JsonNode {
    const entries: [string, JsonNode][] = [];
    this.#at++;
    this.#space();
    if (this.#text.charAt(this.#at) === '}') {
      this.#at++;
      return jsonObject(entries);
    }
    for (;;) {
      this.#space();
      if (this.#text.charAt(this.#at) !== '"') throw this.#error('object key');
      const key = this.#string();
      this.#space();
      if (this.#text.charAt(this.#at) !== ':') throw this.#error('object separator');
      this.#at++;
      entries.push([key, this.#value(depth + 1)]);
      this.#space();
      const char = this.#text.charAt(this.#at);
      this.#at++;
      if (char === '}') break;
      if (char !== ',') {
        this.#at--;
        throw this.#error('object');
      }
    }
    if (this.#sorted) entries.sort(([a], [b]) => compareText(a, b));
    return jsonObject(entries);
  }
}

/**
 * Reads RFC 8259 text. `roundNumbers`: a number that no double holds exactly is rounded instead of refused.
 * Throws JsonSyntaxError.
 */
export function parseJson(text: string, options: { readonly roundNumbers?: boolean } = {}): Json {
  return { json: new JsonReader(text, options.roundNumbers ?? false, true).read() };
}

function formatJsonNumber(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  if (!Number.isFinite(value))
    return JSON.stringify(Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity');
  const magnitude = Math.abs(value);
  if (Number.isInteger(value) && magnitude < 1e15) return `${value}.0`;
  if (magnitude >= 1e-4 && magnitude < 1e15) return value.toString();
  // The fewest digits that read back as the value.
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  const digits = Math.abs(Number(exponent)).toString().padStart(2, '0');
  return `${mantissa}e${exponent.startsWith('-') ? '-' : '+'}${digits}`;
}

const byKey = ([a]: readonly [string, JsonNode], [b]: readonly [string, JsonNode]) => compareText(a, b);

/** Canonical text: no blanks, keys in code point order. */
export function formatJson(node: JsonNode): string {
  if (node === null) return 'null';
  if (typeof node === 'string') return JSON.stringify(node);
  if (typeof node === 'number') return formatJsonNumber(node);
  if (typeof node === 'boolean' || typeof node === 'bigint') return String(node);
  if (isJsonArray(node)) return `[${node.map(formatJson).join(',')}]`;
  const entries = Object.entries(node).sort(byKey);
  return `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${formatJson(value)}`).join(',')}}`;
}

/** Two blanks a level, a line for each element; empty containers stay on one line. */
export function formatJsonPretty(node: JsonNode, indent = ''): string {
  const inner = `${indent}  `;
  if (node !== null && isJsonArray(node) && node.length > 0) {
    return `[\n${node.map((n) => inner + formatJsonPretty(n, inner)).join(',\n')}\n${indent}]`;
  }
  if (isJsonObject(node) && Object.keys(node).length > 0) {
    const lines = Object.entries(node)
      .sort(byKey)
      .map(([key, value]) => `${inner}${JSON.stringify(key)}: ${formatJsonPretty(value, inner)}`);
    return `{\n${lines.join(',\n')}\n${indent}}`;
  }
  return formatJson(node);
}
