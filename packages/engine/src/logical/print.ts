import { connectionName, reservationName } from '@bqml-emulator/catalog';
import type { ColumnSchema, ConnectionReference, ReservationReference } from '@bqml-emulator/catalog';
import { formatLiteral, isLazyValue, typeName } from '@bqml-emulator/types';
import type { SqlType, Value } from '@bqml-emulator/types';
import type { PlanColumn } from './column.ts';
import type { AggregateCall, Expression, OrderByItem } from './expression.ts';
import type { ComputedColumn, Scan, WindowFrameBound, WindowSpecification } from './scan.ts';
import type { QueryOutput, ResolvedStatement } from './statement.ts';

/** A plan as people read it: one scan a line, inputs indented, columns as `name#id`. For tests and EXPLAIN. */
export function printStatement(statement: ResolvedStatement): string {
  switch (statement.kind) {
    case 'QueryStatement':
      return lines(statement.kind, printQuery(statement.query));
    case 'CreateSchemaStatement':
    case 'CreateExternalTableStatement':
    case 'CreateModelStatement': {
      const { kind, ifExists, options, reference } = statement;
      const connection =
        'connectionId' in statement && statement.connectionId !== undefined
          ? [`connection ${statement.connectionId}`]
          : [];
      const values = options.map((o) => `option ${o.name} ${typeName(o.type)} ${printValue(o.value, o.type)}`);
      const columns = 'schema' in statement ? printSchema(statement.schema ?? []) : [];
      return lines(`${kind} ${printReference(reference)} (exists: ${ifExists})`, [
        ...columns,
        ...connection,
        ...values,
      ]);
    }
    case 'AlterModelStatement':
    case 'ExportModelStatement': {
      const exists = 'ifExists' in statement && statement.ifExists ? ' if exists' : '';
      const values = statement.options.map(
        (o) => `option ${o.name} ${typeName(o.type)} ${printValue(o.value, o.type)}`,
      );
      return lines(`${statement.kind} ${printReference(statement.reference)}${exists}`, values);
    }
    case 'CreateTableStatement': {
      const columns = printSchema(statement.schema);
      const options = statement.options.map(
        (o) => `option ${o.name} ${typeName(o.type)} ${printValue(o.value, o.type)}`,
      );
      return lines(`${statement.kind} ${printReference(statement.reference)} (exists: ${statement.ifExists})`, [
        ...columns,
        ...options,
        ...(statement.query ? printQuery(statement.query) : []),
      ]);
    }
    case 'UndropSchemaStatement':
      return `${statement.kind} ${printReference(statement.reference)}${statement.ifNotExists ? ' if not exists' : ''}`;
    case 'DropSchemaStatement':
    case 'DropTableStatement':
    case 'DropModelStatement': {
      const what = 'objectKind' in statement ? ` ${statement.objectKind}` : '';
      const cascade = 'cascade' in statement && statement.cascade ? ' cascade' : '';
      const exists = statement.ifExists ? ' if exists' : '';
      return `${statement.kind}${what} ${printReference(statement.reference)}${exists}${cascade}`;
    }
    case 'CreateConnectionStatement':
    case 'AlterConnectionStatement':
    case 'CreateReservationStatement':
    case 'AlterReservationStatement':
    case 'CreateAssignmentStatement': {
      const { kind, ifExists, options } = statement;
      const values = options.map((o) => `option ${o.name} ${typeName(o.type)} ${printValue(o.value, o.type)}`);
      return lines(`${kind} ${printLocated(statement)} (exists: ${ifExists})`, values);
    }
    case 'DropConnectionStatement':
    case 'DropReservationStatement':
    case 'DropAssignmentStatement':
      return `${statement.kind} ${printLocated(statement)}${statement.ifExists ? ' if exists' : ''}`;
    case 'RefreshMetadataCacheStatement':
      return lines(`${statement.kind} ${printReference(statement.reference)}`, statement.uris ?? []);
    case 'InsertStatement':
      return lines(`${statement.kind} ${printReference(statement.table.reference)}`, printQuery(statement.query));
    case 'UpdateStatement':
      return lines(`${statement.kind} ${printReference(statement.table.reference)}`, [
        ...statement.assignments.map(
          (a) => `set ${statement.table.schema[a.columnIndex]?.name ?? '?'} = ${printExpression(a.expression)}`,
        ),
        `where ${printExpression(statement.condition)}`,
      ]);
    case 'DeleteStatement':
      return lines(`${statement.kind} ${printReference(statement.table.reference)}`, [
        `where ${printExpression(statement.condition)}`,
      ]);
    case 'TruncateStatement':
      return `${statement.kind} ${printReference(statement.table.reference)}`;
  }
}

const lines = (head: string, body: readonly string[]) => [head, ...body.map((line) => `  ${line}`)].join('\n');

