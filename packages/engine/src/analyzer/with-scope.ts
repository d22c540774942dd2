import type { SqlType } from '@bqml-emulator/types';

/** A WITH entry as its references see it. */
interface WithEntry {
  readonly entryId: number;
  readonly name: string;
  readonly columns: readonly { readonly name: string | undefined; readonly type: SqlType }[];
  /** The rows are the fields of one STRUCT value: `SELECT AS STRUCT`. */
  readonly isValueTable: boolean;
}

/** The WITH entries that a query may name, innermost last. Names compare without case. */
export class WithScope {
  readonly #entries: ReadonlyMap<string, WithEntry>;

  constructor(entries: ReadonlyMap<string, WithEntry> = new Map()) {
    this.#entries = entries;
  }

  with(entry: WithEntry): WithScope {
    return new WithScope(new Map(this.#entries).set(entry.name.toLowerCase(), entry));
  }

  find(name: string): WithEntry | undefined {
    return this.#entries.get(name.toLowerCase());
  }
}
