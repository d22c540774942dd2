import { typeName } from '@bqml-emulator/types';
import type { SqlType } from '@bqml-emulator/types';
import { supportsEquality, supportsOrdering } from './coerce.ts';

interface Requirement {
  /** The comparison as messages call it. */
  readonly name: string;
  readonly holds: (type: SqlType) => boolean;
}

const ordering = (name: string): Requirement => ({ name, holds: supportsOrdering });
const equality = (name: string): Requirement => ({ name, holds: supportsEquality });

/** Functions of any type that take only types that can be compared. */
const REQUIREMENTS: Readonly<Record<string, Requirement>> = {
  $equal: equality('Equality'),
  $not_equal: equality('Inequality'),
  $in_array: equality('IN UNNEST'),
  $less: ordering('Less than'),
  $less_or_equal: ordering('Less than or equal'),
  $greater: ordering('Greater than'),
  $greater_or_equal: ordering('Greater than or equal'),
  $between: ordering('BETWEEN'),
  GREATEST: ordering('GREATEST'),
  LEAST: ordering('LEAST'),
  MAX: ordering('MAX'),
  MIN: ordering('MIN'),
};

/** Why a function cannot compare arguments of those types; undefined when it can. */
export function incomparable(functionName: string, types: readonly SqlType[]): string | undefined {
  const requirement = REQUIREMENTS[functionName];
  const bad = requirement && types.find((type) => !requirement.holds(elementOf(functionName, type)));
  return bad && requirement ? `${requirement.name} is not defined for arguments of type ${typeName(bad)}` : undefined;
}

const elementOf = (functionName: string, type: SqlType): SqlType =>
  functionName === '$in_array' && type.kind === 'ARRAY' ? type.element : type;
