import { unreachable } from '@bqml-emulator/common';
import type { ColumnSchema } from '@bqml-emulator/catalog';
import { textOf } from '@bqml-emulator/sql';
import type * as sql from '@bqml-emulator/sql';
import { structOf, typeName } from '@bqml-emulator/types';
import type { SqlType } from '@bqml-emulator/types';
import type { Analysis } from './analysis.ts';
import { defaultMismatch } from './column-default.ts';
import { scalarContext } from './expression-context.ts';
import { identifierText } from './identifier-text.ts';
import { NameScope } from './name-scope.ts';
import { resolveAs } from './resolve-expression.ts';
import { resolveOptions } from './resolve-options.ts';
import { arrayType, rangeType, resolveTypeName } from './resolve-type.ts';
import { COLUMN_OPTIONS } from './statement-options.ts';
import { WithScope } from './with-scope.ts';

/** A column as it is when only its type is known: the result of a query, a field of a value. */
export function columnSchemaOf(name: string, type: SqlType, storage: ColumnSchema['storage'] = 'inline'): ColumnSchema {
  const struct = type.kind === 'ARRAY' ? type.element : type;
  return {
    name,
    type,
    mode: type.kind === 'ARRAY' ? 'REPEATED' : 'NULLABLE',
    description: undefined,
    maxLength: undefined,
    precision: undefined,
    scale: undefined,
    defaultExpression: undefined,
    nested:
      struct.kind === 'STRUCT'
        ? struct.fields.map((f, i) => columnSchemaOf(f.name ?? `_field_${i + 1}`, f.type))
        : undefined,
    storage,
  };
}

/** The column list of CREATE TABLE. */
export function resolveTableElements(analysis: Analysis, list: sql.TableElementList): readonly ColumnSchema[] {
  const names = new Set<string>();
  return list.elements.map((element) => {
    if (element.kind !== 'ColumnDefinition') throw analysis.notImplemented(element, element.kind);
    const { name } = element.name;
    if (names.has(name.toLowerCase())) {
      throw analysis.error(element.name, `CREATE TABLE has columns with duplicate name ${identifierText(name)}`);
    }
    names.add(name.toLowerCase());
    return resolveColumn(analysis, name, element.schema);
  });
}

function resolveColumn(analysis: Analysis, name: string, node: sql.ColumnSchema): ColumnSchema {
  if (node.collate) throw analysis.notImplemented(node.collate, 'COLLATE');
  if (node.generated) throw analysis.notImplemented(node.generated, node.generated.kind);
  const { type, nested } = resolveColumnType(analysis, node);
  const parameters = typeParameters(analysis, node);
  const required = (node.attributes?.attributes ?? []).some((attribute) => {
    if (attribute.kind === 'NotNullColumnAttribute') return true;
    throw analysis.notImplemented(attribute, attribute.kind);
  });
  if (required && type.kind === 'ARRAY') {
    throw analysis.error(node, 'NOT NULL constraint is not supported for fields of type ARRAY');
  }
  const options = resolveOptions(analysis, node.options, COLUMN_OPTIONS);
  const description = options.find((o) => o.name === 'description')?.value;
  return {
    name,
    type,
    mode: type.kind === 'ARRAY' ? 'REPEATED' : required ? 'REQUIRED' : 'NULLABLE',
    description: typeof description === 'string' ? description : undefined,
    ...parameters,
    defaultExpression: node.default && defaultText(analysis, node.default, name, type),
    nested,
    storage: 'inline',
  };
}

/** A default is kept as it was written; it has to make sense when the table is created. */
function defaultText(analysis: Analysis, node: sql.Expression, name: string, type: SqlType): string {
  const context = scalarContext(NameScope.empty(), new WithScope(), 'a column default expression');
  resolveAs(analysis, node, type, context, (wanted, found) => defaultMismatch(name, wanted, found));
  return textOf(analysis.context.sql, node);
}

interface ColumnType {
  readonly type: SqlType;
  readonly nested: readonly ColumnSchema[] | undefined;
}

function resolveColumnType(analysis: Analysis, node: sql.ColumnSchema): ColumnType {
  switch (node.kind) {
    case 'SimpleColumnSchema':
      return { type: resolveTypeName(analysis, node.typeName), nested: undefined };
    case 'ArrayColumnSchema': {
      const element = resolveColumnType(analysis, node.element);
      return { type: arrayType(analysis, node, element.type), nested: element.nested };
    }
    case 'RangeColumnSchema':
      return { type: rangeType(analysis, node, resolveColumnType(analysis, node.element).type), nested: undefined };
    case 'StructColumnSchema': {
      const nested = node.fields.map((f) => {
        if (!f.name) throw analysis.error(f, 'STRUCT fields of a column must have a name');
        return resolveColumn(analysis, f.name.name, f.schema);
      });
      return { type: structOf(nested.map(({ name, type }) => ({ name, type }))), nested };
    }
    case 'InferredTypeColumnSchema':
      throw analysis.notImplemented(node, node.kind);
    default:
      return unreachable(node);
  }
}

/** `STRING(10)`, `NUMERIC(10, 2)`; those of an ARRAY are those of its element. */
function typeParameters(
  analysis: Analysis,
  node: sql.ColumnSchema,
): Pick<ColumnSchema, 'maxLength' | 'precision' | 'scale'> {
  if (node.kind === 'ArrayColumnSchema') return typeParameters(analysis, node.element);
  const none = { maxLength: undefined, precision: undefined, scale: undefined };
  const list = node.typeParameters;
  if (!list) return none;
  const numbers = list.parameters.map((p) => {
    if (p.kind === 'IntLiteral') return Number(p.text);
    throw analysis.error(p, 'Type parameters must be integers');
  });
  const [first, second = 0] = numbers;
  const type = node.kind === 'SimpleColumnSchema' ? resolveTypeName(analysis, node.typeName) : undefined;
  switch (type?.kind) {
    case 'STRING':
    case 'BYTES':
      if (numbers.length !== 1) throw analysis.error(list, `${type.kind} type can only have one parameter`);
      return { ...none, maxLength: first };
    case 'NUMERIC':
    case 'BIGNUMERIC':
      if (numbers.length > 2) throw analysis.error(list, `${type.kind} type can only have 1 or 2 parameters`);
      return { ...none, precision: first, scale: second };
    default:
      throw analysis.error(list, `${type ? typeName(type) : 'The type'} does not support type parameters`);
  }
}
