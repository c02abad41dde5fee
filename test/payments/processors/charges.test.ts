/**
 * Charges through a merchant's own processors, from token to resolution, over the embedded AWS: set up with the
 * operator's verbs, found again by the sweep from the charge alone, and unavailable rather than guessed.
 */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { change } from '../../../shared/base/dynamo.ts';
import { parse } from '../../../shared/base/parse.ts';
import { RESOLVE_AFTER_MS } from '../../../shared/ledger/entry.ts';
import type { ProcessorRecord } from '../../../shared/merchants/merchant.ts';
import { Secret } from '../../../shared/merchants/secret.ts';
import { putSecret, SECRET_KEPT_MS, type SecretUse } from '../../../shared/merchants/secret-store.ts';
import type { ChargeView } from '../../../shared/payments/charges/charge.ts';
import { ChargeRequest, createCharge } from '../../../shared/payments/charges/create.ts';
import { cancelCharge, captureCharge, refundCharge } from '../../../shared/payments/charges/operations.ts';
import { readCharge } from '../../../shared/payments/charges/store.ts';
import { referenceOf } from '../../../shared/payments/processors/iso8583/requests.ts';
import { processorFor } from '../../../shared/payments/processors/registry.ts';
import { addProcessor } from '../../../shared/payments/processors/setup.ts';
import { sweep } from '../../../shared/payments/sweep/sweep.ts';
import { CARD, newKey, refusal, tokenize } from '../../setup/cards.ts';
import { use } from '../../setup/use.ts';
import { openWorld } from '../../setup/world.ts';
import { startAcquirer } from './acquirer.ts';
import { startStripe } from './stripe-double.ts';

const world = use(openWorld);
const shop = use(() => world.merchant());
const double = use(startStripe);
const host = use(startAcquirer);

const acquirerSettings = (port: number) => ({
  host: '127.0.0.1',
  port: String(port),
  acquirer_id: '123456',
  terminal_id: 'TERM0001',
  merchant_id: 'MERCHANT0000001',
  category_code: '5999',
  tls: 'off',
});

const deployedAcquirer = (port: number) =>
  ({
    name: 'acquirer',
    kind: 'processor',
    hosts: [`127.0.0.1:${port}`],
    accounts: ['123456.TERM0001.MERCHANT0000001'],
  }) as const;

beforeAll(async () => {
  const id = shop.merchant.merchant_id;
  await putSecret(
    world.deps,
    { merchantId: id, name: 'stripe-key', use: 'processor:stripe/test' },
    new Secret('sk_test_of_the_double'),
  );
  const common = { mode: 'test', is_default: false } as const;
  await addProcessor(world.deps, id, {
    ...common,
    name: 'stripe',
    adapter: 'stripe',
    secret: 'stripe-key',
    settings: { url: double.url },
  });
  await addProcessor(world.deps, id, {
    ...common,
    name: 'acquirer',
    adapter: 'iso8583',
    settings: acquirerSettings(host.port),
  });
});

async function charge(processor: string | undefined, more: object = {}, number?: string): Promise<ChargeView> {
  const { id: source } = await tokenize(world, shop, number);
  const request = parse(ChargeRequest, {
    source,
    amount: 4180,
    currency: 'JPY',
    ...(processor && { processor }),
    ...more,
  });
  return createCharge(world.deps, shop.secret, request, newKey());
}

const sweepLater = async () => {
  world.clock.advance(RESOLVE_AFTER_MS);
  return sweep(world.deps, world.clock.nowMs() + 60_000);
};
const statusOf = async (id: string) => (await readCharge(world.deps, id))?.status;

