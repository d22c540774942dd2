import type {
  DistinctScan,
  FilterScan,
  LimitOffsetScan,
  OrderByItem,
  OrderByScan,
  PlanColumn,
  ProjectScan,
  Scan,
} from '../../../logical/index.ts';
import type { EmissionContext } from '../emission-context.ts';
import { emitCondition } from '../expression/conditional.ts';
import { emitExpression, emitValue } from '../expression/emit-expression.ts';
import { emitOrderKeys } from '../order.ts';
import { columnNames, distinctColumns, selectList } from './columns.ts';
import { emitFrom } from './emit-scan.ts';

/** A select list over a FROM with its order: what may still take a LIMIT. */
interface OpenSelect {
  /** By column id. */
  readonly items: ReadonlyMap<number, string>;
  readonly from: string;
  readonly orderBy: string;
}

/**
 * ORDER BY and the projections above it in one SELECT, because a derived table need not keep its order. The keys may
 * read columns that the select list leaves out.
 */
function openSelect(scan: Scan, context: EmissionContext): OpenSelect {
  if (!context.storedScans.has(scan)) {
    if (scan.kind === 'OrderByScan') {
      const from = emitFrom(scan.input, context);
      return { items: namedItems(scan.columns), from, orderBy: ` ORDER BY ${emitOrderBy(scan.items, context)}` };
    }
    if (scan.kind === 'ProjectScan' && isOrdered(scan.input, context)) {
      return { ...openSelect(scan.input, context), items: new Map(projectItems(scan, context)) };
    }
  }
  return { items: namedItems(scan.columns), from: emitFrom(scan, context), orderBy: '' };
}

/** One projection at most: a second one would name columns that the first computes. */
function isOrdered(scan: Scan, context: EmissionContext): boolean {
  return scan.kind === 'OrderByScan' && !context.storedScans.has(scan);
}

export function emitProjectScan(scan: ProjectScan, context: EmissionContext): string {
  const { input } = scan;
  if (isOrdered(input, context)) {
    const select = openSelect(scan, context);
    return `SELECT ${selectList([...select.items.values()])} FROM ${select.from}${select.orderBy}`;
  }
  if (input.kind === 'LimitOffsetScan' && scan.computed.length === 0 && !context.storedScans.has(input)) {
    return emitLimitOffsetScan({ ...input, columns: scan.columns }, context);
  }
  return `SELECT ${selectList(projectItems(scan, context).map(([, text]) => text))} FROM ${emitFrom(input, context)}`;
}

/** The select list of a projection, by column id. */
export function projectItems(scan: ProjectScan, context: EmissionContext): readonly (readonly [number, string])[] {
  const computed = new Map(scan.computed.map((c) => [c.column.id, c.expression]));
  return distinctColumns(scan.columns).map(({ id }) => {
    const expression = computed.get(id);
    return [id, expression ? `${emitExpression(expression, context)} AS c${id}` : `c${id}`];
  });
}

const namedItems = (columns: readonly PlanColumn[]) => new Map(columns.map((c) => [c.id, `c${c.id}`]));

export function emitFilterScan(scan: FilterScan, context: EmissionContext): string {
  const columns = selectList(columnNames(scan.columns));
  return `SELECT ${columns} FROM ${emitFrom(scan.input, context)} WHERE ${emitCondition(scan.condition, context)}`;
}

export function emitDistinctScan(scan: DistinctScan, context: EmissionContext): string {
  return `SELECT DISTINCT ${selectList(columnNames(scan.columns))} FROM ${emitFrom(scan.input, context)}`;
}

export function emitOrderBy(items: readonly OrderByItem[], context: EmissionContext): string {
  return items.map((item) => emitOrderKeys(item, emitValue(item.expression, context), item.expression.type)).join(', ');
}

export function emitOrderByScan(scan: OrderByScan, context: EmissionContext): string {
  const select = openSelect(scan, context);
  return `SELECT ${selectList([...select.items.values()])} FROM ${select.from}${select.orderBy}`;
}

export function emitLimit(scan: LimitOffsetScan, context: EmissionContext): string {
  const limit = scan.limit ? ` LIMIT ${emitValue(scan.limit, context)}` : '';
  const offset = scan.offset ? ` OFFSET ${emitValue(scan.offset, context)}` : '';
  return limit + offset;
}

export function emitLimitOffsetScan(scan: LimitOffsetScan, context: EmissionContext): string {
  const select = openSelect(scan.input, context);
  const items = distinctColumns(scan.columns).map((c) => select.items.get(c.id) ?? `c${c.id}`);
  return `SELECT ${selectList(items)} FROM ${select.from}${select.orderBy}${emitLimit(scan, context)}`;
}
