import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { HmacUrlSigner, openSigningKey } from '../src/object-table/url-signing.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const HOUR_MILLIS = 3_600_000;

function signerAt(start: number) {
  const time = { millis: start };
  const clock = { nowMillis: () => time.millis, nowMicros: () => BigInt(time.millis) * 1000n };
  return { time, signer: new HmacUrlSigner(Buffer.from('secret'), clock) };
}

const queryOf = (url: string) => Object.fromEntries(new URL(url).searchParams);

describe('signed URLs', () => {
  test('are good for six hours', () => {
    const start = Date.UTC(2026, 0, 2, 3, 4, 5);
    const { time, signer } = signerAt(start);
    const query = queryOf(signer.sign('b', 'x/y.png'));
    expect(query['X-Goog-Date']).toBe('20260102T030405Z');
    expect(signer.refusal('b', 'x/y.png', query)).toBeUndefined();
    time.millis = start + 6 * HOUR_MILLIS;
    expect(signer.refusal('b', 'x/y.png', query)).toBeUndefined();
    time.millis += 1;
    expect(signer.refusal('b', 'x/y.png', query)).toBe('expired');
  });

  test.each([
    ['c', 'x', {}],
    ['b', 'y', {}],
    ['b', 'x', { 'X-Goog-Date': '20990101T000000Z' }],
    ['b', 'x', { 'X-Goog-Expires': '604800' }],
    ['b', 'x', { 'X-Goog-Signature': 'ff' }],
    ['b', 'x', { 'X-Goog-Signature': '' }],
  ])('of gs://b/x are not those of gs://%s/%s with %o', (bucket, name, changes) => {
    const { signer } = signerAt(0);
    expect(signer.refusal(bucket, name, { ...queryOf(signer.sign('b', 'x')), ...changes })).toBe('mismatch');
  });

  test('of other signers are none of its business', () => {
    const { signer } = signerAt(0);
    expect(
      signer.refusal('b', 'x', { 'X-Goog-Algorithm': 'GOOG4-RSA-SHA256', 'X-Goog-Signature': 'x' }),
    ).toBeUndefined();
    expect(signer.refusal('b', 'x', {})).toBeUndefined();
  });

  test('the secret is made once, for its owner alone', async () => {
    const file = join(temporaryDirectory(), 'signing.key');
    const key = await openSigningKey(file);
    expect(key).toHaveLength(32);
    expect(await openSigningKey(file)).toEqual(key);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});
