import { intervalMicros } from '@bqml-emulator/catalog';
import type { ObjectTable } from '@bqml-emulator/catalog';
import { metadataCache } from '@bqml-emulator/engine';
import { z } from 'zod';
import { readBody } from '../wire/json.ts';
import { readInterval } from './object-table.ts';

const cacheChange = z.looseObject({
  maxStaleness: z.string().nullish(),
  metadataCacheMode: z.string().nullish(),
  externalDataConfiguration: z.looseObject({ metadataCacheMode: z.string().nullish() }).nullish(),
});

/**
 * What the body of tables.patch or tables.update makes of the metadata cache; `rest` is the body without that. What it
 * does not name stays, `null` clears, and a staleness of 0 ends the cache. The objects that are cached stay.
 */
export function changedMetadataCache(
  table: ObjectTable,
  body: unknown,
): { readonly table: ObjectTable; readonly rest: Readonly<Record<string, unknown>> } {
  const { maxStaleness, metadataCacheMode, externalDataConfiguration, ...others } = readBody(cacheChange, body);
  const { metadataCacheMode: externalMode, ...external } = externalDataConfiguration ?? {};
  const rest = { ...others, ...(externalDataConfiguration ? { externalDataConfiguration: external } : {}) };
  const mode = externalMode === undefined ? metadataCacheMode : externalMode;
  if (mode === undefined && maxStaleness === undefined) return { table, rest };
  const staleness = maxStaleness === undefined ? table.maxStaleness : (maxStaleness ?? undefined);
  const interval = staleness === undefined ? undefined : readInterval(staleness);
  const ends = interval === undefined || intervalMicros(interval) === 0n;
  const kept = ends ? undefined : table.metadataCacheMode;
  const cache = metadataCache({
    metadataCacheMode: mode === undefined ? kept : (mode ?? undefined),
    maxStaleness: interval,
  });
  return { table: { ...table, ...cache }, rest };
}
