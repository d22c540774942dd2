import type { Expression, Identifier, Node, NodeKind, NodeOfKind, Query, QueryExpression } from '../ast/index.ts';
import type { Comment } from '../token.ts';

/** A function that prints one kind of node. */
export type Printer<K extends NodeKind> = (node: NodeOfKind<K>, w: Writer) => string;

/** One printer for each kind: a kind that has none does not compile. */
export type Printers<K extends NodeKind = NodeKind> = { readonly [P in K]: Printer<P> };

/** Joins what there is with one space. */
export const words = (...parts: readonly (string | false | undefined)[]): string =>
  parts.filter((part) => part !== undefined && part !== false && part !== '').join(' ');

/** How tightly an expression binds, as in the parser; a primary binds tightest. */
const PRECEDENCE = {
  OrExpr: 1,
  AndExpr: 2,
  NOT: 3,
  comparison: 4,
  '|': 5,
  '^': 6,
  '&': 7,
  shift: 8,
  '+': 9,
  '-': 9,
  ConcatExpr: 10,
  '*': 11,
  '/': 11,
  unary: 12,
  primary: 13,
} as const;

export function precedenceOf(node: Node): number {
  switch (node.kind) {
    case 'OrExpr':
    case 'AndExpr':
    case 'ConcatExpr':
      return PRECEDENCE[node.kind];
    case 'BitwiseShiftExpression':
      return PRECEDENCE.shift;
    case 'UnaryExpression':
      return node.operator === 'NOT' ? PRECEDENCE.NOT : PRECEDENCE.unary;
    case 'InExpression':
    case 'BetweenExpression':
    case 'LikeExpression':
    case 'QuantifiedComparisonExpression':
      return PRECEDENCE.comparison;
    case 'BinaryExpression':
      switch (node.operator) {
        case '|':
        case '^':
        case '&':
        case '+':
        case '-':
        case '*':
        case '/':
          return PRECEDENCE[node.operator];
        default:
          return PRECEDENCE.comparison;
      }
    // A field or a parenthesis after these would be read as a part of them.
    case 'IntervalExpr':
    case 'IntLiteral':
    case 'FloatLiteral':
    case 'PathExpression':
    case 'SystemVariableExpr':
      return PRECEDENCE.unary;
    default:
      return PRECEDENCE.primary;
  }
}

export const PRIMARY = PRECEDENCE.primary;

/** Prints nodes, and the comments that were written before them. */
export class Writer {
  private readonly printers: Printers;
  private readonly comments: readonly Comment[];
  private nextComment = 0;

  constructor(printers: Printers, comments: readonly Comment[]) {
    this.printers = printers;
    this.comments = comments;
  }

  node(node: Node): string {
    const before = this.commentsBefore(node.start);
    const print = this.printers[node.kind] as (node: Node, w: Writer) => string;
    return before + print(node, this);
  }

  optional(node: Node | undefined, prefix = ''): string {
    return node ? words(prefix, this.node(node)) : '';
  }

  list(nodes: readonly Node[], separator = ', '): string {
    return nodes.map((node) => this.node(node)).join(separator);
  }

  /** In parentheses when the expression binds less tightly than `minimum`. */
  operand(node: Expression, minimum: number): string {
    return precedenceOf(node) < minimum ? `(${this.node(node)})` : this.node(node);
  }

  /** A query inside of another one keeps its parentheses. */
  queryOperand(node: QueryExpression): string {
    return node.kind === 'Query' ? `(${this.node(node)})` : this.node(node);
  }

  parenthesized(query: Query): string {
    return `(${this.node(query)})`;
  }

  /** The comments that end before the offset and were not printed yet. */
  commentsBefore(offset: number): string {
    let text = '';
    for (;;) {
      const comment = this.comments[this.nextComment];
      if (!comment || comment.end > offset) return text;
      this.nextComment++;
      text += comment.text.startsWith('/*') ? `${comment.text} ` : `${comment.text}\n`;
    }
  }
}

/** In backquotes where it was written so. A dashed project name is one identifier without them. */
export function quoteIdentifier({ name, quoted }: Identifier): string {
  if (!quoted) return name;
  const escaped = name.replace(/[\\`\n\r]/g, (char) => (char === '\n' ? '\\n' : char === '\r' ? '\\r' : `\\${char}`));
  return `\`${escaped}\``;
}
