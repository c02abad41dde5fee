/** Payments of a card on file: their initiator, and the earlier payment that the network receives. */
import { describe, expect, test } from '@jest/globals';
import { getItem } from '../../../shared/base/dynamo.ts';
import type { ChargeView } from '../../../shared/payments/charges/charge.ts';
import type { SimulatorItem } from '../../../shared/payments/processors/simulator.ts';
import { readCardItem } from '../../../shared/vault/cards.ts';
import { storeCard } from '../../../shared/vault/vault.ts';
import { CARD, charge, chargeCard, newKey, refusal, tokenize } from '../../setup/cards.ts';
import { use } from '../../setup/use.ts';
import { openWorld } from '../../setup/world.ts';

const world = use(openWorld);
const shop = use(() => world.merchant());

/** What the network received. */
async function told({ id }: ChargeView) {
  const item = await getItem<SimulatorItem>(world.deps, 'Simulator', id);
  return [item?.initiator, item?.credential, item?.initial_transaction_id];
}
const saved = async () => {
  const first = await chargeCard(world, shop, CARD.approve, { save_card: true });
  return { first, source: String(first.saved_card), networkId: String(first.processor.network_transaction_id) };
};
const stored = async () => (await storeCard(world.deps, shop.secret, (await tokenize(world, shop)).id)).id;
const byMerchant = { initiator: 'merchant' } as const;

describe('the network receives', () => {
  test('nothing about a typed card, and that a card is to be kept', async () => {
    expect(await told(await chargeCard(world, shop, CARD.approve))).toEqual(['customer', 'typed', '']);
    expect(await told((await saved()).first)).toEqual(['customer', 'to_be_stored', '']);
  });

  test('that the shopper pays with a stored card, without the payment before', async () => {
    const { source } = await saved();
    const paid = await charge(world, shop, { source });
    expect(paid.initiator).toBe('customer');
    expect(await told(paid)).toEqual(['customer', 'stored', '']);
  });

  test('that the merchant starts a payment, with the payment that saved the card, of which the card has the id', async () => {
    const { source, networkId } = await saved();
    expect(await readCardItem(world.deps, source)).toMatchObject({ network_transaction_id: networkId });
    const paid = await charge(world, shop, { source, ...byMerchant });
    expect(paid).toMatchObject({ initiator: 'merchant', status: 'captured' });
    expect(await told(paid)).toEqual(['merchant', 'stored', networkId]);
  });

  test('of the charge that the merchant names, where the card was stored without one', async () => {
    const source = await stored();
    expect(await told(await charge(world, shop, { source, ...byMerchant }))).toEqual(['merchant', 'stored', '']);
    const agreed = await charge(world, shop, { source });
    const paid = await charge(world, shop, { source, ...byMerchant, initial_charge: agreed.id });
    expect(await told(paid)).toEqual(['merchant', 'stored', agreed.processor.network_transaction_id]);
  });
});

describe('is refused:', () => {
  test.each(['initiator', 'initial_charge'])('a repetition with another %s (V6)', async (param) => {
    const { source, first } = await saved();
    const key = newKey();
    const wanted = { source, ...byMerchant, ...(param === 'initial_charge' && { initial_charge: first.id }) };
    await charge(world, shop, wanted, key);
    const other = param === 'initiator' ? { source } : { source, ...byMerchant };
    expect(await refusal(charge(world, shop, other, key))).toEqual({ code: 'idempotency_conflict', param });
  });

  test('a token that the merchant charges without the shopper, who has just typed it', async () => {
    const { id: source } = await tokenize(world, shop);
    const refused = await refusal(charge(world, shop, { source, ...byMerchant }));
    expect(refused).toEqual({ code: 'invalid_field', param: 'initiator' });
    expect(await charge(world, shop, { source })).toMatchObject({ status: 'captured' });
  });

  test.each<[what: string, code: string, initial: () => Promise<string>]>([
    ['other than a charge’s id', 'invalid_field', async () => 'ch_1'],
    ['that does not exist', 'charge_not_found', async () => `ch_${'q'.repeat(26)}`],
    ['of another card', 'invalid_field', async () => (await saved()).first.id],
    [
      'of another merchant (V10)',
      'charge_not_found',
      async () => (await chargeCard(world, await world.merchant(), CARD.approve)).id,
    ],
  ])('an initial charge %s', async (_what, code, initial) => {
    const source = await stored();
    const wanted = { source, ...byMerchant, initial_charge: await initial() };
    expect(await refusal(charge(world, shop, wanted))).toEqual({ code, param: 'initial_charge' });
  });

  test('an initial charge where the shopper pays', async () => {
    const { source, first } = await saved();
    const refused = await refusal(charge(world, shop, { source, initial_charge: first.id }));
    expect(refused).toEqual({ code: 'invalid_field', param: 'initial_charge' });
  });
});
