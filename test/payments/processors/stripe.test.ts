/** Stripe over HTTP against a double that keeps books: exact requests, every fault, and late resolution. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Deps } from '../../../shared/base/deps.ts';
import { Cvc } from '../../../shared/card/cvc.ts';
import { Pan } from '../../../shared/card/pan.ts';
import { Secret } from '../../../shared/merchants/secret.ts';
import { DECLINES } from '../../../shared/payments/processors/declines.ts';
import {
  type Authorization,
  type AuthorizationRequest,
  lookUp,
  orUnknown,
} from '../../../shared/payments/processors/processor.ts';
import { stripeAmount } from '../../../shared/payments/processors/stripe/amounts.ts';
import { STRIPE_DECLINES } from '../../../shared/payments/processors/stripe/declines.ts';
import { STRIPE_VERSION } from '../../../shared/payments/processors/stripe/requests.ts';
import { stripe } from '../../../shared/payments/processors/stripe/stripe.ts';
import { newOperation, newReference } from '../../contracts/benches.ts';
import { testClock } from '../../setup/world.ts';
import { type StripeDouble, type StripeFault, startStripe } from './stripe-double.ts';

const KEY = 'sk_test_of_the_double';
const DAY_MS = 24 * 3_600_000;

let double: StripeDouble;
beforeAll(async () => {
  double = await startStripe();
});
afterAll(async () => double[Symbol.asyncDispose]());

const clock = testClock();
const deps = { clock } as Partial<Deps> as Deps;
const processor = () => stripe(deps, { name: 'stripe', url: double.url, secretKey: new Secret(KEY) });
const lookup = (request: AuthorizationRequest) => lookUp(processor(), request);

const requested = (differs: Partial<AuthorizationRequest> = {}): AuthorizationRequest => ({
  reference: newReference(),
  amountMinor: 4180,
  currency: 'JPY',
  capture: false,
  requestedAtMs: clock.nowMs(),
  credential: 'typed',
  initiator: 'customer',
  ...differs,
});

const card = (number = '4242424242424242') => ({
  pan: Pan.parse(number),
  cvc: Cvc.parse('123', 3),
  expiry: { month: 12, year: 2030 },
});

const authorize = (request: AuthorizationRequest) => orUnknown(processor().authorize(request, card()));

const operation = (authorization: Authorization, id: string, requestedAtMs = clock.nowMs()) => ({
  reference: authorization.reference,
  authorization,
  operation: id,
  amountMinor: 1000,
  requestedAtMs,
});

describe('an authorization', () => {
  test('makes the intent without the card, the card apart, and moves money by the confirmation only', async () => {
    const request = requested();
    const before = double.requests.length;
    expect(await authorize(request)).toEqual({
      outcome: 'approved',
      authorizationCode: '831000',
      networkTransactionId: 'ntid-1',
      processorReference: double.intentOf(request.reference)?.id,
    });
    const sent = double.requests.slice(before).toSorted((a, b) => (a.path < b.path ? -1 : 1));
    expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /v1/payment_intents',
      `POST /v1/payment_intents/${double.intentOf(request.reference)?.id}/confirm`,
      'POST /v1/payment_methods',
    ]);
    const [intent, confirmation, method] = sent;
    expect(Object.fromEntries(intent?.form ?? [])).toEqual({
      amount: '4180',
      currency: 'jpy',
      capture_method: 'manual',
      'payment_method_types[]': 'card',
      'metadata[fuda_charge]': request.reference,
    });
    expect(Object.fromEntries(method?.form ?? [])).toEqual({
      type: 'card',
      'card[number]': '4242424242424242',
      'card[exp_month]': '12',
      'card[exp_year]': '2030',
      'card[cvc]': '123',
    });
    expect(confirmation?.form.get('error_on_requires_action')).toBe('true');
    for (const { headers } of sent) {
      expect([headers.authorization, headers['stripe-version']]).toEqual([`Bearer ${KEY}`, STRIPE_VERSION]);
    }
    expect(sent.map(({ headers }) => headers['idempotency-key'])).toEqual([
      `${request.reference}/intent`,
      `${request.reference}/confirm`,
      undefined,
    ]);
  });

  const lost: readonly (readonly [path: string, fault: StripeFault])[] = (
    ['/confirm', '/v1/payment_methods', '/v1/payment_intents'] as const
  ).flatMap((path) =>
    (['lost', 'garbage', 'error_500', 'rate_limited', 'unauthorized'] as const).map((fault) => [path, fault] as const),
  );
  test.each(lost)('is unknown when %s responds «%s», and lookup tells what the books say', async (path, fault) => {
    const request = requested();
    double.failNext(path, fault);
    expect(await authorize(request)).toEqual({ outcome: 'unknown' });
    const isHeld = double.intentOf(request.reference)?.status === 'requires_capture';
    expect(isHeld).toBe(path === '/confirm' && fault === 'lost');
    expect((await lookup(request)).outcome).toBe(isHeld ? 'approved' : 'none');
  });

  test('of an amount that Stripe cannot say exactly is declined before anything is sent', async () => {
    const before = double.requests.length;
    const response = await authorize(requested({ currency: 'KWD', amountMinor: 1001 }));
    expect(response).toEqual({ outcome: 'declined', declineCode: 'not_permitted', rawCode: 'amount_not_supported' });
    expect(double.requests).toHaveLength(before);
  });

  test('keeps Stripe’s own code where the network gives none', async () => {
    const response = await orUnknown(processor().authorize(requested(), card('4000000000000069')));
    expect(response).toEqual({ outcome: 'declined', declineCode: 'expired_card', rawCode: 'expired_card' });
  });
});

describe('a lookup', () => {
  test.each(['unauthorized', 'error_500', 'rate_limited', 'garbage'] as const)(
    'that meets «%s» tells nothing, so nothing is reversed by mistake',
    async (fault) => {
      const request = requested();
      await authorize(request);
      double.failNext('/v1/payment_intents', fault);
      expect(await orUnknown(lookup(request))).toEqual({ outcome: 'unknown' });
    },
  );

  test('finds a payment after its idempotency key has expired, and makes no second one', async () => {
    const request = requested();
    await authorize(request);
    double.expireKeys();
    clock.advance(DAY_MS);
    const before = double.requests.length;
    expect(await lookup(request)).toMatchObject({ outcome: 'approved' });
    expect(double.requests.slice(before).map(({ method }) => method)).toEqual(['GET', 'GET']);
  });

  test('tells a decline as it was', async () => {
    const request = requested();
    await orUnknown(processor().authorize(request, card('4000000000009995')));
    expect(await lookup(request)).toEqual({
      outcome: 'declined',
      declineCode: 'insufficient_funds',
      rawCode: '51',
    });
  });
});

describe('an operation', () => {
  const held = async (capture: boolean): Promise<Authorization> => {
    const request = requested({ capture });
    const response = await authorize(request);
    if (response.outcome !== 'approved') throw new Error(`it returned ${response.outcome}`);
    return { ...request, ...(response.processorReference && { processorReference: response.processorReference }) };
  };

  test('with a lost response is done once when it is asked again, even after its key has expired', async () => {
    const authorization = await held(true);
    const refund = operation(authorization, newOperation('re'));
    double.failNext('/v1/refunds', 'lost');
    expect(await orUnknown(processor().refund(refund))).toEqual({ outcome: 'unknown' });
    expect(await processor().refund(refund)).toEqual({ outcome: 'done' });
    double.expireKeys();
    clock.advance(DAY_MS);
    expect(await processor().refund(refund)).toEqual({ outcome: 'done' });
    expect(double.intentOf(authorization.reference)?.refunded).toBe(1000);
  });

  test('capture asked again after its key has expired is found to be done', async () => {
    const authorization = await held(false);
    const capture = operation(authorization, newOperation('cap'));
    expect(await processor().capture(capture)).toEqual({ outcome: 'done' });
    double.expireKeys();
    expect(await processor().capture(capture)).toEqual({ outcome: 'done' });
    expect(double.intentOf(authorization.reference)?.received).toBe(1000);
  });

  test.each(['capture', 'cancel', 'refund'] as const)('%s that gets no response stays unknown', async (verb) => {
    const authorization = await held(verb === 'refund');
    double.failNext(verb === 'refund' ? '/v1/refunds' : `/${verb}`, 'error_500');
    expect(await orUnknown(processor()[verb](operation(authorization, newOperation('re'))))).toEqual({
      outcome: 'unknown',
    });
  });
});

describe('amounts', () => {
  test.each([
    ['JPY', 4180, 4180],
    ['USD', 1999, 1999],
    ['KWD', 1000, 1000],
    ['KWD', 1005, null],
    ['ISK', 500, 50_000],
    ['UGX', 500, 50_000],
    ['MGA', 500, 5],
    ['MGA', 550, null],
  ] as const)('%s %i of ours is %s of Stripe’s', (currency, amountMinor, expected) => {
    expect(stripeAmount({ currency, amountMinor })).toBe(expected);
  });
});

test('every decline code of Stripe’s becomes one of the vault’s', () => {
  for (const code of Object.values(STRIPE_DECLINES)) expect(Object.keys(DECLINES)).toContain(code);
});
