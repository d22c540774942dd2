import { invariant, notImplemented } from '@bqml-emulator/common';
import { STRING } from '@bqml-emulator/types';
import { anyValue } from '../functions/aggregate/basic.ts';
import { valueDigest } from '../functions/value-digest.ts';
import type {
  AggregateCall,
  AggregateScan,
  ComputedColumn,
  DistinctScan,
  Expression,
  FilterScan,
  JoinScan,
  ProjectScan,
  Scan,
} from '../logical/index.ts';
import { readsElements } from '../logical/element-query.ts';
import { isLazyExpression, lazyColumns } from '../logical/lazy.ts';
import { expressionsOf, mapCall, mapScan } from '../logical/rewrite.ts';
import { isAsynchronous, takesHandles } from './asynchronous.ts';
import { columnRef, isCorrelated } from './column-references.ts';
import { conjunction, conjunctsOf } from './conjunction.ts';
import { mapOperands } from '../logical/expression-tree.ts';
import type { Rule, RuleContext } from './rule.ts';
import { columnsReadBy, rewriteScans } from './scan-tree.ts';

/**
 * Moves what reads large values or calls out of the process into projections of its own, below the scan that used
 * it; those run in Node. A conditional goes as a whole, so that rows which do not reach a branch do not evaluate it.
 */
export const liftAsynchronous: Rule = {
  name: 'lift_asynchronous',
  apply: (plan, context) => {
    const lazy = new Set(lazyColumns(plan));
    return rewriteScans(
      plan,
      (s) => liftScan(s, lazy, context),
      (e) => readsElements(e, lazy),
    );
  },
};

function liftScan(s: Scan, lazy: Set<number>, context: RuleContext): Scan {
  const lifted = readSubqueryColumns(s, lazy, context);
  switch (lifted.kind) {
    case 'ProjectScan':
      return liftProject(lifted, lazy, context);
    case 'FilterScan':
      return liftFilter(lifted, lazy, context);
    case 'JoinScan':
      return liftJoin(lifted, lazy, context);
    case 'AggregateScan':
      return liftAggregate(lifted, lazy, context);
    case 'AnalyticScan':
    case 'OrderByScan':
      return new Lifting(lazy, context).into(lifted, (e, lift) => lift(forced(e, lazy)));
    case 'ArrayScan': {
      const withInput = lifted.input ? lifted : { ...lifted, input: SINGLE_ROW };
      const result = new Lifting(lazy, context).into(withInput, (e, lift) => lift(forced(e, lazy)));
      return result === withInput ? lifted : result;
    }
    case 'DistinctScan':
      return lifted.columns.some((c) => lazy.has(c.id)) ? liftAggregate(groupedByAll(lifted), lazy, context) : lifted;
    case 'SetOperationScan': {
      if (lifted.operation === 'UNION_ALL') return lifted;
      const inputs = lifted.inputs.map((i) => readColumns(i, lazy, context));
      for (const c of lifted.columns) lazy.delete(c.id);
      return { ...lifted, inputs };
    }
    default:
      return lifted;
  }
}

const SINGLE_ROW: Scan = { kind: 'SingleRowScan', columns: [] };

/** The value behind a lazy expression. */
const read = (e: Expression): Expression => ({
  kind: 'Cast',
  operand: e,
  safe: false,
  format: undefined,
  timeZone: undefined,
  type: e.type,
});

const forced = (e: Expression, lazy: ReadonlySet<number>): Expression => (isLazyExpression(e, lazy) ? read(e) : e);

/** Collects what a scan has lifted out of its expressions. */
class Lifting {
  private readonly native: ComputedColumn[] = [];
  private readonly asynchronous: ComputedColumn[] = [];
  private readonly lazy: Set<number>;
  private readonly context: RuleContext;

  constructor(lazy: Set<number>, context: RuleContext) {
    this.lazy = lazy;
    this.context = context;
  }

  /** What stays of `e` above; the smallest asynchronous parts go, conditionals as a whole. */
  lift = (e: Expression): Expression => {
    if (!isAsynchronous(e, this.lazy)) return e;
    if (!DIVISIBLE.has(e.kind) || readsElements(e, this.lazy)) return this.column(e);
    return mapOperands(e, this.lift);
  };

  private column(e: Expression): Expression {
    const known = this.asynchronous.find((c) => c.expression === e);
    const column = known?.column ?? this.context.newColumn('$read', e.type);
    if (!known) this.add({ column, expression: e });
    return columnRef(column);
  }

