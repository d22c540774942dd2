import { ServiceError, type TextPosition } from '@bqml-emulator/common';
import { locate } from './source-text.ts';

/**
 * A text that is not GoogleSQL. `message` ends as BigQuery's does, with ` at [line:column]`;
 * `detail` is the text without it, and `offset` the UTF-8 byte offset.
 */
export class SqlSyntaxError extends ServiceError {
  readonly detail: string;
  readonly offset: number;
  readonly position: TextPosition;

  constructor(detail: string, sql: string, offset: number) {
    const position = locate(sql, offset);
    super('invalidQuery', `${detail} at [${position.line}:${position.column}]`, 'query');
    this.detail = detail;
    this.offset = offset;
    this.position = position;
  }
}
