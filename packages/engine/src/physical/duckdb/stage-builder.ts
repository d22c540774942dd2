import type { StageColumn, StageFunction, StageText } from '@bqml-emulator/catalog';
import type { SqlType, Value } from '@bqml-emulator/types';
import { physicalType } from './physical-type.ts';

/** Collects what one stage's text needs: its parameters, its functions, names that no one else uses. */
export class StageBuilder {
  private readonly parameters: { type: SqlType; value: Value }[] = [];
  private readonly functions: StageFunction[] = [];
  private readonly functionNames = new Map<string, string>();
  private readonly identities = new Map<object, number>();
  private aliases = 0;

  /** A value that does not go into the text. */
  parameter(type: SqlType, value: Value): string {
    this.parameters.push({ type, value });
    return `CAST($${this.parameters.length} AS ${physicalType(type)})`;
  }

  alias(prefix: string): string {
    return `${prefix}${this.aliases++}`;
  }

  /** A number for an object, the same for the same object: part of a function's key. */
  identity(object: object): number {
    const known = this.identities.get(object);
    if (known !== undefined) return known;
    this.identities.set(object, this.identities.size);
    return this.identities.size - 1;
  }

  /** The name of the function that `key` stands for; `make` is called for the first use of the key. */
  function(key: string, make: () => Omit<StageFunction, 'name'>): string {
    const known = this.functionNames.get(key);
    if (known !== undefined) return known;
    const name = `f${this.functions.length}`;
    this.functions.push({ name, ...make() });
    this.functionNames.set(key, name);
    return name;
  }

  build(text: string, columns: readonly StageColumn[]): StageText {
    return { text, parameters: this.parameters, functions: this.functions, columns };
  }
}
