import type {
  Expression,
  ExpressionList,
  GroupBy,
  GroupingItem,
  GroupingItemOrder,
  GroupingSet,
  Having,
  LimitOffset,
  NullOrder,
  OrderBy,
  OrderingExpression,
  Qualify,
  Select,
  SelectAs,
  SelectColumn,
  SelectList,
  StarModifiers,
  StarReplaceItem,
  WhereClause,
  WindowClause,
  WithModifier,
} from '../ast/index.ts';
import type { TokenCursor } from './cursor.ts';
import { parseExpression, parseExpressions, startsExpression } from './expression.ts';
import { parseFromClause } from './from.ts';
import { parseOptionalHint } from './hint.ts';
import { parseIdentifier, parseIdentifiers, parseOptionalAlias, parsePath } from './identifier.ts';
import { parseOptions, parseOptionalOptions } from './option.ts';
import { parseOptionalCollate } from './type.ts';
import { parseWindowDefinition } from './window.ts';

/** select: select_clause from_clause? and the clauses after FROM. */
export function parseSelect(c: TokenCursor): Select {
  const clause = parseSelectClause(c);
  const from = c.at('FROM') ? parseFromClause(c) : undefined;
  const where = parseOptionalWhere(c);
  const groupBy = c.at('GROUP') ? parseGroupBy(c) : undefined;
  const having = parseOptionalHaving(c);
  const qualify = parseOptionalQualify(c);
  const window = parseOptionalWindowClause(c);
  return { ...clause, end: c.previousEnd, from, where, groupBy, having, qualify, window };
}

/** select_clause: "SELECT" hint? with_modifier? ("ALL" | "DISTINCT")? select_as? select_list */
export function parseSelectClause(c: TokenCursor): Select {
  const { start } = c.expect('SELECT');
  const hint = parseOptionalHint(c);
  const withModifier = c.at('WITH') && c.peek(1).symbol !== '(' ? parseWithModifier(c) : undefined;
  const distinct = c.take('DISTINCT');
  if (!distinct) c.take('ALL');
  const selectAs = c.at('AS') ? parseSelectAs(c) : undefined;
  if (c.at('FROM')) c.fail('Syntax error: SELECT list must not be empty');
  const selectList = parseSelectList(c);
  return selectOf(start, c.previousEnd, selectList, { hint, withModifier, distinct, selectAs });
}

export const selectOf = (
  start: number,
  end: number,
  selectList: SelectList,
  parts: Partial<Omit<Select, 'kind' | 'start' | 'end' | 'selectList'>> = {},
): Select => ({
  kind: 'Select',
  start,
  end,
  hint: parts.hint,
  withModifier: parts.withModifier,
  distinct: parts.distinct ?? false,
  selectAs: parts.selectAs,
  selectList,
  from: parts.from,
  where: parts.where,
  groupBy: parts.groupBy,
  having: parts.having,
  qualify: parts.qualify,
  window: parts.window,
});

/** "WITH" identifier ("OPTIONS" options_list)? */
export function parseWithModifier(c: TokenCursor): WithModifier {
  const { start } = c.expect('WITH');
  const name = parseIdentifier(c);
  const options = c.at('OPTIONS') && c.peek(1).symbol === '(' ? parseOptions(c) : undefined;
  return { kind: 'WithModifier', start, end: c.previousEnd, name, options };
}

/** "AS" "STRUCT" | "AS" path_expression; VALUE is a path that means itself. */
function parseSelectAs(c: TokenCursor): SelectAs {
  const { start } = c.expect('AS');
  if (c.take('STRUCT')) return { kind: 'SelectAs', start, end: c.previousEnd, mode: 'STRUCT', typeName: undefined };
  const typeName = parsePath(c);
  const [name] = typeName.names;
  const isValue = typeName.names.length === 1 && name?.quoted === false && name.name.toUpperCase() === 'VALUE';
  return {
    kind: 'SelectAs',
    start,
    end: c.previousEnd,
    mode: isValue ? 'VALUE' : 'TYPE',
    typeName: isValue ? undefined : typeName,
  };
}

/** select_list: select_column ("," select_column)* ","? */
export function parseSelectList(c: TokenCursor): SelectList {
  return parseColumnList(c, true, parseSelectColumn);
}

