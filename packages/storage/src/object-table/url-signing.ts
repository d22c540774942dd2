import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import type { UrlSigner } from '@bqml-emulator/catalog';
import type { Clock } from '@bqml-emulator/common';
import { isMissingFile } from './missing-file.ts';

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/table-functions-built-in#external_object_transform */
const LIFETIME_SECONDS = 6 * 60 * 60;

/** The HMAC access id of URLs that the emulator signs itself. */
const ACCESS_ID = 'GOOG1EMULATOR';
const ALGORITHM = 'GOOG4-HMAC-SHA256';

/** The secret of a data directory, made at its first start. */
export async function openSigningKey(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    if (!isMissingFile(error)) throw error;
  }
  const key = randomBytes(32);
  await writeFile(file, key, { mode: 0o600, flag: 'wx' });
  return key;
}

/**
 * Signs `origin/bucket/object?X-Goog-...` in the form of Cloud Storage's V4 signatures. The host is not part of what is
 * signed, so that a URL works through a port map.
 */
export class HmacUrlSigner implements UrlSigner {
  readonly #key: Buffer;
  readonly #clock: Clock;
  origin = 'http://127.0.0.1:9050';

  constructor(key: Buffer, clock: Clock) {
    this.#key = key;
    this.#clock = clock;
  }

  sign(bucket: string, name: string): string {
    const date = basicTime(this.#clock.nowMillis());
    const query = new URLSearchParams({
      'X-Goog-Algorithm': ALGORITHM,
      'X-Goog-Credential': `${ACCESS_ID}/${date.slice(0, 8)}/auto/storage/goog4_request`,
      'X-Goog-Date': date,
      'X-Goog-Expires': String(LIFETIME_SECONDS),
      'X-Goog-SignedHeaders': '',
    });
    const path = `/${bucket}/${name.split('/').map(encodeURIComponent).join('/')}`;
    const signature = this.#signature(bucket, name, date, String(LIFETIME_SECONDS));
    return `${this.origin}${path}?${query.toString()}&X-Goog-Signature=${signature}`;
  }

  refusal(bucket: string, name: string, query: Readonly<Record<string, string>>): 'expired' | 'mismatch' | undefined {
    if (query['X-Goog-Algorithm'] !== ALGORITHM || !query['X-Goog-Credential']?.startsWith(`${ACCESS_ID}/`)) {
      return undefined;
    }
    const { 'X-Goog-Date': date = '', 'X-Goog-Expires': expires = '', 'X-Goog-Signature': signature = '' } = query;
    const expected = Buffer.from(this.#signature(bucket, name, date, expires));
    const given = Buffer.from(signature);
    if (expected.length !== given.length || !timingSafeEqual(expected, given)) return 'mismatch';
    return this.#clock.nowMillis() > millisOf(date) + Number(expires) * 1000 ? 'expired' : undefined;
  }

  #signature(bucket: string, name: string, date: string, expires: string): string {
    const text = ['GET', bucket, name, date, expires].map((part) => JSON.stringify(part)).join('\n');
    return createHmac('sha256', this.#key).update(text).digest('hex');
  }
}

/** `20260102T030405Z` */
const basicTime = (millis: number) => new Date(millis).toISOString().replaceAll(/[-:]|\.\d+/g, '');
const millisOf = (date: string) =>
  Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
