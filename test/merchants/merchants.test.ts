/** Merchants and API keys: shown once, stored as a hash, and refused within two seconds of being revoked. */
import { describe, expect, test } from '@jest/globals';
import { getItem, putFresh } from '../../shared/base/dynamo.ts';
import { createCallers, KEY_CACHE_MS } from '../../shared/merchants/callers.ts';
import { type ApiKeyRecord, apiKeyRecordId } from '../../shared/merchants/merchant.ts';
import {
  createMerchant,
  issueKey,
  readMerchant,
  revokeKey,
  rotateKey,
  setLimits,
  setOrigins,
} from '../../shared/merchants/merchant-store.ts';
import type { Secret } from '../../shared/merchants/secret.ts';
import { refusal } from '../setup/cards.ts';
import { ENGINES } from '../setup/engines.ts';
import { writingTwice } from '../setup/repeated.ts';
import { use } from '../setup/use.ts';
import { openWorld } from '../setup/world.ts';

describe.each(ENGINES)('on $name', (engine) => {
  const world = use(() => openWorld(engine));
  const callers = use(() => createCallers(world.deps));

  const make = () => createMerchant(world.deps, { name: ' Chaya ', allowedOrigins: ['https://shop.example'] });
  const bearer = (key: Secret) => `Bearer ${key.clearText()}`;

  describe('a new merchant', () => {
    test('gets four keys: publishable and secret, test and live', async () => {
      const { merchant, keys } = await make();
      expect(merchant).toMatchObject({
        name: 'Chaya',
        token_ttl_minutes: 15,
        allowed_origins: ['https://shop.example'],
      });
      expect(keys.map(({ key }) => key.clearText().slice(0, 8)).sort()).toEqual([
        'pk_live_',
        'pk_test_',
        'sk_live_',
        'sk_test_',
      ]);
    });

    test('is made where DynamoDB’s responses were lost and the SDK sent each write again', async () => {
      const { merchant, keys } = await createMerchant(writingTwice(world.deps), { name: 'Chaya', allowedOrigins: [] });
      const stored = await readMerchant(world.deps, merchant.merchant_id);
      expect(stored.keys.map(({ record_id: id }) => id).sort()).toEqual(
        keys.map(({ record }) => record.record_id).sort(),
      );
    });

    test('is refused where its id belongs to another', async () => {
      const { merchant } = await make();
      const other = putFresh(world.deps, 'Merchants', { ...merchant, name: 'Another' });
      await expect(other).rejects.toThrow('a random id is new');
      expect((await readMerchant(world.deps, merchant.merchant_id)).merchant.name).toBe('Chaya');
    });

    test('has no key stored in clear', async () => {
      const { merchant, keys } = await make();
      const stored = JSON.stringify(await readMerchant(world.deps, merchant.merchant_id));
      for (const { key } of keys) {
        expect(stored).not.toContain(key.clearText());
        expect(stored).toContain(apiKeyRecordId(key.clearText()));
      }
    });

    test.each([
      ['no name', { name: '  ' }],
      ['a name of 101 characters', { name: 'x'.repeat(101) }],
      ['a token lifetime of 0 minutes', { tokenTtlMinutes: 0 }],
      ['a token lifetime of 61 minutes', { tokenTtlMinutes: 61 }],
      ['a token lifetime of half a minute', { tokenTtlMinutes: 0.5 }],
      ['an origin without https', { allowedOrigins: ['http://shop.example'] }],
      ['an origin with a path', { allowedOrigins: ['https://shop.example/checkout'] }],
      ['an origin with a wildcard', { allowedOrigins: ['https://*'] }],
      ['an invalid origin', { allowedOrigins: ['shop'] }],
      ['twenty-one origins', { allowedOrigins: Array.from({ length: 21 }, (_, n) => `https://shop${n}.example`) }],
    ])('is not made with %s', async (_what, settings) => {
      const wanted = { name: 'Chaya', allowedOrigins: [], ...settings };
      await expect(createMerchant(world.deps, wanted)).rejects.toMatchObject({ name: 'MerchantError' });
    });
  });

  describe('a key', () => {
    test('says who calls, and in which mode', async () => {
      const { merchant, keys } = await make();
      for (const { key, record } of keys) {
        expect(await callers.identify(bearer(key), record.kind)).toMatchObject({
          merchantId: merchant.merchant_id,
          mode: record.mode,
          owner: `${merchant.merchant_id}/${record.mode}`,
        });
      }
    });

    test('of the other kind is refused, each with its own code', async () => {
      const { keys } = await make();
      for (const { key, record } of keys) {
        const wanted = record.kind === 'secret' ? 'publishable' : 'secret';
        const code = record.kind === 'secret' ? 'secret_key_refused' : 'publishable_key_refused';
        expect((await refusal(callers.identify(bearer(key), wanted))).code).toBe(code);
      }
    });

    test.each([
      ['absent', undefined, 'key_missing'],
      ['empty', '', 'key_missing'],
      ['sent by another scheme', 'Basic dXNlcjpwYXNz', 'key_missing'],
      ['not of the form of a key', 'Bearer hello', 'key_unknown'],
      ['never issued', `Bearer sk_test_${'a'.repeat(26)}`, 'key_unknown'],
      ['too long to look at', `Bearer ${'a'.repeat(5_000)}`, 'key_missing'],
    ])('that is %s is refused', async (_what, authorization, code) => {
      expect((await refusal(callers.identify(authorization, 'secret'))).code).toBe(code);
    });

    test('is refused once revoked, at the latest two seconds after', async () => {
      const { merchant, keys } = await make();
      const [{ key, record }] = keys as [(typeof keys)[0]];
      await callers.identify(bearer(key), record.kind);
      await revokeKey(world.deps, merchant.merchant_id, key.clearText());
      world.clock.advance(KEY_CACHE_MS);
      expect((await refusal(callers.identify(bearer(key), record.kind))).code).toBe('key_revoked');
    });

    test('that was never seen before is refused at once when revoked', async () => {
      const { merchant, keys } = await make();
      const [{ key, record }] = keys as [(typeof keys)[0]];
      await revokeKey(world.deps, merchant.merchant_id, record.hint);
      expect((await refusal(callers.identify(bearer(key), record.kind))).code).toBe('key_revoked');
    });

    test('is read once while it is fresh, for any number of concurrent calls', async () => {
      const { keys } = await make();
      const [{ key, record }] = keys as [(typeof keys)[0]];
      world.forget();
      await Promise.all(Array.from({ length: 20 }, () => callers.identify(bearer(key), record.kind)));
      expect(world.calls).toEqual(['dynamodb:GetItem Merchants']);
    });

    test('rotated gives a new one, while the old one works until revoked', async () => {
      const { merchant, keys } = await make();
      const old = keys.find(({ record }) => record.kind === 'secret' && record.mode === 'test');
      const wanted = { merchantId: merchant.merchant_id, kind: 'secret', mode: 'test' } as const;
      const { issued, stillActive } = await rotateKey(world.deps, wanted);
      expect(stillActive.map((record) => record.record_id)).toEqual([old?.record.record_id]);
      for (const key of [old?.key, issued.key]) {
        expect(key && (await callers.identify(bearer(key), 'secret'))).toMatchObject({ mode: 'test' });
      }
    });

    test('cannot be revoked through another merchant', async () => {
      const [one, two] = [await make(), await make()];
      const [{ key }] = one.keys as [(typeof one.keys)[0]];
      await expect(revokeKey(world.deps, two.merchant.merchant_id, key.clearText())).rejects.toMatchObject({
        name: 'MerchantError',
      });
      expect(await getItem<ApiKeyRecord>(world.deps, 'Merchants', apiKeyRecordId(key.clearText()))).toMatchObject({
        status: 'active',
      });
    });

    test('cannot be issued to a merchant that does not exist', async () => {
      const wanted = { merchantId: `mer_${'a'.repeat(26)}`, kind: 'secret', mode: 'test' } as const;
      await expect(issueKey(world.deps, wanted)).rejects.toMatchObject({ name: 'MerchantError' });
    });
  });

  test('two operators who change origins or limits at once both have their way', async () => {
    const { merchant } = await make();
    const id = merchant.merchant_id;
    const names = ['a', 'b', 'c', 'd'].map((name) => `https://${name}.example`);
    await Promise.all(names.map((name) => setOrigins(world.deps, id, (before) => [...before, name])));
    await Promise.all(
      (['test', 'live'] as const).map((mode) =>
        setLimits(world.deps, { merchantId: id, mode, limits: (before) => ({ ...before, proofBits: 1 }) }),
      ),
    );
    const { merchant: now } = await readMerchant(world.deps, id);
    expect([...now.allowed_origins].sort()).toEqual([...names, 'https://shop.example']);
    expect(now.limits).toEqual({ test: { proofBits: 1 }, live: { proofBits: 1 } });
  });

  test('a merchant that others change without end is left as it is', async () => {
    const { merchant } = await make();
    const id = merchant.merchant_id;
    let asked = 0;
    const late = setOrigins(world.deps, id, async (before) => {
      asked += 1;
      await setOrigins(world.deps, id, [`https://${asked}.example`]);
      return [...before, 'https://late.example'];
    });
    await expect(late).rejects.toThrow('nothing was changed');
    expect((await readMerchant(world.deps, id)).merchant.allowed_origins).toEqual([`https://${asked}.example`]);
  });

  test('origins are replaced as a whole, and only by good ones', async () => {
    const { merchant } = await make();
    const next = await setOrigins(world.deps, merchant.merchant_id, ['https://b.example', 'http://127.0.0.1:8081']);
    expect(next.allowed_origins).toEqual(['https://b.example', 'http://127.0.0.1:8081']);
    await expect(setOrigins(world.deps, merchant.merchant_id, ['ftp://b.example'])).rejects.toThrow();
    await expect(setOrigins(world.deps, `mer_${'b'.repeat(26)}`, [])).rejects.toThrow('no such merchant');
  });
});
