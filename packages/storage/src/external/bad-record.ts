import { invalid } from '@bqml-emulator/common';
import type { ServiceError } from '@bqml-emulator/common';

/** A value or a record that does not fit the schema; the message says why, the reader of the file adds where. */
export class BadRecordError extends Error {
  override readonly name = 'BadRecordError';
}

/** A file of which nothing more can be read, whatever number of bad records is allowed; the message says why. */
export class UnreadableFileError extends Error {
  override readonly name = 'UnreadableFileError';
}

/** `subject` is what is read: `table: p.d.t`, or `data`. https://cloud.google.com/bigquery/docs/error-messages */
export const readingFailed = (subject: string, message: string, uri: string): ServiceError =>
  invalid(`Error while reading ${subject}, error message: ${message} File: ${uri}`);

/** Counts the bad records of one read over all of its files. */
export class BadRecords {
  readonly #subject: string;
  readonly #most: number;
  #count = 0;

  constructor(subject: string, most: number) {
    this.#subject = subject;
    this.#most = most;
  }

  /** Throws for the record that is one too many. */
  add(message: string, uri: string): void {
    this.#count++;
    if (this.#count > this.#most) throw readingFailed(this.#subject, message, uri);
  }
}
