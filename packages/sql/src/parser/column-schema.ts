import type {
  CheckConstraint,
  ColumnAttribute,
  ColumnAttributeList,
  ColumnDefinition,
  ColumnList,
  ColumnSchema,
  Expression,
  ForeignKey,
  ForeignKeyAction,
  ForeignKeyReference,
  GeneratedColumnInfo,
  Identifier,
  IdentityColumnInfo,
  PrimaryKey,
  PrimaryKeyElement,
  StructColumnField,
  TableConstraint,
  TableElement,
  TableElementList,
} from '../ast/index.ts';
import type { TokenCursor } from './cursor.ts';
import { parseExpression } from './expression.ts';
import { identifierOf, parseIdentifier, parseParenthesizedIdentifiers, parsePath, pathOf } from './identifier.ts';
import { parseFloatLiteral, parseIntLiteral, parseStringLiteral } from './literal.ts';
import { parseOptionalOptions } from './option.ts';
import { parseOptionalNullOrder } from './select.ts';
import {
  closeTypeArguments,
  openTypeArguments,
  parseOptionalCollate,
  parseTypeParameters,
  startsNamedField,
} from './type.ts';

/** "(" identifier ("," identifier)* ")" */
export function parseColumnList(c: TokenCursor): ColumnList {
  const { start } = c.token;
  const identifiers = parseParenthesizedIdentifiers(c);
  return { kind: 'ColumnList', start, end: c.previousEnd, identifiers };
}

/** table_element_list: "(" (table_element ("," table_element)* ","?)? ")" */
export function parseTableElementList(c: TokenCursor): TableElementList {
  const { start } = c.expect('(');
  if (c.at(')')) c.fail('A table must define at least one column.');
  const elements: TableElement[] = [parseTableElement(c)];
  while (c.take(',') && !c.at(')')) elements.push(parseTableElement(c));
  c.expect(')', ',');
  return { kind: 'TableElementList', start, end: c.previousEnd, elements };
}

/** Whether the list holds a constraint, which some statements refuse. */
export const hasConstraints = (list: TableElementList): boolean =>
  list.elements.some((element) => element.kind !== 'ColumnDefinition');

const startsKey = (c: TokenCursor, distance = 0) =>
  (c.peek(distance).symbol === 'PRIMARY' || c.peek(distance).symbol === 'FOREIGN') &&
  c.peek(distance + 1).symbol === 'KEY';

function parseTableElement(c: TokenCursor): TableElement {
  if (startsKey(c) || (c.at('CHECK') && c.peek(1).symbol === '(')) return parseConstraint(c, c.token.start, undefined);
  const second = c.peek(1);
  if (c.atIdentifier() && (second.type === 'word' || second.type === 'quoted')) {
    const third = c.peek(2).symbol;
    const fourth = c.peek(3).symbol;
    const isNamed = (third === 'CHECK' && fourth === '(') || (third === 'FOREIGN' && fourth === 'KEY');
    if (isNamed && c.atIdentifier(1)) return parseNamedConstraint(c);
  }
  return parseColumnDefinition(c);
}

/** "CONSTRAINT" identifier constraint; any other word in the place of CONSTRAINT gets a message of its own. */
function parseNamedConstraint(c: TokenCursor): TableConstraint {
  const { start } = c.token;
  const isConstraint = c.at('CONSTRAINT');
  c.advance();
  const name = parseIdentifier(c);
  const constraint = parseConstraint(c, start, name);
  if (!isConstraint) {
    const isCheck = constraint.kind === 'CheckConstraint';
    c.fail(
      isCheck
        ? 'Syntax error: Expected CONSTRAINT for check constraint definition. Check constraints on columns are not supported. Define check constraints as table elements instead'
        : 'Syntax error: Expected CONSTRAINT for foreign key definition',
      start,
    );
  }
  return constraint;
}

/** primary_key_or_table_constraint_spec */
export function parseConstraint(c: TokenCursor, start: number, name: Identifier | undefined): TableConstraint {
  switch (c.token.symbol) {
    case 'PRIMARY':
      return parsePrimaryKey(c, start, name);
    case 'FOREIGN':
      return parseForeignKey(c, start, name);
    default:
      return parseCheck(c, start, name);
  }
}

