import { createRequire } from 'node:module';
import { parseScript, SqlSyntaxError, visit, type Node } from '@bqml-emulator/sql';
import { lackingConstruct } from './sql-corpus.ts';

interface SecondParser {
  tableList(sql: string, options: { readonly database: 'bigquery' }): string[];
  parse(sql: string, options: { readonly database: 'bigquery' }): unknown;
}

const { Parser } = createRequire(import.meta.url)('node-sql-parser/build/bigquery.js') as {
  readonly Parser: new () => SecondParser;
};

/** The second opinion. */
export const secondParser: SecondParser = new Parser();

export const acceptedBySecondParser = (sql: string): boolean => {
  try {
    secondParser.parse(sql, { database: 'bigquery' });
    return true;
  } catch {
    return false;
  }
};

const MISREADINGS: readonly { readonly what: string; readonly occursIn: (sql: string) => boolean }[] = [
  {
    what: 'a bytes or raw prefix is a column, its literal an alias',
    occursIn: (sql) => /\b(?:b|rb|br|r)['"]/i.test(sql),
  },
  { what: 'NUMERIC and BIGNUMERIC before a literal are columns', occursIn: (sql) => /NUMERIC\s*['"]/i.test(sql) },
  { what: 'a hexadecimal number is 0 and an alias', occursIn: (sql) => /\b0x/i.test(sql) },
  { what: 'a triple-quoted string keeps its quotes', occursIn: (sql) => /"""|'''/.test(sql) },
  {
    what: 'a quoted path is one table name and an unquoted one is split',
    occursIn: (sql) => /`[^`]*\.[^`]*`/.test(sql),
  },
  { what: 'backquotes are lost, so that quoted dots become separators', occursIn: (sql) => sql.includes('`') },
  { what: 'the target of DELETE is listed as a column path', occursIn: (sql) => /^\s*DELETE\b/i.test(sql) },
  {
    what: 'a table function is listed as a table or left out',
    occursIn: (sql) => /\b(?:FROM|JOIN|,)\s*[\w.]+\s*\(/i.test(sql),
  },
  {
    what: 'the objects of DROP, ALTER and TRUNCATE are listed by kind',
    occursIn: (sql) => /^\s*(?:DROP|ALTER|TRUNCATE)\b/i.test(sql),
  },
  {
    what: 'INSERT without INTO takes the first word for the table',
    occursIn: (sql) => /^\s*INSERT\s+(?!INTO\b)/i.test(sql),
  },
  {
    what: 'FROM in EXTRACT and IS DISTINCT FROM opens a table',
    occursIn: (sql) => /EXTRACT\s*\(|DISTINCT\s+FROM/i.test(sql),
  },
  {
    what: 'a WITH query of an inner query shadows nothing',
    occursIn: (sql) => (sql.match(/\bWITH\b/gi) ?? []).length > 1,
  },
];

/** The known mis-reading of node-sql-parser that a text may provoke. */
export const knownMisreading = (sql: string): string | undefined =>
  MISREADINGS.find((misreading) => misreading.occursIn(sql))?.what;

/** The tables that a text reads or writes, in lower case and sorted, as our tree has them. */
export function referencedTables(sql: string): string[] | undefined {
  let root: Node;
  try {
    root = parseScript(sql);
  } catch (error) {
    if (error instanceof SqlSyntaxError) return undefined;
    throw error;
  }
  const tables = new Set<string>();
  const add = (path: Extract<Node, { kind: 'PathExpression' }> | undefined) => {
    if (path) tables.add(path.names.map((name) => name.name.toLowerCase()).join('.'));
  };
  visit(root, {
    TablePathExpression: (node) => add(node.path),
    InsertStatement: (node) => add(node.target.kind === 'PathExpression' ? node.target : undefined),
    UpdateStatement: (node) => add(node.target.kind === 'PathExpression' ? node.target : undefined),
    DeleteStatement: (node) => add(node.target.kind === 'PathExpression' ? node.target : undefined),
    MergeStatement: (node) => add(node.target),
    CreateTableStatement: (node) => add(node.name),
  });
  return [...tables].toSorted();
}

function tablesOfSecondParser(sql: string): string[] | undefined {
  let list: string[];
  try {
    list = secondParser.tableList(sql, { database: 'bigquery' });
  } catch {
    return undefined;
  }
  const names = list.map((entry) => {
    const [, schema, table] = entry.split('::');
    return (schema === 'null' ? `${table}` : `${schema}.${table}`).toLowerCase();
  });
  return [...new Set(names)].toSorted();
}

export interface Comparison {
  readonly agree: boolean;
  readonly ours: readonly string[];
  readonly theirs: readonly string[];
  readonly misreading: string | undefined;
}

/** Compares the referenced tables when both parsers accept the text; undefined when one does not. */
export function compareTables(sql: string): Comparison | undefined {
  if (lackingConstruct(sql)) return undefined;
  const ours = referencedTables(sql);
  const theirs = ours && tablesOfSecondParser(sql);
  if (!ours || !theirs) return undefined;
  return { agree: ours.join() === theirs.join(), ours, theirs, misreading: knownMisreading(sql) };
}
