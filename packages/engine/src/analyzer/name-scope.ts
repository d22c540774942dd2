import type { ColumnRef, Expression, PlanColumn } from '../logical/index.ts';
import { suggestName } from './suggest-name.ts';

/** A name and what it stands for; `name` is undefined for an anonymous column. */
export interface NamedExpression {
  readonly name: string | undefined;
  readonly expression: Expression;
}

/**
 * The alias of a table, a subquery or an array in a FROM clause. `hidden` columns are found by name but are not part
 * of `*`. `value` is set when the name stands for one value (UNNEST, SELECT AS STRUCT) and not for a row.
 */
export interface RangeVariable {
  readonly name: string;
  readonly columns: readonly NamedExpression[];
  readonly hidden: readonly NamedExpression[];
  readonly value: Expression | undefined;
}

/** The names that a FROM clause, or a part of it, brings. `columns` is what `*` expands to, in order. */
export interface NameList {
  readonly columns: readonly NamedExpression[];
  readonly hidden: readonly NamedExpression[];
  readonly variables: readonly RangeVariable[];
}

export const EMPTY_NAME_LIST: NameList = { columns: [], hidden: [], variables: [] };

type NameTarget =
  | { readonly kind: 'expression'; readonly expression: Expression }
  | { readonly kind: 'variable'; readonly variable: RangeVariable }
  | { readonly kind: 'ambiguous' };

interface Lookup {
  readonly target: NameTarget;
  /** Found in a query around the one that asks. */
  readonly correlated: boolean;
}

export const columnRef = (column: PlanColumn, correlated = false): ColumnRef => ({
  kind: 'ColumnRef',
  type: column.type,
  column,
  correlated,
});

export function findByName(columns: readonly NamedExpression[], name: string): readonly NamedExpression[] {
  const key = name.toLowerCase();
  return columns.filter((c) => c.name?.toLowerCase() === key);
}

/** Column `name` of one list: visible columns first, then hidden ones. */
export function findColumn(
  list: Pick<NameList, 'columns' | 'hidden'>,
  name: string,
): Expression | 'ambiguous' | undefined {
  const found = findByName(list.columns, name);
  const [only] = found.length > 0 ? found : findByName(list.hidden, name);
  if (only === undefined) return undefined;
  return found.length > 1 ? 'ambiguous' : only.expression;
}

/**
 * Names that expressions may use, innermost first. Names compare without case. A range variable hides the columns of
 * its own FROM clause; SELECT list aliases hide both.
 */
export class NameScope {
  readonly names: NameList;
  readonly #aliases: ReadonlyMap<string, NamedExpression | 'ambiguous'>;
  readonly #parent: NameScope | undefined;
  /** Whether the parent belongs to a query around this one. */
  readonly #crossesQuery: boolean;

  private constructor(
    names: NameList,
    aliases: ReadonlyMap<string, NamedExpression | 'ambiguous'>,
    parent: NameScope | undefined,
    crossesQuery: boolean,
  ) {
    this.names = names;
    this.#aliases = aliases;
    this.#parent = parent;
    this.#crossesQuery = crossesQuery;
  }

  static empty(): NameScope {
    return new NameScope(EMPTY_NAME_LIST, new Map(), undefined, false);
  }

  /** The FROM clause of one query; `outer` is the scope of the expression that the query stands in. */
  static ofQuery(names: NameList, outer: NameScope | undefined): NameScope {
    return new NameScope(names, new Map(), outer, true);
  }

  /** As `this` with aliases in front, for GROUP BY, HAVING, QUALIFY and ORDER BY, and for WITH(...) variables. */
  withAliases(items: readonly NamedExpression[]): NameScope {
    const aliases = new Map<string, NamedExpression | 'ambiguous'>();
    for (const item of items) {
      const key = item.name?.toLowerCase();
      if (key === undefined) continue;
      const earlier = aliases.get(key);
      const same =
        earlier !== undefined && earlier !== 'ambiguous' && isSameColumn(earlier.expression, item.expression);
      aliases.set(key, earlier === undefined || same ? item : 'ambiguous');
    }
    return new NameScope(EMPTY_NAME_LIST, aliases, this, false);
  }

  lookup(name: string): Lookup | undefined {
    const alias = this.#aliases.get(name.toLowerCase());
    if (alias === 'ambiguous') return { target: { kind: 'ambiguous' }, correlated: false };
    if (alias) return { target: { kind: 'expression', expression: alias.expression }, correlated: false };
    const key = name.toLowerCase();
    const variable = this.names.variables.find((v) => v.name.toLowerCase() === key);
    if (variable) return { target: { kind: 'variable', variable }, correlated: false };
    const column = findColumn(this.names, name);
    if (column === 'ambiguous') return { target: { kind: 'ambiguous' }, correlated: false };
    if (column) return { target: { kind: 'expression', expression: column }, correlated: false };
    const outer = this.#parent?.lookup(name);
    return outer && { target: outer.target, correlated: outer.correlated || this.#crossesQuery };
  }

  /** The name that was probably meant, from the innermost scope that has a near one. */
  suggest(name: string): string | undefined {
    const candidates: string[] = [];
    for (const item of this.#aliases.values()) if (item !== 'ambiguous' && item.name) candidates.push(item.name);
    for (const variable of this.names.variables) candidates.push(variable.name);
    for (const column of this.names.columns) if (column.name) candidates.push(column.name);
    return suggestName(name, candidates) ?? this.#parent?.suggest(name);
  }
}

function isSameColumn(a: Expression, b: Expression): boolean {
  return a.kind === 'ColumnRef' && b.kind === 'ColumnRef' && a.column.id === b.column.id;
}