function printLocated(statement: {
  readonly reference: ConnectionReference | ReservationReference;
  readonly assignmentId?: string;
}): string {
  const name =
    'connectionId' in statement.reference ? connectionName(statement.reference) : reservationName(statement.reference);
  return statement.assignmentId === undefined ? name : `${name}/assignments/${statement.assignmentId}`;
}

function printReference(reference: object): string {
  return Object.values(reference).join('.');
}

function printQuery(query: QueryOutput): readonly string[] {
  const columns = query.columns.map(({ name, column }) => `${name}=${printColumn(column)} ${typeName(column.type)}`);
  return [`output ${columns.join(', ')}`, ...printScan(query.scan).split('\n')];
}

const printColumn = (column: PlanColumn) => `${column.name}#${column.id}`;
const printColumns = (columns: readonly PlanColumn[]) => `[${columns.map(printColumn).join(', ')}]`;
const printComputed = (c: ComputedColumn) => `${printColumn(c.column)} := ${printExpression(c.expression)}`;

function printSchema(schema: readonly ColumnSchema[]): string[] {
  return schema.map((c) => {
    const parts = [c.name, typeName(c.type), c.mode === 'REQUIRED' ? 'NOT NULL' : ''];
    if (c.maxLength !== undefined) parts.push(`(${c.maxLength})`);
    if (c.precision !== undefined) parts.push(`(${c.precision}, ${c.scale ?? 0})`);
    if (c.defaultExpression !== undefined) parts.push(`DEFAULT ${c.defaultExpression}`);
    if (c.description !== undefined) parts.push(JSON.stringify(c.description));
    if (c.storage === 'segment') parts.push('in segments');
    return `column ${parts.filter((p) => p !== '').join(' ')}`;
  });
}

function printScan(scan: Scan): string {
  const head = `${scan.kind} ${printColumns(scan.columns)}`;
  const of = (text: string, ...inputs: readonly Scan[]) =>
    lines(
      text,
      inputs.flatMap((input) => printScan(input).split('\n')),
    );
  switch (scan.kind) {
    case 'SingleRowScan':
      return scan.kind;
    case 'TableScan':
    case 'ObjectTableScan':
    case 'ExternalTableScan':
      return `${head} ${printReference(scan.table.reference)}`;
    case 'ProjectScan':
      return of(`${head}${scan.computed.map((c) => ` ${printComputed(c)};`).join('')}`, scan.input);
    case 'FilterScan':
      return of(`${scan.kind} ${printExpression(scan.condition)}`, scan.input);
    case 'JoinScan':
      return of(
        `${scan.kind} ${scan.joinType}${scan.condition ? ` ON ${printExpression(scan.condition)}` : ''}`,
        scan.left,
        scan.right,
      );
    case 'ArrayScan': {
      const condition = scan.condition ? ` ON ${printExpression(scan.condition)}` : '';
      const text = `${scan.kind}${scan.outer ? ' OUTER' : ''} ${printColumn(scan.elementColumn)} := ${printExpression(scan.array)}`;
      const offset = scan.offsetColumn ? ` OFFSET ${printColumn(scan.offsetColumn)}` : '';
      return of(`${text}${offset}${condition}`, ...(scan.input ? [scan.input] : []));
    }
    case 'AggregateScan': {
      const keys = scan.groupBy.map(printComputed).join(', ');
      const sets = scan.groupingSets ? ` SETS ${JSON.stringify(scan.groupingSets)}` : '';
      const calls = scan.aggregates.map((a) => ` ${printColumn(a.column)} := ${printCall(a.call)};`).join('');
      return of(`${scan.kind} BY (${keys})${sets}${calls}`, scan.input);
    }
    case 'AnalyticScan': {
      const calls = scan.calls.map(
        (c) => ` ${printColumn(c.column)} := ${printCall(c.call)} OVER (${printWindow(c.window)});`,
      );
      return of(`${scan.kind}${calls.join('')}`, scan.input);
    }
    case 'DistinctScan':
      return of(head, scan.input);
    case 'OrderByScan':
      return of(`${head} ${scan.items.map(printOrderByItem).join(', ')}`, scan.input);
    case 'LimitOffsetScan': {
      const limit = scan.limit ? ` LIMIT ${printExpression(scan.limit)}` : '';
      const offset = scan.offset ? ` OFFSET ${printExpression(scan.offset)}` : '';
      return of(`${scan.kind}${limit}${offset}`, scan.input);
    }
    case 'SetOperationScan':
      return lines(
        `${head} ${scan.operation}`,
        scan.inputs.flatMap((i) => [`input ${printColumns(i.inputColumns)}`, ...printScan(i.scan).split('\n')]),
      );
    case 'WithScan':
      return lines(scan.kind, [
        ...scan.entries.flatMap((e) => [`entry ${e.id} ${e.name}`, ...printScan(e.scan).split('\n')]),
        ...printScan(scan.query).split('\n'),
      ]);
    case 'WithRefScan':
      return `${head} entry ${scan.entryId}`;
    case 'RecursiveScan':
      return of(`${head} entry ${scan.entryId}${scan.distinct ? ' DISTINCT' : ''}`, scan.anchor, scan.recursive);
    case 'TvfScan':
      return of(`${head} ${scan.name} ${printColumns(scan.inputColumns)}`, scan.input);
  }
}