function parseColumnList(
  c: TokenCursor,
  allowsStar: boolean,
  parseColumn: (c: TokenCursor) => SelectColumn,
): SelectList {
  const { start } = c.token;
  const columns = [parseColumn(c)];
  while (c.take(',') && (startsExpression(c) || (allowsStar && c.at('*')))) columns.push(parseColumn(c));
  return { kind: 'SelectList', start, end: c.previousEnd, columns };
}

/** pipe_selection_item_list: like a SELECT list, but without `*`. */
export const parsePipeSelectionList = (c: TokenCursor): SelectList => parseColumnList(c, false, parseExpressionColumn);

/** pipe_selection_item_list_with_order: each item may be followed by ASC, DESC and NULLS FIRST or LAST. */
export const parsePipeSelectionListWithOrder = (c: TokenCursor): SelectList =>
  parseColumnList(c, false, (cursor) => {
    const column = parseExpressionColumn(cursor);
    if (column.expression.kind === 'DotStar' || column.expression.kind === 'DotStarWithModifiers') return column;
    const order = parseOptionalGroupingOrder(cursor, false);
    return { ...column, end: cursor.previousEnd, order };
  });

function parseSelectColumn(c: TokenCursor): SelectColumn {
  if (!c.at('*')) return parseExpressionColumn(c);
  const { start } = c.advance();
  const modifiers = parseStarModifiers(c);
  const end = c.previousEnd;
  return {
    kind: 'SelectColumn',
    start,
    end,
    expression: modifiers ? { kind: 'StarWithModifiers', start, end, modifiers } : { kind: 'Star', start, end },
    alias: undefined,
    order: undefined,
  };
}

function parseExpressionColumn(c: TokenCursor): SelectColumn {
  const { start } = c.token;
  const outer = c.dotStarStart;
  c.dotStarStart = start;
  const expression = parseExpression(c);
  c.dotStarStart = outer;
  if (c.at('.') && c.peek(1).symbol === '*') {
    c.advance();
    c.advance();
    const modifiers = parseStarModifiers(c);
    const end = c.previousEnd;
    return {
      kind: 'SelectColumn',
      start,
      end,
      expression: modifiers
        ? { kind: 'DotStarWithModifiers', start, end, expression, modifiers }
        : { kind: 'DotStar', start, end, expression },
      alias: undefined,
      order: undefined,
    };
  }
  if (c.token.type === 'attached') c.fail('Syntax error: Missing whitespace between literal and alias');
  const alias = parseOptionalAlias(c);
  return { kind: 'SelectColumn', start, end: c.previousEnd, expression, alias, order: undefined };
}

/** star_modifiers: ("EXCEPT" "(" names ")")? ("REPLACE" "(" expression "AS" name, ... ")")? */
function parseStarModifiers(c: TokenCursor): StarModifiers | undefined {
  const { start } = c.token;
  let except: StarModifiers['except'];
  if (c.at('EXCEPT') && c.peek(1).symbol === '(') {
    c.advance();
    const columns = parseParenthesizedNames(c);
    except = { kind: 'StarExceptList', start, end: c.previousEnd, columns };
  }
  const replace: StarReplaceItem[] = [];
  if (c.at('REPLACE') && c.peek(1).symbol === '(') {
    c.advance();
    c.advance();
    do {
      const itemStart = c.token.start;
      const expression = parseExpression(c);
      c.expect('AS');
      const name = parseIdentifier(c);
      replace.push({ kind: 'StarReplaceItem', start: itemStart, end: c.previousEnd, expression, name });
    } while (c.take(','));
    c.expect(')', ',');
  }
  if (!except && replace.length === 0) return undefined;
  return { kind: 'StarModifiers', start, end: c.previousEnd, except, replace };
}

/** "(" identifier ("," identifier)* ")", as a list that includes its parentheses. */
export function parseParenthesizedNames(c: TokenCursor): ExpressionList {
  const { start } = c.expect('(');
  const expressions = parseIdentifiers(c);
  c.expect(')');
  return { kind: 'ExpressionList', start, end: c.previousEnd, expressions };
}

export function parseOptionalWhere(c: TokenCursor): WhereClause | undefined {
  const { start } = c.token;
  if (!c.take('WHERE')) return undefined;
  const expression = parseExpression(c);
  return { kind: 'WhereClause', start, end: c.previousEnd, expression };
}

export function parseOptionalHaving(c: TokenCursor): Having | undefined {
  const { start } = c.token;
  if (!c.take('HAVING')) return undefined;
  const expression = parseExpression(c);
  return { kind: 'Having', start, end: c.previousEnd, expression };
}

