import type { WireCell, WireField } from './compare.ts';
import type { WireRow } from './compare-rows.ts';

interface TableName {
  readonly tableId: string;
}

/** What BigQuery's console says when a statement that makes a model or a table is done; undefined for other jobs. */
export function consoleMessage(job: Record<string, unknown>): string | undefined {
  const statistics = job['statistics'] as
    { query?: { statementType?: string; ddlOperationPerformed?: string; ddlTargetTable?: TableName } } | undefined;
  const { statementType, ddlOperationPerformed, ddlTargetTable } = statistics?.query ?? {};
  if (ddlTargetTable === undefined) return undefined;
  if (statementType === 'CREATE_MODEL') return `Successfully created model named ${ddlTargetTable.tableId}`;
  if (ddlOperationPerformed === 'CREATE') return `This statement created a new table named ${ddlTargetTable.tableId}`;
  return undefined;
}

/** The lines of `bq ls` for an answer of datasets.list, tables.list or models.list. */
export function listingLines(body: Record<string, unknown>): readonly string[] {
  const datasets = (body['datasets'] ?? []) as readonly { datasetReference: { datasetId: string } }[];
  if (datasets.length > 0) return ['datasetId', '-', ...datasets.map((d) => d.datasetReference.datasetId)];
  const tables = (body['tables'] ?? []) as readonly { tableReference: TableName; type: string }[];
  const models = (body['models'] ?? []) as readonly { modelReference: { modelId: string } }[];
  const rows = [
    ...tables.map((table) => [table.tableReference.tableId, table.type]),
    ...models.map((model) => [model.modelReference.modelId, 'MODEL']),
  ];
  return rows.length === 0 ? [] : ['tableId Type', '- -', ...rows.map((row) => row.join(' '))];
}

export const withoutPadding = (line: string): string => line.trim().replaceAll(/\s+/g, ' ').replaceAll(/-{2,}/g, '-');

/**
 * The first `count` lines of a row as BigQuery's console prints it: a line for each element of its arrays, other cells
 * on the first line only. Of an image the values are printed.
 */
export function rowLines(
  fields: readonly WireField[],
  row: WireRow,
  count: number,
): readonly (readonly (string | number)[])[] {
  const cells = row.f.map((cell, i) => {
    const field = fields[i] ?? { name: '', type: 'STRING' };
    return printedElements(cell.v, field, count).map((text) => (isNumber(field) ? Number(text) : text));
  });
  return Array.from({ length: count }, (_, line) => cells.map((texts) => texts[line] ?? ''));
}

const isNumber = (field: WireField): boolean => ['FLOAT', 'INTEGER', 'RECORD'].includes(field.type);

/** The first `count` lines of a cell. */
function printedElements(cell: WireCell, field: WireField, count: number): readonly string[] {
  if (cell === null) return ['null'];
  if (typeof cell === 'string') return [cell];
  if (!('f' in cell)) return cell.slice(0, count).flatMap((item) => printedElements(item.v, field, 1));
  const values = field.fields?.findIndex((f) => f.name === 'values') ?? -1;
  return printedElements(cell.f[values]?.v ?? null, field, count);
}
