import { unreachable } from '@bqml-emulator/common';
import type * as sql from '@bqml-emulator/sql';
import {
  BIGNUMERIC,
  BOOL,
  BYTES,
  INT64,
  JSON_TYPE,
  NUMERIC,
  STRING,
  formatLiteral,
  parseValue,
  timeZone,
} from '@bqml-emulator/types';
import type { SqlType, Value } from '@bqml-emulator/types';
import type { Expression, Literal } from '../logical/index.ts';
import type { Analysis } from './analysis.ts';
import { explicitLiteral, floatLiteral, untypedNull } from './coerce.ts';
import { resolveType } from './resolve-type.ts';

const literal = (type: SqlType, value: Value): Literal => ({ kind: 'Literal', type, value });

const MAX_INT64 = 2n ** 63n - 1n;

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/lexical#literals */
export function resolveLiteral(analysis: Analysis, node: sql.Literal): Expression {
  switch (node.kind) {
    case 'IntLiteral':
      return resolveInteger(analysis, node, false);
    case 'FloatLiteral':
      return resolveFloat(analysis, node, false);
    case 'BooleanLiteral':
      return literal(BOOL, node.value);
    case 'NullLiteral':
      return untypedNull();
    case 'StringLiteral':
      return literal(STRING, node.value);
    case 'BytesLiteral':
      return literal(BYTES, node.value);
    case 'NumericLiteral':
      return parsed(analysis, node, NUMERIC, 'text');
    case 'BigNumericLiteral':
      return parsed(analysis, node, BIGNUMERIC, 'text');
    case 'JSONLiteral':
      return parsed(analysis, node, JSON_TYPE, 'plain');
    case 'DateOrTimeLiteral':
      return parsed(analysis, node, { kind: node.typeKind }, 'plain');
    case 'RangeLiteral':
      return parsed(analysis, node, resolveType(analysis, node.type), 'plain');
    default:
      return unreachable(node);
  }
}

/** `-9223372036854775808` is one literal, so the sign comes with it. */
export function resolveInteger(analysis: Analysis, node: sql.IntLiteral, negative: boolean): Expression {
  const value = negative ? -BigInt(node.text) : BigInt(node.text);
  if (value <= MAX_INT64 && value >= -MAX_INT64 - 1n) return literal(INT64, value);
  const hex = /^0x/i.test(node.text);
  throw analysis.error(node, `Invalid ${hex ? 'hex ' : ''}integer literal: ${negative ? '-' : ''}${node.text}`);
}

export function resolveFloat(analysis: Analysis, node: sql.FloatLiteral, negative: boolean): Expression {
  const value = Number(node.text);
  if (!Number.isFinite(value)) {
    throw analysis.error(node, `Invalid floating point literal: ${negative ? '-' : ''}${node.text}`);
  }
  const sign = negative ? '-' : '';
  return floatLiteral(negative ? -value : value, sign + node.text);
}

function parsed(
  analysis: Analysis,
  node: sql.SourceRange & { readonly string: sql.StringLiteral },
  type: SqlType,
  message: 'text' | 'plain',
): Expression {
  const value = parseValue(node.string.value, type, timeZone(analysis.context.evaluationContext.timeZone));
  if (value !== undefined) return explicitLiteral(type, value);
  const text = message === 'text' ? `: ${formatLiteral(node.string.value, STRING)}` : '';
  throw analysis.error(node, `Invalid ${type.kind} literal${text}`);
}
