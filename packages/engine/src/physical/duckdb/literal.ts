import { asArray, asBigint, asInterval, asNumber, asRange } from '@bqml-emulator/types';
import type { SqlType, Value } from '@bqml-emulator/types';
import { invariant } from '@bqml-emulator/common';
import { physicalType } from './physical-type.ts';
import type { StageBuilder } from './stage-builder.ts';

/** Longer values travel as parameters. */
const MAX_TEXT_LENGTH = 2000;
const MAX_TEXT_ELEMENTS = 100;

/** A VARCHAR constant. The engine's strings know no escape but the doubled quote. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** The text of a constant, of exactly the physical type of `type`. */
export function emitLiteral(value: Value, type: SqlType, stage: StageBuilder): string {
  if (value === null) return `CAST(NULL AS ${physicalType(type)})`;
  switch (type.kind) {
    case 'BOOL':
      return value === true ? 'TRUE' : 'FALSE';
    case 'INT64':
      return `CAST('${asBigint(value)}' AS BIGINT)`;
    case 'FLOAT64':
      return emitFloat64(asNumber(value));
    case 'NUMERIC':
      return `CAST('${decimalText(asBigint(value), 9)}' AS DECIMAL(38,9))`;
    case 'STRING':
    case 'GEOGRAPHY': {
      invariant(typeof value === 'string', 'a STRING value is a string');
      return value.length > MAX_TEXT_LENGTH || !isPlainText(value) ? stage.parameter(type, value) : quoted(value);
    }
    case 'DATE':
      return `(DATE '1970-01-01' + CAST(${asNumber(value)} AS INTEGER))`;
    case 'DATETIME':
      return `make_timestamp(CAST('${asBigint(value)}' AS BIGINT))`;
    case 'TIMESTAMP':
      return `make_timestamptz(CAST('${asBigint(value)}' AS BIGINT))`;
    case 'INTERVAL': {
      const v = asInterval(value);
      return `(to_months(${v.months}) + to_days(${v.days}) + to_microseconds(CAST('${v.micros}' AS BIGINT)))`;
    }
    case 'ARRAY': {
      const elements = asArray(value);
      if (elements.length > MAX_TEXT_ELEMENTS) return stage.parameter(type, value);
      return `CAST([${elements.map((e) => emitLiteral(e, type.element, stage)).join(', ')}] AS ${physicalType(type)})`;
    }
    case 'STRUCT': {
      const fields = asArray(value);
      return emitStruct(type.fields.map((f, i) => emitLiteral(fields[i] ?? null, f.type, stage)));
    }
    case 'RANGE': {
      const { start, end } = asRange(value);
      return `struct_pack(lo := ${emitLiteral(start, type.element, stage)}, hi := ${emitLiteral(end, type.element, stage)})`;
    }
    default:
      return stage.parameter(type, value);
  }
}

/** A struct value from the texts of its fields. */
export function emitStruct(fields: readonly string[]): string {
  return fields.length === 0
    ? 'struct_pack(f0 := FALSE)'
    : `struct_pack(${fields.map((f, i) => `f${i} := ${f}`).join(', ')})`;
}

function emitFloat64(value: number): string {
  const text = Object.is(value, -0) ? '-0.0' : Number.isNaN(value) ? 'nan' : String(value);
  return `CAST('${text}' AS DOUBLE)`;
}

/** `value` is scaled by 10^`scale`. */
function decimalText(value: bigint, scale: number): string {
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** The statement text ends at a NUL and must be valid UTF-8. */
function isPlainText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}
