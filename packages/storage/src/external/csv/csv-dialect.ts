import type { ExternalSource } from '@bqml-emulator/catalog';
import type { CsvDialect } from './csv-records.ts';

/** The first byte of a character in the encoding of the file; UTF-16 and UTF-32 are split as UTF-8. */
export const firstByte = (text: string, { encoding }: Pick<ExternalSource, 'encoding'>): number =>
  Buffer.from(text, encoding === 'ISO-8859-1' ? 'latin1' : 'utf8')[0] ?? 0;

export function csvDialect(source: ExternalSource): CsvDialect {
  const { fieldDelimiter = ',', quote, allowQuotedNewlines, preserveAsciiControlCharacters } = source.csv;
  return {
    delimiter: firstByte(fieldDelimiter === '\\t' ? '\t' : fieldDelimiter, source),
    quote: quote === '' ? undefined : firstByte(quote, source),
    allowQuotedNewlines,
    allowZeroBytes: preserveAsciiControlCharacters,
  };
}
