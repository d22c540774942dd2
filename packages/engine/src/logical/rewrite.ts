import type { PlanColumn } from './column.ts';
import { mapOperands, operandsOf } from './expression-tree.ts';
import type { AggregateCall, Expression, OrderByItem } from './expression.ts';
import type { ComputedColumn, Scan, WindowFrameBound } from './scan.ts';

/** Gives the expression that stands in the place of its argument, or undefined to go on with the parts of it. */
export type Rewrite = (expression: Expression) => Expression | undefined;

/** Rewrites from the outside in, subqueries included. What `rewrite` gives is not rewritten again. */
export function rewriteExpression(expression: Expression, rewrite: Rewrite): Expression {
  return rewrite(expression) ?? mapParts(expression, (part) => rewriteExpression(part, rewrite), rewrite);
}

/** Calls `visit` for the expression and everything in it, subqueries included. */
export function visitExpression(expression: Expression, visit: (expression: Expression) => void): void {
  rewriteExpression(expression, (e) => {
    visit(e);
    return undefined;
  });
}

/** Calls `visit` for every expression in the scan, subqueries included. */
function visitScan(scan: Scan, visit: (expression: Expression) => void): void {
  rewriteScan(scan, (e) => {
    visit(e);
    return undefined;
  });
}

type MapPart = (part: Expression) => Expression;

function mapParts(e: Expression, map: MapPart, rewrite: Rewrite): Expression {
  const mapped = mapOperands(e, map, (scan) => rewriteScan(scan, rewrite));
  return mapped.kind === 'Subquery' ? { ...mapped, correlatedColumns: freeColumns(mapped.scan) } : mapped;
}

/** Columns that the scan's expressions read from queries around it, in the order in which they occur. */
export function freeColumns(scan: Scan): readonly PlanColumn[] {
  const own = new Set<number>();
  collectColumns(scan, own);
  const free = new Map<number, PlanColumn>();
  visitScan(scan, (e) => {
    if (e.kind === 'ColumnRef' && e.correlated && !own.has(e.column.id)) free.set(e.column.id, e.column);
  });
  return [...free.values()];
}

function collectColumns(scan: Scan, ids: Set<number>): void {
  for (const column of scan.columns) ids.add(column.id);
  for (const input of inputsOf(scan)) collectColumns(input, ids);
  for (const expression of expressionsOf(scan)) {
    visitExpression(expression, (e) => {
      if (e.kind === 'Subquery') collectColumns(e.scan, ids);
    });
  }
}

/** The scans that a scan reads, left to right. */
export function inputsOf(scan: Scan): readonly Scan[] {
  switch (scan.kind) {
    case 'SingleRowScan':
    case 'TableScan':
    case 'ObjectTableScan':
    case 'ExternalTableScan':
    case 'WithRefScan':
      return [];
    case 'ProjectScan':
    case 'FilterScan':
    case 'AggregateScan':
    case 'AnalyticScan':
    case 'DistinctScan':
    case 'OrderByScan':
    case 'LimitOffsetScan':
    case 'TvfScan':
      return [scan.input];
    case 'ArrayScan':
      return scan.input ? [scan.input] : [];
    case 'JoinScan':
      return [scan.left, scan.right];
    case 'SetOperationScan':
      return scan.inputs.map((i) => i.scan);
    case 'WithScan':
      return [...scan.entries.map((e) => e.scan), scan.query];
    case 'RecursiveScan':
      return [scan.anchor, scan.recursive];
  }
}

/** The expressions that stand directly in a scan. */
export function expressionsOf(scan: Scan): readonly Expression[] {
  const found: Expression[] = [];
  mapScan(
    scan,
    (input) => input,
    (expression) => {
      found.push(expression);
      return expression;
    },
  );
  return found;
}

/**
 * Calls `visit` for every scan of the plan, subqueries included, inputs before the scans that read them; `enter` is
 * called before the inputs.
 */
