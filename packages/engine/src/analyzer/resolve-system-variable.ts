import type * as sql from '@bqml-emulator/sql';
import { STRING } from '@bqml-emulator/types';
import type { Value } from '@bqml-emulator/types';
import type { Expression } from '../logical/index.ts';
import type { Analysis } from './analysis.ts';
import type { AnalyzerContext } from './analyzer-context.ts';

/** https://cloud.google.com/bigquery/docs/reference/system-variables: those that every query has. */
const STRING_VARIABLES: Readonly<Record<string, (context: AnalyzerContext) => Value>> = {
  dataset_id: (context) => context.defaultDataset?.datasetId ?? null,
  dataset_project_id: (context) => context.defaultDataset?.projectId ?? context.projectId,
  location: (context) => context.location,
  project_id: (context) => context.projectId,
  time_zone: (context) => context.evaluationContext.timeZone,
};

export function resolveSystemVariable(analysis: Analysis, node: sql.SystemVariableExpr): Expression {
  const name = node.path.names.map((n) => n.name).join('.');
  const variable = STRING_VARIABLES[name.toLowerCase()];
  if (!variable) throw analysis.error(node, `Unrecognized name: @@${name}`);
  return { kind: 'Literal', type: STRING, value: variable(analysis.context) };
}
