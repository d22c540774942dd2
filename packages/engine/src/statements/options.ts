import { invalidQuery } from '@bqml-emulator/common';
import type { EvaluatedOption, Labels } from '@bqml-emulator/catalog';
import type { Value } from '@bqml-emulator/types';

/** The OPTIONS list of a statement; each reader takes what it knows, and `refuseOthers` refuses the rest. */
export class StatementOptions {
  private readonly values: ReadonlyMap<string, EvaluatedOption>;

  constructor(options: readonly EvaluatedOption[]) {
    this.values = new Map(options.map((o) => [o.name.toLowerCase(), o]));
  }

  has(name: string): boolean {
    return this.values.has(name);
  }

  value(name: string): Value {
    return this.values.get(name)?.value ?? null;
  }

  text(name: string): string | undefined {
    const value = this.value(name);
    if (value === null) return undefined;
    if (typeof value !== 'string') throw invalidQuery(`Invalid value for option ${name}; a STRING is expected`);
    return value;
  }

  integer(name: string): bigint | undefined {
    const value = this.value(name);
    if (value === null) return undefined;
    if (typeof value !== 'bigint') throw invalidQuery(`Invalid value for option ${name}; an INT64 is expected`);
    return value;
  }

  flag(name: string): boolean | undefined {
    const value = this.value(name);
    if (value === null) return undefined;
    if (typeof value !== 'boolean') throw invalidQuery(`Invalid value for option ${name}; a BOOL is expected`);
    return value;
  }

  number(name: string): number | undefined {
    const option = this.values.get(name);
    if (!option || option.value === null) return undefined;
    const { value, type } = option;
    if (typeof value === 'number') return value;
    if (typeof value === 'bigint') return type.kind === 'NUMERIC' ? Number(value) / 1e9 : Number(value);
    throw invalidQuery(`Invalid value for option ${name}; a number is expected`);
  }

  texts(name: string): readonly string[] | undefined {
    const value = this.value(name);
    if (value === null) return undefined;
    if (!Array.isArray(value) || !value.every((v) => typeof v === 'string')) {
      throw invalidQuery(`Invalid value for option ${name}; an ARRAY<STRING> is expected`);
    }
    return value;
  }

  /** Milliseconds; the option is a TIMESTAMP. */
  timestampMillis(name: string): number | undefined {
    const micros = this.value(name);
    if (micros === null) return undefined;
    if (typeof micros !== 'bigint') throw invalidQuery(`Invalid value for option ${name}; a TIMESTAMP is expected`);
    return Number(micros / 1000n);
  }

  /** `labels=[('key', 'value')]` */
  labels(): Labels {
    const value = this.value('labels');
    if (value === null) return {};
    if (!Array.isArray(value)) throw invalidQuery('Invalid value for option labels; an ARRAY of STRUCT is expected');
    return Object.fromEntries(
      value.map((pair: Value) => {
        const [key, text] = Array.isArray(pair) ? (pair as readonly Value[]) : [];
        if (typeof key !== 'string' || typeof text !== 'string') {
          throw invalidQuery('Invalid value for option labels; pairs of STRING are expected');
        }
        return [key, text];
      }),
    );
  }

  refuseOthers(known: readonly string[]): void {
    for (const name of this.values.keys()) {
      if (!known.includes(name)) throw invalidQuery(`Unknown option: ${name}`);
    }
  }
}
