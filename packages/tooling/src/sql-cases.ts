/**
 * Runs parser cases and prints one figure a line.
 *
 *   npm run -s sql:cases -- FILE.jsonl [--verbose]
 *
 * Each line of the file is a ParserCase. With --verbose every case that differs is named on stderr.
 */
import { children, parseScript, parseStatement, print, SqlSyntaxError, type Node } from '@bqml-emulator/sql';
import { expectedNodes, lackingConstruct, readCases, type ParserCase } from './sql-corpus.ts';
import { compareTables } from './sql-differential.ts';

const parse = ({ mode, sql }: Pick<ParserCase, 'mode' | 'sql'>): Node =>
  mode === 'script' ? parseScript(sql) : parseStatement(sql);

function outcome(one: ParserCase): Node | SqlSyntaxError {
  try {
    return parse(one);
  } catch (error) {
    if (error instanceof SqlSyntaxError) return error;
    throw error;
  }
}

/** The nodes of a tree as `Kind start-end`, in order. */
function actualNodes(root: Node): string[] {
  const nodes: string[] = [];
  const pending = [root];
  for (let node = pending.pop(); node; node = pending.pop()) {
    nodes.push(`${node.kind} ${node.start}-${node.end}`);
    pending.push(...children(node).toReversed());
  }
  return nodes;
}

const withoutOffsets = (node: Node): string =>
  JSON.stringify(node, (key, value: unknown) => (key === 'start' || key === 'end' ? undefined : value));

function roundTrips(one: ParserCase, node: Node): boolean {
  const reread = outcome({ ...one, sql: print(node) });
  return !(reread instanceof SqlSyntaxError) && withoutOffsets(reread) === withoutOffsets(node);
}

class Figure {
  private readonly name: string;
  private hits = 0;
  private total = 0;

  constructor(name: string) {
    this.name = name;
  }

  count(hit: boolean, id: string, detail: () => string): void {
    this.total++;
    if (hit) this.hits++;
    else if (process.argv.includes('--verbose')) console.error(`${this.name}\t${id}\t${detail()}`);
  }

  toString(): string {
    return `${this.name} ${this.hits}/${this.total}`;
  }
}

function run(file: string): void {
  const accepted = new Figure('valid accepted');
  const rejected = new Figure('invalid rejected');
  const position = new Figure('exact position');
  const text = new Figure('exact text');
  const tree = new Figure('tree kinds');
  const roundTrip = new Figure('round trip');
  const tables = new Figure('tables agree');
  let notCounted = 0;
  const acceptedOfNotCounted: string[] = [];
  for (const one of readCases(file)) {
    const { id, sql } = one;
    const result = outcome(one);
    const shown = () => `${JSON.stringify(sql)}\t${result instanceof SqlSyntaxError ? result.message : 'accepted'}`;
    if (lackingConstruct(sql)) {
      notCounted++;
      if (!(result instanceof SqlSyntaxError)) acceptedOfNotCounted.push(id);
      continue;
    }
    if (one.tree !== undefined) {
      accepted.count(!(result instanceof SqlSyntaxError), id, shown);
      const same =
        !(result instanceof SqlSyntaxError) && actualNodes(result).join('\n') === expectedNodes(one.tree).join('\n');
      tree.count(same, id, shown);
    } else {
      const refusal = result instanceof SqlSyntaxError ? result : undefined;
      rejected.count(refusal !== undefined, id, shown);
      const isPlaced = refusal?.position.line === one.line && refusal?.position.column === one.column;
      position.count(isPlaced, id, () => `${shown()}\texpected [${one.line}:${one.column}]`);
      text.count(refusal?.detail === one.error, id, () => `${shown()}\texpected ${one.error}`);
    }
    if (result instanceof SqlSyntaxError) continue;
    roundTrip.count(roundTrips(one, result), id, () => `${JSON.stringify(sql)}\t${print(result)}`);
    const comparison = compareTables(sql);
    if (comparison && !comparison.misreading) {
      tables.count(comparison.agree, id, () => `${shown()}\t${comparison.ours.join()} / ${comparison.theirs.join()}`);
    }
  }
  for (const figure of [accepted, rejected, position, text, tree]) console.log(figure.toString());
  console.log(`not counted ${notCounted}`);
  console.log(roundTrip.toString());
  console.log(tables.toString());
  for (const id of acceptedOfNotCounted) console.log(`not counted but accepted ${id}`);
}

const [file] = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
if (file === undefined) {
  console.error('usage: npm run -s sql:cases -- FILE.jsonl [--verbose]');
  process.exitCode = 2;
} else {
  run(file);
}
