import { readFileSync } from 'node:fs';
import { tokenize, type Token } from '@bqml-emulator/sql';

/** A line of a file of parser cases: a text, and its tree or its refusal. */
export interface ParserCase {
  readonly id: string;
  readonly mode: 'statement' | 'script';
  readonly sql: string;
  /** One node a line, indented by two: `Kind(detail) [start-end] [text]`. */
  readonly tree?: string;
  readonly error?: string;
  readonly line?: number;
  readonly column?: number;
}

export const readCases = (file: string): ParserCase[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as ParserCase);

/** The nodes of a printed tree as `Kind start-end`, in order. A literal may run over several lines. */
export function expectedNodes(tree: string): string[] {
  const nodes: string[] = [];
  let pending = '';
  for (const line of tree.split('\n')) {
    pending = pending === '' ? line : `${pending}\n${line}`;
    const match = /^ *([A-Z]\w*)[\s\S]*? \[(\d+)-(\d+)\](?: \[[\s\S]*\])?$/.exec(pending);
    if (!match) continue;
    nodes.push(`${match[1]} ${match[2]}-${match[3]}`);
    pending = '';
  }
  return nodes;
}

interface LackingConstruct {
  readonly name: string;
  /** The page whose grammar does not have it. */
  readonly documentation: string;
  readonly occursIn: (tokens: readonly Token[]) => boolean;
}

const DOCS = 'https://cloud.google.com/bigquery/docs/reference/standard-sql';

const startsWith =
  (...symbols: readonly string[]) =>
  (tokens: readonly Token[]) =>
    symbols.every((symbol, index) => tokens[index]?.symbol === symbol);

const contains =
  (...symbols: readonly string[]) =>
  (tokens: readonly Token[]) =>
    tokens.some((_, at) => symbols.every((symbol, index) => tokens[at + index]?.symbol === symbol));

/** What GoogleSQL has and BigQuery's documentation lacks. The parser refuses all of it. */
export const LACKING_CONSTRUCTS: readonly LackingConstruct[] = [
  { name: 'NEW proto constructor', documentation: `${DOCS}/data-types`, occursIn: contains('NEW') },
  { name: 'MODULE statement', documentation: `${DOCS}/data-definition-language`, occursIn: startsWith('MODULE') },
  { name: 'IMPORT statement', documentation: `${DOCS}/data-definition-language`, occursIn: startsWith('IMPORT') },
  { name: 'DEFINE statement', documentation: `${DOCS}/data-definition-language`, occursIn: startsWith('DEFINE') },
  { name: 'ON CONFLICT clause', documentation: `${DOCS}/dml-syntax`, occursIn: contains('ON', 'CONFLICT') },
  {
    name: 'ROW DELETION POLICY clause',
    documentation: `${DOCS}/data-definition-language`,
    occursIn: contains('ROW', 'DELETION', 'POLICY'),
  },
  {
    name: 'CREATE AI INDEX statement',
    documentation: `${DOCS}/data-definition-language`,
    occursIn: startsWith('CREATE', 'AI', 'INDEX'),
  },
];

/** The first construct in the text that BigQuery's documentation lacks. */
export function lackingConstruct(sql: string): LackingConstruct | undefined {
  const { tokens } = tokenize(sql);
  return LACKING_CONSTRUCTS.find((construct) => construct.occursIn(tokens));
}
