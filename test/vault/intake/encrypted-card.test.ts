/**
 * Encrypted cards that other JOSE implementations made, opened by the vault with the key they were made to, and others that
 * are wrong in one way each. What made them is in test/vectors/encrypted-card; apps may try their own code on the same key.
 */
import { readFileSync } from 'node:fs';
import { EncryptCommand } from '@aws-sdk/client-kms';
import { describe, expect, test } from '@jest/globals';
import { change } from '../../../shared/base/dynamo.ts';
import { isProof } from '../../../shared/risk/proof.ts';
import { captureKeyRing } from '../../../shared/vault/intake/capture-keys.ts';
import { openEncryptedCard } from '../../../shared/vault/intake/encrypted-card.ts';
import { solveProof } from '../../../web/hosted/proof.ts';
import { refusal } from '../../setup/cards.ts';
import { use } from '../../setup/use.ts';
import { openWorld, testClock } from '../../setup/world.ts';

const vectors: {
  readonly kid: string;
  readonly aud: string;
  readonly iat: number;
  readonly private_jwk: Readonly<Record<'kty' | 'crv' | 'x' | 'y' | 'd', string>>;
  readonly opening: readonly { readonly made_by: string; readonly jwe: string; readonly last4: string }[];
  readonly refused: readonly { readonly with: string; readonly jwe: string; readonly code: string }[];
  readonly proofs: readonly { readonly jwe: string; readonly bits: number; readonly proof: string }[];
} = JSON.parse(readFileSync(new URL('../../vectors/encrypted-card/vectors.json', import.meta.url), 'utf8'));

const world = use(openWorld);
const ring = use(async () => {
  const { kid, private_jwk: jwk } = vectors;
  const sealed = await world.deps.kms.send(
    new EncryptCommand({
      KeyId: world.deps.key('CaptureKey'),
      Plaintext: Buffer.from(jwk.d),
      EncryptionContext: { purpose: 'capture', record: kid },
    }),
  );
  const { d: _private, ...public_jwk } = jwk;
  const pair = { kid, public_jwk, wrapped_private: sealed.CiphertextBlob, created_at_ms: vectors.iat * 1_000 };
  // In the place of the pair that the world made.
  await change(world.deps, 'CaptureKeys', 'current', {
    update: 'SET pairs = :pairs',
    condition: 'attribute_exists(pairs)',
    values: { ':pairs': [pair] },
  });
  return captureKeyRing(world.deps);
});

const open = (compact: string) =>
  openEncryptedCard(testClock(vectors.iat * 1_000), ring, { compact, publishableKey: vectors.aud });

test.each(vectors.opening)('a card encrypted with $made_by opens', async ({ jwe, last4 }) => {
  const { number, exp_month, exp_year } = await open(jwe);
  expect([number.slice(-4), exp_month, exp_year]).toEqual([last4, 12, 2030]);
});

test.each(vectors.refused)('a card with $with is refused as $code', async ({ jwe, code }) => {
  expect((await refusal(open(jwe))).code).toBe(code);
});

test.each(vectors.proofs)(
  'a proof of $bits bits that Python found is one, and the field finds the same',
  async (vector) => {
    const { jwe, bits, proof } = vector;
    expect(isProof(jwe, proof, bits)).toBe(true);
    expect(isProof(`${jwe.slice(0, -1)}-`, proof, bits)).toBe(false);
    if (bits <= 12) expect(await solveProof(jwe, bits, AbortSignal.timeout(10_000))).toBe(proof);
  },
);

test('the page for apps prints the key, a card encrypted to it and its proof', () => {
  const page = readFileSync(new URL('../../../docs/reference/encrypted-card.md', import.meta.url), 'utf8');
  const { x, y, d } = vectors.private_jwk;
  for (const value of [vectors.kid, vectors.aud, vectors.iat, x, y, d]) expect(page).toContain(String(value));
  expect(page.replaceAll('\n', '')).toContain(vectors.opening[0]?.jwe);
  expect(page).toContain(`proof of 15 bits for it is \`${vectors.proofs.find(({ bits }) => bits === 15)?.proof}\``);
});

describe('the field', () => {
  test.each([0, 21, 256, Number.NaN])('proves nothing of %d bits, which no vault asks for', async (bits) => {
    await expect(solveProof('jwe', bits, AbortSignal.timeout(1_000))).rejects.toThrow('no vault asks');
  });

  test('stops proving when asked', async () => {
    await expect(solveProof('jwe', 20, AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
  });
});
