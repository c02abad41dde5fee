/** Tokens and stored cards: what goes in, what can be seen of it, and what opens it. */
import { createHash } from 'node:crypto';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { DecryptCommand } from '@aws-sdk/client-kms';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { type CardItem, readCardItem, sealedPanOf } from '../../shared/vault/cards.ts';
import { openCvc, openPan, type SealedPan } from '../../shared/vault/cipher.ts';
import { createToken } from '../../shared/vault/create-token.ts';
import { listCaptureKeys, ROTATE_AFTER_MS, rotateCaptureKeys } from '../../shared/vault/intake/capture-keys.ts';
import { readToken, type TokenItem, tokenHash } from '../../shared/vault/tokens.ts';
import { changeCard, getCard, getToken, storeCard, type TokenView } from '../../shared/vault/vault.ts';
import { CARD, charge, encrypted as encryptedFor, plainCard, refusal, sender, tokenize } from '../setup/cards.ts';
import { ENGINES } from '../setup/engines.ts';
import { withCheckDigit } from '../setup/numbers.ts';
import { writingTwice } from '../setup/repeated.ts';
import { use } from '../setup/use.ts';
import { ALL_TABLES, openWorld, type World } from '../setup/world.ts';

/** A valid Visa number that is not published as a test number. */
const UNPUBLISHED = withCheckDigit(`4539${'1'.repeat(11)}`);