function printCall(call: AggregateCall): string {
  const parts = [
    call.distinct ? 'DISTINCT ' : '',
    call.arguments.map(printExpression).join(', '),
    call.nullHandling ? ` ${call.nullHandling} NULLS` : '',
    call.having ? ` HAVING ${call.having.kind} ${printExpression(call.having.expression)}` : '',
    call.orderBy.length > 0 ? ` ORDER BY ${call.orderBy.map(printOrderByItem).join(', ')}` : '',
    call.limit ? ` LIMIT ${printExpression(call.limit)}` : '',
  ];
  return `${call.function.name}(${parts.join('')})`;
}

function printOrderByItem(item: OrderByItem): string {
  return `${printExpression(item.expression)}${item.descending ? ' DESC' : ''}${item.nullsFirst ? '' : ' NULLS LAST'}`;
}

function printWindow(window: WindowSpecification): string {
  const parts: string[] = [];
  if (window.partitionBy.length > 0) parts.push(`PARTITION BY ${window.partitionBy.map(printExpression).join(', ')}`);
  if (window.orderBy.length > 0) parts.push(`ORDER BY ${window.orderBy.map(printOrderByItem).join(', ')}`);
  if (window.frame) {
    parts.push(`${window.frame.unit} ${printBound(window.frame.start)} TO ${printBound(window.frame.end)}`);
  }
  return parts.join(' ');
}

const printBound = (bound: WindowFrameBound) =>
  `${bound.offset ? `${printExpression(bound.offset)} ` : ''}${bound.kind}`;

/** Constants are printed with a type where their text does not tell it. */
function printValue(value: Value, type: SqlType): string {
  if (value === null) return `NULL:${typeName(type)}`;
  return isLazyValue(value) ? 'lazy' : formatLiteral(value, type);
}

function printExpression(e: Expression): string {
  const list = (expressions: readonly Expression[]) => expressions.map(printExpression).join(', ');
  switch (e.kind) {
    case 'Literal':
      return printValue(e.value, e.type);
    case 'Parameter':
      return `@${e.name}`;
    case 'ColumnRef':
      return `${e.correlated ? '^' : ''}${printColumn(e.column)}`;
    case 'FunctionCall':
      return `${e.safe ? 'SAFE.' : ''}${e.function.name}(${list(e.arguments)})`;
    case 'Case': {
      const branches = e.branches.map((b) => `WHEN ${printExpression(b.when)} THEN ${printExpression(b.then)}`);
      return `CASE ${branches.join(' ')} ELSE ${printExpression(e.otherwise)} END`;
    }
    case 'Logical':
      return `(${e.operands.map(printExpression).join(` ${e.operator} `)})`;
    case 'Coalesce':
      return `COALESCE(${list(e.operands)})`;
    case 'Cast': {
      const format = e.format ? ` FORMAT ${printExpression(e.format)}` : '';
      const zone = e.timeZone ? ` AT TIME ZONE ${printExpression(e.timeZone)}` : '';
      return `${e.safe ? 'SAFE_' : ''}CAST(${printExpression(e.operand)} AS ${typeName(e.type)}${format}${zone})`;
    }
    case 'MakeStruct':
      return `${typeName(e.type)}(${list(e.fields)})`;
    case 'MakeArray':
      return `${typeName(e.type)}[${list(e.elements)}]`;
    case 'GetStructField': {
      const field = e.operand.type.kind === 'STRUCT' ? e.operand.type.fields[e.index]?.name : undefined;
      return `${printExpression(e.operand)}.${field ?? e.index}`;
    }
    case 'ArrayElement':
      return `${printExpression(e.array)}[${e.safe ? 'SAFE_' : ''}${e.base === 0 ? 'OFFSET' : 'ORDINAL'}(${printExpression(e.index)})]`;
    case 'InList':
      return `${printExpression(e.operand)} IN (${list(e.list)})`;
    case 'Subquery': {
      const operand = e.operand ? `${printExpression(e.operand)} ` : '';
      const outer = e.correlatedColumns.length > 0 ? ` OUTER ${printColumns(e.correlatedColumns)}` : '';
      const column = e.column ? ` ${printColumn(e.column)}` : '';
      return `${operand}${e.form}{${printScan(e.scan).replaceAll(/\n\s*/g, ' < ')}${column}${outer}}`;
    }
  }
}
