/** The model is sound but holds something that is not converted. The message names it, as the object of "with". */
export class UnsupportedConstructError extends Error {
  override readonly name = 'UnsupportedConstructError';
}

/** The model's file contradicts its format. The message completes "Invalid ... model: ...". */
export class MalformedModelError extends Error {
  override readonly name = 'MalformedModelError';
}

export const unsupported = (construct: string) => new UnsupportedConstructError(construct);
export const malformed = (why: string) => new MalformedModelError(why);