function parseOptionalQualify(c: TokenCursor): Qualify | undefined {
  const { start } = c.token;
  if (!c.take('QUALIFY')) return undefined;
  const expression = parseExpression(c);
  return { kind: 'Qualify', start, end: c.previousEnd, expression };
}

/** window_clause: "WINDOW" window_definition ("," window_definition)* */
export function parseOptionalWindowClause(c: TokenCursor, allowsTrailingComma = false): WindowClause | undefined {
  const { start } = c.token;
  if (!c.take('WINDOW')) return undefined;
  const windows = [parseWindowDefinition(c)];
  let end = c.previousEnd;
  while (c.take(',')) {
    if (allowsTrailingComma && !c.atIdentifier()) break;
    windows.push(parseWindowDefinition(c));
    end = c.previousEnd;
  }
  return { kind: 'WindowClause', start, end, windows };
}

/** group_by_clause: "GROUP" hint? "BY" ("ALL" | grouping_item ("," grouping_item)*) */
function parseGroupBy(c: TokenCursor): GroupBy {
  const { start } = c.expect('GROUP');
  const hint = parseOptionalHint(c);
  if (hint) c.expect('BY');
  else c.expect('BY', '@ for hint');
  const allStart = c.token.start;
  if (c.take('ALL')) {
    const end = c.previousEnd;
    const all = { kind: 'GroupByAll', start: allStart, end } as const;
    return { kind: 'GroupBy', start, end, hint, andOrderBy: false, all, items: [] };
  }
  return groupByOf(c, start, hint, false, parseGroupingItem);
}

/** group_by_clause_prefix: GROUP BY without ALL, as function calls have it. */
export function parseGroupByItems(c: TokenCursor): GroupBy {
  const { start } = c.expect('GROUP');
  const hint = parseOptionalHint(c);
  if (hint) c.expect('BY');
  else c.expect('BY', '@ for hint');
  return groupByOf(c, start, hint, false, parseGroupingItem);
}

/** group_by_clause_in_pipe: also GROUP AND ORDER BY, aliases, ASC and DESC, and a trailing comma. */
export function parsePipeGroupBy(c: TokenCursor): GroupBy {
  const { start } = c.expect('GROUP');
  const hint = parseOptionalHint(c);
  const andOrderBy = c.take('AND');
  if (andOrderBy) c.expectSequence('ORDER', 'BY');
  else if (hint) c.expect('BY', 'AND');
  else if (!c.take('BY')) c.unexpected();
  return groupByOf(c, start, hint, andOrderBy, (cursor) => {
    const item = parseGroupingItem(cursor);
    if (!item.expression) return item;
    const alias = parseOptionalAlias(cursor);
    const order = parseOptionalGroupingOrder(cursor, true);
    return { ...item, end: cursor.previousEnd, alias, order };
  });
}

function groupByOf(
  c: TokenCursor,
  start: number,
  hint: GroupBy['hint'],
  andOrderBy: boolean,
  parseItem: (c: TokenCursor) => GroupingItem,
): GroupBy {
  const items = [parseItem(c)];
  while (c.take(',')) {
    if (parseItem !== parseGroupingItem && !startsGroupingItem(c)) break;
    items.push(parseItem(c));
  }
  return { kind: 'GroupBy', start, end: c.previousEnd, hint, andOrderBy, all: undefined, items };
}

const startsGroupingItem = (c: TokenCursor) => startsExpression(c) || c.at('ROLLUP') || c.at('CUBE');

const NO_GROUPING = {
  expression: undefined,
  rollup: undefined,
  cube: undefined,
  groupingSets: undefined,
  alias: undefined,
  order: undefined,
};

function parseGroupingItem(c: TokenCursor): GroupingItem {
  const { start } = c.token;
  if (c.atSequence('(', ')')) {
    c.advance();
    c.advance();
    return { kind: 'GroupingItem', start, end: c.previousEnd, ...NO_GROUPING };
  }
  if (c.at('ROLLUP')) {
    const rollup = { kind: 'Rollup', start, ...parseGroupingList(c) } as const;
    return { kind: 'GroupingItem', start, end: c.previousEnd, ...NO_GROUPING, rollup };
  }
  if (c.at('CUBE')) {
    const cube = { kind: 'Cube', start, ...parseGroupingList(c) } as const;
    return { kind: 'GroupingItem', start, end: c.previousEnd, ...NO_GROUPING, cube };
  }
  if (c.takeSequence('GROUPING', 'SETS')) {
    c.expect('(');
    const sets: GroupingSet[] = [];
    do sets.push(parseGroupingSet(c));
    while (c.take(','));
    c.expect(')', ',');
    const groupingSets = { kind: 'GroupingSetList', start, end: c.previousEnd, sets } as const;
    return { kind: 'GroupingItem', start, end: c.previousEnd, ...NO_GROUPING, groupingSets };
  }
  const expression = parseExpression(c);
  return { kind: 'GroupingItem', start, end: c.previousEnd, ...NO_GROUPING, expression };
}

