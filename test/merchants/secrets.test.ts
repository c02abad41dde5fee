/** Secrets of merchants over the embedded AWS: sealed by KMS for one merchant and name, opened rarely, never shown. */
import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { change, getItem } from '../../shared/base/dynamo.ts';
import { Secret } from '../../shared/merchants/secret.ts';
import {
  listSecrets,
  putSecret,
  readSecret,
  SECRET_BYTES_MAX,
  SECRET_KEPT_MS,
  type SecretUse,
  secretReader,
} from '../../shared/merchants/secret-store.ts';
import { ENGINES } from '../setup/engines.ts';
import { use } from '../setup/use.ts';
import { openWorld } from '../setup/world.ts';

const VALUE = 'sk_test_of_a_processor';
const USE: SecretUse = 'processor:stripe/test';
const OTHER_USES: readonly SecretUse[] = [
  'processor:stripe/live',
  'processor:other/test',
  'forward:stripe/test',
  'inbound:stripe/test',
  'webhook:we_aaaaaaaaaaaaaaaaaaaaaaaaaa',
];

describe.each(ENGINES)('on $name', (engine) => {
  const world = use(() => openWorld(engine));
  const shop = use(() => world.merchant());

  const place = (name: string, of = shop, use: SecretUse = USE) => ({
    merchantId: of.merchant.merchant_id,
    name,
    use,
  });
  const seal = (name: string, value = VALUE, of = shop) => putSecret(world.deps, place(name, of), new Secret(value));
  const open = (name: string, of = shop, use: SecretUse = USE) => readSecret(world.deps, place(name, of, use));

  test('a secret comes back as it was sealed', async () => {
    await seal('stripe');
    expect((await open('stripe'))?.clearText()).toBe(VALUE);
  });

  test('sealing again replaces it', async () => {
    await seal('replaced', 'the first');
    await seal('replaced', 'the second');
    expect((await open('replaced'))?.clearText()).toBe('the second');
  });

  test('what is stored does not hold it', async () => {
    await seal('stored');
    const item = await getItem(world.deps, 'Merchants', `secret_${shop.merchant.merchant_id}_stored`);
    expect(Object.keys(item ?? {}).toSorted()).toEqual([
      'created_at_ms',
      'ct',
      'merchant_id',
      'name',
      'record_id',
      'use',
    ]);
    expect(inspect(item, { depth: 5, maxArrayLength: 5_000 })).not.toContain(VALUE);
  });

  test('a ciphertext moved to another name does not open', async () => {
    await seal('here');
    const id = shop.merchant.merchant_id;
    const sealed = await getItem<{ ct: Uint8Array }>(world.deps, 'Merchants', `secret_${id}_here`);
    await change(world.deps, 'Merchants', `secret_${id}_there`, {
      update: 'SET ct = :ct, #use = :use',
      condition: 'attribute_not_exists(record_id)',
      names: { '#use': 'use' },
      values: { ':ct': sealed?.ct, ':use': USE },
    });
    await expect(open('there')).rejects.toMatchObject({ name: 'InvalidCiphertextException' });
  });

  test.each(OTHER_USES)('is not there for %s', async (use) => {
    await seal('single');
    world.forget();
    expect(await open('single', shop, use)).toBeNull();
    expect(world.calls).toEqual(['dynamodb:GetItem Merchants']);
  });

  test.each(OTHER_USES)('a record rewritten to say %s does not open', async (use) => {
    const name = `rewritten-${use.replace(/[^a-z]/g, '-')}`.slice(0, 40);
    await seal(name);
    await change(world.deps, 'Merchants', `secret_${shop.merchant.merchant_id}_${name}`, {
      update: 'SET #use = :use',
      condition: 'attribute_exists(ct)',
      names: { '#use': 'use' },
      values: { ':use': use },
    });
    await expect(open(name, shop, use)).rejects.toMatchObject({ name: 'InvalidCiphertextException' });
  });

  test('a name that is taken for one use is refused for another', async () => {
    await seal('taken');
    const second = putSecret(world.deps, place('taken', shop, 'forward:psp/test'), new Secret('another'));
    await expect(second).rejects.toThrow('is for another use');
    expect((await open('taken'))?.clearText()).toBe(VALUE);
  });

  test('a merchant does not see another’s', async () => {
    const other = await world.merchant();
    await seal('mine');
    expect(await open('mine', other)).toBeNull();
    expect(await listSecrets(world.deps, other.merchant.merchant_id)).toEqual([]);
  });

  test('the list has names, uses and times only', async () => {
    const own = await world.merchant();
    await seal('b', VALUE, own);
    await seal('a', VALUE, own);
    const createdAtMs = world.clock.nowMs();
    expect(await listSecrets(world.deps, own.merchant.merchant_id)).toEqual([
      { name: 'a', use: USE, createdAtMs },
      { name: 'b', use: USE, createdAtMs },
    ]);
  });

  test.each(['', 'Upper', '1first', 'with_underscore', 'a'.repeat(41), 'pan#1'])(
    'refuses the name «%s»',
    async (name) => {
      await expect(seal(name)).rejects.toThrow('A secret’s name is');
      expect(await open(name)).toBeNull();
    },
  );

  test('refuses an empty one, one that is too long, and an unknown merchant', async () => {
    await expect(seal('empty', '')).rejects.toThrow('bytes');
    await expect(seal('long', 'x'.repeat(SECRET_BYTES_MAX + 1))).rejects.toThrow('bytes');
    await expect(putSecret(world.deps, { ...place('a'), merchantId: 'mer_nobody' }, new Secret(VALUE))).rejects.toThrow(
      'no such merchant',
    );
  });

  describe('the reader of a function', () => {
    test('opens once for five minutes, then again', async () => {
      await seal('often');
      const reader = secretReader(world.deps);
      const read = () => reader.read(place('often'));
      world.forget();
      await Promise.all([read(), read()]);
      world.clock.advance(SECRET_KEPT_MS - 1);
      expect((await read())?.clearText()).toBe(VALUE);
      expect(world.calls).toEqual(['dynamodb:GetItem Merchants', 'kms:Decrypt SecretKey']);
      world.clock.advance(1);
      await read();
      expect(world.calls).toHaveLength(4);
    });

    test('does not remember that there was none', async () => {
      const reader = secretReader(world.deps);
      expect(await reader.read(place('late'))).toBeNull();
      await seal('late');
      expect((await reader.read(place('late')))?.clearText()).toBe(VALUE);
    });
  });
});

test('a secret prints as nothing, wherever it is printed', () => {
  const secret = new Secret(VALUE);
  const printed = [`${secret}`, String(secret), JSON.stringify({ secret }), inspect({ secret }), inspect([secret])];
  for (const text of printed) {
    expect(text).toContain('[secret]');
    expect(text).not.toContain(VALUE);
  }
  expect(Object.keys(secret)).toEqual([]);
});
