import type { JobError } from '@bqml-emulator/catalog';
import { ServiceError } from '@bqml-emulator/common';

/** What a failed job's error is when it is thrown: BigQuery's error, or a defect. */
export function jobFailure({ reason, message }: JobError): Error {
  return reason === 'internalError' ? new Error(message) : new ServiceError(reason, message);
}
