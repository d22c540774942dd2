import type {
  CreateFunctionStatement,
  CreateProcedureStatement,
  CreateTableFunctionStatement,
  DeterminismLevel,
  Expression,
  FunctionDeclaration,
  FunctionParameter,
  FunctionParameters,
  Script,
  SqlFunctionBody,
  StringLiteral,
  TemplatedParameterType,
  TVFSchema,
  TVFSchemaColumn,
} from '../ast/index.ts';
import { parseIfNotExists, parseOptionalSqlSecurity, parseSecurity, type CreatePrefix } from './create-table.ts';
import type { TokenCursor } from './cursor.ts';
import { parseExpression } from './expression.ts';
import { parseIdentifier, parsePath, parseRequiredAlias } from './identifier.ts';
import { parseStringLiteral } from './literal.ts';
import { parseOptionalOptions } from './option.ts';
import { parseQuery } from './query.ts';
import { parseBlock } from './script.ts';
import { parseWithConnection } from './table-function.ts';
import { closeTypeArguments, openTypeArguments, parseType, startsNamedField } from './type.ts';

const NO_TEMPLATED_RETURN = 'Syntax error: Templated types are not allowed in the RETURNS clause';

const BODY_IS_EXPRESSION =
  'The body of each CREATE FUNCTION statement is an expression, not a query; to use a query as an expression, the query must be wrapped with additional parentheses to make it a scalar subquery expression';

/** create_function_statement, from AGGREGATE or FUNCTION on. */
export function parseCreateFunction(c: TokenCursor, prefix: CreatePrefix): CreateFunctionStatement {
  const isAggregate = c.take('AGGREGATE');
  c.expect('FUNCTION');
  const ifNotExists = parseIfNotExists(c);
  const declaration = parseDeclaration(c);
  let returnType: CreateFunctionStatement['returnType'];
  if (c.take('RETURNS')) {
    const { start } = c.token;
    if (c.at('ANY')) {
      c.advance();
      if (!c.atIdentifier() && !c.atOneOf(TEMPLATED_KEYWORDS)) c.unexpected();
      c.fail(NO_TEMPLATED_RETURN, start);
    }
    returnType = parseType(c);
  }
  const sqlSecurity = parseOptionalSqlSecurity(c);
  const determinism = parseDeterminism(c);
  let isRemote = false;
  let connection: CreateFunctionStatement['connection'];
  const parseRemote = () => {
    isRemote = c.take('REMOTE');
    if (c.at('WITH')) connection = parseWithConnection(c);
  };
  let language: CreateFunctionStatement['language'];
  if (c.take('LANGUAGE')) {
    language = parseIdentifier(c);
    parseRemote();
  } else if (c.at('REMOTE') || c.at('WITH')) {
    parseRemote();
    if (c.take('LANGUAGE')) language = parseIdentifier(c);
  }
  let options = parseOptionalOptions(c);
  let body: SqlFunctionBody | undefined;
  let code: StringLiteral | undefined;
  if (c.take('AS')) {
    if (c.token.type === 'string') code = parseStringLiteral(c);
    else if (c.at('(')) body = parseBody(c);
    else c.expected('(', 'string literal');
    options ??= parseOptionalOptions(c);
  }
  return {
    kind: 'CreateFunctionStatement',
    end: c.previousEnd,
    ...prefix,
    ifNotExists,
    isAggregate,
    isRemote,
    declaration,
    returnType,
    sqlSecurity,
    determinism,
    language,
    connection,
    body,
    code,
    options,
  };
}

/** "(" expression ")" */
function parseBody(c: TokenCursor): SqlFunctionBody {
  const { start } = c.expect('(');
  if (c.at('SELECT')) c.fail(BODY_IS_EXPRESSION);
  const expression = parseExpression(c);
  c.expect(')');
  return { kind: 'SqlFunctionBody', start, end: c.previousEnd, expression };
}

function parseDeterminism(c: TokenCursor): DeterminismLevel | undefined {
  const { symbol } = c.token;
  switch (symbol) {
    case 'DETERMINISTIC':
    case 'IMMUTABLE':
    case 'STABLE':
    case 'VOLATILE':
      c.advance();
      return symbol;
    case 'NOT':
      c.advance();
      c.expect('DETERMINISTIC');
      return 'NOT DETERMINISTIC';
    default:
      return undefined;
  }
}

/** function_declaration: path_expression function_parameters */
function parseDeclaration(c: TokenCursor): FunctionDeclaration {
  const { start } = c.token;
  const name = parsePath(c);
  if (!c.at('(')) c.expected('(', '.');
  const parameters = parseFunctionParameters(c);
  return { kind: 'FunctionDeclaration', start, end: c.previousEnd, name, parameters };
}

