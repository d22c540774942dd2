import { invalidQuery, notImplemented } from '@bqml-emulator/common';
import type { ServiceError, TableReference, TextPosition } from '@bqml-emulator/common';
import { locate } from '@bqml-emulator/sql';
import type * as sql from '@bqml-emulator/sql';
import type { SqlType } from '@bqml-emulator/types';
import type { Expression, PlanColumn, Scan } from '../logical/index.ts';
import type { AnalyzerContext } from './analyzer-context.ts';

/** The state of analysing one statement: fresh ids, the tables it named, and where expressions were written. */
export class Analysis {
  readonly context: AnalyzerContext;
  readonly #referencedTables = new Map<string, TableReference>();
  readonly #origins = new WeakMap<Expression, sql.SourceRange>();
  readonly #entries = new Map<number, Scan>();
  #nextColumnId = 1;
  #nextEntryId = 1;

  constructor(context: AnalyzerContext) {
    this.context = context;
  }

  newColumn(name: string, type: SqlType): PlanColumn {
    return { id: this.#nextColumnId++, name, type };
  }

  newEntryId(): number {
    return this.#nextEntryId++;
  }

  defineEntry(id: number, scan: Scan): void {
    this.#entries.set(id, scan);
  }

  /** The scans of the WITH entries so far, by id. */
  get entries(): ReadonlyMap<number, Scan> {
    return this.#entries;
  }

  /** BigQuery points at the first character of a node. */
  position(node: sql.SourceRange): TextPosition {
    return locate(this.context.sql, node.start);
  }

  error(node: sql.SourceRange, message: string): ServiceError {
    return invalidQuery(message, this.position(node));
  }

  notImplemented(node: sql.SourceRange, construct: string): ServiceError {
    return notImplemented(construct, this.position(node));
  }

  /** Remembers where `expression` was written, for errors that are found after it was resolved. */
  writtenAt<E extends Expression>(expression: E, node: sql.SourceRange): E {
    this.#origins.set(expression, node);
    return expression;
  }

  originOf(expression: Expression): sql.SourceRange | undefined {
    return this.#origins.get(expression);
  }

  reference(table: TableReference): void {
    this.#referencedTables.set(`${table.projectId}:${table.datasetId}.${table.tableId}`, table);
  }

  get referencedTables(): readonly TableReference[] {
    return [...this.#referencedTables.values()];
  }
}