/** "CHECK" "(" expression ")" enforcement? options? */
function parseCheck(c: TokenCursor, start: number, constraintName: Identifier | undefined): CheckConstraint {
  c.expect('CHECK');
  c.expect('(');
  const expression = parseExpression(c);
  c.expect(')');
  const enforced = parseEnforcement(c);
  const options = parseOptionalOptions(c);
  return { kind: 'CheckConstraint', start, end: c.previousEnd, expression, enforced, options, constraintName };
}

/** "PRIMARY" "KEY" "(" elements? ")" enforcement? options? */
function parsePrimaryKey(c: TokenCursor, start: number, constraintName: Identifier | undefined): PrimaryKey {
  c.expectSequence('PRIMARY', 'KEY');
  const listStart = c.expect('(').start;
  const items: PrimaryKeyElement[] = [];
  if (!c.at(')')) {
    do items.push(parsePrimaryKeyElement(c));
    while (c.take(','));
    c.expect(')', ',');
  } else {
    c.advance();
  }
  const elements =
    items.length > 0
      ? ({ kind: 'PrimaryKeyElementList', start: listStart, end: c.previousEnd, elements: items } as const)
      : undefined;
  const enforced = parseEnforcement(c);
  const options = parseOptionalOptions(c);
  return { kind: 'PrimaryKey', start, end: c.previousEnd, elements, enforced, options, constraintName };
}

function parsePrimaryKeyElement(c: TokenCursor): PrimaryKeyElement {
  const { start } = c.token;
  const column = parseIdentifier(c);
  const { symbol } = c.token;
  const direction = symbol === 'ASC' || symbol === 'DESC' ? symbol : undefined;
  if (direction) c.advance();
  const nullOrder = parseOptionalNullOrder(c);
  return { kind: 'PrimaryKeyElement', start, end: c.previousEnd, column, direction, nullOrder };
}

/** "FOREIGN" "KEY" columns reference enforcement? options? */
function parseForeignKey(c: TokenCursor, start: number, constraintName: Identifier | undefined): ForeignKey {
  c.expectSequence('FOREIGN', 'KEY');
  const columns = parseColumnList(c);
  const partial = parseForeignKeyReference(c);
  const enforced = parseEnforcement(c);
  const reference = { ...partial, enforced };
  const options = parseOptionalOptions(c);
  return { kind: 'ForeignKey', start, end: c.previousEnd, columns, reference, options, constraintName };
}

/** "REFERENCES" path columns match? actions? */
function parseForeignKeyReference(c: TokenCursor): ForeignKeyReference {
  const { start } = c.expect('REFERENCES');
  const table = parsePath(c);
  if (!c.at('(')) c.expected('(', '.');
  const columns = parseColumnList(c);
  let match: ForeignKeyReference['match'];
  if (c.take('MATCH')) {
    if (c.takeSequence('NOT', 'DISTINCT')) match = 'NOT DISTINCT';
    else if (c.take('FULL')) match = 'FULL';
    else {
      c.expect('SIMPLE', 'FULL', 'NOT');
      match = 'SIMPLE';
    }
  }
  let actionsStart = c.token.start;
  let onUpdate: ForeignKeyAction | undefined;
  let onDelete: ForeignKeyAction | undefined;
  let isFirst = true;
  while (c.at('ON')) {
    if (isFirst) actionsStart = c.token.start;
    isFirst = false;
    c.advance();
    if (!onUpdate && c.take('UPDATE')) onUpdate = parseForeignKeyAction(c);
    else if (!onDelete && c.take('DELETE')) onDelete = parseForeignKeyAction(c);
    else c.expected(...(onUpdate ? [] : ['UPDATE']), ...(onDelete ? [] : ['DELETE']));
  }
  if (isFirst) actionsStart = c.previousEnd;
  const actions = { kind: 'ForeignKeyActions', start: actionsStart, end: c.previousEnd, onUpdate, onDelete } as const;
  const end = c.previousEnd;
  return { kind: 'ForeignKeyReference', start, end, table, columns, match, actions, enforced: undefined };
}

function parseForeignKeyAction(c: TokenCursor): ForeignKeyAction {
  if (c.take('NO')) {
    c.expect('ACTION');
    return 'NO ACTION';
  }
  if (c.take('SET')) {
    c.expect('NULL');
    return 'SET NULL';
  }
  if (c.take('RESTRICT')) return 'RESTRICT';
  c.expect('CASCADE', 'NO', 'RESTRICT', 'SET');
  return 'CASCADE';
}