describe.each(['stripe', 'acquirer'])('through %s', (processor) => {
  const caller = () => shop.secret;

  test('a charge is captured, and refunded in part', async () => {
    const { id, status, processor: shown } = await charge(processor);
    expect([status, shown.name, shown.authorization_code]).toEqual(['captured', processor, '831000']);
    const refund = await refundCharge(world.deps, caller(), {
      chargeId: id,
      amountMinor: 180,
      idempotencyKey: newKey(),
    });
    expect([refund.status, refund.amount]).toEqual(['succeeded', 180]);
  });

  test('a charge is authorized, then captured or canceled', async () => {
    const [first, second] = [await charge(processor, { capture: false }), await charge(processor, { capture: false })];
    const wanted = (id: string) => ({ chargeId: id, amountMinor: undefined, idempotencyKey: newKey() });
    expect((await captureCharge(world.deps, caller(), wanted(first.id))).status).toBe('captured');
    expect((await cancelCharge(world.deps, caller(), wanted(second.id))).status).toBe('canceled');
  });

  test('a decline keeps the network’s code on the record', async () => {
    const { id, status, decline_code: code } = await charge(processor, {}, CARD.insufficientFunds);
    expect([status, code]).toEqual(['declined', 'insufficient_funds']);
    expect((await readCharge(world.deps, id))?.decline_raw).toBe('51');
  });
});

describe('a charge with a lost response', () => {
  test('at Stripe is found by the sweep, and was made once', async () => {
    double.failNext('/confirm', 'lost');
    const { id, status } = await charge('stripe');
    expect(status).toBe('processing');
    await sweepLater();
    expect(await statusOf(id)).toBe('captured');
    expect(double.intentOf(id)?.authorizations).toBe(1);
  });

  test('at an acquirer, who cannot be asked, is reversed by the sweep', async () => {
    host.failNext('closes');
    const { id, status } = await charge('acquirer');
    expect(status).toBe('processing');
    expect(host.entry(referenceOf(id))).toMatchObject({ isReversed: false, captured: 4180 });
    await sweepLater();
    expect(await statusOf(id)).toBe('failed');
    expect(host.entry(referenceOf(id))).toMatchObject({ isReversed: true, captured: 0 });
  });

  test('stays processing while its processor is away, and holds up no other', async () => {
    double.failNext('/confirm', 'lost');
    const [first, second] = [await charge('stripe'), await charge(undefined, {}, CARD.lostResponse)];
    for (let time = 0; time < 3; time += 1) double.failNext('/v1/payment_intents', 'error_500');
    await sweepLater();
    expect([await statusOf(first.id), await statusOf(second.id)]).toEqual(['processing', 'captured']);
    for (let time = 0; time < 3; time += 1) await sweepLater();
    expect(await statusOf(first.id)).toBe('captured');
  });
});