describe.each(ENGINES)('on $name', (engine) => {
  const world = use(() => openWorld(engine));
  const shop = use(() => world.merchant());

  const itemOf = async (token: string) => (await readToken(world.deps, tokenHash(token))) as Required<TokenItem>;
  const sealedIn = ({ pan_ct: ciphertext, pan_key: keyId }: Required<TokenItem>) => ({ ciphertext, keyId });
  const placeOf = (token: string) => ({ merchant: shop.secret.merchantId, record: tokenHash(token) });

  /** A JWE of a card as the hosted field makes it, with what a test changes. */
  const encrypted = (claims: Record<string, unknown> = {}, header: Record<string, unknown> = {}): Promise<string> =>
    encryptedFor(world.deps, { ...plainCard(), aud: shop.publishable.apiKey, ...claims }, header);
  const send = (compact: string, by = shop): Promise<TokenView> =>
    createToken(world.deps, world.ring, sender(world, by), { encrypted_card: compact });

  describe('a token', () => {
    test('shows brand, first six, last four and expiry, and nothing more of the card (V3)', async () => {
      const token = await tokenize(world, shop, CARD.amex);
      expect(token).toMatchObject({
        object: 'token',
        status: 'active',
        card: { brand: 'amex', bin: '378282', last4: '0005', exp_month: 12, exp_year: 2030 },
        expires_at: new Date(world.clock.nowMs() + 15 * 60_000).toISOString(),
      });
      expect(Object.keys(token.card).sort()).toEqual(['bin', 'brand', 'exp_month', 'exp_year', 'fingerprint', 'last4']);
    });

    test('lives as long as its merchant says', async () => {
      const patient = await world.merchant({ tokenTtlMinutes: 60 });
      const token = await tokenize(world, patient);
      expect(Date.parse(token.expires_at) - Date.parse(token.created_at)).toBe(60 * 60_000);
    });

    test('is stored under its SHA-256 and appears nowhere else (V11)', async () => {
      const token = await tokenize(world, shop);
      const item = await itemOf(token.id);
      expect(item.token_hash).toBe(createHash('sha256').update(token.id).digest('hex'));
      expect(JSON.stringify(item)).not.toContain(token.id);
      expect(JSON.stringify(world.events)).not.toContain(token.id);
    });

    test('is read by its merchant and by no other (V10)', async () => {
      const token = await tokenize(world, shop);
      const other = await world.merchant();
      expect(await getToken(world.deps, shop.secret, token.id)).toEqual(token);
      expect((await refusal(getToken(world.deps, other.secret, token.id))).code).toBe('token_foreign');
      expect((await refusal(getToken(world.deps, shop.secret, `tok_${'c'.repeat(26)}`))).code).toBe('token_not_found');
      expect((await refusal(getToken(world.deps, shop.secret, 'nonsense'))).code).toBe('token_not_found');
    });

    test('a test key takes published test cards and no other', async () => {
      expect(await tokenize(world, shop, CARD.amex)).toMatchObject({ status: 'active' });
      expect((await refusal(tokenize(world, shop, UNPUBLISHED))).code).toBe('test_card_required');
    });

    test('knows its card again within one merchant, and in no other', async () => {
      const other = await world.merchant();
      const [one, two, third] = [
        await tokenize(world, shop),
        await tokenize(world, shop),
        await tokenize(world, other),
      ];
      expect(two.card.fingerprint).toBe(one.card.fingerprint);
      expect(third.card.fingerprint).not.toBe(one.card.fingerprint);
      expect((await tokenize(world, shop, CARD.amex)).card.fingerprint).not.toBe(one.card.fingerprint);
    });
  });

  describe('a ciphertext', () => {
    test('opens for its own merchant and record', async () => {
      const { id } = await tokenize(world, shop);
      const item = await itemOf(id);
      expect((await openPan(world.deps, sealedIn(item), placeOf(id))).value.digits()).toBe(CARD.approve);
      expect((await openCvc(world.deps, { ciphertext: item.cvc_ct, length: 3 }, placeOf(id), id)).value.take()).toBe(
        '123',
      );
    });

    test('moved to another record or merchant does not open (V10)', async () => {
      const { id } = await tokenize(world, shop);
      const sealed = sealedIn(await itemOf(id));
      for (const place of [
        { ...placeOf(id), record: tokenHash('another') },
        { ...placeOf(id), merchant: 'mer_another' },
      ]) {
        await expect(openPan(world.deps, sealed, place)).rejects.toMatchObject({ name: 'InvalidCiphertextException' });
      }
    });

    test('of a PAN does not open as a CVC, nor the other way round', async () => {
      const { id } = await tokenize(world, shop);
      const item = await itemOf(id);
      await expect(
        openPan(world.deps, { ...sealedIn(item), ciphertext: item.cvc_ct }, placeOf(id)),
      ).rejects.toMatchObject({
        name: 'IncorrectKeyException',
      });
    });

    test('of a CVC stays closed without the live token, even with every KMS key (V13)', async () => {
      const { id } = await tokenize(world, shop);
      const { cvc_ct: cvcCt } = await itemOf(id);
      const place = placeOf(id);
      const opened = await world.deps.kms.send(
        new DecryptCommand({ CiphertextBlob: cvcCt, EncryptionContext: { purpose: 'cvc', ...place } }),
      );
      expect(Buffer.from(opened.Plaintext ?? []).toString('latin1')).not.toContain('123');
      expect(opened.Plaintext).toHaveLength(12 + 3 + 16);
      await expect(
        openCvc(world.deps, { ciphertext: cvcCt, length: 3 }, place, `tok_${'d'.repeat(26)}`),
      ).rejects.toThrow();
    });

    test('is different each time for the same card', async () => {
      const [one, two] = [await tokenize(world, shop), await tokenize(world, shop)];
      expect((await itemOf(one.id)).pan_ct).not.toEqual((await itemOf(two.id)).pan_ct);
    });
  });

  describe('an encrypted card', () => {
    test('becomes a token that pays', async () => {
      const { id } = await send(await encrypted());
      expect(await charge(world, shop, { source: id })).toMatchObject({ status: 'captured' });
    });

    test('sent twice makes one token; the second is a replay', async () => {
      const compact = await encrypted();
      await send(compact);
      expect(await refusal(send(compact))).toEqual({ code: 'token_replayed', param: 'encrypted_card' });
    });

    test('is a token, and no replay, where DynamoDB’s response was lost and the SDK sent the put again', async () => {
      const request = { encrypted_card: await encrypted() };
      const deps = writingTwice(world.deps);
      const { id } = await createToken(deps, world.ring, sender(world, shop), request);
      expect(await charge(world, shop, { source: id })).toMatchObject({ status: 'captured' });
    });

    test('sent twice at once makes one token', async () => {
      const compact = await encrypted();
      const responses = await Promise.allSettled([send(compact), send(compact), send(compact)]);
      expect(responses.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });

    test.each([
      ['other than a test card under a test key', 'test', UNPUBLISHED, 'test_card_required'],
      ['that is a test card under a live key', 'live', CARD.approve, 'test_card_refused'],
    ] as const)('%s is refused', async (_what, mode, number, code) => {
      const caller = { ...shop.publishable, mode };
      const request = { encrypted_card: await encrypted({ number }) };
      const made = createToken(world.deps, world.ring, { ...sender(world, shop), caller }, request);
      expect(await refusal(made)).toEqual({ code, param: 'encrypted_card.number' });
    });

    test('is accepted for five minutes and not a second longer', async () => {
      const [fresh, stale] = [await encrypted(), await encrypted()];
      world.clock.advance(299_000);
      expect(await send(fresh)).toMatchObject({ status: 'active' });
      world.clock.advance(2_000);
      expect((await refusal(send(stale))).code).toBe('jwe_stale');
    });

    test('from the future is accepted for as much as clocks may differ, and not a second more', async () => {
      const nowSeconds = world.clock.nowMs() / 1000;
      const [near, far] = [Math.floor(nowSeconds) + 60, Math.ceil(nowSeconds) + 61];
      expect(await send(await encrypted({ iat: near }))).toMatchObject({ status: 'active' });
      expect((await refusal(send(await encrypted({ iat: far })))).code).toBe('jwe_stale');
    });

    test('made for another publishable key is refused', async () => {
      const other = await world.merchant();
      expect((await refusal(send(await encrypted(), other))).code).toBe('jwe_audience');
    });

    test.each([
      ['names a key the vault never had', { kid: 'ck_aaaaaaaaaaaaaaaa' }, 'jwe_key_unknown'],
      ['names no key', { kid: undefined }, 'jwe_malformed'],
      ['names a key of another form', { kid: 'x' }, 'jwe_malformed'],
    ])('that %s is refused', async (_what, header, code) => {
      expect((await refusal(send(await encrypted({}, header)))).code).toBe(code);
    });

    test.each([['not a jwe'], ['a.b.c.d.e'], [''], ['.'.repeat(5_000)]])(
      'that is malformed is refused',
      async (compact) => {
        expect(await refusal(send(compact))).toEqual({ code: 'jwe_malformed', param: 'encrypted_card' });
      },
    );

    test('with one flipped bit is refused without saying where', async () => {
      const parts = (await encrypted()).split('.');
      for (const index of [3, 4]) {
        const bytes = Buffer.from(parts[index] ?? '', 'base64url');
        bytes[0] = (bytes[0] ?? 0) ^ 1;
        const altered = parts.with(index, bytes.toString('base64url')).join('.');
        expect((await refusal(send(altered))).code).toBe('jwe_undecryptable');
      }
    });

    test.each([
      ['without a CVC', { cvc: undefined }, 'missing_field', 'encrypted_card.cvc'],
      ['with an unknown field', { pin: '1' }, 'unknown_field', 'encrypted_card.pin'],
      ['with a short jti', { jti: 'abc' }, 'invalid_field', 'encrypted_card.jti'],
      ['with an expired card', { exp_year: 2020 }, 'expiry_past', 'encrypted_card.exp_year'],
      ['with a long CVC', { cvc: '1234' }, 'cvc_invalid', 'encrypted_card.cvc'],
    ])('%s is refused, naming the field', async (_what, claims, code, param) => {
      expect(await refusal(send(await encrypted(claims)))).toEqual({ code, param });
    });
  });

  describe('the capture keys', () => {
    test('rotate daily, keep the one before, and then no longer open what was encrypted', async () => {
      const own = await openWorld(engine);
      const [first] = await listCaptureKeys(own.deps);
      expect(await rotateCaptureKeys(own.deps)).toMatchObject({ rotated: false });
      own.clock.advance(ROTATE_AFTER_MS);
      expect(await rotateCaptureKeys(own.deps)).toMatchObject({ rotated: true });
      expect((await listCaptureKeys(own.deps)).map(({ kid }) => kid)).toContain(first?.kid);
      expect(await own.ring.privateKey(first?.kid ?? '')).not.toBeNull();
      own.clock.advance(ROTATE_AFTER_MS);
      expect(await rotateCaptureKeys(own.deps)).toMatchObject({ rotated: true });
      expect((await listCaptureKeys(own.deps)).map(({ kid }) => kid)).not.toContain(first?.kid);
      expect(await own.ring.privateKey(first?.kid ?? '')).toBeNull();
      await own[Symbol.asyncDispose]();
    });

    test('once dropped lie in no table: no right on KMS opens what was encrypted to them', async () => {
      await using own = await openWorld(engine);
      const { publishable } = await own.merchant();
      const captured = await encryptedFor(own.deps, { ...plainCard(), aud: publishable.apiKey });
      const { kid: record } = JSON.parse(Buffer.from(captured.split('.')[0] ?? '', 'base64url').toString());
      const opens = (wrapped: Uint8Array): Promise<boolean> =>
        own.deps.kms
          .send(new DecryptCommand({ CiphertextBlob: wrapped, EncryptionContext: { purpose: 'capture', record } }))
          .then(() => true)
          .catch(() => false);
      const kept = async () => Promise.all((await ciphertextsOf(own)).map(opens));
      expect(await kept()).toEqual([true]);
      for (const _rotation of [1, 2]) {
        own.clock.advance(ROTATE_AFTER_MS);
        await rotateCaptureKeys(own.deps);
      }
      expect(await kept()).toEqual([false, false]);
    });

    test('are unwrapped once and remembered, so a warm tokenize makes no extra call', async () => {
      await send(await encrypted());
      const compact = await encrypted();
      world.forget();
      await send(compact);
      expect(world.calls).not.toContain('kms:Decrypt CaptureKey');
    });
  });

  describe('a stored card', () => {
    test('is moved inside KMS: re-encrypted to its own record, never decrypted, without its CVC (V2)', async () => {
      const { id } = await tokenize(world, shop);
      world.forget();
      const card = await storeCard(world.deps, shop.secret, id);
      expect(world.calls).not.toContain('kms:Decrypt PanKey');
      const item = await readCardItem(world.deps, card.id);
      expect(Object.keys(item ?? {})).not.toContain('cvc_ct');
      const sealed = sealedPanOf(item as CardItem) as SealedPan;
      const opened = await openPan(world.deps, sealed, { merchant: shop.secret.merchantId, record: card.id });
      expect(opened.value.digits()).toBe(CARD.approve);
    });

    test('is found again when its response was lost (V6)', async () => {
      const { id } = await tokenize(world, shop);
      const card = await storeCard(world.deps, shop.secret, id);
      expect(await storeCard(world.deps, shop.secret, id)).toEqual(card);
    });

    test('is stored once under twenty concurrent requests', async () => {
      const { id } = await tokenize(world, shop);
      const responses = await Promise.allSettled(
        Array.from({ length: 20 }, () => storeCard(world.deps, shop.secret, id)),
      );
      const ids = responses.flatMap((response) => (response.status === 'fulfilled' ? [response.value.id] : []));
      expect(new Set(ids).size).toBe(1);
      expect(await storeCard(world.deps, shop.secret, id)).toMatchObject({ id: ids[0] });
    });

    test('cannot be made of a token that a charge spent, that has expired, or that is another’s', async () => {
      const [spent, expired, foreign] = [
        await tokenize(world, shop),
        await tokenize(world, shop),
        await tokenize(world, await world.merchant()),
      ];
      await charge(world, shop, { source: spent.id });
      const store = (token: TokenView) => refusal(storeCard(world.deps, shop.secret, token.id));
      expect(await store(spent)).toEqual({ code: 'token_spent', param: 'token' });
      expect(await store(foreign)).toEqual({ code: 'token_foreign', param: 'token' });
      world.clock.advance(15 * 60_000);
      expect(await store(expired)).toEqual({ code: 'token_expired', param: 'token' });
    });

    test('spends the token it was made of (V4)', async () => {
      const { id } = await tokenize(world, shop);
      const card = await storeCard(world.deps, shop.secret, id);
      await expect(charge(world, shop, { source: id })).rejects.toMatchObject({
        code: 'token_spent',
        detail: { spentBy: card.id },
      });
    });

    test('once deleted keeps no ciphertext and cannot be brought back by its token', async () => {
      const { id } = await tokenize(world, shop);
      const card = await storeCard(world.deps, shop.secret, id);
      expect(await changeCard(world.deps, shop.secret, card.id, 'delete')).toMatchObject({ status: 'deleted' });
      expect(await readCardItem(world.deps, card.id)).not.toHaveProperty('pan_ct');
      expect((await refusal(storeCard(world.deps, shop.secret, id))).code).toBe('card_deleted');
      expect((await refusal(getCard(world.deps, shop.secret, card.id))).code).toBe('card_deleted');
      expect((await refusal(changeCard(world.deps, shop.secret, card.id, 'unlock'))).code).toBe('card_deleted');
    });

    test.each([['lock'], ['unlock'], ['delete']] as const)(
      'of another merchant cannot be changed by %s (V10)',
      async (verb) => {
        const card = await storeCard(world.deps, shop.secret, (await tokenize(world, shop)).id);
        const other = await world.merchant();
        expect((await refusal(changeCard(world.deps, other.secret, card.id, verb))).code).toBe('card_not_found');
        expect(await getCard(world.deps, shop.secret, card.id)).toMatchObject({ status: 'active' });
      },
    );
  });
});

/** Every byte string that any table holds. */
async function ciphertextsOf({ deps }: World): Promise<Uint8Array[]> {
  const pages = await Promise.all(
    ALL_TABLES.map((table) => deps.dynamodb.send(new ScanCommand({ TableName: deps.table(table) }))),
  );
  return pages.flatMap(({ Items = [] }) => Items.flatMap((item) => bytesIn(unmarshall(item))));
}

function bytesIn(value: unknown): Uint8Array[] {
  if (value instanceof Uint8Array) return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(bytesIn) : [];
}
