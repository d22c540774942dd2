import type { ColumnSchema, ExternalSource } from '@bqml-emulator/catalog';
import { STRING } from '@bqml-emulator/types';
import type { ScalarType } from '@bqml-emulator/types';
import type { DecodedText } from '../text-encoding.ts';
import { TypeDetector, commonType, detectedColumn } from '../detected-type.ts';
import { columnName, distinctNames } from '../column-name.ts';
import { csvDialect } from './csv-dialect.ts';
import { csvRecords } from './csv-records.ts';
import type { CsvRecord } from './csv-records.ts';

/** https://cloud.google.com/bigquery/docs/schema-detect#csv_delimiter */
const DELIMITERS = [',', '|', '\t'];

const NAME_OF_KIND: Readonly<Record<string, string>> = { FLOAT64: 'double' };

/** Undefined: there is no row to look at. */
export interface DetectedCsv {
  readonly schema: readonly ColumnSchema[];
  readonly csv: ExternalSource['csv'];
}

/**
 * What the first rows look like. `open` opens the file anew at each call; a quoted line end is no end of a row here,
 * whatever the options say.
 */
export async function detectCsv(
  open: () => DecodedText,
  source: ExternalSource,
  sampleRows: number,
): Promise<DetectedCsv | undefined> {
  const { fieldDelimiter, skipLeadingRows } = source.csv;
  const wanted = sampleRows + (skipLeadingRows ?? 1);
  const sample = (delimiter: string) => firstRecords(open(), source, delimiter, wanted);
  let delimiter = fieldDelimiter ?? ',';
  let records = await sample(delimiter);
  if (fieldDelimiter === undefined) {
    for (const candidate of DELIMITERS.slice(1)) {
      const others = await sample(candidate);
      if (regularColumns(others) <= regularColumns(records)) continue;
      delimiter = candidate;
      records = others;
    }
  }
  return describe(records, source, delimiter);
}

async function firstRecords(
  text: DecodedText,
  source: ExternalSource,
  delimiter: string,
  count: number,
): Promise<readonly CsvRecord[]> {
  const csv = { ...source.csv, fieldDelimiter: delimiter, allowQuotedNewlines: true };
  const dialect = csvDialect({ ...source, csv });
  const records: CsvRecord[] = [];
  for await (const some of csvRecords(text, dialect)) {
    records.push(...some);
    if (records.length >= count) break;
  }
  return records.slice(0, count);
}

const columnCount = (records: readonly CsvRecord[]): number =>
  records.reduce((most, record) => Math.max(most, record.fields.length), 0);

/** How many columns every row has; 1 when they differ. */
function regularColumns(records: readonly CsvRecord[]): number {
  const rows = records.filter((record) => !isEmpty(record));
  const width = rows[0]?.fields.length ?? 1;
  return rows.every(({ fields }) => fields.length === width) ? width : 1;
}

const isEmpty = ({ fields }: CsvRecord): boolean => fields.length === 1 && fields[0] === '';

const hasNewline = ({ fields }: CsvRecord): boolean => fields.some((text) => /[\r\n]/.test(text));

function describe(records: readonly CsvRecord[], source: ExternalSource, delimiter: string): DetectedCsv | undefined {
  const { skipLeadingRows, sourceColumnMatch } = source.csv;
  const rows = records.filter((r) => r.problem === undefined && !isEmpty(r));
  const headerAt = Math.max((skipLeadingRows ?? 1) - 1, 0);
  const first = skipLeadingRows === 0 ? undefined : rows[headerAt];
  const data = rows.slice(skipLeadingRows === undefined ? 1 : skipLeadingRows);
  if (first === undefined && data.length === 0) return undefined;
  const detector = new TypeDetector(source.text);
  const types = columnTypes(data, detector, source);
  const named = first !== undefined && (sourceColumnMatch === 'NAME' || isHeader(first, types, detector));
  const rest = named || skipLeadingRows !== undefined || first === undefined ? data : [first, ...data];
  const all = rest === data ? types : columnTypes(rest, detector, source);
  const width = Math.max(all.length, named ? first.fields.length : 0);
  const names = Array.from({ length: width }, (_, i) => {
    const type = all[i] ?? STRING;
    const header = named ? columnName(first.fields[i] ?? '') : '';
    return header === '' ? `${NAME_OF_KIND[type.kind] ?? type.kind.toLowerCase()}_field_${i}` : header;
  });
  return {
    schema: distinctNames(names).map((name, i) => detectedColumn(name, all[i] ?? STRING)),
    csv: {
      ...source.csv,
      fieldDelimiter: source.csv.fieldDelimiter ?? delimiter,
      allowQuotedNewlines: source.csv.allowQuotedNewlines || rows.some(hasNewline),
      skipLeadingRows: skipLeadingRows ?? (named ? 1 : 0),
      sourceColumnMatch: sourceColumnMatch ?? (named ? 'NAME' : 'POSITION'),
    },
  };
}

function columnTypes(
  records: readonly CsvRecord[],
  detector: TypeDetector,
  { csv }: ExternalSource,
): readonly (ScalarType | undefined)[] {
  const nulls = new Set(csv.nullMarkers ?? [csv.nullMarker ?? '', '']);
  const types: (ScalarType | undefined)[] = Array.from({ length: columnCount(records) });
  for (const { fields } of records) {
    fields.forEach((text, i) => {
      if (!nulls.has(text)) types[i] = commonType(types[i], detector.typeOf(text));
    });
  }
  return types;
}

/** A row of nothing but texts over columns that are not all texts. */
function isHeader({ fields }: CsvRecord, types: readonly (ScalarType | undefined)[], detector: TypeDetector): boolean {
  const texts = fields.every((text, i) => {
    const { kind } = detector.typeOf(text);
    // `t` and `y` are fine names over a column of other values.
    return text === '' || kind === 'STRING' || (kind === 'BOOL' && types[i]?.kind !== 'BOOL');
  });
  return (
    texts && fields.some((text) => text !== '') && types.some((type) => type !== undefined && type.kind !== 'STRING')
  );
}
