import type { InList } from '../../../logical/index.ts';
import { emitEqual, hasNativeEquality } from '../comparison.ts';
import type { EmissionContext } from '../emission-context.ts';
import { emitValue } from './emit-expression.ts';

export function emitInList(e: InList, context: EmissionContext): string {
  const operand = emitValue(e.operand, context);
  const list = e.list.map((x) => emitValue(x, context));
  if (hasNativeEquality(e.operand.type)) return `(${operand} IN (${list.join(', ')}))`;
  return `(${list.map((x) => emitEqual(operand, x, e.operand.type)).join(' OR ')})`;
}
