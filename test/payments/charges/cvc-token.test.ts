/** A stored card charged with its security code, typed again: the code goes once, to one charge, and is gone before it. */
import { DecryptCommand } from '@aws-sdk/client-kms';
import { describe, expect, test } from '@jest/globals';
import { readReason } from '../../../audit/reasons/ledger-reader.ts';
import { getItem } from '../../../shared/base/dynamo.ts';
import { readCharge } from '../../../shared/payments/charges/store.ts';
import type { SimulatorItem } from '../../../shared/payments/processors/simulator.ts';
import { sweep } from '../../../shared/payments/sweep/sweep.ts';
import { createToken } from '../../../shared/vault/create-token.ts';
import { readToken, tokenHash } from '../../../shared/vault/tokens.ts';
import { changeCard, storeCard } from '../../../shared/vault/vault.ts';
import {
  CARD,
  charge,
  encrypted,
  newKey,
  plainCard,
  refusal,
  sender,
  tokenize,
  tokenizeCvc,
} from '../../setup/cards.ts';
import { ENGINES } from '../../setup/engines.ts';
import { use } from '../../setup/use.ts';
import { openWorld, type Shop } from '../../setup/world.ts';

describe.each(ENGINES)('on $name', (engine) => {
  const world = use(() => openWorld(engine));
  const shop = use(() => world.merchant());

  const stored = async (number?: string) =>
    (await storeCard(world.deps, shop.secret, (await tokenize(world, shop, number)).id)).id;
  const itemOf = (token: string) => readToken(world.deps, tokenHash(token));
  const booksOf = (reference: string) => getItem<SimulatorItem>(world.deps, 'Simulator', reference);
  const code = async (cvc?: string) => (await tokenizeCvc(world, shop, cvc)).id;

  describe('a code token', () => {
    test('lies under its SHA-256, holds nothing of a card, and its code opens with the live token alone (V11, V13)', async () => {
      const made = await tokenizeCvc(world, shop);
      expect(Object.keys(made).sort()).toEqual(['created_at', 'expires_at', 'id', 'object', 'status']);
      const item = await itemOf(made.id);
      expect(Object.keys(item ?? {}).sort()).toEqual([
        'created_at_ms',
        'cvc_ct',
        'cvc_length',
        'due_shard',
        'expires_at_ms',
        'owner',
        'token_hash',
      ]);
      expect(JSON.stringify([item, world.events])).not.toContain(made.id);
      const context = { purpose: 'cvc', merchant: shop.secret.merchantId, record: tokenHash(made.id) };
      const sealed = new DecryptCommand({ CiphertextBlob: item?.cvc_ct, EncryptionContext: context });
      const { Plaintext } = await world.deps.kms.send(sealed);
      expect(Plaintext).toHaveLength(12 + 3 + 16);
      expect(Buffer.from(Plaintext ?? []).toString('latin1')).not.toContain('123');
    });

    test('lives ten minutes, or as long as its merchant’s tokens where those live shorter', async () => {
      const lifeMinutes = async (by: Shop) => {
        const { created_at, expires_at } = await tokenizeCvc(world, by);
        return (Date.parse(expires_at) - Date.parse(created_at)) / 60_000;
      };
      expect(await lifeMinutes(shop)).toBe(10);
      expect(await lifeMinutes(await world.merchant({ tokenTtlMinutes: 2 }))).toBe(2);
    });

    test('that is not spent is erased by the sweep at its expiry (V2)', async () => {
      const id = await code();
      world.clock.advance(10 * 60_000);
      await sweep(world.deps, world.clock.nowMs() + 60_000);
      expect(await itemOf(id)).toMatchObject({ erased_at_ms: world.clock.nowMs() });
      expect(await itemOf(id)).not.toHaveProperty('cvc_ct');
      const refused = await refusal(charge(world, shop, { source: await stored(), cvc_token: id }));
      expect(refused).toEqual({ code: 'cvc_token_expired', param: 'cvc_token' });
    });

    test('is made once of one JWE; the second is a replay', async () => {
      const jti = 'AAAAAAAAAAAAAAAAAAAAAA';
      await tokenizeCvc(world, shop, '123', { jti });
      const refused = await refusal(tokenizeCvc(world, shop, '123', { jti }));
      expect(refused).toEqual({ code: 'token_replayed', param: 'encrypted_cvc' });
    });

    test.each([
      ['two digits', { cvc: '12' }, 'cvc_invalid', 'encrypted_cvc.cvc'],
      ['letters', { cvc: 'abc' }, 'cvc_invalid', 'encrypted_cvc.cvc'],
      ['a number', { cvc: 123 }, 'cvc_invalid', 'encrypted_cvc.cvc'],
      ['no code', { cvc: undefined }, 'missing_field', 'encrypted_cvc.cvc'],
      ['a whole card', plainCard(), 'unknown_field', 'encrypted_cvc'],
      ['another key’s audience', { aud: 'pk_test_other' }, 'jwe_audience', 'encrypted_cvc'],
      ['an old time', { iat: 1 }, 'jwe_stale', 'encrypted_cvc'],
    ])('is not made of a JWE with %s', async (_what, claims, wanted, param) => {
      expect(await refusal(tokenizeCvc(world, shop, '123', claims))).toMatchObject({ code: wanted });
      expect((await refusal(tokenizeCvc(world, shop, '123', claims))).param).toContain(param);
    });

    test('is no source, and its JWE no card', async () => {
      const source = await code();
      expect(await refusal(charge(world, shop, { source }))).toEqual({ code: 'source_invalid', param: 'source' });
      expect((await refusal(storeCard(world.deps, shop.secret, source))).code).toBe('token_not_found');
      const jwe = await encrypted(world.deps, { cvc: '123', aud: shop.publishable.apiKey });
      const asCard = createToken(world.deps, world.ring, sender(world, shop), { encrypted_card: jwe });
      expect(await refusal(asCard)).toEqual({ code: 'missing_field', param: 'encrypted_card.number' });
    });
  });

  describe('a charge of a stored card with its code', () => {
    test('sends the code along, and one without sends none', async () => {
      const source = await stored();
      const paid = await charge(world, shop, { source, cvc_token: await code() });
      expect(paid).toMatchObject({ status: 'captured', source: { type: 'card', id: source } });
      expect(await booksOf(paid.id)).toMatchObject({ cvc_given: true, credential: 'stored' });
      expect(await booksOf((await charge(world, shop, { source })).id)).toMatchObject({ cvc_given: false });
    });

    test('takes four digits for American Express', async () => {
      const paid = await charge(world, shop, { source: await stored(CARD.amex), cvc_token: await code('1234') });
      expect(await booksOf(paid.id)).toMatchObject({ cvc_given: true });
    });

    test('erases the code in the write that spends it, before the processor is asked, also where it declines (V2)', async () => {
      const [source, id] = [await stored(CARD.declined), await code()];
      world.forget();
      const declined = await charge(world, shop, { source, cvc_token: id });
      expect(declined.status).toBe('declined');
      const { calls } = world;
      expect(calls.indexOf('dynamodb:UpdateItem Tokens')).toBeGreaterThan(-1);
      expect(calls.indexOf('dynamodb:UpdateItem Tokens')).toBeLessThan(calls.indexOf('dynamodb:UpdateItem Simulator'));
      expect(await itemOf(id)).toMatchObject({ spent_by: declined.id });
      expect(await itemOf(id)).not.toHaveProperty('cvc_ct');
    });

    test('spends it once among twenty at once (V4)', async () => {
      const [source, cvc_token] = [await stored(), await code()];
      const responses = await Promise.allSettled(
        Array.from({ length: 20 }, () => charge(world, shop, { source, cvc_token })),
      );
      const refused = responses.flatMap((response) => (response.status === 'rejected' ? [response.reason.code] : []));
      expect(refused).toEqual(Array.from({ length: 19 }, () => 'cvc_token_spent'));
    });

    test('is one with its repetition, and another code under its key is refused (V6)', async () => {
      const [source, cvc_token, key] = [await stored(), await code(), newKey()];
      const paid = await charge(world, shop, { source, cvc_token }, key);
      expect(await charge(world, shop, { source, cvc_token }, key)).toEqual(paid);
      for (const other of [{ cvc_token: await code() }, {}]) {
        const refused = await refusal(charge(world, shop, { source, ...other }, key));
        expect(refused).toEqual({ code: 'idempotency_conflict', param: 'cvc_token' });
      }
    });

    test('records both decryptions, each for the record it opened (V5)', async () => {
      const [source, cvc_token] = [await stored(), await code()];
      const paid = await charge(world, shop, { source, cvc_token });
      const item = await readCharge(world.deps, paid.id);
      const decrypts = world.events.filter(({ eventName }) => eventName === 'Decrypt').slice(-2);
      const contexts = decrypts.map(({ requestParameters }) => requestParameters?.encryptionContext);
      const merchant = shop.secret.merchantId;
      expect(contexts).toEqual(
        expect.arrayContaining([
          { purpose: 'pan', merchant, record: source },
          { purpose: 'cvc', merchant, record: tokenHash(cvc_token) },
        ]),
      );
      expect(readReason(item).map(({ record, decryptions }) => [record, decryptions.map(({ key }) => key)])).toEqual([
        [source, ['PanKey']],
        [tokenHash(cvc_token), ['CvcKey']],
      ]);
    });
  });

  describe('a code token is refused', () => {
    test.each<[what: string, wanted: () => Promise<{ source: string; cvc_token: string; initiator?: 'merchant' }>]>([
      [
        'beside a token, which has its own',
        async () => ({ source: (await tokenize(world, shop)).id, cvc_token: await code() }),
      ],
      [
        'where the merchant pays alone',
        async () => ({ source: await stored(), cvc_token: await code(), initiator: 'merchant' }),
      ],
      ['that has another form', async () => ({ source: await stored(), cvc_token: 'tok_1' })],
    ])('%s', async (_what, wanted) => {
      const refused = await refusal(charge(world, shop, await wanted()));
      expect(refused).toEqual({ code: 'invalid_field', param: 'cvc_token' });
    });

    test('that is not there, is another merchant’s or mode’s (V10), or is spent, and says so again (V6)', async () => {
      const source = await stored();
      const foreign = (await tokenizeCvc(world, await world.merchant())).id;
      const live = { ...shop.publishable, mode: 'live', owner: `${shop.merchant.merchant_id}/live` } as const;
      const ofLive = (await tokenizeCvc(world, { ...shop, publishable: live })).id;
      const spent = await code();
      const paid = await charge(world, shop, { source, cvc_token: spent });
      for (const [cvc_token, wanted] of [
        [`cvc_${'q'.repeat(26)}`, 'cvc_token_not_found'],
        [foreign, 'cvc_token_foreign'],
        [ofLive, 'cvc_token_foreign'],
        [spent, 'cvc_token_spent'],
      ] as const) {
        const key = newKey();
        const ask = () => refusal(charge(world, shop, { source, cvc_token }, key));
        expect(await ask()).toEqual({ code: wanted, param: 'cvc_token' });
        expect(await ask()).toEqual({ code: wanted, param: 'cvc_token' });
      }
      const again = charge(world, shop, { source, cvc_token: spent });
      await expect(again).rejects.toMatchObject({ detail: { spentBy: paid.id } });
    });

    test('with a length that the card’s brand lacks, or for a locked card, and stays as it is', async () => {
      const [visa, three, four] = [await stored(), await code(), await code('1234')];
      const wrong = await refusal(charge(world, shop, { source: visa, cvc_token: four }));
      expect(wrong).toEqual({ code: 'cvc_invalid', param: 'cvc_token' });
      await changeCard(world.deps, shop.secret, visa, 'lock');
      const locked = await refusal(charge(world, shop, { source: visa, cvc_token: three }));
      expect(locked).toEqual({ code: 'card_locked', param: 'source' });
      expect(await itemOf(four)).toHaveProperty('cvc_ct');
      expect(await itemOf(three)).toHaveProperty('cvc_ct');
    });
  });
});
