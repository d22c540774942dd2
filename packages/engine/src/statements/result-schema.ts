import type { ColumnSchema } from '@bqml-emulator/catalog';
import type { SqlType } from '@bqml-emulator/types';
import type { QueryOutput } from '../logical/index.ts';
import { lazyColumns } from '../logical/lazy.ts';

/** The schema of a query's rows: a column of type ARRAY is REPEATED. */
export function resultSchema(query: QueryOutput): readonly ColumnSchema[] {
  const lazy = lazyColumns(query.scan);
  return query.columns.map((c) => columnSchema(c.name, c.column.type, lazy.has(c.column.id)));
}

function columnSchema(name: string, type: SqlType, lazy: boolean): ColumnSchema {
  const element = type.kind === 'ARRAY' ? type.element : type;
  return {
    name,
    type,
    mode: type.kind === 'ARRAY' ? 'REPEATED' : 'NULLABLE',
    description: undefined,
    maxLength: undefined,
    precision: undefined,
    scale: undefined,
    defaultExpression: undefined,
    nested:
      element.kind === 'STRUCT'
        ? element.fields.map((f, i) => columnSchema(f.name ?? `_field_${i + 1}`, f.type, false))
        : undefined,
    storage: lazy ? 'segment' : 'inline',
  };
}
