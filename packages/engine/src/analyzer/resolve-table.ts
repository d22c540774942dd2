import { ServiceError, modelNotFound, tableNotFound } from '@bqml-emulator/common';
import type { ModelReference, TableReference } from '@bqml-emulator/common';
import type { Model, Table } from '@bqml-emulator/catalog';
import type * as sql from '@bqml-emulator/sql';
import { BYTES, STRING } from '@bqml-emulator/types';
import type { Analysis } from './analysis.ts';
import { columnRef } from './name-scope.ts';
import { namesOfColumns } from './relation.ts';
import type { Relation } from './relation.ts';
import { modelReference, requireDataset, sameLocation, tableReference } from './resource-path.ts';

/** The bytes of an object, hidden from `*`. https://cloud.google.com/bigquery/docs/object-table-introduction */
const OBJECT_DATA = 'data';

/** The table that a path names, and that has to be there. */
export function findTable(
  analysis: Analysis,
  path: sql.PathExpression,
): { readonly reference: TableReference; readonly table: Table } {
  const { catalog, location, projectId } = analysis.context;
  const reference = tableReference(analysis, path);
  if (reference.projectId !== projectId && !catalog.listProjects().includes(reference.projectId)) {
    const name = `${reference.projectId}:${reference.datasetId}.${reference.tableId}`;
    throw new ServiceError(
      'accessDenied',
      `Access Denied: Table ${name}: User does not have permission to query table ${name}, or perhaps it does not exist.`,
    );
  }
  requireDataset(analysis, reference);
  const table = catalog.getTable(reference);
  if (!table || !sameLocation(table.location, location)) throw tableNotFound(reference, location);
  return { reference, table };
}

/** The URI of the file that a row comes from. https://cloud.google.com/bigquery/docs/query-cloud-storage-data#query_the_file_name_pseudo-column */
const FILE_NAME = '_FILE_NAME';

/** All columns of the table, under `alias`. */
export function scanTable(analysis: Analysis, path: sql.PathExpression, alias: string): Relation {
  const { reference, table } = findTable(analysis, path);
  analysis.reference(reference);
  const columns = table.schema.map((c) => analysis.newColumn(c.name, c.type));
  const visible = columns.map((column) => ({ name: column.name, expression: columnRef(column) }));
  const columnIndices = columns.map((_, i) => i);
  if (table.kind === 'TABLE') {
    return { scan: { kind: 'TableScan', columns, table, columnIndices }, names: namesOfColumns(alias, visible) };
  }
  const hidden =
    table.kind === 'OBJECT_TABLE' ? analysis.newColumn(OBJECT_DATA, BYTES) : analysis.newColumn(FILE_NAME, STRING);
  const parts = { columns: [...columns, hidden], columnIndices: [...columnIndices, columns.length] };
  return {
    scan:
      table.kind === 'OBJECT_TABLE'
        ? { kind: 'ObjectTableScan', table, ...parts }
        : { kind: 'ExternalTableScan', table, ...parts },
    names: namesOfColumns(alias, visible, [{ name: hidden.name, expression: columnRef(hidden) }]),
  };
}

export function findModel(
  analysis: Analysis,
  path: sql.PathExpression,
): { readonly reference: ModelReference; readonly model: Model } {
  const reference = modelReference(analysis, path);
  requireDataset(analysis, reference);
  const model = analysis.context.catalog.getModel(reference);
  if (!model || !sameLocation(model.location, analysis.context.location)) throw modelNotFound(reference);
  return { reference, model };
}