/** "NOT"? "ENFORCED" */
export function parseEnforcement(c: TokenCursor): boolean | undefined {
  if (c.take('ENFORCED')) return true;
  if (c.takeSequence('NOT', 'ENFORCED')) return false;
  return undefined;
}

/** table_column_definition: identifier schema? attributes? options? */
export function parseColumnDefinition(c: TokenCursor): ColumnDefinition {
  const { start } = c.token;
  const name = parseIdentifier(c);
  const schema = parseTableColumnSchema(c);
  return { kind: 'ColumnDefinition', start, end: c.previousEnd, name, schema };
}

const NO_TAIL = {
  typeParameters: undefined,
  collate: undefined,
  generated: undefined,
  default: undefined,
  attributes: undefined,
  options: undefined,
};

const startsGenerated = (c: TokenCursor) =>
  (c.at('GENERATED') && ['AS', 'ALWAYS', 'BY'].includes(c.peek(1).symbol)) || c.at('AS');

/** Whether the column has no type. */
function hasNoType(c: TokenCursor): boolean {
  const { symbol } = c.token;
  if (startsGenerated(c) || c.atEnd()) return true;
  if (symbol === ',' || symbol === ')' || symbol === ';' || symbol === 'NOT') return true;
  return symbol === 'OPTIONS' && c.peek(1).symbol === '(';
}

function parseTableColumnSchema(c: TokenCursor): ColumnSchema {
  const { start } = c.token;
  if (hasNoType(c)) {
    const isEmpty = !startsGenerated(c);
    const generated = isEmpty ? undefined : parseGenerated(c);
    const attributes = parseColumnAttributes(c);
    const options = parseOptionalOptions(c);
    const end = c.previousEnd;
    const schemaStart = isEmpty && !attributes && !options ? end : start;
    return {
      kind: 'InferredTypeColumnSchema',
      start: schemaStart,
      end,
      ...NO_TAIL,
      generated,
      attributes,
      options,
    };
  }
  const inner = parseSchemaInner(c);
  const collate = parseOptionalCollate(c);
  const { generated, value } = parseColumnInfo(c);
  const attributes = parseColumnAttributes(c);
  const options = parseOptionalOptions(c);
  return { ...inner, end: c.previousEnd, collate, generated, default: value, attributes, options };
}

/** field_schema: the type of a nested field, and of ALTER COLUMN ... SET DATA TYPE. */
export function parseFieldSchema(c: TokenCursor): ColumnSchema {
  return c.nested(() => {
    const inner = parseSchemaInner(c);
    const collate = parseOptionalCollate(c);
    const attributes = parseNotNull(c);
    const options = parseOptionalOptions(c);
    return { ...inner, end: c.previousEnd, collate, attributes, options };
  });
}

function parseNotNull(c: TokenCursor): ColumnAttributeList | undefined {
  const { start } = c.token;
  if (!c.at('NOT')) return undefined;
  c.advance();
  c.expect('NULL');
  const end = c.previousEnd;
  return { kind: 'ColumnAttributeList', start, end, attributes: [{ kind: 'NotNullColumnAttribute', start, end }] };
}

/** column_schema_inner: raw_column_schema_inner type_parameters? */
function parseSchemaInner(c: TokenCursor): ColumnSchema {
  const raw = parseRawSchema(c);
  const typeParameters = c.at('(') ? parseTypeParameters(c) : undefined;
  return { ...raw, end: c.previousEnd, typeParameters };
}

function parseRawSchema(c: TokenCursor): ColumnSchema {
  const { start, symbol } = c.token;
  switch (symbol) {
    case 'ARRAY':
    case 'RANGE': {
      c.advance();
      openTypeArguments(c);
      const element = parseFieldSchema(c);
      closeTypeArguments(c);
      const kind = symbol === 'ARRAY' ? 'ArrayColumnSchema' : 'RangeColumnSchema';
      return { kind, start, end: c.previousEnd, ...NO_TAIL, element };
    }
    case 'STRUCT': {
      c.advance();
      openTypeArguments(c);
      const fields: StructColumnField[] = [];
      if (!c.at('>')) {
        do fields.push(parseStructColumnField(c));
        while (c.take(','));
      }
      closeTypeArguments(c);
      return { kind: 'StructColumnSchema', start, end: c.previousEnd, ...NO_TAIL, fields };
    }
    case 'INTERVAL': {
      const typeName = pathOf(identifierOf(c, c.advance()));
      return { kind: 'SimpleColumnSchema', start, end: c.previousEnd, ...NO_TAIL, typeName };
    }
    default: {
      const typeName = parsePath(c);
      return { kind: 'SimpleColumnSchema', start, end: c.previousEnd, ...NO_TAIL, typeName };
    }
  }
}

