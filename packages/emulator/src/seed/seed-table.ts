import type { ColumnSchema, Dataset, NewTable, ObjectTable, Table } from '@bqml-emulator/catalog';
import type { ObjectTableDefinition } from '@bqml-emulator/engine';
import { toNewTable, toObjectTableDefinition } from '@bqml-emulator/server';
import { formatInterval, typeName } from '@bqml-emulator/types';
import type { Batch, Value } from '@bqml-emulator/types';
import { RowValueError, readFields } from './row-value.ts';
import { seedPath } from './seed-schema.ts';
import type { TableDocument } from './seed-schema.ts';
import { located, refuseTwins, seedError } from './seed-step.ts';
import type { SeedPlanning, SeedStep } from './seed-step.ts';

const BATCH_ROWS = 2048;

/** Undefined: it is there already. `dataset` need not exist yet. */
export async function planTable(
  planning: SeedPlanning,
  at: string,
  document: TableDocument,
  dataset: Dataset,
): Promise<SeedStep | undefined> {
  const { seed } = planning;
  const { tableId, schema, rows, ...rest } = document;
  const body = {
    ...rest,
    tableReference: { datasetId: dataset.reference.datasetId, tableId },
    ...(schema === undefined ? {} : { schema: { fields: schema } }),
  };
  const definition = await located(seed, at, () => toObjectTableDefinition(body, dataset));
  if (definition) {
    const excess = schema === undefined ? (rows === undefined ? undefined : 'rows') : 'schema';
    if (excess !== undefined) throw seedError(seed, `${at}.${excess}`, `an object table has a ${excess} of its own`);
    return planObjectTable(planning, at, definition, dataset);
  }
  if (document.maxStaleness !== undefined) throw seedError(seed, `${at}.maxStaleness`, 'only object tables have one');
  const table = await located(seed, at, () => toNewTable(body, dataset));
  refuseTwinColumns(planning, `${at}.schema`, table.schema);
  return planBaseTable(planning, at, table, rows ?? []);
}

/** Names of columns, and of the fields of each RECORD, compare without case. */
function refuseTwinColumns(planning: SeedPlanning, at: string, columns: readonly ColumnSchema[]): void {
  refuseTwins(planning.seed, at, columns, 'name', (column) => column.name.toLowerCase());
  for (const [i, { nested }] of columns.entries()) refuseTwinColumns(planning, `${at}[${i}].fields`, nested ?? []);
}

async function planObjectTable(
  { seed, target }: SeedPlanning,
  at: string,
  definition: ObjectTableDefinition,
  dataset: Dataset,
): Promise<SeedStep | undefined> {
  const { storage, engine } = target;
  await located(seed, `${at}.externalDataConfiguration.sourceUris`, () =>
    storage.objectTables.validate({ ...definition, location: dataset.location }),
  );
  const existing = storage.catalog.getTable(definition.reference);
  if (existing) {
    if (existing.kind !== 'OBJECT_TABLE') throw seedError(seed, at, 'the table is there and is no object table');
    const difference = objectTableDifference(definition, existing);
    if (difference !== undefined) throw seedError(seed, at, `the object table is there with another ${difference}`);
    return undefined;
  }
  return {
    at,
    make: () => engine.createObjectTable(definition, new AbortController().signal),
    unmake: () => storage.tables.dropTable(definition.reference),
  };
}

function objectTableDifference(definition: ObjectTableDefinition, existing: ObjectTable): string | undefined {
  const { uris, connectionId, metadataCacheMode, maxStaleness } = definition;
  const pairs = {
    sourceUris: [uris, existing.uris],
    connectionId: [connectionId, existing.connectionId],
    metadataCacheMode: [metadataCacheMode, existing.metadataCacheMode],
    maxStaleness: [maxStaleness && formatInterval(maxStaleness), existing.maxStaleness],
  };
  return Object.entries(pairs).find(([, [given, has]]) => JSON.stringify(given) !== JSON.stringify(has))?.[0];
}

async function planBaseTable(
  { seed, target }: SeedPlanning,
  at: string,
  table: NewTable,
  rows: NonNullable<TableDocument['rows']>,
): Promise<SeedStep | undefined> {
  const { catalog, tables } = target.storage;
  const values = rows.map((row, i) => {
    try {
      return readFields(row, table.schema);
    } catch (error) {
      if (error instanceof RowValueError) {
        throw seedError(seed, `${at}${seedPath(['', 'rows', i, ...error.path])}`, error.message);
      }
      throw error;
    }
  });
  const existing = catalog.getTable(table.reference);
  if (existing) {
    if (!sameColumns(existing, table)) throw seedError(seed, at, 'the table is there with another schema');
    return undefined;
  }
  return {
    at,
    make: () => tables.createTable(table, batches(values, table.schema), 'error'),
    unmake: () => tables.dropTable(table.reference),
  };
}

const sameColumns = (existing: Table, table: NewTable): boolean =>
  existing.kind === 'TABLE' &&
  JSON.stringify(existing.schema.map(columnShape)) === JSON.stringify(table.schema.map(columnShape));

/** What a column is, without what describes it. */
const columnShape = ({ name, type, mode, maxLength, precision, scale, nested }: ColumnSchema): readonly unknown[] => [
  name,
  typeName(type),
  mode,
  maxLength ?? null,
  precision ?? null,
  scale ?? null,
  nested?.map(columnShape) ?? null,
];

async function* batches(rows: readonly Value[][], schema: readonly ColumnSchema[]): AsyncGenerator<Batch> {
  for (let start = 0; start < rows.length; start += BATCH_ROWS) {
    const part = rows.slice(start, start + BATCH_ROWS);
    yield {
      rowCount: part.length,
      columns: schema.map(({ type }, i) => ({ type, values: part.map((row) => row[i] ?? null) })),
    };
  }
}
