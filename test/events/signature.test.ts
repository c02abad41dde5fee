/** Signatures against the published example of Standard Webhooks, and what a rotation makes of them. */
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { RETRY_AFTER_MS, retryAfterMs, TRIES_MAX } from '../../shared/events/retry.ts';
import { newSigningSecret, signedHeaders } from '../../shared/events/signature.ts';
import { Secret } from '../../shared/merchants/secret.ts';

const file = join(import.meta.dirname, '../vectors/standard-webhooks.json');
const vectors = JSON.parse(readFileSync(file, 'utf8')) as {
  signatures: { secret: string; id: string; timestamp: number; payload: string; signature: string }[];
};

describe('a signature', () => {
  test.each(vectors.signatures)('is what the specification’s own libraries make: $id', ({ secret, ...message }) => {
    const { id, timestamp, payload: body, signature } = message;
    expect(signedHeaders([new Secret(secret)], { id, timestampMs: timestamp * 1000, body })).toEqual({
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signature,
    });
  });

  test('is made once under each secret while one replaces another', () => {
    const secrets = [1, 2].map((fill) => newSigningSecret((length) => new Uint8Array(length).fill(fill)));
    const headers = signedHeaders(secrets, { id: 'evt_1', timestampMs: 1_000, body: '{}' });
    const expected = [1, 2].map((fill) => {
      const key = Buffer.alloc(32, fill);
      return `v1,${createHmac('sha256', key).update('evt_1.1.{}').digest('base64')}`;
    });
    expect(headers['webhook-signature']).toBe(expected.join(' '));
  });

  test('is never left out', () => {
    expect(() => signedHeaders([], { id: 'evt_1', timestampMs: 0, body: '' })).toThrow('a message is signed');
  });

  test('needs a secret of 24 to 64 bytes, which prints as nothing', () => {
    const secret = newSigningSecret((length) => new Uint8Array(length).fill(7));
    expect(Buffer.from(secret.clearText().slice('whsec_'.length), 'base64')).toHaveLength(32);
    expect(`${secret} ${JSON.stringify({ secret })}`).not.toContain('whsec_');
  });
});

describe('the waits between tries', () => {
  const all = (byte: number) =>
    RETRY_AFTER_MS.map((_, index) => retryAfterMs(index + 1, (length) => new Uint8Array(length).fill(byte)));

  test('grow, and together are three days', () => {
    expect([...RETRY_AFTER_MS].sort((a, b) => a - b)).toEqual([...RETRY_AFTER_MS]);
    expect(RETRY_AFTER_MS.reduce((sum, ms) => sum + ms, 0)).toBe(72 * 60 * 60_000);
    expect(TRIES_MAX).toBe(10);
  });

  test('are moved by at most a quarter either way', () => {
    expect(all(0)).toEqual(RETRY_AFTER_MS.map((ms) => ms * 0.75));
    expect(all(255)).toEqual(RETRY_AFTER_MS.map((ms) => ms * 1.25));
  });
});
