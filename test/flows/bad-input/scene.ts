/**
 * What is on the table before bad requests arrive: a shop with tokens, cards and charges in every state that refuses
 * something, and a stranger's. Made once; since no refusal changes anything, every row finds it as the first one did.
 */
import { base64url } from 'jose';
import { apiKeyRecordId, makeApiKey } from '../../../shared/merchants/merchant.ts';
import { revokeKey } from '../../../shared/merchants/merchant-store.ts';
import { cardIdFor } from '../../../shared/vault/cards.ts';
import { tokenHash } from '../../../shared/vault/tokens.ts';
import { CARD, newKey } from '../../setup/cards.ts';
import { accepted, type TestMerchant, type TestVault } from '../../setup/vault.ts';

export interface Scene {
  readonly shop: TestMerchant;
  readonly stranger: TestMerchant;
  readonly unknownKey: string;
  readonly revokedKey: string;
  readonly tokens: Record<'active' | 'spent' | 'expired' | 'foreign' | 'unstored', string>;
  readonly codes: Record<'active' | 'spent' | 'expired' | 'foreign', string>;
  readonly cards: Record<'active' | 'locked' | 'deleted' | 'foreign', string>;
  readonly charges: Record<
    'authorized' | 'captured' | 'canceled' | 'declined' | 'refunded' | 'busy' | 'crowded' | 'foreign',
    string
  >;
  readonly sessions: Record<'open' | 'processing' | 'paid' | 'canceled' | 'expired' | 'foreign', string>;
  /** An encrypted card that already made its token, and the jti inside it. */
  readonly usedJwe: string;
  readonly usedJti: string;
  /** An idempotency key that made a charge of ¥4,180 in metadata-free form, from `cards.active`. */
  readonly usedKey: string;
  /** The idempotency key of a refund of ¥10 of `charges.captured`. */
  readonly usedRefundKey: string;
}

export async function setScene(vault: TestVault): Promise<Scene> {
  const [shop, stranger] = [await vault.merchant(), await vault.merchant()];
  const cards = await makeCards(shop, stranger);
  const usedKey = newKey();
  accepted(await shop.charge({ source: cards.active }, usedKey));
  const charges = await makeCharges(vault, shop, stranger);
  const usedRefundKey = newKey();
  accepted(await shop.post(`/v1/charges/${charges.captured}/refunds`, { amount: 10 }, usedRefundKey));
  const usedJti = base64url.encode(vault.operator.random(16));
  const usedJwe = await shop.encrypt({ jti: usedJti });
  const tokenize = { method: 'POST', path: '/v1/tokens', key: shop.publishableKey } as const;
  accepted(await vault.send({ ...tokenize, body: { encrypted_card: usedJwe } }));
  return {
    shop,
    stranger,
    unknownKey: makeApiKey('secret', 'test', vault.operator.random),
    revokedKey: await revokedKey(vault),
    codes: await makeCodes(vault, shop, stranger, cards.active),
    tokens: await makeTokens(vault, shop, stranger),
    cards,
    charges,
    sessions: await makeSessions(vault, shop, stranger),
    usedJwe,
    usedJti,
    usedKey,
    usedRefundKey,
  };
}

/** Never used before it was revoked, so that no function remembers it as active. */
async function revokedKey(vault: TestVault): Promise<string> {
  const { id, secretKey } = await vault.merchant();
  await revokeKey(vault.operator, id, apiKeyRecordId(secretKey));
  return secretKey;
}

async function makeTokens(vault: TestVault, shop: TestMerchant, stranger: TestMerchant): Promise<Scene['tokens']> {
  const make = async () => (await shop.tokenize()).id;
  const tokens = {
    active: await make(),
    spent: await make(),
    expired: await make(),
    foreign: (await stranger.tokenize()).id,
    unstored: await make(),
  };
  accepted(await shop.charge({ source: tokens.spent }));
  // As storing a card leaves it when it stops between the spend and the put.
  const hash = tokenHash(tokens.unstored);
  await vault.edit('Tokens', hash, { spent_by: cardIdFor(`${shop.id}/test`, hash) });
  await vault.edit('Tokens', tokenHash(tokens.expired), { expires_at_ms: vault.operator.clock.nowMs() - 1 });
  // The schedule would erase it at any moment; done now, nothing changes later.
  await vault.runtime.runSchedule('scheduled/sweep');
  return tokens;
}