describe('the choice of a processor', () => {
  const live = async (names: readonly string[], defaultName?: string) => {
    const own = await world.merchant();
    const deps = { ...world.deps, liveDestinations: [deployedAcquirer(host.port)] };
    for (const name of names) {
      await addProcessor(deps, own.merchant.merchant_id, {
        name,
        adapter: 'iso8583',
        mode: 'live',
        is_default: name === defaultName,
        settings: { ...acquirerSettings(host.port), tls: 'on' },
      });
    }
    const { merchant_id: merchantId } = own.merchant;
    return (name?: string) => processorFor(deps, { merchantId, mode: 'live' }, name);
  };

  test('is the simulator for a test key that names none, and asks AWS nothing', async () => {
    world.forget();
    const payee = { merchantId: shop.merchant.merchant_id, mode: 'test' } as const;
    expect((await processorFor(world.deps, payee, undefined)).name).toBe('simulator');
    expect(world.calls).toEqual([]);
  });

  test('is the named one, the only one, or the default', async () => {
    expect((await (await live(['only']))()).name).toBe('only');
    const choose = await live(['first', 'second'], 'second');
    expect([(await choose()).name, (await choose('first')).name]).toEqual(['second', 'first']);
  });

  test.each([
    ['none is set up', [], undefined],
    ['the name is unknown', ['first'], 'third'],
    ['there are two and no default', ['first', 'second'], undefined],
    ['a live key asks for the simulator', ['first'], 'simulator'],
    ['the name is one of the other mode', ['first'], 'stripe'],
  ] as const)('is refused where %s', async (_, names, name) => {
    const choose = await live(names);
    expect(await refusal(choose(name))).toEqual({ code: 'processor_unavailable', param: 'processor' });
  });

  test('is refused, and not remembered, where the secret is gone or of the other mode', async () => {
    const own = await world.merchant();
    const { merchant_id: id } = own.merchant;
    const key = { merchantId: id, name: 'key', use: 'processor:psp/test' } as const;
    await putSecret(world.deps, key, new Secret('sk_live_not_for_tests'));
    const record = {
      name: 'psp',
      adapter: 'stripe',
      mode: 'test',
      is_default: false,
      secret: 'key',
      settings: {},
    } as const;
    await addProcessor(world.deps, id, record);
    const choose = () => processorFor(world.deps, { merchantId: id, mode: 'test' }, 'psp');
    expect((await refusal(choose())).code).toBe('processor_unavailable');
    await putSecret(world.deps, key, new Secret('sk_test_right'));
    expect((await choose()).name).toBe('psp');
  });

  test.each<[use: SecretUse]>([
    ['processor:other/test'],
    ['processor:psp/live'],
    ['forward:psp/test'],
    ['inbound:psp/test'],
    ['webhook:we_aaaaaaaaaaaaaaaaaaaaaaaaaa'],
  ])('is refused where its secret was sealed for %s, although the merchant’s record names it', async (use) => {
    const own = await world.merchant();
    const { merchant_id: merchantId } = own.merchant;
    await putSecret(world.deps, { merchantId, name: 'key', use }, new Secret('sk_test_of_the_double'));
    const record = { name: 'psp', adapter: 'stripe', mode: 'test', is_default: false, secret: 'key', settings: {} };
    await expect(addProcessor(world.deps, merchantId, record as ProcessorRecord)).rejects.toThrow('for this processor');
    await change(world.deps, 'Merchants', merchantId, {
      update: 'SET processors = :processors',
      condition: 'attribute_exists(record_id)',
      values: { ':processors': [record] },
    });
    const chosen = processorFor(world.deps, { merchantId, mode: 'test' }, 'psp');
    expect(await refusal(chosen)).toEqual({ code: 'processor_unavailable', param: 'processor' });
  });

  test('is read once in five minutes, with its secret', async () => {
    world.clock.advance(SECRET_KEPT_MS);
    const payee = { merchantId: shop.merchant.merchant_id, mode: 'test' } as const;
    world.forget();
    await processorFor(world.deps, payee, 'stripe');
    await processorFor(world.deps, payee, 'stripe');
    expect(world.calls).toEqual(['dynamodb:GetItem Merchants', 'dynamodb:GetItem Merchants', 'kms:Decrypt SecretKey']);
  });
});

describe('setting up', () => {
  const good = {
    name: 'acquirer',
    adapter: 'iso8583',
    mode: 'live',
    is_default: false,
    settings: { ...acquirerSettings(7001), tls: 'on' },
  } as const;

  const live = () => ({ ...world.deps, liveDestinations: [deployedAcquirer(7001)] });

  test.each([
    ['the simulator’s name', { name: 'simulator' }],
    ['a name with capitals', { name: 'Stripe' }],
    ['an unknown adapter', { adapter: 'smoke-signals' }],
    ['a secret that is not there', { secret: 'absent' }],
    ['Stripe without a secret', { adapter: 'stripe', settings: {} }],
    ['plain TCP for live charges', { settings: { ...good.settings, tls: 'off' } }],
    ['a double’s address for live charges', { adapter: 'stripe', settings: { url: 'https://double.example' } }],
    ['an unknown setting', { settings: { ...good.settings, colour: 'red' } }],
    ['a missing setting', { settings: { host: 'a' } }],
    ['an invalid port', { settings: { ...good.settings, port: '70000' } }],
  ])('refuses %s', async (_, differs) => {
    const own = await world.merchant();
    const record = { ...good, ...differs } as Parameters<typeof addProcessor>[2];
    await expect(addProcessor(live(), own.merchant.merchant_id, record)).rejects.toMatchObject({
      name: 'MerchantError',
    });
  });

  test('replaces by name and mode, moves the default, and stops at ten', async () => {
    const own = await world.merchant();
    const add = (name: string, isDefault = false) =>
      addProcessor(live(), own.merchant.merchant_id, { ...good, name, is_default: isDefault });
    await add('a', true);
    await add('a', true);
    const two = await add('b', true);
    expect(two.map(({ name, is_default: isDefault }) => [name, isDefault])).toEqual([
      ['a', false],
      ['b', true],
    ]);
    for (let count = 2; count < 10; count += 1) await add(`p${count}`);
    await expect(add('one-more')).rejects.toThrow('at most 10');
  });
});
