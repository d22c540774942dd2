import {
  asArray,
  asBigint,
  asBoolean,
  asBytes,
  asInterval,
  asJson,
  asNumber,
  asRange,
  asString,
  type Interval,
  type Json,
  type Range,
  type Value,
} from '@bqml-emulator/types';

/** Typed access to the arguments of an evaluation, which are not NULL there. */
type Arguments = readonly Value[];

/** The argument, or NULL where an optional one is missing. */
export const argument = (args: Arguments, index: number): Value => args[index] ?? null;

export const int = (args: Arguments, index: number): bigint => asBigint(argument(args, index));
export const float = (args: Arguments, index: number): number => asNumber(argument(args, index));
export const text = (args: Arguments, index: number): string => asString(argument(args, index));
export const bool = (args: Arguments, index: number): boolean => asBoolean(argument(args, index));
export const bytes = (args: Arguments, index: number): Uint8Array => asBytes(argument(args, index));
export const array = (args: Arguments, index: number): readonly Value[] => asArray(argument(args, index));
export const interval = (args: Arguments, index: number): Interval => asInterval(argument(args, index));
export const json = (args: Arguments, index: number): Json => asJson(argument(args, index));
export const range = (args: Arguments, index: number): Range => asRange(argument(args, index));

/** The argument's text, or `fallback` where it is missing or NULL. */
export const textOr = (args: Arguments, index: number, fallback: string): string => {
  const value = argument(args, index);
  return value === null ? fallback : asString(value);
};
export const boolOr = (args: Arguments, index: number, fallback: boolean): boolean => {
  const value = argument(args, index);
  return value === null ? fallback : asBoolean(value);
};
export const intOr = (args: Arguments, index: number, fallback: bigint): bigint => {
  const value = argument(args, index);
  return value === null ? fallback : asBigint(value);
};
