import { ServiceError } from '@bqml-emulator/common';
import type { JobError } from '@bqml-emulator/catalog';

const MAX_DEFECT_LENGTH = 500;

/**
 * What the job says of an error. Clients repeat a query that failed with `internalError`, which would only fail again
 * after a defect of the emulator, so a defect is reported as an error of the request.
 */
export function jobError(error: unknown): JobError {
  if (error instanceof ServiceError) {
    return { reason: error.reason, location: error.location, message: error.message };
  }
  const text = (error instanceof Error ? error.message : String(error)).slice(0, MAX_DEFECT_LENGTH);
  return { reason: 'invalid', location: undefined, message: `An internal error of the emulator occurred: ${text}` };
}
