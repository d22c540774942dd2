import type { AggregateFunction, BaseTable, ObjectTable } from '@bqml-emulator/catalog';
import { OBJECT_TABLE_SCHEMA } from '@bqml-emulator/catalog';
import { invariant } from '@bqml-emulator/common';
import { BOOL, BYTES, INT64, STRING, arrayOf } from '@bqml-emulator/types';
import { expect, test } from 'vitest';
import { builtinFunctions } from '../../src/functions/index.ts';
import type { AggregateCall, Expression, PlanColumn, Scan } from '../../src/logical/index.ts';
import { inputsOf } from '../../src/logical/rewrite.ts';
import { optimize } from '../../src/optimizer/optimize.ts';
import type { PhysicalOperator } from '../../src/physical/physical-plan.ts';
import { planOperators } from '../../src/physical/plan-operators.ts';
import { EVALUATION, call, column, literal, ref } from '../physical/plan-builder.ts';

const resource = {
  location: 'US',
  friendlyName: undefined,
  description: undefined,
  labels: {},
  expirationMillis: undefined,
  creationMillis: 0,
  lastModifiedMillis: 0,
};
const objectTable: ObjectTable = {
  ...resource,
  kind: 'OBJECT_TABLE',
  reference: { projectId: 'p', datasetId: 'd', tableId: 'o' },
  schema: OBJECT_TABLE_SCHEMA,
  uris: ['gs://b/*'],
  connectionId: undefined,
  objectMetadata: 'SIMPLE',
  metadataCacheMode: undefined,
  maxStaleness: undefined,
};
const baseTable: BaseTable = {
  ...resource,
  kind: 'TABLE',
  reference: { projectId: 'p', datasetId: 'd', tableId: 't' },
  schema: [],
  physicalName: 'p_1',
  rowCount: 0n,
  byteCount: 0n,
};

const uri = column(1, STRING, 'uri');
const size = column(2, INT64, 'size');
const data = column(3, BYTES, 'data');
const objects: Scan = {
  kind: 'ObjectTableScan',
  table: objectTable,
  columns: [uri, size, data],
  columnIndices: [0, 3, 8],
};

const length = (e: Expression) => call('LENGTH', INT64, [e], { evaluate: () => 1n });
const greater = (a: Expression, b: Expression) =>
  call('$greater', BOOL, [a, b], { evaluate: () => true, duckdb: (args) => args.join(' > ') });

const aggregateCall = (definition: AggregateFunction, argument: Expression): AggregateCall => {
  const [signature] = definition.signatures;
  invariant(signature, definition.name);
  return {
    kind: 'AggregateCall',
    function: definition,
    signature,
    arguments: [argument],
    distinct: false,
    nullHandling: undefined,
    having: undefined,
    orderBy: [],
    limit: undefined,
    type: INT64,
  };
};

const project = (input: Scan, columns: readonly PlanColumn[], ...computed: [PlanColumn, Expression][]): Scan => ({
  kind: 'ProjectScan',
  input,
  columns,
  computed: computed.map(([c, expression]) => ({ column: c, expression })),
});

/** Kinds of the operators from the top, with the scans of a stage in brackets. */
function shape(operator: PhysicalOperator): string {
  switch (operator.kind) {
    case 'RelationalStage':
      return `Stage[${scans(operator.scan, operator.inputs)}]`;
    case 'ObjectTableOperator':
    case 'ExternalTableOperator':
      return `${operator.kind.replace('Operator', '')}(${operator.columns.map((c) => c.name).join()})`;
    default:
      return `${operator.kind.replace('Operator', '')} < ${shape(operator.input)}`;
  }
}

function scans(s: Scan, inputs: readonly { scan: Scan; operator: PhysicalOperator }[]): string {
  const stored = inputs.find((i) => i.scan === s);
  if (stored) return `{${shape(stored.operator)}}`;
  return [s.kind.replace('Scan', ''), ...inputsOf(s).map((i) => scans(i, inputs))].join(' ');
}

const planned = (s: Scan) => shape(planOperators(optimize(s, EVALUATION)).root);

test('a function of the bytes runs in Node, between the object table and the result', () => {
  const n = column(4);
  expect(planned(project(objects, [uri, n], [n, length(ref(data))]))).toBe('AsyncProject < ObjectTable(uri,data)');
});

test('nothing is read for a column that nobody asks for', () => {
  const n = column(4);
  expect(planned(project(project(objects, [uri, n], [n, length(ref(data))]), [uri]))).toBe('Slice < ObjectTable(uri)');
});

test('rows are filtered by what needs no reading before the rest is read', () => {
  const condition: Expression = {
    kind: 'Logical',
    operator: 'AND',
    operands: [greater(length(ref(data)), literal(INT64, 5n)), greater(ref(size), literal(INT64, 1n))],
    type: BOOL,
  };
  const filter: Scan = { kind: 'FilterScan', columns: [uri], input: objects, condition };
  expect(planned(filter)).toBe('Filter < AsyncProject < Filter < ObjectTable(uri,size,data)');
});

