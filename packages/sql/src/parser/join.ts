import type { Join, JoinType, Location, OnClause, TableExpression, UsingClause } from '../ast/index.ts';
import type { TokenCursor } from './cursor.ts';
import { parseExpression } from './expression.ts';
import { parseOptionalHint } from './hint.ts';
import { parseParenthesizedIdentifiers } from './identifier.ts';
import { atSetOperation } from './query.ts';

const STARTS_JOIN: ReadonlySet<string> = new Set([
  'JOIN',
  'CROSS',
  'INNER',
  'LEFT',
  'RIGHT',
  'FULL',
  'NATURAL',
  'HASH',
  'LOOKUP',
]);

/** Whether a join follows; FULL, LEFT and INNER may also belong to a set operation. */
export const atJoin = (c: TokenCursor): boolean => c.atOneOf(STARTS_JOIN) && !atSetOperation(c);

type Condition = OnClause | UsingClause;

/** What was written between two tables. */
export interface JoinOperator {
  readonly joinType: JoinType;
  readonly isExplicitInner: boolean;
  readonly natural: boolean;
  readonly joinHint: Join['joinHint'];
  readonly hint: Join['hint'];
  readonly location: Location;
}

/** opt_natural join_type join_hint "JOIN" hint? */
export function parseJoinOperator(c: TokenCursor): JoinOperator {
  const { start } = c.token;
  const natural = c.take('NATURAL');
  const { symbol } = c.token;
  let joinType: JoinType = 'INNER';
  if (symbol === 'CROSS' || symbol === 'INNER') {
    c.advance();
    joinType = symbol;
  } else if (symbol === 'LEFT' || symbol === 'RIGHT' || symbol === 'FULL') {
    c.advance();
    c.take('OUTER');
    joinType = symbol;
  }
  const hintSymbol = c.token.symbol;
  const joinHint = hintSymbol === 'HASH' || hintSymbol === 'LOOKUP' ? hintSymbol : undefined;
  if (joinHint) c.advance();
  c.expect('JOIN');
  const location: Location = { kind: 'Location', start, end: c.previousEnd };
  const hint = parseOptionalHint(c);
  return { joinType, isExplicitInner: symbol === 'INNER', natural, joinHint, hint, location };
}

/** join: left operator right on_or_using* */
export function parseJoin(c: TokenCursor, chain: JoinChain, parseTable: (c: TokenCursor) => TableExpression): void {
  chain.refuseOuterAfterComma();
  const operator = parseJoinOperator(c);
  const right = parseTable(c);
  chain.add(operator, right, parseConditions(c));
}

export function parseConditions(c: TokenCursor): Condition[] {
  const conditions: Condition[] = [];
  for (;;) {
    const { start } = c.token;
    if (c.take('ON')) {
      const expression = parseExpression(c);
      conditions.push({ kind: 'OnClause', start, end: c.previousEnd, expression });
    } else if (c.take('USING')) {
      const keys = parseParenthesizedIdentifiers(c);
      conditions.push({ kind: 'UsingClause', start, end: c.previousEnd, keys });
    } else {
      return conditions;
    }
  }
}

interface Step {
  readonly operator: JoinOperator;
  readonly right: TableExpression;
  readonly conditions: readonly Condition[];
  readonly end: number;
}

/**
 * The joins of a FROM clause. They nest to the left until several conditions follow one table, `a JOIN b JOIN c ON x ON
 * y`: then each condition belongs to the last join that has none yet.
 */
export class JoinChain {
  private readonly c: TokenCursor;
  private readonly start: number;
  private readonly first: TableExpression;
  private readonly steps: Step[] = [];
  private unmatched = 0;
  private hasComma = false;
  private needsMatching = false;
  /** Raised only when conditions stand in a row; a single one too many is left to the analyzer. */
  private excess: { detail: string; offset: number } | undefined;

  constructor(c: TokenCursor, start: number, first: TableExpression) {
    this.c = c;
    this.start = start;
    this.first = first;
  }

  addComma(parseTable: (c: TokenCursor) => TableExpression): void {
    const { c } = this;
    const comma = c.expect(',');
    const right = parseTable(c);
    if (this.needsMatching) {
      c.fail('Syntax error: Comma join is not allowed after consecutive ON/USING clauses', this.start);
    }
    const location: Location = { kind: 'Location', start: comma.start, end: comma.end };
    const operator: JoinOperator = {
      joinType: 'COMMA',
      isExplicitInner: false,
      natural: false,
      joinHint: undefined,
      hint: undefined,
      location,
    };
    this.push({ operator, right, conditions: [], end: c.previousEnd });
    this.hasComma = true;
    this.unmatched = 0;
    this.excess = undefined;
  }