  /** Adds a column that is computed in Node under its own id. */
  add({ column, expression }: ComputedColumn): void {
    this.asynchronous.push({ column, expression: this.withoutSubqueries(expression) });
    if (isLazyExpression(expression, this.lazy)) this.lazy.add(column.id);
  }

  addNative(computed: ComputedColumn): void {
    this.native.push(computed);
  }

  private withoutSubqueries(e: Expression): Expression {
    if (readsElements(e, this.lazy)) return e;
    if (e.kind !== 'Subquery') return mapOperands(e, (operand) => this.withoutSubqueries(operand));
    if (e.operand && isAsynchronous(e.operand, this.lazy))
      throw notImplemented('IN with a subquery on an image or an object');
    const column = this.context.newColumn('$subquery', e.type);
    this.native.push({ column, expression: e });
    return columnRef(column);
  }

  get isEmpty(): boolean {
    return this.asynchronous.length === 0;
  }

  /** `input` with the lifted columns beside its own. */
  below(input: Scan, columns = input.columns): Scan {
    const native: Scan =
      this.native.length === 0
        ? input
        : {
            kind: 'ProjectScan',
            input,
            columns: [...input.columns, ...this.native.map((c) => c.column)],
            computed: this.native,
          };
    return {
      kind: 'ProjectScan',
      input: native,
      columns: [...columns, ...this.asynchronous.map((c) => c.column)],
      computed: this.asynchronous,
    };
  }

  /** Lifts out of every expression of a scan with one input. */
  into<S extends Scan>(s: S, rewrite: (e: Expression, lift: (e: Expression) => Expression) => Expression): Scan {
    const rewritten = mapScan(
      s,
      (input) => input,
      (e) => rewrite(e, this.lift),
    );
    return this.isEmpty
      ? s
      : mapScan(
          rewritten,
          (input) => this.below(input),
          (e) => e,
        );
  }
}

/** Expressions that evaluate all of their operands anyway, and cheaply: only their asynchronous operands go. */
const DIVISIBLE: ReadonlySet<Expression['kind']> = new Set(['MakeStruct', 'Subquery']);

/** A projection with anything asynchronous runs in Node; the rest of what it computes is computed below it. */
function liftProject(s: ProjectScan, lazy: Set<number>, context: RuleContext): Scan {
  const isNode = s.computed.map((c) => isAsynchronous(c.expression, lazy));
  if (!isNode.includes(true)) return s;
  const lifting = new Lifting(lazy, context);
  s.computed.forEach((c, i) => {
    if (isNode[i]) lifting.add(c);
    else lifting.addNative(c);
  });
  const node = lifting.below(s.input, []);
  return { ...node, columns: s.columns } as Scan;
}

/**
 * Conditions that need no reading come first: they keep rows from being read. One that depends on a query around
 * this one cannot, because what is below runs once for all rows of that query.
 */
function liftFilter(s: FilterScan, lazy: Set<number>, context: RuleContext): Scan {
  if (!isAsynchronous(s.condition, lazy)) return s;
  const conjuncts = conjunctsOf(s.condition);
  const asynchronous = conjuncts.filter((c) => isAsynchronous(c, lazy));
  const native = conjuncts.filter((c) => !isAsynchronous(c, lazy));
  const first = native.filter((c) => !isCorrelated(c, s.input.columns));
  const last = native.filter((c) => isCorrelated(c, s.input.columns));
  const lifting = new Lifting(lazy, context);
  const column = context.newColumn('$condition', s.condition.type);
  lifting.add({ column, expression: conjunction(asynchronous) });
  const input: Scan =
    first.length === 0
      ? s.input
      : { kind: 'FilterScan', columns: s.input.columns, input: s.input, condition: conjunction(first) };
  return { ...s, input: lifting.below(input), condition: conjunction([...last, columnRef(column)]) };
}

/** An inner join filters after pairing; an outer one has what belongs to one side computed there before. */
function liftJoin(s: JoinScan, lazy: Set<number>, context: RuleContext): Scan {
  if (!s.condition || !isAsynchronous(s.condition, lazy)) return s;
  if (s.joinType !== 'INNER') return liftOuterJoin(s, s.condition, lazy, context);
  const native = conjunctsOf(s.condition).filter((c) => !isAsynchronous(c, lazy));
  const rest = conjunctsOf(s.condition).filter((c) => isAsynchronous(c, lazy));
  const columns = [...s.left.columns, ...s.right.columns];
  const join: Scan = { ...s, columns, condition: native.length === 0 ? undefined : conjunction(native) };
  return liftFilter(
    { kind: 'FilterScan', columns: s.columns, input: join, condition: conjunction(rest) },
    lazy,
    context,
  );
}

