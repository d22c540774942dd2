import { ServiceError } from '@bqml-emulator/common';
import type { ErrorReason } from '@bqml-emulator/common';

/** An error on its way between processes or threads. A failure without a reason is a defect. */
export interface Failure {
  readonly message: string;
  readonly reason?: ErrorReason;
  readonly location?: string;
  readonly stack?: string;
}

export function toFailure(error: unknown): Failure {
  if (error instanceof ServiceError) {
    return {
      message: error.message,
      reason: error.reason,
      ...(error.location === undefined ? {} : { location: error.location }),
    };
  }
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT' && 'path' in error) {
    return { message: `Not found: the file ${String(error.path)} was deleted while it was read`, reason: 'notFound' };
  }
  if (error instanceof Error) {
    return { message: error.message, ...(error.stack === undefined ? {} : { stack: error.stack }) };
  }
  return { message: String(error) };
}

export function fromFailure(failure: Failure): Error {
  if (failure.reason !== undefined) return new ServiceError(failure.reason, failure.message, failure.location);
  const error = new Error(failure.message);
  if (failure.stack !== undefined) error.stack = failure.stack;
  return error;
}
