import type * as sql from '@bqml-emulator/sql';
import type { AggregateCall, Expression, WindowSpecification } from '../logical/index.ts';
import type { NameScope } from './name-scope.ts';
import type { WithScope } from './with-scope.ts';

/** Takes the aggregate calls out of the expressions of one SELECT; gives what stands in their place. */
export interface AggregateCollector {
  add(call: AggregateCall): Expression;
}

/** The same for calls with OVER. `window` resolves a name of the WINDOW clause. */
export interface AnalyticCollector {
  add(call: AggregateCall, window: WindowSpecification): Expression;
  window(name: sql.Identifier): sql.WindowSpecification;
}

/** Where an expression stands. */
export interface ExpressionContext {
  readonly scope: NameScope;
  readonly ctes: WithScope;
  /** What the arguments of aggregates see: aliases of the SELECT list are not visible there. */
  readonly aggregateScope: NameScope;
  /** For messages: `WHERE clause`. */
  readonly clause: string;
  /** Undefined: aggregate functions are not allowed here. */
  readonly aggregates: AggregateCollector | undefined;
  /** Undefined: calls with OVER are not allowed here. */
  readonly analytics: AnalyticCollector | undefined;
  /** Inside the arguments of a call of this kind, which decides the message for another one. */
  readonly inside: 'aggregate' | 'analytic' | undefined;
}

/** An expression that may hold neither aggregates nor calls with OVER. */
export function scalarContext(scope: NameScope, ctes: WithScope, clause: string): ExpressionContext {
  return { scope, aggregateScope: scope, ctes, clause, aggregates: undefined, analytics: undefined, inside: undefined };
}