export function forEachScan(s: Scan, visit: (s: Scan) => void, enter: (s: Scan) => void = () => undefined): void {
  const inExpression = (e: Expression): void => {
    if (e.kind === 'Subquery') forEachScan(e.scan, visit, enter);
    for (const operand of operandsOf(e)) inExpression(operand);
  };
  enter(s);
  for (const input of inputsOf(s)) forEachScan(input, visit, enter);
  for (const e of expressionsOf(s)) inExpression(e);
  visit(s);
}

/** Rewrites every expression in the scan, in its inputs and in its subqueries. */
function rewriteScan(scan: Scan, rewrite: Rewrite): Scan {
  return mapScan(
    scan,
    (input) => rewriteScan(input, rewrite),
    (expression) => rewriteExpression(expression, rewrite),
  );
}

/** A copy of `scan` with other inputs and other expressions; the columns stay. */
export function mapScan(scan: Scan, mapInput: (input: Scan) => Scan, map: MapPart): Scan {
  const computed = (c: ComputedColumn) => ({ ...c, expression: map(c.expression) });
  switch (scan.kind) {
    case 'SingleRowScan':
    case 'TableScan':
    case 'ObjectTableScan':
    case 'ExternalTableScan':
    case 'WithRefScan':
      return scan;
    case 'ProjectScan':
      return { ...scan, input: mapInput(scan.input), computed: scan.computed.map(computed) };
    case 'FilterScan':
      return { ...scan, input: mapInput(scan.input), condition: map(scan.condition) };
    case 'JoinScan':
      return {
        ...scan,
        left: mapInput(scan.left),
        right: mapInput(scan.right),
        condition: scan.condition && map(scan.condition),
      };
    case 'ArrayScan':
      return {
        ...scan,
        input: scan.input && mapInput(scan.input),
        array: map(scan.array),
        condition: scan.condition && map(scan.condition),
      };
    case 'AggregateScan':
      return {
        ...scan,
        input: mapInput(scan.input),
        groupBy: scan.groupBy.map(computed),
        aggregates: scan.aggregates.map((a) => ({ ...a, call: mapCall(a.call, map) })),
      };
    case 'AnalyticScan':
      return {
        ...scan,
        input: mapInput(scan.input),
        calls: scan.calls.map((c) => ({
          ...c,
          call: mapCall(c.call, map),
          window: {
            partitionBy: c.window.partitionBy.map(map),
            orderBy: c.window.orderBy.map((item) => mapOrderBy(item, map)),
            frame: c.window.frame && {
              ...c.window.frame,
              start: mapBound(c.window.frame.start, map),
              end: mapBound(c.window.frame.end, map),
            },
          },
        })),
      };
    case 'DistinctScan':
      return { ...scan, input: mapInput(scan.input) };
    case 'OrderByScan':
      return { ...scan, input: mapInput(scan.input), items: scan.items.map((item) => mapOrderBy(item, map)) };
    case 'LimitOffsetScan':
      return {
        ...scan,
        input: mapInput(scan.input),
        limit: scan.limit && map(scan.limit),
        offset: scan.offset && map(scan.offset),
      };
    case 'SetOperationScan':
      return { ...scan, inputs: scan.inputs.map((i) => ({ ...i, scan: mapInput(i.scan) })) };
    case 'WithScan':
      return {
        ...scan,
        entries: scan.entries.map((e) => ({ ...e, scan: mapInput(e.scan) })),
        query: mapInput(scan.query),
      };
    case 'RecursiveScan':
      return { ...scan, anchor: mapInput(scan.anchor), recursive: mapInput(scan.recursive) };
    case 'TvfScan':
      return { ...scan, input: mapInput(scan.input) };
  }
}

const mapOrderBy = (item: OrderByItem, map: MapPart): OrderByItem => ({ ...item, expression: map(item.expression) });

const mapBound = (bound: WindowFrameBound, map: MapPart): WindowFrameBound => ({
  ...bound,
  offset: bound.offset && map(bound.offset),
});

/** A copy of the call with other expressions. */
export function mapCall(call: AggregateCall, map: MapPart): AggregateCall {
  return {
    ...call,
    arguments: call.arguments.map(map),
    having: call.having && { ...call.having, expression: map(call.having.expression) },
    orderBy: call.orderBy.map((item) => mapOrderBy(item, map)),
    limit: call.limit && map(call.limit),
  };
}
