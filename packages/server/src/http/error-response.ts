import { ServiceError } from '@bqml-emulator/common';

/** The request header of a conditional change, as errors locate it. */
export const IF_MATCH = 'If-Match';

/** https://cloud.google.com/apis/design/errors#handling_errors: the canonical name of an HTTP status. */
const STATUS_NAME: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ALREADY_EXISTS',
  412: 'FAILED_PRECONDITION',
  413: 'INVALID_ARGUMENT',
  501: 'UNIMPLEMENTED',
};

export interface ErrorProto {
  readonly message: string;
  readonly domain: 'global';
  readonly reason: string;
  readonly location?: string;
  readonly locationType?: string;
}

export interface ErrorResponse {
  readonly error: {
    readonly code: number;
    readonly message: string;
    readonly errors: readonly ErrorProto[];
    readonly status: string;
  };
}

export function errorResponse(
  code: number,
  reason: string,
  message: string,
  location?: { readonly location: string; readonly locationType: string },
): ErrorResponse {
  return {
    error: {
      code,
      message,
      errors: [{ message, domain: 'global', reason, ...location }],
      status: STATUS_NAME[code] ?? 'UNKNOWN',
    },
  };
}

const LOCATION_TYPE: Readonly<Record<string, string>> = { q: 'parameter', [IF_MATCH]: 'header' };

/** BigQuery's error JSON. */
export function serviceErrorResponse(error: ServiceError): ErrorResponse {
  const { location } = error;
  return errorResponse(
    error.httpStatus,
    error.reason,
    error.message,
    location === undefined ? undefined : { location, locationType: LOCATION_TYPE[location] ?? 'other' },
  );
}