function parseStructColumnField(c: TokenCursor): StructColumnField {
  const { start } = c.token;
  const name = startsNamedField(c) ? parseIdentifier(c) : undefined;
  const schema = parseFieldSchema(c);
  return { kind: 'StructColumnField', start, end: c.previousEnd, name, schema };
}

const BOTH =
  'Syntax error: "DEFAULT" and "[GENERATED [ALWAYS | BY DEFAULT]] AS" clauses must not be both provided for the column';

/** opt_column_info: a generating expression or a default. */
function parseColumnInfo(c: TokenCursor): {
  generated: GeneratedColumnInfo | undefined;
  value: Expression | undefined;
} {
  let generated: GeneratedColumnInfo | undefined;
  let value: Expression | undefined;
  if (startsGenerated(c)) {
    generated = parseGenerated(c);
    const { start } = c.token;
    if (c.take('DEFAULT')) {
      parseExpression(c);
      c.fail(BOTH, start);
    }
  } else if (c.take('DEFAULT')) {
    value = parseExpression(c);
    const { start } = c.token;
    if (startsGenerated(c)) {
      parseGenerated(c);
      c.fail(BOTH, start);
    }
  }
  return { generated, value };
}

/** generated_column_info: mode ("(" expression ")" stored? | identity) */
function parseGenerated(c: TokenCursor): GeneratedColumnInfo {
  const { start } = c.token;
  let mode: GeneratedColumnInfo['mode'] = 'ALWAYS';
  let isModeExplicit = false;
  if (c.take('GENERATED')) {
    isModeExplicit = c.take('ALWAYS');
    if (!isModeExplicit && c.take('BY')) {
      c.expect('DEFAULT');
      mode = 'BY DEFAULT';
      isModeExplicit = true;
    }
    c.expect('AS');
  } else {
    c.expect('AS');
  }
  if (c.at('IDENTITY')) return finishIdentity(c, start, mode, isModeExplicit);
  if (!c.at('(')) c.expected('(', 'IDENTITY');
  c.advance();
  const expression = parseExpression(c);
  c.expect(')');
  let storedMode: GeneratedColumnInfo['storedMode'] = 'NON_STORED';
  if (c.take('STORED')) storedMode = c.take('VOLATILE') ? 'STORED VOLATILE' : 'STORED';
  return {
    kind: 'GeneratedColumnInfo',
    start,
    end: c.previousEnd,
    mode,
    isModeExplicit,
    storedMode,
    expression,
    identity: undefined,
  };
}

/** The part of ALTER COLUMN ... SET GENERATED after GENERATED. */
export function parseAlterGenerated(c: TokenCursor): GeneratedColumnInfo {
  const { start } = c.token;
  let mode: GeneratedColumnInfo['mode'] = 'ALWAYS';
  let isModeExplicit = c.take('ALWAYS');
  if (!isModeExplicit && c.take('BY')) {
    c.expect('DEFAULT');
    mode = 'BY DEFAULT';
    isModeExplicit = true;
  }
  if (isModeExplicit) c.expect('AS');
  else c.expect('AS', 'ALWAYS', 'BY');
  if (!c.at('IDENTITY')) c.expected('IDENTITY');
  return finishIdentity(c, start, mode, isModeExplicit);
}

function finishIdentity(
  c: TokenCursor,
  start: number,
  mode: GeneratedColumnInfo['mode'],
  isModeExplicit: boolean,
): GeneratedColumnInfo {
  const identity = parseIdentity(c);
  return {
    kind: 'GeneratedColumnInfo',
    start,
    end: c.previousEnd,
    mode,
    isModeExplicit,
    storedMode: 'NON_STORED',
    expression: undefined,
    identity,
  };
}

