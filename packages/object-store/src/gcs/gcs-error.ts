import { bucketNotFound, invalid, notImplemented, ServiceError, uriNotFound } from '@bqml-emulator/common';
import { gsUri } from '../gs-uri.ts';
import { bucketNotEmpty, conditionNotMet } from '../write-conditions.ts';

/** Longer answers are no messages. */
const MAX_MESSAGE = 2000;

/** The error that an answer without success stands for. */
export async function toServiceError(response: Response, bucket: string, name?: string): Promise<ServiceError> {
  const message = await messageOf(response);
  const uri = name === undefined ? `gs://${bucket}` : gsUri(bucket, name);
  switch (response.status) {
    case 404:
      return name === undefined || /bucket does not exist/i.test(message) ? bucketNotFound(bucket) : uriNotFound(uri);
    case 401:
    case 403:
      return new ServiceError('accessDenied', `Access Denied: File ${uri}: Access Denied`);
    case 409:
      return bucketNotEmpty(bucket);
    case 412:
      return conditionNotMet();
    case 501:
      return notImplemented(message.replace(/^Not implemented: /, ''));
    default:
      return invalid(message);
  }
}

async function messageOf(response: Response): Promise<string> {
  const text = (await response.text()).slice(0, MAX_MESSAGE);
  const message = /"message"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(text)?.[1];
  return message === undefined
    ? `Cloud Storage answered status ${response.status}: ${text}`
    : (JSON.parse(`"${message}"`) as string);
}
