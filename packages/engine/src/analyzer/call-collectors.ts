import type * as sql from '@bqml-emulator/sql';
import { mapCall, sameCall, visitExpression } from '../logical/index.ts';
import type {
  AggregateCall,
  AnalyticScan,
  Expression,
  PlanColumn,
  Scan,
  WindowSpecification,
} from '../logical/index.ts';
import type { Analysis } from './analysis.ts';
import type { AggregateCollector, AnalyticCollector } from './expression-context.ts';
import { identifierText } from './identifier-text.ts';
import { columnRef } from './name-scope.ts';

/** The aggregate calls of one SELECT. Equal calls share a column. */
export class AggregateList implements AggregateCollector {
  readonly #analysis: Analysis;
  readonly #calls: { readonly column: PlanColumn; readonly call: AggregateCall }[] = [];

  constructor(analysis: Analysis) {
    this.#analysis = analysis;
  }

  get calls(): readonly { readonly column: PlanColumn; readonly call: AggregateCall }[] {
    return this.#calls;
  }

  add(call: AggregateCall): Expression {
    const known = this.#calls.find((c) => sameCall(c.call, call));
    if (known) return columnRef(known.column);
    const column = this.#analysis.newColumn(`$agg${this.#calls.length + 1}`, call.type);
    this.#calls.push({ column, call });
    return columnRef(column);
  }
}

/** The calls with OVER of one SELECT. */
export class AnalyticList implements AnalyticCollector {
  readonly #analysis: Analysis;
  readonly #definitions: sql.WindowClause | undefined;
  readonly #calls: AnalyticScan['calls'][number][] = [];

  constructor(analysis: Analysis, definitions: sql.WindowClause | undefined) {
    this.#analysis = analysis;
    this.#definitions = definitions;
  }

  get calls(): AnalyticScan['calls'] {
    return this.#calls;
  }

  add(call: AggregateCall, window: WindowSpecification): Expression {
    const column = this.#analysis.newColumn(`$analytic${this.#calls.length + 1}`, call.type);
    this.#calls.push({ column, call, window });
    return columnRef(column);
  }

  window(name: sql.Identifier): sql.WindowSpecification {
    const key = name.name.toLowerCase();
    const found = this.#definitions?.windows.find((w) => w.name.name.toLowerCase() === key);
    if (found) return found.window;
    throw this.#analysis.error(name, `Unrecognized window alias ${identifierText(name.name)}`);
  }
}

/** Computes the calls over `input`; `regroup` is given when the SELECT is grouped. */
export function analyticScan(
  input: Scan,
  calls: AnalyticScan['calls'],
  regroup: (expression: Expression) => Expression,
): Scan {
  if (calls.length === 0) return input;
  return {
    kind: 'AnalyticScan',
    columns: [...input.columns, ...calls.map((c) => c.column)],
    input,
    calls: calls.map(({ column, call, window }) => ({
      column,
      call: mapCall(call, regroup),
      window: {
        partitionBy: window.partitionBy.map(regroup),
        orderBy: window.orderBy.map((item) => ({ ...item, expression: regroup(item.expression) })),
        frame: window.frame,
      },
    })),
  };
}

/** Whether an expression holds one of the calls of a list. */
export function readsCall(expression: Expression, calls: readonly { readonly column: PlanColumn }[]): boolean {
  let reads = false;
  visitExpression(expression, (e) => {
    if (e.kind === 'ColumnRef' && calls.some((c) => c.column.id === e.column.id)) reads = true;
  });
  return reads;
}
