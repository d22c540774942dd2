import type {
  BytesLiteral,
  BytesLiteralComponent,
  FloatLiteral,
  IntLiteral,
  ParameterExpression,
  StringLiteral,
  StringLiteralComponent,
  SystemVariableExpr,
  ParameterExpr,
} from '../ast/index.ts';
import { decodeBytes, decodeString, type EscapeError } from '../text-literal.ts';
import type { Token } from '../token.ts';
import type { TokenCursor } from './cursor.ts';
import { identifierOf, parsePath } from './identifier.ts';

function failEscape(c: TokenCursor, token: Token, error: EscapeError): never {
  c.fail(`Syntax error: ${error.detail}`, token.start + Buffer.byteLength(token.text.slice(0, error.index)));
}

function stringComponent(c: TokenCursor): StringLiteralComponent {
  const token = c.advance();
  const value = decodeString(token.text);
  if (typeof value !== 'string') failEscape(c, token, value);
  return { kind: 'StringLiteralComponent', start: token.start, end: token.end, text: token.text, value };
}

function bytesComponent(c: TokenCursor): BytesLiteralComponent {
  const token = c.advance();
  const value = decodeBytes(token.text);
  if (!(value instanceof Uint8Array)) failEscape(c, token, value);
  return { kind: 'BytesLiteralComponent', start: token.start, end: token.end, text: token.text, value };
}

/** Whether a further literal follows; those of the other kind and those that touch are refused. */
function continuesLiteral(c: TokenCursor, kind: 'string' | 'bytes'): boolean {
  const { type } = c.token;
  if (type !== 'string' && type !== 'bytes') return false;
  if (type !== kind) {
    c.fail('Syntax error: string and bytes literals cannot be concatenated.');
  }
  if (c.touchesPrevious()) {
    c.fail(`Syntax error: concatenated ${kind} literals must be separated by whitespace or comments`);
  }
  return true;
}

/** string_literal: one or more adjacent strings. */
export function parseStringLiteral(c: TokenCursor): StringLiteral {
  if (c.token.type !== 'string') c.expected('string literal');
  const first = stringComponent(c);
  const components = [first];
  let { value } = first;
  while (continuesLiteral(c, 'string')) {
    const component = stringComponent(c);
    components.push(component);
    value += component.value;
  }
  return { kind: 'StringLiteral', start: first.start, end: c.previousEnd, components, value };
}

export function parseBytesLiteral(c: TokenCursor): BytesLiteral {
  const first = bytesComponent(c);
  const components = [first];
  while (continuesLiteral(c, 'bytes')) components.push(bytesComponent(c));
  const value = components.length === 1 ? first.value : Buffer.concat(components.map((part) => part.value));
  return { kind: 'BytesLiteral', start: first.start, end: c.previousEnd, components, value: Uint8Array.from(value) };
}

export function parseIntLiteral(c: TokenCursor): IntLiteral {
  if (c.token.type !== 'integer') c.expected('integer literal');
  const { text, start, end } = c.advance();
  return { kind: 'IntLiteral', start, end, text };
}

export function parseFloatLiteral(c: TokenCursor): FloatLiteral {
  const { text, start, end } = c.advance();
  return { kind: 'FloatLiteral', start, end, text };
}

/** "@" identifier | "?" */
export function parseParameter(c: TokenCursor): ParameterExpr {
  const { start } = c.token;
  if (c.take('?')) {
    c.positionalParameters++;
    return {
      kind: 'ParameterExpr',
      start,
      end: c.previousEnd,
      name: undefined,
      position: c.positionalParameters,
    };
  }
  c.expect('@');
  if (c.token.type === 'integer') {
    // `@5` is a hint, and where none may stand the number is not the end of it.
    c.unexpected();
  }
  if (!c.atIdentifier()) c.unexpected();
  const name = identifierOf(c, c.advance());
  return { kind: 'ParameterExpr', start, end: c.previousEnd, name, position: undefined };
}

/** "@@" path_expression */
export function parseSystemVariable(c: TokenCursor): SystemVariableExpr {
  const { start } = c.token;
  c.expect('@@');
  const path = parsePath(c);
  return { kind: 'SystemVariableExpr', start, end: c.previousEnd, path };
}

export const atParameter = (c: TokenCursor): boolean => c.at('@') || c.at('@@') || c.at('?');

export const parseParameterExpression = (c: TokenCursor): ParameterExpression =>
  c.at('@@') ? parseSystemVariable(c) : parseParameter(c);

/** string_literal_or_parameter */
export function parseStringOrParameter(c: TokenCursor): StringLiteral | ParameterExpression {
  if (c.token.type === 'string') return parseStringLiteral(c);
  if (atParameter(c)) return parseParameterExpression(c);
  return c.expected('string literal', '@', '@@');
}
