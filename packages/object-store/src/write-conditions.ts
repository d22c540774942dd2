import { invalid, ServiceError } from '@bqml-emulator/common';
import type { WriteConditions } from './object-store.ts';

/** https://cloud.google.com/storage/docs/request-preconditions */
export function checkGeneration(conditions: WriteConditions, current: bigint | undefined): void {
  const wanted = conditions.ifGenerationMatch;
  if (wanted !== undefined && wanted !== (current ?? 0n)) {
    throw new ServiceError(
      'conditionNotMet',
      'At least one of the pre-conditions you specified did not hold.',
      'If-Match',
    );
  }
}

export const bucketNotEmpty = (bucket: string): ServiceError =>
  new ServiceError('conditionNotMet', `The bucket you tried to delete is not empty: ${bucket}`);
export const invalidBucketName = (bucket: string): ServiceError => invalid(`Invalid bucket name: '${bucket}'`);
export const invalidObjectName = (name: string): ServiceError => invalid(`Invalid object name: '${name}'`);
