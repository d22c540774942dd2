import type { ArrayElement, GetStructField, MakeArray, MakeStruct } from '../../../logical/index.ts';
import { isLazyExpression } from '../../../logical/lazy.ts';
import type { EmissionContext } from '../emission-context.ts';
import { lazyField } from '../../evaluator/lazy-field.ts';
import { elementOf } from '../../evaluator/element-of.ts';
import { emitStruct } from '../literal.ts';
import { physicalType } from '../physical-type.ts';
import { emitExpression, emitValue } from './emit-expression.ts';

export function emitMakeStruct(e: MakeStruct, context: EmissionContext): string {
  return emitStruct(e.fields.map((f) => emitValue(f, context)));
}

export function emitMakeArray(e: MakeArray, context: EmissionContext): string {
  const elements = `[${e.elements.map((x) => emitValue(x, context)).join(', ')}]`;
  return e.elements.length === 0 ? `CAST([] AS ${physicalType(e.type)})` : elements;
}

/** A field of a lazy struct is lazy itself: no field is read to get at another. */
export function emitGetStructField(e: GetStructField, context: EmissionContext): string {
  const operand = emitExpression(e.operand, context);
  if (!isLazyExpression(e.operand, context.lazyColumns)) return `(${operand}).f${e.index}`;
  const name = context.stage.function(`field/${e.index}/${context.stage.identity(e.operand.type)}`, () => ({
    parameters: [{ type: e.operand.type, lazy: true }],
    result: { type: e.type, lazy: true },
    volatile: false,
    evaluate: (value) => {
      if (value === null || value === undefined) return null;
      return lazyField(value, e.index);
    },
  }));
  return `${name}(${operand})`;
}

/** Texts that are written more than once may be this long together, so that nesting does not multiply them. */
const MAX_REPEATED_LENGTH = 300;

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/operators#array_subscript_operator */
export function emitArrayElement(e: ArrayElement, context: EmissionContext): string {
  const array = emitValue(e.array, context);
  const index = emitValue(e.index, context);
  if (array.length + index.length > MAX_REPEATED_LENGTH) {
    const key = `element/${e.base}/${e.safe}/${context.stage.identity(e.array.type)}`;
    const name = context.stage.function(key, () => ({
      parameters: [
        { type: e.array.type, lazy: false },
        { type: e.index.type, lazy: false },
      ],
      result: { type: e.type, lazy: false },
      volatile: false,
      evaluate: (elements, at) => elementOf(elements, at, e.base, e.safe),
    }));
    return `${name}(${array}, ${index})`;
  }
  const ordinal = e.base === 0 ? `${index} + 1` : index;
  // The engine counts negative subscripts from the end and gives NULL beyond it.
  const inBounds = `${index} >= ${e.base} AND ${ordinal} <= len(${array})`;
  const element = `(${array})[${ordinal}]`;
  if (e.safe) return `(CASE WHEN ${inBounds} THEN ${element} END)`;
  const message = `'Array index ' || CAST(${index} AS VARCHAR) || ' is out of bounds'`;
  return `(CASE WHEN ${inBounds} THEN ${element} WHEN ${array} IS NOT NULL AND ${index} IS NOT NULL THEN error(${message}) END)`;
}