test('LIMIT with its ORDER BY goes below the reading', () => {
  const n = column(4);
  const read = project(objects, [uri, n], [n, length(ref(data))]);
  const items = [{ expression: ref(uri), descending: false, nullsFirst: true }];
  const ordered: Scan = { kind: 'OrderByScan', columns: read.columns, input: read, items };
  const limited: Scan = {
    kind: 'LimitOffsetScan',
    columns: read.columns,
    input: ordered,
    limit: literal(INT64, 3n),
    offset: undefined,
  };
  expect(planned(limited)).toBe('Slice < AsyncProject < Stage[LimitOffset OrderBy {ObjectTable(uri,data)}]');
  const byLength = [{ expression: ref(n), descending: false, nullsFirst: true }];
  expect(planned({ ...limited, input: { ...ordered, items: byLength } as Scan })).toBe(
    'Stage[LimitOffset OrderBy {AsyncProject < ObjectTable(uri,data)}]',
  );
});

test('a conditional goes to Node as a whole, with its subqueries computed before', () => {
  const x = column(10);
  const rows: Scan = { kind: 'TableScan', table: baseTable, columns: [x], columnIndices: [0] };
  const isKnown: Expression = {
    kind: 'Subquery',
    form: 'IN',
    operand: ref(size),
    scan: rows,
    column: x,
    correlatedColumns: [],
    type: BOOL,
  };
  const n = column(4);
  const guarded: Expression = {
    kind: 'Case',
    branches: [{ when: isKnown, then: length(ref(data)) }],
    otherwise: literal(INT64, null),
    type: INT64,
  };
  expect(planned(project(objects, [n], [n, guarded]))).toBe('AsyncProject < Stage[Project {ObjectTable(size,data)}]');
});

test('what groups or sorts by the contents of objects reads them first', () => {
  const n = column(4);
  const grouped: Scan = {
    kind: 'AggregateScan',
    columns: [n],
    input: objects,
    groupBy: [{ column: n, expression: length(ref(data)) }],
    groupingSets: undefined,
    aggregates: [],
  };
  expect(planned(grouped)).toBe('Stage[Aggregate {AsyncProject < ObjectTable(data)}]');
});

test('DISTINCT over objects groups by a digest of each', () => {
  const distinct: Scan = { kind: 'DistinctScan', columns: [data], input: project(objects, [data]) };
  expect(planned(distinct)).toBe('Stage[Aggregate {AsyncProject < Slice < ObjectTable(data)}]');
});

const values = column(20, arrayOf(INT64), 'values');
const element = column(21, INT64, 'element');
const unnested: Scan = {
  kind: 'ArrayScan',
  columns: [uri, element],
  input: project(
    objects,
    [uri, size, values],
    [values, call('CODES', arrayOf(INT64), [ref(data)], { evaluate: () => [] })],
  ),
  array: ref(values),
  elementColumn: element,
  offsetColumn: undefined,
  condition: undefined,
  outer: false,
};

test('the elements of large values are folded some rows at a time', () => {
  const n = column(22);
  const counted = (aggregates: readonly [PlanColumn, AggregateFunction][]): Scan => ({
    kind: 'AggregateScan',
    columns: aggregates.map(([c]) => c),
    input: unnested,
    groupBy: [],
    groupingSets: undefined,
    aggregates: aggregates.map(([c, definition]) => ({ column: c, call: aggregateCall(definition, ref(element)) })),
  });
  const find = (name: string) => {
    const definition = builtinFunctions.find((f) => f.name === name);
    invariant(definition?.kind === 'aggregate', name);
    return definition;
  };
  expect(planned(counted([[n, find('SUM')]]))).toBe(
    'Stage[Aggregate {BatchwiseStage < AsyncProject < ObjectTable(data)}]',
  );
  const parts = optimize(counted([[n, find('AVG')]]), EVALUATION);
  expect(parts.kind === 'AggregateScan' && parts.aggregates[0]?.call.function.name).toBe('$mean');
  expect(inputsOf(parts)[0]).toMatchObject({ kind: 'AggregateScan', inParts: true });
  // All of a list has to be there at once.
  const list = column(23, arrayOf(INT64));
  const whole = optimize(
    counted([
      [n, find('SUM')],
      [list, find('ARRAY_AGG')],
    ]),
    EVALUATION,
  );
  expect(inputsOf(whole)[0]?.kind).toBe('ArrayScan');
});

test('a filter of other columns goes below UNNEST and the reading for it', () => {
  const filter: Scan = {
    kind: 'FilterScan',
    columns: [uri],
    input: unnested,
    condition: {
      kind: 'Logical',
      operator: 'AND',
      operands: [greater(ref(size), literal(INT64, 1n)), greater(ref(element), literal(INT64, 1n))],
      type: BOOL,
    },
  };
  expect(planned(filter)).toBe('BatchwiseStage < AsyncProject < Filter < ObjectTable(uri,size,data)');
});
