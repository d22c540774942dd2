import type { BaseTable, ObjectTable } from '@bqml-emulator/catalog';
import { OBJECT_TABLE_SCHEMA } from '@bqml-emulator/catalog';
import { BOOL, BYTES, INT64, STRING } from '@bqml-emulator/types';
import { expect, test } from 'vitest';
import type { Expression, PlanColumn, Scan } from '../../src/logical/index.ts';
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