function liftOuterJoin(s: JoinScan, condition: Expression, lazy: Set<number>, context: RuleContext): Scan {
  let { left, right } = s;
  const conjuncts = conjunctsOf(condition).map((conjunct) => {
    if (!isAsynchronous(conjunct, lazy)) return conjunct;
    const lifting = new Lifting(lazy, context);
    const moved = lifting.lift(conjunct);
    const ids = columnsReadBy(conjunct);
    const isOn = (side: Scan) => side.columns.some((c) => ids.has(c.id));
    if (isOn(left) && isOn(right)) throw notImplemented('an outer join on the contents of images or objects');
    if (isOn(left)) left = lifting.below(left);
    else right = lifting.below(right);
    return moved;
  });
  return { ...s, left, right, condition: conjunction(conjuncts) };
}

/**
 * What an aggregate looks at is read, unless it takes handles. Large values are grouped by a digest, and each group
 * keeps the handle of one of them.
 */
function liftAggregate(s: AggregateScan, lazy: Set<number>, context: RuleContext): Scan {
  const lifting = new Lifting(lazy, context);
  const lift = (e: Expression) => lifting.lift(forced(e, lazy));
  const kept: AggregateScan['aggregates'][number][] = [];
  const groupBy = s.groupBy.map((g) => {
    if (s.groupingSets || !isLazyExpression(g.expression, lazy)) {
      lazy.delete(g.column.id);
      return { ...g, expression: lift(g.expression) };
    }
    kept.push({ column: g.column, call: anyValueOf(lifting.lift(g.expression)) });
    return { column: context.newColumn('$digest', STRING), expression: lifting.lift(digestOf(g.expression)) };
  });
  const aggregates = s.aggregates.map(({ column, call }) => ({
    column,
    call: mapCall(call, takesHandles(call) ? lifting.lift : lift),
  }));
  return lifting.isEmpty ? s : { ...s, input: lifting.below(s.input), groupBy, aggregates: [...kept, ...aggregates] };
}

const groupedByAll = ({ input, columns }: DistinctScan): AggregateScan => ({
  kind: 'AggregateScan',
  columns,
  input,
  groupBy: columns.map((column) => ({ column, expression: columnRef(column) })),
  groupingSets: undefined,
  aggregates: [],
});

function digestOf(e: Expression): Expression {
  const [signature] = valueDigest.signatures;
  invariant(signature, 'a digest has a signature');
  return { kind: 'FunctionCall', function: valueDigest, signature, arguments: [e], safe: false, type: STRING };
}

function anyValueOf(e: Expression): AggregateCall {
  const [signature] = anyValue.signatures;
  invariant(signature, 'ANY_VALUE has a signature');
  return {
    kind: 'AggregateCall',
    function: anyValue,
    signature,
    arguments: [e],
    distinct: false,
    nullHandling: undefined,
    having: undefined,
    orderBy: [],
    limit: undefined,
    type: e.type,
  };
}

/** A subquery gives values: a lazy column that it reads is read inside. */
function readSubqueryColumns(s: Scan, lazy: Set<number>, context: RuleContext): Scan {
  const inExpression = (e: Expression): Expression => {
    const mapped = mapOperands(e, inExpression);
    if (mapped.kind !== 'Subquery' || !mapped.column || !lazy.has(mapped.column.id)) return mapped;
    const { scan, inputColumns } = readColumns({ scan: mapped.scan, inputColumns: [mapped.column] }, lazy, context);
    return { ...mapped, scan, column: inputColumns[0] };
  };
  if (!expressionsOf(s).some((e) => hasLazySubquery(e, lazy))) return s;
  return mapScan(s, (input) => input, inExpression);
}

function hasLazySubquery(e: Expression, lazy: ReadonlySet<number>): boolean {
  let found = false;
  const visit = (x: Expression): Expression => {
    if (x.kind === 'Subquery' && x.column && lazy.has(x.column.id)) found = true;
    return mapOperands(x, visit);
  };
  visit(e);
  return found;
}

type Input = { readonly scan: Scan; readonly inputColumns: readonly ComputedColumn['column'][] };

function readColumns(input: Input, lazy: Set<number>, context: RuleContext): Input {
  if (!input.inputColumns.some((c) => lazy.has(c.id))) return input;
  const computed: ComputedColumn[] = [];
  const inputColumns = input.inputColumns.map((c) => {
    if (!lazy.has(c.id)) return c;
    const column = context.newColumn(c.name, c.type);
    computed.push({ column, expression: read(columnRef(c)) });
    return column;
  });
  return { scan: { kind: 'ProjectScan', input: input.scan, columns: inputColumns, computed }, inputColumns };
}
