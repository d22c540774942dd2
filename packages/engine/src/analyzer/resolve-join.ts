import type * as sql from '@bqml-emulator/sql';
import { BOOL } from '@bqml-emulator/types';
import type { ComputedColumn, Expression, JoinScan, Scan } from '../logical/index.ts';
import type { Analysis } from './analysis.ts';
import { callScalar } from './call-scalar.ts';
import { coerce, commonSupertype } from './coerce.ts';
import { scalarContext } from './expression-context.ts';
import { identifierText } from './identifier-text.ts';
import { NameScope, columnRef, findColumn } from './name-scope.ts';
import type { NameList, NamedExpression } from './name-scope.ts';
import type { Relation } from './relation.ts';
import { resolveArray } from './resolve-array.ts';
import { resolveCondition } from './resolve-expression.ts';
import { isArrayPath, resolveFrom } from './resolve-from.ts';
import type { FromEnvironment } from './resolve-from.ts';

/** All joins; an array on the right side is unnested for each row of the left side. */
export function resolveJoin(analysis: Analysis, node: sql.Join, environment: FromEnvironment): Relation {
  if (node.natural) throw analysis.notImplemented(node.location, 'NATURAL JOIN');
  const left = resolveFrom(analysis, node.left, environment);
  const { right } = node;
  const scope = NameScope.ofQuery(left.names, environment.outer);
  if (right.kind === 'TablePathExpression' && isArrayPath(right, scope)) {
    return joinArray(analysis, node, right, left, environment);
  }
  const other = resolveFrom(analysis, right, environment);
  const names = mergeNames(analysis, node, left.names, other.names);
  const joinType = node.joinType === 'COMMA' || node.joinType === 'CROSS' ? 'INNER' : node.joinType;
  const columns = [...left.scan.columns, ...other.scan.columns];
  const scan: JoinScan = {
    kind: 'JoinScan',
    columns,
    joinType,
    left: left.scan,
    right: other.scan,
    condition: undefined,
  };
  if (node.using) return joinUsing(analysis, node.using, scan, left.names, other.names, names);
  if (!node.on) {
    if (node.joinType === 'COMMA' || node.joinType === 'CROSS') return { scan, names };
    throw analysis.error(node.location, `${node.joinType} JOIN must have an immediately following ON or USING clause`);
  }
  return { scan: { ...scan, condition: onCondition(analysis, node.on, names, environment) }, names };
}

function onCondition(
  analysis: Analysis,
  node: sql.OnClause,
  names: NameList,
  environment: FromEnvironment,
): Expression {
  const scope = NameScope.ofQuery(names, environment.outer);
  return resolveCondition(analysis, node.expression, scalarContext(scope, environment.ctes, 'ON clause'));
}

/** `FROM t, t.arr`, `t LEFT JOIN UNNEST(t.arr) AS a ON ...`. */
function joinArray(
  analysis: Analysis,
  node: sql.Join,
  right: sql.TablePathExpression,
  left: Relation,
  environment: FromEnvironment,
): Relation {
  const [postfix] = right.postfixOperators;
  if (postfix) throw analysis.notImplemented(postfix, `${postfix.kind} of an array`);
  if (node.joinType === 'RIGHT' || node.joinType === 'FULL') {
    throw analysis.error(
      right,
      `Array scan is not allowed with ${node.joinType} JOIN: ${right.unnest ? 'UNNEST expression' : (right.path?.names.map((n) => identifierText(n.name)).join('.') ?? '')}`,
    );
  }
  if (node.using) throw analysis.notImplemented(node.using, 'USING with an array');
  const array = resolveArray(analysis, right, left, environment);
  const names = mergeNames(analysis, node, left.names, array.names);
  const condition = node.on && onCondition(analysis, node.on, names, environment);
  return { scan: { ...array.scan, condition, outer: node.joinType === 'LEFT' }, names };
}

function mergeNames(analysis: Analysis, node: sql.Join, left: NameList, right: NameList): NameList {
  const taken = new Set(left.variables.map((v) => v.name.toLowerCase()));
  for (const variable of right.variables) {
    if (taken.has(variable.name.toLowerCase())) {
      throw analysis.error(
        node.right,
        `Duplicate table alias ${identifierText(variable.name)} in the same FROM clause`,
      );
    }
  }
  return {
    columns: [...left.columns, ...right.columns],
    hidden: [...left.hidden, ...right.hidden],
    variables: [...left.variables, ...right.variables],
  };
}

/**
 * `USING (a, b)`: equality of the two columns. `*` and the bare name give one column, first of all: the left one, the
 * right one for RIGHT, the first that is not NULL for FULL.
 */
function joinUsing(
  analysis: Analysis,
  node: sql.UsingClause,
  join: JoinScan,
  left: NameList,
  right: NameList,
  names: NameList,
): Relation {
  const conditions: Expression[] = [];
  const keys: NamedExpression[] = [];
  const computed: ComputedColumn[] = [];
  for (const key of node.keys) {
    const a = usingColumn(analysis, key, left, 'left');
    const b = usingColumn(analysis, key, right, 'right');
    conditions.push(callScalar(analysis, key, '$equal', [a, b], [key, key]));
    let expression = join.joinType === 'RIGHT' ? b : a;
    if (join.joinType === 'FULL') {
      const type = commonSupertype([a, b]) ?? a.type;
      const operands = [coerce(a, type) ?? a, coerce(b, type) ?? b];
      const column = analysis.newColumn(key.name, type);
      computed.push({ column, expression: { kind: 'Coalesce', type, operands } });
      expression = columnRef(column);
    }
    keys.push({ name: key.name, expression });
  }
  const isKey = (column: NamedExpression) =>
    node.keys.some((key) => key.name.toLowerCase() === column.name?.toLowerCase());
  const [first, ...others] = conditions;
  const condition: Expression | undefined =
    others.length === 0 ? first : { kind: 'Logical', type: BOOL, operator: 'AND', operands: conditions };
  const joined: JoinScan = { ...join, condition };
  const columns = [...join.columns, ...computed.map((c) => c.column)];
  const scan: Scan = computed.length === 0 ? joined : { kind: 'ProjectScan', columns, input: joined, computed };
  return { scan, names: { ...names, columns: [...keys, ...names.columns.filter((c) => !isKey(c))] } };
}

function usingColumn(analysis: Analysis, key: sql.Identifier, names: NameList, side: 'left' | 'right'): Expression {
  const column = findColumn(names, key.name);
  if (column === undefined) {
    throw analysis.error(key, `Column ${key.name} in USING clause not found on ${side} side of join`);
  }
  if (column === 'ambiguous') {
    throw analysis.error(key, `Column ${key.name} in USING clause is ambiguous on ${side} side of join`);
  }
  return column;
}