/** "(" (function_parameter ("," function_parameter)*)? ")" */
export function parseFunctionParameters(c: TokenCursor): FunctionParameters {
  const { start } = c.expect('(');
  const parameters: FunctionParameter[] = [];
  if (startsParameter(c)) {
    do parameters.push(parseParameter(c));
    while (c.take(','));
  }
  c.expect(')');
  return { kind: 'FunctionParameters', start, end: c.previousEnd, parameters };
}

const STARTS_TYPE: ReadonlySet<string> = new Set(['ARRAY', 'STRUCT', 'RANGE', 'INTERVAL', 'ANY']);

const startsParameter = (c: TokenCursor) => c.atIdentifier() || c.atOneOf(STARTS_TYPE);

type ParameterType = Pick<FunctionParameter, 'type' | 'templatedType' | 'tableSchema'>;

/** identifier? type ("AS" identifier)? ("DEFAULT" expression)? ("NOT" "AGGREGATE")? */
function parseParameter(c: TokenCursor): FunctionParameter {
  const { start } = c.token;
  const name = startsNamedParameter(c) ? parseIdentifier(c) : undefined;
  const type = parseParameterType(c);
  const alias = c.at('AS') ? parseRequiredAlias(c) : undefined;
  let value: Expression | undefined;
  const defaultStart = c.token.start;
  if (c.take('DEFAULT')) {
    value = parseExpression(c);
    if (!name) {
      c.fail('Syntax error: Default expression is only allowed for named parameters', defaultStart);
    }
  }
  const isNotAggregate = c.take('NOT');
  if (isNotAggregate) c.expect('AGGREGATE');
  return {
    kind: 'FunctionParameter',
    start,
    end: c.previousEnd,
    mode: undefined,
    isNotAggregate,
    name,
    ...type,
    alias,
    default: value,
  };
}

const startsNamedParameter = (c: TokenCursor) =>
  startsNamedField(c) || (c.atIdentifier() && c.peek(1).symbol === 'ANY');

/** type_or_tvf_schema */
function parseParameterType(c: TokenCursor): ParameterType {
  if (c.at('ANY')) return { type: undefined, templatedType: parseTemplatedType(c), tableSchema: undefined };
  if (c.at('TABLE') && c.peek(1).symbol === '<') {
    return { type: undefined, templatedType: undefined, tableSchema: parseTableSchema(c) };
  }
  return { type: parseType(c), templatedType: undefined, tableSchema: undefined };
}

const TEMPLATED_KEYWORDS: ReadonlySet<string> = new Set(['STRUCT', 'ARRAY', 'PROTO', 'ENUM']);

const TEMPLATED_KINDS = ['TYPE', 'TABLE', 'STRING', 'STRUCT', 'ARRAY'] as const;

/** "ANY" kind */
function parseTemplatedType(c: TokenCursor): TemplatedParameterType {
  const { start } = c.expect('ANY');
  const { token } = c;
  if (!c.atIdentifier() && !c.atOneOf(TEMPLATED_KEYWORDS)) c.unexpected();
  const kind = TEMPLATED_KINDS.find((name) => name === token.text.toUpperCase());
  if (!kind) {
    const offset = token.start;
    c.fail('Syntax error: unexpected ANY template type', offset);
  }
  c.advance();
  return { kind: 'TemplatedParameterType', start, end: c.previousEnd, typeKind: `ANY ${kind}` };
}

/** "TABLE" "<" column ("," column)* ">" */
export function parseTableSchema(c: TokenCursor): TVFSchema {
  const { start } = c.expect('TABLE');
  openTypeArguments(c);
  const columns: TVFSchemaColumn[] = [];
  do {
    const columnStart = c.token.start;
    const name = startsNamedField(c) ? parseIdentifier(c) : undefined;
    const type = parseType(c);
    columns.push({ kind: 'TVFSchemaColumn', start: columnStart, end: c.previousEnd, name, type });
  } while (c.take(','));
  closeTypeArguments(c);
  return { kind: 'TVFSchema', start, end: c.previousEnd, columns };
}

