import {
  DEFAULT_CONNECTION_ID,
  connectionName,
  locatedConnection,
  locatedReservation,
  parseConnectionId,
} from '@bqml-emulator/catalog';
import type { FunctionDefinition, ObjectTable } from '@bqml-emulator/catalog';
import { invalidQuery } from '@bqml-emulator/common';
import type { Expression, ResolvedStatement, Scan } from '../logical/index.ts';
import { expressionsOf, forEachScan } from '../logical/rewrite.ts';
import { operandsOf } from '../logical/expression-tree.ts';
import type { QueryEngineDependencies } from './dependencies.ts';
import type { EngineJob } from './job-record.ts';

type FindFunction = (name: string) => FunctionDefinition | undefined;

/** Refuses what BigQuery refuses for want of a reservation or a connection, where the options ask for it. */
export function checkAccess(
  statement: ResolvedStatement,
  job: EngineJob,
  functions: FindFunction,
  dependencies: QueryEngineDependencies,
): void {
  const { reservation = 'off', iam = 'off' } = dependencies.options ?? {};
  if (iam === 'strict') checkConnections(statement, dependencies);
  if (reservation === 'off') return;
  const needed = scansOf(statement).map((scan) => reservationNeed(scan, functions));
  const need = needed.find((text) => text !== undefined);
  if (need === undefined || hasReservation(job, dependencies)) return;
  const { projectId, location } = job.reference;
  throw invalidQuery(
    `${need} for job type \`QUERY\`, to project \`${projectId}\` or its parent, in location \`${location}\`.`,
  );
}

function scansOf(statement: ResolvedStatement): readonly Scan[] {
  return 'query' in statement && statement.query ? [statement.query.scan] : [];
}

/** What a table function over an object table needs comes before what a scalar function needs. */
function reservationNeed(plan: Scan, functions: FindFunction): string | undefined {
  let ofScalar: string | undefined;
  let ofTable: string | undefined;
  forEachScan(plan, (scan) => {
    if (scan.kind === 'TvfScan' && objectTablesOf(scan.input).length > 0) {
      const definition = functions(scan.name);
      if (definition?.kind === 'table') ofTable ??= definition.needsReservation;
    }
    for (const expression of expressionsOf(scan)) {
      forEachOperand(expression, (e) => {
        if (e.kind === 'FunctionCall') ofScalar ??= e.function.needsReservation;
      });
    }
  });
  return ofTable ?? ofScalar;
}

function forEachOperand(expression: Expression, visit: (e: Expression) => void): void {
  visit(expression);
  for (const operand of operandsOf(expression)) forEachOperand(operand, visit);
}

function objectTablesOf(plan: Scan): readonly ObjectTable[] {
  const tables: ObjectTable[] = [];
  forEachScan(plan, (scan) => {
    if (scan.kind === 'ObjectTableScan') tables.push(scan.table);
  });
  return tables;
}

type ConnectedTable = Pick<ObjectTable, 'connectionId' | 'location' | 'reference'>;

function connectedTablesOf(plan: Scan): ConnectedTable[] {
  const tables: ConnectedTable[] = [];
  forEachScan(plan, (scan) => {
    if (scan.kind === 'ObjectTableScan' || scan.kind === 'ExternalTableScan') tables.push(scan.table);
  });
  return tables;
}

/**
 * Folders and organizations are taken to be parents of every project. Edition Standard has no inference.
 * https://cloud.google.com/bigquery/docs/editions-intro
 */
function hasReservation(job: EngineJob, { catalog, reservations, assignments }: QueryEngineDependencies): boolean {
  const { projectId, location } = job.reference;
  const administrators = new Set([projectId, ...catalog.listProjects()]);
  return [...administrators].some((administrator) =>
    assignments.list(administrator, location).some(({ assignee, jobType, reservation }) => {
      const assigned = assignee === `projects/${projectId}` || !assignee.startsWith('projects/');
      if (!assigned || jobType !== 'QUERY') return false;
      return reservations.get(locatedReservation(reservation))?.edition !== 'STANDARD';
    }),
  );
}

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/objectref_functions */
function checkConnections(statement: ResolvedStatement, { catalog, connections }: QueryEngineDependencies): void {
  const used = scansOf(statement).flatMap(connectedTablesOf);
  if (statement.kind === 'CreateExternalTableStatement') {
    const location = catalog.getDataset(statement.reference)?.location ?? '';
    used.push({ connectionId: statement.connectionId, location, reference: statement.reference });
  }
  for (const table of used) requireConnection(table, connections);
}

/** A connection that is there, and where the table is. */
export function requireConnection(
  { connectionId, location, reference }: ConnectedTable,
  connections: QueryEngineDependencies['connections'],
): void {
  if (connectionId === undefined) return;
  const connection = parseConnectionId(connectionId, reference.projectId, location);
  // BigQuery makes the default connection when it is first used.
  if (connection.connectionId === DEFAULT_CONNECTION_ID) return;
  if (
    connection.location.toLowerCase() !== location.toLowerCase() ||
    connections.get(locatedConnection(connection)) === undefined
  ) {
    throw invalidQuery(
      `Connection credential for ${connectionName(connection)} cannot be used. Either the connection does not exist, or the user does not have sufficient permissions to use it.`,
    );
  }
}
