import type * as sql from '@bqml-emulator/sql';
import { arrayOf, typeName } from '@bqml-emulator/types';
import type { SqlType, StructType } from '@bqml-emulator/types';
import type { Expression } from '../logical/index.ts';
import type { Analysis } from './analysis.ts';
import { coerce, commonSupertype, untypedEmptyArray } from './coerce.ts';
import { argumentTypeText } from './function-text.ts';
import type { ExpressionContext } from './expression-context.ts';
import { coerceAt, resolveExpression } from './resolve-expression.ts';
import { resolveType } from './resolve-type.ts';
import { inferredAlias } from './inferred-alias.ts';

/** `[a, b]`, `ARRAY<T>[a, b]`. */
export function resolveArrayConstructor(
  analysis: Analysis,
  node: sql.ArrayConstructor,
  context: ExpressionContext,
): Expression {
  const explicit = node.type && resolveType(analysis, node.type);
  const elements = node.elements.map((e) => resolveExpression(analysis, e, context));
  if (!explicit && elements.length === 0) return untypedEmptyArray();
  const element = explicit?.kind === 'ARRAY' ? explicit.element : elementType(analysis, node, elements);
  const converted = elements.map((value, i) =>
    coerceAt(
      analysis,
      value,
      element,
      node.elements[i] ?? node,
      (wanted, found) => `Array element type ${found} does not coerce to ${wanted}`,
    ),
  );
  return { kind: 'MakeArray', type: arrayOf(element), elements: converted };
}

function elementType(analysis: Analysis, node: sql.ArrayConstructor, elements: readonly Expression[]): SqlType {
  const nested = elements.findIndex((e) => e.type.kind === 'ARRAY');
  if (nested >= 0) {
    const type = typeName(elements[nested]?.type ?? { kind: 'INT64' });
    throw analysis.error(
      node.elements[nested] ?? node,
      `Cannot construct array with element type ${type} because nested arrays are not supported`,
    );
  }
  const type = commonSupertype(elements);
  if (type) return type;
  const types = [...new Set(elements.map(argumentTypeText))].join(', ');
  throw analysis.error(node, `Array elements of types {${types}} do not have a common supertype`);
}

/** `(a, b)`. */
export function resolveStructWithParens(
  analysis: Analysis,
  node: sql.StructConstructorWithParens,
  context: ExpressionContext,
): Expression {
  const fields = node.fields.map((f) => resolveExpression(analysis, f, context));
  return {
    kind: 'MakeStruct',
    type: { kind: 'STRUCT', fields: fields.map((f) => ({ name: undefined, type: f.type })) },
    fields,
  };
}

/** `STRUCT(a AS x, b)` and `STRUCT<x INT64, y STRING>(a, b)`. */
export function resolveStructConstructor(
  analysis: Analysis,
  node: sql.StructConstructorWithKeyword,
  context: ExpressionContext,
): Expression {
  const explicit = node.type && resolveType(analysis, node.type);
  const fields = node.fields.map((f) => resolveExpression(analysis, f.expression, context));
  if (explicit?.kind === 'STRUCT') return typedStruct(analysis, node, explicit, fields);
  const names = node.fields.map((f) => f.alias?.identifier.name ?? inferredAlias(f.expression));
  return {
    kind: 'MakeStruct',
    type: { kind: 'STRUCT', fields: fields.map((f, i) => ({ name: names[i], type: f.type })) },
    fields,
  };
}

function typedStruct(
  analysis: Analysis,
  node: sql.StructConstructorWithKeyword,
  type: StructType,
  fields: readonly Expression[],
): Expression {
  if (fields.length !== type.fields.length) {
    throw analysis.error(
      node,
      `STRUCT type has ${type.fields.length} fields but constructor call has ${fields.length} fields`,
    );
  }
  const converted = fields.map((value, i) => {
    const argument = node.fields[i];
    const at = argument ?? node;
    if (argument?.alias) {
      throw analysis.error(at, 'STRUCT constructors cannot specify both an explicit type and field aliases');
    }
    const wanted = type.fields[i]?.type ?? value.type;
    const result = coerce(value, wanted, (message) => analysis.error(at, message));
    if (result) return result;
    const name = type.fields[i]?.name;
    throw analysis.error(
      at,
      `Struct field ${i + 1}${name === undefined ? '' : ` (${name})`} has type ${argumentTypeText(value)} which does not coerce to ${typeName(wanted)}`,
    );
  });
  return { kind: 'MakeStruct', type, fields: converted };
}
