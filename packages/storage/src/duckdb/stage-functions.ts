import { DuckDBScalarFunction, INTEGER } from '@duckdb/node-api';
import type { DuckDBConnection, DuckDBDataChunk, DuckDBValue, DuckDBVector } from '@duckdb/node-api';
import { invariant } from '@bqml-emulator/common';
import type { HandleTable, StageFunction } from '@bqml-emulator/catalog';
import type { EngineConnection, StageMacro } from './engine-connection.ts';
import { physicalType, physicalTypeText } from './physical-type.ts';
import { readVector, toPhysical } from './physical-value.ts';

/** Marks a message whose error object is kept aside. */
const KEPT_ERROR = /bqml-stage-error-(\d+)/;

interface Slot {
  readonly definition: StageFunction;
  readonly handles: HandleTable;
  readonly errors: unknown[];
}

/** The functions of one running statement. */
export interface StageFunctionScope {
  /** Statements to run on the connection first; empty when it knows all the functions. */
  readonly macros: string;
  /** The very error that a function threw, when it is what the engine reports. */
  keptError(reported: unknown): { readonly error: unknown } | undefined;
  end(): void;
}

/**
 * JavaScript functions of stages. The engine's functions live in its catalog for good and are seen by every
 * connection, so there is one for each signature, whose first argument is the slot of the closure to call. A stage's
 * own name for it is a temporary macro of the connection that runs the stage, and stays there for later stages: it
 * must not be the name of one of the engine's own functions.
 */
export class StageFunctions {
  readonly #registered = new Map<string, string>();
  readonly #slots = new Map<number, Slot>();
  #lastSlot = 0;
  readonly #connection: DuckDBConnection;

  /** `connection` is for registrations alone: on one that has a stream open, a registration is lost without a word. */
  constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  /** Puts the closures in place for a statement on `connection`, until `end`. */
  enter(connection: EngineConnection, functions: readonly StageFunction[], handles: HandleTable): StageFunctionScope {
    const errors: unknown[] = [];
    const slots: number[] = [];
    let macros = '';
    for (const definition of functions) {
      const target = this.#register(definition);
      let macro = connection.macros.get(definition.name);
      if (macro?.target !== target) {
        macro = { target, slot: ++this.#lastSlot };
        macros += macroText(definition, macro);
        connection.macros.set(definition.name, macro);
      }
      slots.push(macro.slot);
      this.#slots.set(macro.slot, { definition, handles, errors });
    }
    return {
      macros,
      keptError(reported) {
        const index = reported instanceof Error ? KEPT_ERROR.exec(reported.message)?.[1] : undefined;
        return index === undefined ? undefined : { error: errors[Number(index)] };
      },
      end: () => {
        for (const slot of slots) this.#slots.delete(slot);
      },
    };
  }

  close(): void {
    this.#connection.disconnectSync();
  }

  #register(definition: StageFunction): string {
    const { parameters, result, volatile } = definition;
    const signature = `${volatile}(${parameters.map(physicalTypeText).join()})${physicalTypeText(result)}`;
    const known = this.#registered.get(signature);
    if (known !== undefined) return known;
    const name = `bqml_call_${this.#registered.size}`;
    this.#connection.registerScalarFunction(
      DuckDBScalarFunction.create({
        name,
        parameterTypes: [INTEGER, ...parameters.map(physicalType)],
        returnType: physicalType(result),
        // Without it, a NULL argument would give NULL without a call.
        specialHandling: true,
        volatile,
        mainFunction: (_info, input, output) => this.#call(input, output),
      }),
    );
    this.#registered.set(signature, name);
    return name;
  }

  #call(input: DuckDBDataChunk, output: DuckDBVector<DuckDBValue>): void {
    const number = input.getColumnVector(0).getItem(0);
    invariant(typeof number === 'number', 'the first argument is the slot');
    const slot = this.#slots.get(number);
    invariant(slot, `stage function ${number} has ended`);
    const { definition, handles, errors } = slot;
    const { rowCount } = input;
    try {
      const columns = definition.parameters.map((column, index) =>
        readVector(input.getColumnVector(index + 1), column, rowCount, handles),
      );
      for (let row = 0; row < rowCount; row++) {
        const args = columns.map((column) => column[row] ?? null);
        output.setItem(row, toPhysical(definition.result, definition.evaluate(...args), handles));
      }
      output.flush();
    } catch (error) {
      errors.push(error);
      throw new Error(`bqml-stage-error-${errors.length - 1}`);
    }
  }
}

function macroText({ name, parameters }: StageFunction, { target, slot }: StageMacro): string {
  const names = parameters.map((_, index) => `a${index}`).join(', ');
  const args = parameters.map((column, index) => `, CAST(a${index} AS ${physicalTypeText(column)})`).join('');
  return `CREATE OR REPLACE TEMP MACRO "${name}"(${names}) AS ${target}(${slot}${args});\n`;
}
