import { arrayOf, FLOAT64, type SqlType, structOf, typesEqual } from './type.ts';

/** How an argument was written, beside its type. */
export interface ArgumentForm {
  /** A constant in the text, or an expression of constants that coercion may look into. */
  readonly literal?: boolean;
  readonly parameter?: boolean;
  /** NULL or `[]` without a type of its own: it takes any type (any ARRAY). */
  readonly untyped?: boolean;
}

export interface Argument extends ArgumentForm {
  readonly type: SqlType;
}

const NUMBER_ORDER: readonly string[] = ['INT64', 'NUMERIC', 'BIGNUMERIC', 'FLOAT64'];
const FROM_TEXT: readonly string[] = ['DATE', 'DATETIME', 'TIME', 'TIMESTAMP'];

/**
 * Whether a value of type `from` may stand where `to` is wanted without CAST.
 * https://cloud.google.com/bigquery/docs/reference/standard-sql/conversion_rules#coercion
 */
export function canCoerce(from: SqlType, to: SqlType, form: ArgumentForm = {}): boolean {
  return coercionCost(from, to, form) !== undefined;
}

/** Coercing an expression that is not a constant weighs more than coercing any number of constants. */
const EXPRESSION_WEIGHT = 1000;

/**
 * 0 for the same type, larger for a farther one, `undefined` when coercion is not allowed. Overload resolution takes
 * the signature with the smallest sum; constants follow expressions.
 */
export function coercionCost(from: SqlType, to: SqlType, form: ArgumentForm = {}): number | undefined {
  const distance = coercionDistance(from, to, form);
  const constant = form.literal === true || form.parameter === true || form.untyped === true;
  return distance === undefined || constant ? distance : distance * EXPRESSION_WEIGHT;
}

function coercionDistance(from: SqlType, to: SqlType, form: ArgumentForm): number | undefined {
  if (typesEqual(from, to)) return 0;
  if (form.untyped) return from.kind === 'ARRAY' ? (to.kind === 'ARRAY' ? 1 : undefined) : 1;
  const source = NUMBER_ORDER.indexOf(from.kind);
  const target = NUMBER_ORDER.indexOf(to.kind);
  if (source >= 0 && target >= 0) {
    if (target > source) return (from.kind === 'INT64' && to.kind === 'FLOAT64' ? 2 : target - source) + 1;
    const literalFloat = from.kind === 'FLOAT64' && to.kind !== 'INT64' && (form.literal ?? false);
    return literalFloat ? 5 - target : undefined;
  }
  if (from.kind === 'DATE' && to.kind === 'DATETIME') return 2;
  if (from.kind === 'STRING' && (form.literal || form.parameter) && FROM_TEXT.includes(to.kind)) return 3;
  if (from.kind === 'STRUCT' && to.kind === 'STRUCT') {
    if (from.fields.length !== to.fields.length) return undefined;
    let total = 1;
    for (const [i, field] of from.fields.entries()) {
      const goal = to.fields[i];
      const cost = goal && coercionDistance(field.type, goal.type, form);
      if (cost === undefined) return undefined;
      total += cost;
    }
    return total;
  }
  if (from.kind === 'ARRAY' && to.kind === 'ARRAY') {
    const cost = coercionDistance(from.element, to.element, form);
    const sameShape = from.element.kind === 'STRUCT' && cost !== undefined && sameFieldTypes(from.element, to.element);
    return form.literal || form.parameter || sameShape ? cost : undefined;
  }
  return undefined;
}

/** Equal but for field names. */
function sameFieldTypes(a: SqlType, b: SqlType): boolean {
  if (a.kind === 'STRUCT' && b.kind === 'STRUCT') {
    return (
      a.fields.length === b.fields.length &&
      a.fields.every((f, i) => {
        const g = b.fields[i];
        return g !== undefined && sameFieldTypes(f.type, g.type);
      })
    );
  }
  if (a.kind === 'ARRAY' && b.kind === 'ARRAY') return sameFieldTypes(a.element, b.element);
  return typesEqual(a, b);
}

function structSupertype(args: readonly Argument[]): SqlType | undefined {
  const first = args[0]?.type;
  if (first?.kind !== 'STRUCT') return undefined;
  const fields = [];
  for (const [i, field] of first.fields.entries()) {
    const parts: Argument[] = [];
    for (const arg of args) {
      const part =
        arg.type.kind === 'STRUCT' && arg.type.fields.length === first.fields.length ? arg.type.fields[i] : undefined;
      if (part === undefined) return undefined;
      parts.push({ ...arg, type: part.type });
    }
    const type = commonSupertype(parts);
    if (type === undefined) return undefined;
    fields.push({ name: field.name, type });
  }
  return structOf(fields);
}

/**
 * The type that all arguments coerce to: typed expressions decide, literals follow where they can. Field names are the
 * first argument's. `undefined`: there is none. No typed argument at all gives the first one's type.
 */
export function commonSupertype(args: readonly Argument[]): SqlType | undefined {
  const typed = args.filter((arg) => !arg.untyped);
  const first = typed[0];
  if (!first) return args[0]?.type;
  if (typed.every((arg) => typesEqual(arg.type, first.type))) {
    return args.every((arg) => canCoerce(arg.type, first.type, arg)) ? first.type : undefined;
  }
  if (first.type.kind === 'STRUCT') return structSupertype(typed);
  if (first.type.kind === 'ARRAY') {
    const elements: Argument[] = [];
    for (const arg of typed) {
      if (arg.type.kind !== 'ARRAY') return undefined;
      elements.push({ ...arg, type: arg.type.element });
    }
    const element = commonSupertype(elements);
    const result = element && arrayOf(element);
    return result && typed.every((arg) => canCoerce(arg.type, result, arg)) ? result : undefined;
  }
  const firm = typed.filter((arg) => !arg.literal && !arg.parameter);
  const candidates = firm.length > 0 ? [...firm, ...typed.filter((arg) => !firm.includes(arg))] : typed;
  let best: { readonly type: SqlType; readonly cost: number } | undefined;
  for (const type of [...candidates.map((arg) => arg.type), FLOAT64]) {
    let total = 0;
    for (const arg of typed) {
      const cost = coercionCost(arg.type, type, arg);
      total = cost === undefined ? Infinity : total + cost;
    }
    if (total < (best?.cost ?? Infinity)) best = { type, cost: total };
  }
  return best?.type;
}
