import { randomBytes } from 'node:crypto';

/** Identifiers are injected, so that a test can make them predictable. */
export interface IdSource {
  /** `bytes` random bytes as lower-case hexadecimal. */
  hex(bytes: number): string;
}

export const randomIds: IdSource = {
  hex: (bytes) => randomBytes(bytes).toString('hex'),
};