/** ("ROLLUP" | "CUBE") "(" expression ("," expression)* ")" */
function parseGroupingList(c: TokenCursor): { end: number; expressions: Expression[] } {
  c.advance();
  c.expect('(');
  const expressions = parseExpressions(c);
  c.expect(')', ',');
  return { end: c.previousEnd, expressions };
}

function parseGroupingSet(c: TokenCursor): GroupingSet {
  const { expression, rollup, cube, groupingSets, start, end } = parseGroupingItem(c);
  if (groupingSets) c.fail('Syntax error: Unexpected keyword GROUPING', start);
  return { kind: 'GroupingSet', start, end, expression, rollup, cube };
}

/** ("ASC" | "DESC")? null_order?; `allowsBareNulls` tells whether the latter may stand alone. */
function parseOptionalGroupingOrder(c: TokenCursor, allowsBareNulls: boolean): GroupingItemOrder | undefined {
  const { start, symbol } = c.token;
  const direction = symbol === 'ASC' || symbol === 'DESC' ? symbol : undefined;
  if (direction) c.advance();
  else if (!allowsBareNulls || symbol !== 'NULLS') return undefined;
  const nullOrder = parseOptionalNullOrder(c);
  return {
    kind: 'GroupingItemOrder',
    start,
    end: c.previousEnd,
    direction: direction ?? 'UNSPECIFIED',
    nullOrder,
  };
}

/** "NULLS" ("FIRST" | "LAST") */
export function parseOptionalNullOrder(c: TokenCursor): NullOrder | undefined {
  const { start } = c.token;
  if (!c.take('NULLS')) return undefined;
  const nullsFirst = c.at('FIRST');
  if (nullsFirst) c.advance();
  else c.expect('LAST', 'FIRST');
  return { kind: 'NullOrder', start, end: c.previousEnd, nullsFirst };
}

/** "ORDER" hint? "BY" ordering_expression ("," ordering_expression)* */
export function parseOptionalOrderBy(c: TokenCursor, allowsTrailingComma = false): OrderBy | undefined {
  const { start } = c.token;
  if (!c.take('ORDER')) return undefined;
  const hint = parseOptionalHint(c);
  if (hint) c.expect('BY');
  else c.expect('BY', '@ for hint');
  const items = [parseOrdering(c, false)];
  while (c.take(',')) {
    if (allowsTrailingComma && !startsExpression(c)) break;
    items.push(parseOrdering(c, false));
  }
  return { kind: 'OrderBy', start, end: c.previousEnd, hint, items };
}

/** ordering_expression, in CREATE INDEX with options. */
export function parseOrdering(c: TokenCursor, allowsOptions: boolean): OrderingExpression {
  const { start } = c.token;
  const expression = parseExpression(c);
  const collate = parseOptionalCollate(c);
  const { symbol } = c.token;
  const direction = symbol === 'ASC' || symbol === 'DESC' ? symbol : undefined;
  if (direction) c.advance();
  const nullOrder = parseOptionalNullOrder(c);
  const options = allowsOptions ? parseOptionalOptions(c) : undefined;
  return { kind: 'OrderingExpression', start, end: c.previousEnd, expression, collate, direction, nullOrder, options };
}

/** "LIMIT" ("ALL" | expression) ("OFFSET" expression)? */
export function parseOptionalLimit(c: TokenCursor): LimitOffset | undefined {
  const { start } = c.token;
  if (!c.take('LIMIT')) return undefined;
  const allStart = c.token.start;
  let all: LimitOffset['limit']['all'];
  let expression: Expression | undefined;
  if (c.take('ALL')) all = { kind: 'LimitAll', start: allStart, end: c.previousEnd };
  else expression = parseExpression(c);
  const limit = { kind: 'Limit', start, end: c.previousEnd, all, expression } as const;
  const offset = c.take('OFFSET') ? parseExpression(c) : undefined;
  return { kind: 'LimitOffset', start, end: c.previousEnd, limit, offset };
}
