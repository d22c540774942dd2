import type { Collate, StructField, Type, TypeParameterList } from '../ast/index.ts';
import type { TokenCursor } from './cursor.ts';
import { identifierOf, parseIdentifier, parsePath, pathOf } from './identifier.ts';
import {
  parseBytesLiteral,
  parseFloatLiteral,
  parseIntLiteral,
  parseStringLiteral,
  parseStringOrParameter,
} from './literal.ts';

/** type: raw_type type_parameters? collate_clause? */
export function parseType(c: TokenCursor): Type {
  return c.nested(() => {
    const { start } = c.token;
    const raw = parseRawType(c);
    const typeParameters = c.at('(') ? parseTypeParameters(c) : undefined;
    const collate = parseOptionalCollate(c);
    return { ...raw, start, end: c.previousEnd, typeParameters, collate };
  });
}

/** Without type parameters and COLLATE, which `ARRAY<INT64>[...]` and `STRUCT<INT64>(...)` must not read. */
export function parseRawType(c: TokenCursor): Type {
  const { start, symbol } = c.token;
  const tail = { typeParameters: undefined, collate: undefined };
  switch (symbol) {
    case 'ARRAY': {
      c.advance();
      openTypeArguments(c);
      const elementType = parseType(c);
      closeTypeArguments(c);
      return { kind: 'ArrayType', start, end: c.previousEnd, elementType, ...tail };
    }
    case 'STRUCT': {
      c.advance();
      openTypeArguments(c);
      const fields: StructField[] = [];
      if (!c.at('>')) {
        do fields.push(parseStructField(c));
        while (c.take(','));
      }
      closeTypeArguments(c);
      return { kind: 'StructType', start, end: c.previousEnd, fields, ...tail };
    }
    case 'RANGE': {
      c.advance();
      openTypeArguments(c);
      const elementType = parseType(c);
      closeTypeArguments(c);
      return { kind: 'RangeType', start, end: c.previousEnd, elementType, ...tail };
    }
    case 'INTERVAL':
      return {
        kind: 'SimpleType',
        start,
        end: c.token.end,
        typeName: pathOf(identifierOf(c, c.advance())),
        ...tail,
      };
    case 'MAP':
      if (c.peek(1).symbol === '<') {
        c.advance();
        openTypeArguments(c);
        const keyType = parseType(c);
        c.expect(',');
        const valueType = parseType(c);
        closeTypeArguments(c);
        return { kind: 'MapType', start, end: c.previousEnd, keyType, valueType, ...tail };
      }
      break;
    case 'FUNCTION':
      if (c.peek(1).symbol === '<') return parseFunctionType(c);
      break;
  }
  const typeName = parsePath(c);
  return { kind: 'SimpleType', start, end: c.previousEnd, typeName, ...tail };
}

/** function_type: "FUNCTION" "<" (type | "(" types ")") "->" type ">" */
function parseFunctionType(c: TokenCursor): Type {
  const { start } = c.advance();
  openTypeArguments(c);
  const argumentsStart = c.token.start;
  const types: Type[] = [];
  if (c.take('(')) {
    if (!c.at(')')) {
      do types.push(parseType(c));
      while (c.take(','));
    }
    c.expect(')');
  } else {
    types.push(parseType(c));
  }
  const argumentsEnd = c.previousEnd;
  c.expect('->');
  const returnType = parseType(c);
  closeTypeArguments(c);
  return {
    kind: 'FunctionType',
    start,
    end: c.previousEnd,
    argumentTypes: { kind: 'FunctionTypeArgList', start: argumentsStart, end: argumentsEnd, types },
    returnType,
    typeParameters: undefined,
    collate: undefined,
  };
}

function parseStructField(c: TokenCursor): StructField {
  const { start } = c.token;
  const name = startsNamedField(c) ? parseIdentifier(c) : undefined;
  const type = parseType(c);
  return { kind: 'StructField', start, end: c.previousEnd, name, type };
}

/** Whether an identifier is a name before a type, not the type itself. */
export function startsNamedField(c: TokenCursor): boolean {
  if (!c.atIdentifier()) return false;
  const next = c.peek(1);
  return (
    c.atIdentifier(1) ||
    next.symbol === 'ARRAY' ||
    next.symbol === 'STRUCT' ||
    next.symbol === 'RANGE' ||
    next.symbol === 'INTERVAL'
  );
}

export function openTypeArguments(c: TokenCursor): void {
  c.expect('<');
  c.typeDepth++;
}

export function closeTypeArguments(c: TokenCursor): void {
  c.expect('>');
  c.typeDepth--;
}

/** type_parameters: "(" type_parameter ("," type_parameter)* ")" */
export function parseTypeParameters(c: TokenCursor): TypeParameterList {
  const { start } = c.expect('(');
  const parameters = [parseTypeParameter(c)];
  while (c.at(',')) {
    const comma = c.advance();
    if (c.at(')')) c.fail('Syntax error: Trailing comma in type parameter list is not allowed.', comma.start);
    parameters.push(parseTypeParameter(c));
  }
  const end = c.previousEnd;
  c.expect(')', ',');
  return { kind: 'TypeParameterList', start, end, parameters };
}

function parseTypeParameter(c: TokenCursor): TypeParameterList['parameters'][number] {
  const { token } = c;
  const { start, end, text } = token;
  switch (token.type) {
    case 'integer':
      return parseIntLiteral(c);
    case 'float':
      return parseFloatLiteral(c);
    case 'string':
      return parseStringLiteral(c);
    case 'bytes':
      return parseBytesLiteral(c);
    default:
      if (c.take('MAX')) return { kind: 'MaxLiteral', start, end, text };
      if (c.take('TRUE')) return { kind: 'BooleanLiteral', start, end, text, value: true };
      if (c.take('FALSE')) return { kind: 'BooleanLiteral', start, end, text, value: false };
      return c.unexpected();
  }
}

export function parseOptionalCollate(c: TokenCursor): Collate | undefined {
  const { start } = c.token;
  if (!c.take('COLLATE')) return undefined;
  const name = parseStringOrParameter(c);
  return { kind: 'Collate', start, end: c.previousEnd, name };
}
