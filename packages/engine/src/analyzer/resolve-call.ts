import { invalidQuery } from '@bqml-emulator/common';
import type * as sql from '@bqml-emulator/sql';
import { STRING, arrayOf, typeName } from '@bqml-emulator/types';
import type { SqlType, Value } from '@bqml-emulator/types';
import type { ResolvedStatement } from '../logical/index.ts';
import type { Analysis } from './analysis.ts';
import { coerce } from './coerce.ts';
import { scalarContext } from './expression-context.ts';
import { fold } from './fold.ts';
import { NameScope } from './name-scope.ts';
import { isExpression } from './resolve-element.ts';
import { resolveExpression } from './resolve-expression.ts';
import { requireDataset, tableReferenceOf } from './resource-path.ts';
import { WithScope } from './with-scope.ts';

const REFRESH = 'BQ.REFRESH_EXTERNAL_METADATA_CACHE';

/** https://cloud.google.com/bigquery/docs/reference/system-procedures */
export function resolveCall(analysis: Analysis, node: sql.CallStatement): ResolvedStatement {
  const name = node.procedure.names.map((n) => n.name).join('.');
  if (name.toUpperCase() !== REFRESH) {
    if (name.toUpperCase().startsWith('BQ.')) throw analysis.notImplemented(node, `CALL ${name}`);
    throw analysis.error(node, `Procedure is not found: ${name}`);
  }
  const [table, uris, surplus] = node.arguments;
  if (!table || surplus) {
    throw analysis.error(node, `${REFRESH} takes one or two arguments, found ${node.arguments.length}`);
  }
  const text = constant(analysis, table, STRING);
  const chosen = uris && constant(analysis, uris, arrayOf(STRING));
  if (typeof text !== 'string') throw analysis.error(table, `${REFRESH} needs the name of a table`);
  const reference = tableReferenceOf(analysis, table, text);
  requireDataset(analysis, reference);
  return {
    kind: 'RefreshMetadataCacheStatement',
    reference,
    uris: Array.isArray(chosen) ? chosen.map((uri: Value) => (typeof uri === 'string' ? uri : '')) : undefined,
  };
}

function constant(analysis: Analysis, node: sql.TVFArgument, type: SqlType): Value {
  if (!isExpression(node.value)) throw analysis.error(node, `A value of type ${typeName(type)} is expected`);
  const context = scalarContext(NameScope.empty(), new WithScope(), 'CALL');
  const expression = resolveExpression(analysis, node.value, context);
  const coerced = coerce(expression, type, (message) => invalidQuery(message, analysis.position(node)));
  const value = coerced && fold(coerced, analysis.context.evaluationContext);
  if (value === undefined) throw analysis.error(node, `A constant of type ${typeName(type)} is expected`);
  return value;
}