/** create_table_function_statement, from TABLE FUNCTION on. */
export function parseCreateTableFunction(c: TokenCursor, prefix: CreatePrefix): CreateTableFunctionStatement {
  c.expectSequence('TABLE', 'FUNCTION');
  const ifNotExists = parseIfNotExists(c);
  const { start } = c.token;
  const name = parsePath(c);
  if (!c.at('(')) c.fail('Syntax error: Expected (');
  const parameters = parseFunctionParameters(c);
  const declaration: FunctionDeclaration = { kind: 'FunctionDeclaration', start, end: c.previousEnd, name, parameters };
  let returnSchema: TVFSchema | undefined;
  const returnsStart = c.token.start;
  if (c.take('RETURNS')) {
    const typeStart = c.token.start;
    const type = parseParameterType(c);
    if (type.templatedType) c.fail(NO_TEMPLATED_RETURN, typeStart);
    if (!type.tableSchema) c.fail('Syntax error: Expected keyword TABLE', returnsStart);
    returnSchema = type.tableSchema;
  }
  const sqlSecurity = parseOptionalSqlSecurity(c);
  let options = parseOptionalOptions(c);
  let language: CreateTableFunctionStatement['language'];
  if (c.take('LANGUAGE')) {
    language = parseIdentifier(c);
    options ??= parseOptionalOptions(c);
  }
  let query: CreateTableFunctionStatement['query'];
  let code: StringLiteral | undefined;
  if (c.take('AS')) {
    if (c.token.type === 'string') code = parseStringLiteral(c);
    else query = parseQuery(c);
  }
  return {
    kind: 'CreateTableFunctionStatement',
    end: c.previousEnd,
    ...prefix,
    ifNotExists,
    declaration,
    returnSchema,
    sqlSecurity,
    options,
    language,
    code,
    query,
  };
}

/** create_procedure_statement, from PROCEDURE on. */
export function parseCreateProcedure(c: TokenCursor, prefix: CreatePrefix): CreateProcedureStatement {
  c.expect('PROCEDURE');
  const ifNotExists = parseIfNotExists(c);
  const name = parsePath(c);
  if (!c.at('(')) c.expected('(', '.');
  const parameters = parseProcedureParameters(c);
  let externalSecurity: CreateProcedureStatement['externalSecurity'];
  if (c.take('EXTERNAL')) {
    c.expect('SECURITY');
    externalSecurity = parseSecurity(c);
  }
  const connection = c.at('WITH') ? parseWithConnection(c) : undefined;
  const options = parseOptionalOptions(c);
  let body: Script | undefined;
  let language: CreateProcedureStatement['language'];
  let code: StringLiteral | undefined;
  if (c.at('BEGIN')) {
    const block = parseBlock(c, undefined);
    const { start, end } = block;
    body = { kind: 'Script', start, end, statements: { kind: 'StatementList', start, end, statements: [block] } };
  } else {
    if (!c.at('LANGUAGE')) refuseMissingBody(c, { externalSecurity, connection, options });
    const languageStart = c.advance().start;
    // GoogleSQL lets the name of the language begin at the keyword.
    language = { ...parseIdentifier(c), start: languageStart };
    if (c.take('AS')) code = parseStringLiteral(c);
  }
  return {
    kind: 'CreateProcedureStatement',
    end: c.previousEnd,
    ...prefix,
    ifNotExists,
    name,
    parameters,
    externalSecurity,
    options,
    connection,
    body,
    language,
    code,
  };
}

function refuseMissingBody(c: TokenCursor, read: Readonly<Record<string, unknown>>): never {
  if (read.options) c.expected('BEGIN', 'LANGUAGE');
  if (read.connection) c.expected('BEGIN', 'LANGUAGE', 'OPTIONS', '.');
  if (read.externalSecurity) c.expected('BEGIN', 'LANGUAGE', 'OPTIONS', 'WITH');
  return c.unexpected();
}

const UNFINISHED_PARAMETER =
  'Syntax error: Unexpected end of parameter. Parameters should be in the format [<parameter mode>] <parameter name> <type>. If IN/OUT/INOUT is intended to be the name of a parameter, it must be escaped with backticks';

/** "(" (mode? identifier type ("," ...)*)? ")" */
function parseProcedureParameters(c: TokenCursor): FunctionParameters {
  const { start } = c.expect('(');
  const parameters: FunctionParameter[] = [];
  if (!c.at(')')) {
    do {
      const parameterStart = c.token.start;
      const { symbol } = c.token;
      const mode = symbol === 'IN' || symbol === 'OUT' || symbol === 'INOUT' ? symbol : undefined;
      if (mode) c.advance();
      const name = parseIdentifier(c);
      if (c.at(')') || c.at(',')) c.fail(UNFINISHED_PARAMETER);
      const type = parseParameterType(c);
      parameters.push({
        kind: 'FunctionParameter',
        start: parameterStart,
        end: c.previousEnd,
        mode,
        isNotAggregate: false,
        name,
        ...type,
        alias: undefined,
        default: undefined,
      });
    } while (c.take(','));
  }
  c.expect(')');
  return { kind: 'FunctionParameters', start, end: c.previousEnd, parameters };
}