  refuseOuterAfterComma(): void {
    const { c } = this;
    if (!this.hasComma) return;
    const distance = c.at('NATURAL') ? 1 : 0;
    const { symbol, start } = c.peek(distance);
    if (symbol !== 'FULL' && symbol !== 'RIGHT') return;
    this.outerAfterComma = {
      detail: `Syntax error: ${symbol} JOIN must be parenthesized when following a comma join.  Also, if the preceding comma join is a correlated CROSS JOIN that unnests an array, then CROSS JOIN syntax must be used in place of the comma join`,
      offset: start,
    };
  }
  private outerAfterComma: { detail: string; offset: number } | undefined;

  add(operator: JoinOperator, right: TableExpression, conditions: readonly Condition[]): void {
    const { c } = this;
    if (this.outerAfterComma) c.fail(this.outerAfterComma.detail, this.outerAfterComma.offset);
    const [, second] = conditions;
    if (operator.joinType !== 'CROSS' && !operator.natural) this.unmatched++;
    const available = this.unmatched;
    if (second && this.hasComma) {
      c.fail(`Syntax error: Unexpected keyword ${second.kind === 'OnClause' ? 'ON' : 'USING'}`, second.start);
    }
    if (this.excess || conditions.length > available) {
      const surplus = conditions[available];
      this.excess ??= surplus && {
        detail: `Syntax error: The number of join conditions is ${conditions.length} but the number of joins that require a join condition is only ${available}. Unexpected keyword ${surplus.kind === 'OnClause' ? 'ON' : 'USING'}`,
        offset: surplus.start,
      };
      if (second && this.excess) c.fail(this.excess.detail, this.excess.offset);
    }
    this.unmatched = available - conditions.length;
    if (second) this.needsMatching = true;
    this.push({ operator, right, conditions, end: c.previousEnd });
  }

  private push(step: Step): void {
    this.steps.push(step);
    // A chain nests as deeply as it is long.
    this.c.deepen();
  }

  finish(): TableExpression {
    return this.needsMatching ? this.match() : this.nest();
  }

  private nest(): TableExpression {
    let left = this.first;
    for (const { operator, right, conditions, end } of this.steps) {
      left = joinOf(operator, this.start, end, left, right, conditions[0]);
    }
    return left;
  }

  private match(): TableExpression {
    const tables: TableExpression[] = [this.first];
    const open: JoinOperator[] = [];
    let conditionCount = 0;
    let joinCount = 0;
    const unmatched: JoinOperator[] = [];
    for (const { operator, right, conditions } of this.steps) {
      const isQualified = operator.joinType !== 'CROSS' && operator.joinType !== 'COMMA' && !operator.natural;
      if (!isQualified) {
        const left = tables.pop() ?? this.first;
        tables.push(joinOf(operator, this.start, right.end, left, right, undefined));
        continue;
      }
      joinCount++;
      open.push(operator);
      tables.push(right);
      for (const condition of conditions) {
        const joined = open.pop();
        const rightTable = tables.pop();
        const leftTable = tables.pop();
        if (!joined || !rightTable || !leftTable) return this.c.unexpected();
        tables.push(joinOf(joined, this.start, condition.end, leftTable, rightTable, condition));
        conditionCount++;
        if (conditionCount === joinCount) {
          joinCount = 0;
          conditionCount = 0;
        }
      }
    }
    unmatched.push(...open);
    const [bad] = unmatched;
    if (bad) {
      this.c.fail(
        `Syntax error: The number of join conditions is ${conditionCount} but the number of joins that require a join condition is ${joinCount}. ${bad.joinType} JOIN must have an ON or USING clause`,
        bad.location.start,
      );
    }
    return tables[0] ?? this.first;
  }
}

export const joinOf = (
  operator: JoinOperator,
  start: number,
  end: number,
  left: TableExpression,
  right: TableExpression,
  condition: Condition | undefined,
): Join => ({
  kind: 'Join',
  start,
  end,
  joinType: operator.joinType,
  isExplicitInner: operator.isExplicitInner,
  natural: operator.natural,
  joinHint: operator.joinHint,
  left,
  hint: operator.hint,
  location: operator.location,
  right,
  on: condition?.kind === 'OnClause' ? condition : undefined,
  using: condition?.kind === 'UsingClause' ? condition : undefined,
});
