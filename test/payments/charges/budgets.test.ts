/**
 * The call budgets: how many KMS and DynamoDB calls each operation makes. They are part of the contract, because they
 * are what an operation costs and how long it takes; a change that needs more must change this table.
 */
import { describe, expect, test } from '@jest/globals';
import { createCheckout } from '../../../shared/payments/checkout/checkout.ts';
import { payCheckout } from '../../../shared/payments/checkout/pay.ts';
import { storeCard } from '../../../shared/vault/vault.ts';
import { CARD, charge, newKey, tokenize, tokenizeCvc } from '../../setup/cards.ts';
import { use } from '../../setup/use.ts';
import { openWorld } from '../../setup/world.ts';

/** Calls to the simulator's ledger stand for the processor's own work and are not the vault's. */
const isOurs = (call: string): boolean => !call.endsWith('Simulator');

describe('the calls of', () => {
  const world = use(openWorld);
  const shop = use(() => world.merchant());

  const callsOf = async (act: () => Promise<unknown>): Promise<string[]> => {
    world.forget();
    await act();
    return world.calls.filter(isOurs).sort();
  };

  test('tokenize are three of KMS side by side, three counts beside them, and one put', async () => {
    // The first of a day makes the day's key.
    await tokenize(world, shop);
    expect(await callsOf(() => tokenize(world, shop))).toEqual([
      'dynamodb:PutItem Tokens',
      'dynamodb:UpdateItem Counters',
      'dynamodb:UpdateItem Counters',
      'dynamodb:UpdateItem Counters',
      'kms:Encrypt CvcKey',
      'kms:Encrypt PanKey',
      'kms:GenerateMac FingerprintKey',
    ]);
  });

  test('taking a code are one encryption, two counts beside it, and one put', async () => {
    await tokenizeCvc(world, shop);
    const calls = await callsOf(() => tokenizeCvc(world, shop));
    // Except the public key, which the test reads to encrypt to.
    expect(calls.filter((call) => call !== 'dynamodb:GetItem CaptureKeys')).toEqual([
      'dynamodb:PutItem Tokens',
      'dynamodb:UpdateItem Counters',
      'dynamodb:UpdateItem Counters',
      'kms:Encrypt CvcKey',
    ]);
  });

  test('charging a token are two decryptions and four of DynamoDB', async () => {
    const { id } = await tokenize(world, shop);
    expect(await callsOf(() => charge(world, shop, { source: id }))).toEqual([
      'dynamodb:GetItem Tokens',
      'dynamodb:PutItem Ledger',
      'dynamodb:UpdateItem Ledger',
      'dynamodb:UpdateItem Tokens',
      'kms:Decrypt CvcKey',
      'kms:Decrypt PanKey',
    ]);
  });

  test('paying a session are those of its charge, and four of DynamoDB around it', async () => {
    const wanted = { amount: 4180, currency: 'JPY', success_url: 'https://shop.example/' };
    const session = await createCheckout(
      world.deps,
      { caller: shop.secret, merchant: async () => shop.merchant },
      wanted,
      newKey(),
    );
    const { id } = await tokenize(world, shop);
    expect(await callsOf(() => payCheckout(world.deps, session.entry_id, id))).toEqual([
      'dynamodb:GetItem Ledger',
      'dynamodb:GetItem Tokens',
      'dynamodb:GetItem Tokens',
      'dynamodb:PutItem Ledger',
      'dynamodb:UpdateItem Ledger',
      'dynamodb:UpdateItem Ledger',
      'dynamodb:UpdateItem Ledger',
      'dynamodb:UpdateItem Tokens',
      'kms:Decrypt CvcKey',
      'kms:Decrypt PanKey',
    ]);
  });

  test('charging a stored card are one decryption and three of DynamoDB', async () => {
    const card = await storeCard(world.deps, shop.secret, (await tokenize(world, shop)).id);
    expect(await callsOf(() => charge(world, shop, { source: card.id }))).toEqual([
      'dynamodb:GetItem Cards',
      'dynamodb:PutItem Ledger',
      'dynamodb:UpdateItem Ledger',
      'kms:Decrypt PanKey',
    ]);
  });

  test('charging a stored card with its code are two decryptions and four of DynamoDB', async () => {
    const card = await storeCard(world.deps, shop.secret, (await tokenize(world, shop)).id);
    const { id } = await tokenizeCvc(world, shop);
    expect(await callsOf(() => charge(world, shop, { source: card.id, cvc_token: id }))).toEqual([
      'dynamodb:GetItem Cards',
      'dynamodb:PutItem Ledger',
      'dynamodb:UpdateItem Ledger',
      'dynamodb:UpdateItem Tokens',
      'kms:Decrypt CvcKey',
      'kms:Decrypt PanKey',
    ]);
  });

  test('storing a card are one re-encryption and two of DynamoDB', async () => {
    const { id } = await tokenize(world, shop);
    expect(await callsOf(() => storeCard(world.deps, shop.secret, id))).toEqual([
      'dynamodb:PutItem Cards',
      'dynamodb:UpdateItem Tokens',
      'kms:ReEncrypt PanKey',
    ]);
  });

  test('a declined charge are no more than those of an approved one', async () => {
    const { id } = await tokenize(world, shop, CARD.declined);
    expect(await callsOf(() => charge(world, shop, { source: id }))).toHaveLength(6);
  });

  test('saving the card with a charge adds one re-encryption and one put', async () => {
    const { id } = await tokenize(world, shop);
    const calls = await callsOf(() => charge(world, shop, { source: id, save_card: true }));
    expect(calls).toHaveLength(8);
    expect(calls).toEqual(expect.arrayContaining(['kms:ReEncrypt PanKey', 'dynamodb:PutItem Cards']));
  });
});
