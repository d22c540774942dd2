import { ServiceError } from '@bqml-emulator/common';
import type { ErrorReason } from '@bqml-emulator/common';

/** An error of Cloud Storage's JSON API. https://cloud.google.com/storage/docs/json_api/v1/status-codes */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  readonly httpStatus: number;
  readonly reason: string;
  readonly location: { readonly locationType: string; readonly location: string } | undefined;

  constructor(httpStatus: number, reason: string, message: string, location?: StorageError['location']) {
    super(message);
    this.httpStatus = httpStatus;
    this.reason = reason;
    this.location = location;
  }
}

export const storageBucketNotFound = () => new StorageError(404, 'notFound', 'The specified bucket does not exist.');
export const objectNotFound = (bucket: string, name: string) =>
  new StorageError(404, 'notFound', `No such object: ${bucket}/${name}`);
export const bucketAlreadyOwned = () =>
  new StorageError(
    409,
    'conflict',
    'Your previous request to create the named bucket succeeded and you already own it.',
  );
export const preconditionFailed = () =>
  new StorageError(412, 'conditionNotMet', 'At least one of the pre-conditions you specified did not hold.', {
    locationType: 'header',
    location: 'If-Match',
  });
export const missingField = (name: string) =>
  new StorageError(400, 'required', 'Required', { locationType: 'parameter', location: name });
export const invalidRequest = (message: string) => new StorageError(400, 'invalid', message);
export const unsupported = (feature: string) => new StorageError(501, 'notImplemented', `Not implemented: ${feature}`);

/** Cloud Storage's status and reason of what the emulator's own parts report. */
const TRANSLATED: Partial<Record<ErrorReason, readonly [number, string]>> = {
  accessDenied: [403, 'forbidden'],
  badRequest: [400, 'badRequest'],
  notFound: [404, 'notFound'],
  notImplemented: [501, 'notImplemented'],
  quotaExceeded: [403, 'quotaExceeded'],
  required: [400, 'required'],
};

/** An object store speaks as a query does; Cloud Storage says the same in other words. Anything else stays. */
export function toStorageError(error: unknown): unknown {
  if (!(error instanceof ServiceError)) return error;
  if (error.reason === 'conditionNotMet') return preconditionFailed();
  if (error.reason === 'resourceInUse') return new StorageError(409, 'conflict', error.message);
  const object = /^Not found: URI gs:\/\/([^/]+)\/(.*)$/s.exec(error.message);
  if (object) return objectNotFound(object[1] ?? '', object[2] ?? '');
  if (error.message.startsWith('Not found: Bucket ')) return storageBucketNotFound();
  const [status, reason] = TRANSLATED[error.reason] ?? [400, 'invalid'];
  return new StorageError(status, reason, error.message);
}

export function storageErrorResponse({ httpStatus, reason, message, location }: StorageError): unknown {
  return { error: { code: httpStatus, message, errors: [{ message, domain: 'global', reason, ...location }] } };
}
