/** Published test cards and the few steps most tests begin with. */
import { CompactEncrypt, importJWK } from 'jose';
import type { Deps } from '../../shared/base/deps.ts';
import { parse } from '../../shared/base/parse.ts';
import type { ChargeView } from '../../shared/payments/charges/charge.ts';
import { ChargeRequest, createCharge } from '../../shared/payments/charges/create.ts';
import { createToken, type Sender } from '../../shared/vault/create-token.ts';
import { createCvcToken } from '../../shared/vault/cvc-tokens.ts';
import { listCaptureKeys } from '../../shared/vault/intake/capture-keys.ts';
import type { CvcTokenView } from '../../shared/vault/responses.ts';
import type { TokenView } from '../../shared/vault/vault.ts';
import type { Shop, World } from './world.ts';

/** By what the simulator returns; shared/card/test-cards.ts has them all. */
export const CARD = {
  approve: '4242424242424242',
  amex: '378282246310005',
  discover: '6011000990139424',
  declined: '4000000000000002',
  insufficientFunds: '4000000000009995',
  refundFails: '4000000000005126',
  timeout: '4000000000000101',
  lostResponse: '4000000000000036',
} as const;

export const plainCard = (number: string = CARD.approve) => ({
  number,
  exp_month: 12,
  exp_year: 2030,
  cvc: number === CARD.amex ? '1234' : '123',
});

/** This shop's page, beginning an attempt. */
export const sender = (world: World, { publishable, merchant }: Shop, sourceIp = '203.0.113.7'): Sender => ({
  caller: publishable,
  merchant,
  attempt: world.attempts.begin(publishable, sourceIp),
});

export function tokenize(world: World, shop: Shop, number?: string): Promise<TokenView> {
  return createToken(world.deps, world.ring, sender(world, shop), { card: plainCard(number) });
}

/** A JWE to the vault's newest capture key, as the hosted field makes it, with what a test changes. */
export async function encrypted(
  deps: Deps,
  claims: Readonly<Record<string, unknown>>,
  header: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const [jwk] = await listCaptureKeys(deps);
  if (jwk === undefined) throw new Error('there is a capture key');
  const dated = {
    iat: Math.floor(deps.clock.nowMs() / 1000),
    jti: Buffer.from(deps.random(16)).toString('base64url'),
    ...claims,
  };
  return new CompactEncrypt(new TextEncoder().encode(JSON.stringify(dated)))
    .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid: jwk.kid, ...header })
    .encrypt(await importJWK(jwk, 'ECDH-ES'));
}

/** A token of a security code alone. */
export async function tokenizeCvc(world: World, shop: Shop, cvc = '123', claims = {}): Promise<CvcTokenView> {
  const jwe = await encrypted(world.deps, { cvc, aud: shop.publishable.apiKey, ...claims });
  return createCvcToken(world.deps, world.ring, sender(world, shop), { encrypted_cvc: jwe });
}

let keys = 0;
/** A key that nothing else in this process has. */
export const newKey = (): string => `order-${++keys}`;

interface Wanted {
  readonly source: string;
  readonly cvc_token?: string;
  readonly amount?: number;
  readonly currency?: string;
  readonly capture?: boolean;
  readonly save_card?: boolean;
  readonly initiator?: 'customer' | 'merchant';
  readonly initial_charge?: string;
  readonly description?: string;
  readonly metadata?: Record<string, string>;
}

/** Charges ¥4,180 unless told otherwise, through the same schema as the route. */
export function charge(world: World, shop: Shop, wanted: Wanted, idempotencyKey = newKey()): Promise<ChargeView> {
  const request = parse(ChargeRequest, { amount: 4180, currency: 'JPY', ...wanted });
  return createCharge(world.deps, shop.secret, request, idempotencyKey);
}

/** A charge of a new token of this card. */
export async function chargeCard(
  world: World,
  shop: Shop,
  number: string,
  wanted: Omit<Wanted, 'source'> = {},
): Promise<ChargeView> {
  const { id } = await tokenize(world, shop, number);
  return charge(world, shop, { source: id, ...wanted });
}

/** What a promise was refused with; fails where it was not. */
export async function refusal(promise: Promise<unknown>): Promise<{ code: string; param: string | undefined }> {
  const error = await promise.then(
    () => new Error('it was not refused'),
    (thrown: unknown) => thrown as { code?: string; detail?: { param?: string } },
  );
  if (error instanceof Error && !('code' in error)) throw error;
  const { code, detail } = error as { code: string; detail: { param?: string } };
  return { code, param: detail.param };
}
