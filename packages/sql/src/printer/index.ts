import type { Node } from '../ast/index.ts';
import { tokenize } from '../lexer.ts';
import { expressionPrinters } from './expression.ts';
import { queryPrinters } from './query.ts';
import { statementPrinters } from './statement.ts';
import { Writer, type Printers } from './writer.ts';

const PRINTERS: Printers = { ...expressionPrinters, ...queryPrinters, ...statementPrinters };

export interface PrintOptions {
  /** The text that the node was parsed from: its comments are printed where they stood. */
  readonly commentsOf?: string;
}

/** GoogleSQL that parses to the same tree, offsets apart. Keywords in upper case, one space between words. */
export function print(node: Node, options: PrintOptions = {}): string {
  const comments = options.commentsOf === undefined ? [] : tokenize(options.commentsOf).comments;
  const writer = new Writer(PRINTERS, comments);
  const text = writer.node(node);
  const rest = writer.commentsBefore(Number.POSITIVE_INFINITY).trimEnd();
  return rest ? `${text} ${rest}` : text;
}
