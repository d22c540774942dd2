import { invalid, ServiceError } from '@bqml-emulator/common';
import type { BucketConditions, Checksums, ObjectMetadata, WriteConditions } from './object-store.ts';

type Versions = Pick<ObjectMetadata, 'generation' | 'metageneration'>;

/** True when all conditions hold of the object that is there now, if any. */
export function conditionsHold(conditions: WriteConditions, current: Versions | undefined): boolean {
  const { ifGenerationMatch, ifGenerationNotMatch, ifMetagenerationMatch, ifMetagenerationNotMatch } = conditions;
  const generation = current?.generation ?? 0n;
  if (ifGenerationMatch !== undefined && generation !== ifGenerationMatch) return false;
  if (ifGenerationNotMatch !== undefined && generation === ifGenerationNotMatch) return false;
  if (ifMetagenerationMatch !== undefined && current?.metageneration !== ifMetagenerationMatch) return false;
  return ifMetagenerationNotMatch === undefined || current?.metageneration !== ifMetagenerationNotMatch;
}

export function checkConditions(conditions: WriteConditions, current: Versions | undefined): void {
  if (!conditionsHold(conditions, current)) throw conditionNotMet();
}

export function checkBucketConditions(conditions: BucketConditions, metageneration: bigint): void {
  checkConditions(conditions, { generation: 0n, metageneration });
}

/** `invalid`, in Cloud Storage's words, where an upload is not what its sender says. */
export function checkChecksums(expected: Partial<Checksums> = {}, actual: Checksums): void {
  if (expected.crc32c !== undefined && expected.crc32c !== actual.crc32c) {
    throw invalid(`Provided CRC32C "${expected.crc32c}" doesn't match calculated CRC32C "${actual.crc32c}".`);
  }
  if (expected.md5Hash !== undefined && expected.md5Hash !== actual.md5Hash) {
    throw invalid(`Provided MD5 hash "${expected.md5Hash}" doesn't match calculated MD5 hash "${actual.md5Hash}".`);
  }
}

export const conditionNotMet = (): ServiceError =>
  new ServiceError('conditionNotMet', 'At least one of the pre-conditions you specified did not hold.', 'If-Match');
export const bucketNotEmpty = (bucket: string): ServiceError =>
  new ServiceError('resourceInUse', `The bucket you tried to delete is not empty: ${bucket}`);
export const invalidBucketName = (bucket: string): ServiceError => invalid(`Invalid bucket name: '${bucket}'`);
/** Cloud Storage takes the name; a directory has no such file. */
export const noFileName = (name: string): ServiceError =>
  invalid(`The object name '${name}' cannot be that of a file in its bucket's directory.`);
export const invalidObjectName = (name: string): ServiceError => invalid(`Invalid object name: '${name}'`);
