import type { ExternalTable, ObjectTable, Table } from '@bqml-emulator/catalog';

/** `externalDataConfiguration` of tables.get; undefined for a table that holds rows. What is not set is absent. */
export function toExternalDataConfiguration(table: Table): Record<string, unknown> | undefined {
  if (table.kind === 'TABLE') return undefined;
  return table.kind === 'OBJECT_TABLE' ? objectConfiguration(table) : fileConfiguration(table);
}

const objectConfiguration = ({ uris, objectMetadata, connectionId, metadataCacheMode }: ObjectTable) =>
  defined({ sourceUris: uris, objectMetadata, connectionId, metadataCacheMode });

function fileConfiguration({ source, connectionId }: ExternalTable): Record<string, unknown> {
  const { format, csv, parquet, encoding, text } = source;
  return {
    ...(source.autodetect ? { autodetect: true } : {}),
    sourceFormat: format,
    sourceUris: source.uris,
    ...(connectionId === undefined ? {} : { connectionId }),
    ...(source.compression === undefined ? {} : { compression: source.compression }),
    ...(source.maxBadRecords === 0 ? {} : { maxBadRecords: source.maxBadRecords }),
    ...(source.ignoreUnknownValues ? { ignoreUnknownValues: true } : {}),
    ...(source.decimalTargetTypes === undefined ? {} : { decimalTargetTypes: source.decimalTargetTypes }),
    ...(source.referenceFileSchemaUri === undefined ? {} : { referenceFileSchemaUri: source.referenceFileSchemaUri }),
    ...defined({ ...text }),
    ...(format === 'CSV' ? { csvOptions: csvOptionsResource(csv, encoding) } : {}),
    ...(format === 'NEWLINE_DELIMITED_JSON' && encoding !== undefined ? { jsonOptions: { encoding } } : {}),
    ...(format === 'PARQUET' ? { parquetOptions: defined({ ...parquet }) } : {}),
  };
}

function csvOptionsResource(
  csv: ExternalTable['source']['csv'],
  encoding: string | undefined,
): Record<string, unknown> {
  const { skipLeadingRows } = csv;
  return defined({
    ...csv,
    encoding,
    skipLeadingRows: skipLeadingRows === undefined ? undefined : String(skipLeadingRows),
  });
}

const defined = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** Clients send empty objects and lists for what is not set. */
export const isEmptyPart = (value: unknown): boolean =>
  value === null || value === undefined || (typeof value === 'object' && Object.keys(value).length === 0);

/** The first part of a request's configuration that is not as the table has it; a schema is looked at elsewhere. */
export function changedPart(given: object, has: Readonly<Record<string, unknown>>): string | undefined {
  for (const [name, value] of Object.entries(given) as [string, unknown][]) {
    if (name === 'schema' || isEmptyPart(value)) continue;
    const own = has[name];
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      const changed = changedPart(value, (own ?? {}) as Readonly<Record<string, unknown>>);
      if (changed !== undefined) return changed;
    } else if (JSON.stringify(asText(value)) !== JSON.stringify(asText(own ?? absentValue(value)))) {
      return name;
    }
  }
  return undefined;
}

/** What a part that the table does not show is taken to be. */
const absentValue = (value: unknown): unknown => (value === false || Number(value) === 0 ? value : undefined);

const asText = (value: unknown): unknown => (Array.isArray(value) ? value.map(String) : String(value));