/** "IDENTITY" "(" start? increment? maxvalue? minvalue? cycle? ")" */
function parseIdentity(c: TokenCursor): IdentityColumnInfo {
  const { start } = c.expect('IDENTITY');
  c.expect('(');
  const value = (...keywords: readonly [string, ...string[]]) => {
    const valueStart = c.token.start;
    if (!c.at(keywords[0])) return undefined;
    c.expectSequence(...keywords);
    const literal = parseSignedNumber(c);
    return { start: valueStart, end: c.previousEnd, value: literal };
  };
  const startWith = value('START', 'WITH');
  const incrementBy = value('INCREMENT', 'BY');
  const maxValue = value('MAXVALUE');
  const minValue = value('MINVALUE');
  let cycle: boolean | undefined;
  if (c.take('NO')) {
    c.expect('CYCLE');
    cycle = false;
  } else if (c.take('CYCLE')) {
    cycle = true;
  }
  c.expect(')');
  return {
    kind: 'IdentityColumnInfo',
    start,
    end: c.previousEnd,
    startWith: startWith && { kind: 'IdentityColumnStartWith', ...startWith },
    incrementBy: incrementBy && { kind: 'IdentityColumnIncrementBy', ...incrementBy },
    maxValue: maxValue && { kind: 'IdentityColumnMaxValue', ...maxValue },
    minValue: minValue && { kind: 'IdentityColumnMinValue', ...minValue },
    cycle,
  };
}

function parseSignedNumber(c: TokenCursor): Expression {
  const { start, symbol } = c.token;
  if (c.take('-')) {
    const { type } = c.token;
    if (type !== 'integer' && type !== 'float') c.expected('integer literal', 'floating point literal');
    const operand = type === 'float' ? parseFloatLiteral(c) : parseIntLiteral(c);
    return { kind: 'UnaryExpression', start, end: c.previousEnd, operator: '-', operand };
  }
  if (c.token.type === 'integer') return parseIntLiteral(c);
  if (c.token.type === 'float') return parseFloatLiteral(c);
  if (symbol === 'NUMERIC' || symbol === 'DECIMAL') {
    c.advance();
    return { kind: 'NumericLiteral', start, string: parseStringLiteral(c), end: c.previousEnd };
  }
  if (symbol === 'BIGNUMERIC' || symbol === 'BIGDECIMAL') {
    c.advance();
    return { kind: 'BigNumericLiteral', start, string: parseStringLiteral(c), end: c.previousEnd };
  }
  return c.unexpected();
}

function parseColumnAttributes(c: TokenCursor): ColumnAttributeList | undefined {
  const { start } = c.token;
  const attributes: ColumnAttribute[] = [];
  for (;;) {
    const attribute = parseColumnAttribute(c);
    if (!attribute) break;
    attributes.push(attribute);
  }
  if (attributes.length === 0) return undefined;
  return { kind: 'ColumnAttributeList', start, end: c.previousEnd, attributes };
}

function parseColumnAttribute(c: TokenCursor): ColumnAttribute | undefined {
  const { start } = c.token;
  if (c.at('NOT') && c.peek(1).symbol !== 'ENFORCED') {
    c.advance();
    c.expect('NULL', 'ENFORCED');
    refuseEnforcement(c);
    return { kind: 'NotNullColumnAttribute', start, end: c.previousEnd };
  }
  if (c.at('HIDDEN')) {
    c.advance();
    refuseEnforcement(c);
    return { kind: 'HiddenColumnAttribute', start, end: c.previousEnd };
  }
  if (c.at('PRIMARY')) {
    c.advance();
    c.expect('KEY');
    const end = c.previousEnd;
    const enforced = parseEnforcement(c);
    return { kind: 'PrimaryKeyColumnAttribute', start, end: enforced === undefined ? end : c.previousEnd, enforced };
  }
  if (c.at('REFERENCES') || (c.at('CONSTRAINT') && c.atIdentifier(1))) {
    const constraintName = c.take('CONSTRAINT') ? parseIdentifier(c) : undefined;
    const partial = parseForeignKeyReference(c);
    const enforced = parseEnforcement(c);
    const reference = { ...partial, enforced };
    return { kind: 'ForeignKeyColumnAttribute', start, end: c.previousEnd, constraintName, reference };
  }
  return undefined;
}

function refuseEnforcement(c: TokenCursor): void {
  if (c.at('ENFORCED') || c.atSequence('NOT', 'ENFORCED')) {
    c.fail('Syntax error: Unexpected constraint enforcement clause');
  }
}
