import type { SqlType } from '@bqml-emulator/types';

/** `a = b` with GoogleSQL's three-valued logic: NaN equals nothing, NULL fields of structs give NULL. */
export function emitEqual(a: string, b: string, type: SqlType): string {
  switch (type.kind) {
    case 'FLOAT64':
      return `(${a} = ${b} AND NOT isnan(${a}))`;
    case 'STRUCT':
      return type.fields.length === 0
        ? `(${a} = ${b})`
        : `(${type.fields.map((f, i) => emitEqual(`(${a}).f${i}`, `(${b}).f${i}`, f.type)).join(' AND ')})`;
    default:
      return `(${a} = ${b})`;
  }
}

/** Types whose `=` in the engine is GoogleSQL's. */
export function hasNativeEquality(type: SqlType): boolean {
  return type.kind !== 'FLOAT64' && type.kind !== 'STRUCT' && type.kind !== 'ARRAY' && type.kind !== 'JSON';
}