async function makeCodes(
  vault: TestVault,
  shop: TestMerchant,
  stranger: TestMerchant,
  card: string,
): Promise<Scene['codes']> {
  const make = async (by = shop) => (await by.tokenizeCvc()).id;
  const codes = { active: await make(), spent: await make(), expired: await make(), foreign: await make(stranger) };
  accepted(await shop.charge({ source: card, cvc_token: codes.spent }));
  await vault.edit('Tokens', tokenHash(codes.expired), { expires_at_ms: vault.operator.clock.nowMs() - 1 });
  return codes;
}

async function makeCards(shop: TestMerchant, stranger: TestMerchant): Promise<Scene['cards']> {
  const make = async (merchant: TestMerchant) => (await merchant.store()).id;
  const cards = {
    active: await make(shop),
    locked: await make(shop),
    deleted: await make(shop),
    foreign: await make(stranger),
  };
  accepted(await shop.post(`/v1/cards/${cards.locked}/lock`));
  accepted(await shop.send({ method: 'DELETE', path: `/v1/cards/${cards.deleted}` }));
  return cards;
}

/** A checkout session of ¥4,180. */
export async function makeSession(merchant: TestMerchant): Promise<string> {
  const body = { amount: 4180, currency: 'JPY', success_url: 'https://shop.example/orders/1' };
  return accepted<{ id: string }>(await merchant.post('/v1/checkout_sessions', body, newKey())).id;
}

async function makeSessions(vault: TestVault, shop: TestMerchant, stranger: TestMerchant): Promise<Scene['sessions']> {
  const sessions = {
    open: await makeSession(shop),
    processing: await makeSession(shop),
    paid: await makeSession(shop),
    canceled: await makeSession(shop),
    expired: await makeSession(shop),
    foreign: await makeSession(stranger),
  };
  const { id: token } = await shop.tokenize();
  accepted(await vault.send({ method: 'POST', path: `/v1/checkout_sessions/${sessions.paid}/pay`, body: { token } }));
  accepted(await shop.post(`/v1/checkout_sessions/${sessions.canceled}/cancel`));
  await vault.edit('Ledger', sessions.processing, { status: 'processing' });
  await vault.edit('Ledger', sessions.expired, { expires_at_ms: vault.operator.clock.nowMs() - 1 });
  return sessions;
}

/** As many refunds as a charge may hold, each of ¥1. */
const REFUNDS = Object.fromEntries(
  Array.from({ length: 100 }, (_, index) => {
    const id = `re_${'a'.repeat(24)}${String.fromCharCode(97 + Math.floor(index / 26), 97 + (index % 26))}`;
    return [id, { id, kind: 'refund', amount_minor: 1, status: 'succeeded', created_at_ms: 0 }];
  }),
);
const [PENDING] = Object.values(REFUNDS);

async function makeCharges(vault: TestVault, shop: TestMerchant, stranger: TestMerchant): Promise<Scene['charges']> {
  const make = async (body = {}, number?: string) => (await shop.pay(body, number)).id;
  const charges = {
    authorized: await make({ capture: false }),
    captured: await make(),
    canceled: await make({ capture: false }),
    declined: await make({}, CARD.declined),
    refunded: await make(),
    busy: await make(),
    crowded: await make(),
    foreign: (await stranger.pay()).id,
  };
  accepted(await shop.post(`/v1/charges/${charges.canceled}/cancel`, {}, newKey()));
  accepted(await shop.post(`/v1/charges/${charges.refunded}/refunds`, {}, newKey()));
  await vault.edit('Ledger', charges.busy, { pending: { ...PENDING, status: 'processing' } });
  await vault.edit('Ledger', charges.crowded, { operations: REFUNDS });
  return charges;
}
