import type {
  ConnectionClause,
  Descriptor,
  DescriptorColumn,
  FunctionCallArgument,
  ModelClause,
  PathExpression,
  TableClause,
  TVFArgument,
  WithConnectionClause,
} from '../ast/index.ts';
import type { TokenCursor } from './cursor.ts';
import { parseExpression, startsExpression } from './expression.ts';
import { finishTvf } from './from.ts';
import { parseInputTable, parseNamedArgument } from './function-call.ts';
import { parseIdentifier, parsePath } from './identifier.ts';
import { parseOptionalWhere } from './select.ts';

/** "(" (tvf_argument ("," tvf_argument)*)? ")" */
export function parseTvfArguments(c: TokenCursor): TVFArgument[] {
  c.expect('(');
  const args: TVFArgument[] = [];
  if (!c.at(')')) {
    if (!startsArgument(c)) c.expected(')');
    do {
      const { start } = c.token;
      const value = parseArgument(c);
      args.push({ kind: 'TVFArgument', start, end: c.previousEnd, value });
    } while (c.take(','));
  }
  c.expect(')');
  return args;
}

const startsArgument = (c: TokenCursor) => startsExpression(c) || c.at('SELECT');

const wrongParentheses = (what: string, form: string) =>
  `Syntax error: ${what} arguments for table-valued function calls written as "${form}" must not be enclosed in parentheses. To fix this, replace (${form}) with ${form}`;

const needsParentheses = (keyword: string) =>
  `Syntax error: Each subquery argument for table-valued function calls must be enclosed in parentheses. To fix this, replace ${keyword}... with (${keyword}...)`;

function parseArgument(c: TokenCursor): FunctionCallArgument {
  if (c.at('SELECT')) c.fail(needsParentheses('SELECT'));
  if (c.at('WITH') && c.peek(1).symbol !== '(') c.fail(needsParentheses('WITH'));
  const reference = parseTableArgument(c) ?? parseInputTable(c);
  if (reference) return reference;
  if (c.atIdentifier() && c.peek(1).symbol === '=>') {
    const name = c.peek(2);
    if (name.symbol !== 'TABLE' || !c.atIdentifier(3)) return parseNamedArgument(c);
    const { start } = c.token;
    const identifier = parseIdentifier(c);
    c.advance();
    const body = parseTableClause(c);
    const { start: bodyStart, end } = body;
    const clauses = { with: undefined, orderBy: undefined, limit: undefined, pipeOperators: [] };
    const query = { kind: 'Query', start: bodyStart, end, body, ...clauses } as const;
    const value = {
      kind: 'ExpressionSubquery',
      start: bodyStart,
      end,
      modifier: 'NONE',
      hint: undefined,
      query,
    } as const;
    return { kind: 'NamedArgument', start, end: c.previousEnd, name: identifier, value };
  }
  if (c.at('(')) refuseParentheses(c);
  return parseExpression(c);
}

/** Clauses that need no parentheses get a message of their own when they have them. */
function refuseParentheses(c: TokenCursor): void {
  const { start } = c.token;
  const inner = c.peek(1);
  if (inner.symbol === 'MODEL' && c.atIdentifier(2)) {
    c.advance();
    parseModelClause(c);
    c.expect(')');
    c.fail(wrongParentheses('Model', 'MODEL path'), start);
  }
  if (inner.symbol === 'CONNECTION' && c.atIdentifier(2)) {
    c.advance();
    parseConnectionClause(c);
    c.expect(')');
    c.fail(wrongParentheses('Connection', 'CONNECTION path'), start);
  }
  if (c.atIdentifier(1) && c.peek(2).symbol === '=>') {
    c.advance();
    parseNamedArgument(c);
    c.expect(')');
    c.fail(wrongParentheses('Named', 'name => value'), start);
  }
}

/** TABLE, MODEL, CONNECTION and DESCRIPTOR arguments; the words are names where nothing of the kind follows. */
function parseTableArgument(c: TokenCursor): FunctionCallArgument | undefined {
  switch (c.token.symbol) {
    case 'TABLE':
      return c.atIdentifier(1) ? parseTableClause(c) : undefined;
    case 'MODEL':
      return c.atIdentifier(1) ? parseModelClause(c) : undefined;
    case 'CONNECTION':
      return c.atIdentifier(1) || c.peek(1).symbol === 'DEFAULT' ? parseConnectionClause(c) : undefined;
    case 'DESCRIPTOR':
      return c.peek(1).symbol === '(' ? parseDescriptor(c) : undefined;
    default:
      return undefined;
  }
}

/** table_clause: "TABLE" (path where? | tvf where?) */
export function parseTableClause(c: TokenCursor): TableClause {
  const { start } = c.expect('TABLE');
  const outer = c.enter();
  const nameStart = c.token.start;
  const name = parsePath(c);
  const tvf = c.at('(') ? finishTvf(c, nameStart, name, false) : undefined;
  const path: PathExpression | undefined = tvf ? undefined : name;
  const where = parseOptionalWhere(c);
  c.leave(outer);
  return { kind: 'TableClause', start, end: c.previousEnd, path, tvf, where };
}

/** "MODEL" path */
export function parseModelClause(c: TokenCursor): ModelClause {
  const { start } = c.expect('MODEL');
  const path = parsePath(c);
  return { kind: 'ModelClause', start, end: c.previousEnd, path };
}

/** "CONNECTION" (path | "DEFAULT") */
export function parseConnectionClause(c: TokenCursor): ConnectionClause {
  const { start } = c.expect('CONNECTION');
  const pathStart = c.token.start;
  const path: ConnectionClause['path'] = c.take('DEFAULT')
    ? { kind: 'DefaultLiteral', start: pathStart, end: c.previousEnd }
    : parsePath(c);
  return { kind: 'ConnectionClause', start, end: c.previousEnd, path };
}

/** "WITH" connection_clause */
export function parseWithConnection(c: TokenCursor): WithConnectionClause {
  const { start } = c.expect('WITH');
  const connection = parseConnectionClause(c);
  return { kind: 'WithConnectionClause', start, end: c.previousEnd, connection };
}

export const parseOptionalWithConnection = (c: TokenCursor): WithConnectionClause | undefined =>
  c.at('WITH') ? parseWithConnection(c) : undefined;

/** "DESCRIPTOR" "(" identifier ("," identifier)* ")" */
function parseDescriptor(c: TokenCursor): Descriptor {
  const { start } = c.expect('DESCRIPTOR');
  c.expect('(');
  const listStart = c.token.start;
  const columns: DescriptorColumn[] = [];
  do {
    const name = parseIdentifier(c);
    columns.push({ kind: 'DescriptorColumn', start: name.start, end: name.end, name });
  } while (c.take(','));
  const list = { kind: 'DescriptorColumnList', start: listStart, end: c.previousEnd, columns } as const;
  c.expect(')', ',');
  return { kind: 'Descriptor', start, end: c.previousEnd, columns: list };
}
