import type { FunctionDefinition } from '@bqml-emulator/catalog';
import { invariant } from '@bqml-emulator/common';

/** All functions that queries may call, by upper case name. */
export class FunctionRegistry {
  readonly #definitions = new Map<string, FunctionDefinition>();

  /** Two rows of one name are a defect. */
  constructor(definitions: Iterable<FunctionDefinition>) {
    for (const definition of definitions) {
      const key = definition.name.toUpperCase();
      invariant(!this.#definitions.has(key), `function ${definition.name} is defined twice`);
      this.#definitions.set(key, definition);
    }
  }

  /** By name with its namespace, in any case. */
  find(name: string): FunctionDefinition | undefined {
    return this.#definitions.get(name.toUpperCase());
  }

  /** In the order of registration. */
  all(): readonly FunctionDefinition[] {
    return [...this.#definitions.values()];
  }
}
