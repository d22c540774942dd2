import { createHash } from 'node:crypto';
import type { TableReference } from '@bqml-emulator/common';

const TABLE_PREFIX = 'anon';

/** The table that BigQuery says holds a SELECT's rows: a hidden dataset for each user of a project. */
export function anonymousTable(projectId: string, userEmail: string, resultId: string): TableReference {
  const dataset = createHash('sha1').update(`${projectId}/${userEmail}`).digest('hex');
  return { projectId, datasetId: `_${dataset}`, tableId: `${TABLE_PREFIX}${Buffer.from(resultId).toString('hex')}` };
}

/** The result behind an anonymous table; undefined when the name is none of them. */
export function anonymousResultId({ datasetId, tableId }: TableReference): string | undefined {
  if (!/^_[0-9a-f]{40}$/.test(datasetId)) return undefined;
  const match = /^anon((?:[0-9a-f]{2})+)$/.exec(tableId);
  return match?.[1] === undefined ? undefined : Buffer.from(match[1], 'hex').toString();
}
