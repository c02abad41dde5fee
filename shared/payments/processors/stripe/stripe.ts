/**
 * A processor over Stripe: the order of requests, and which are repeated. The PaymentIntent is made without the card
 * under an idempotency key, so making it again finds it while the key lives; afterwards a search by metadata does. Only
 * the confirmation moves money, and it is sent once.
 *
 *   authorize   make intent ∥ make payment method ──► confirm
 *   lookup      make intent again (same id), or search ──► read it
 *   cancel      the same ──► cancel it: a late confirmation is then refused by Stripe
 */
import type { Deps } from '../../../base/deps.ts';
import type { Secret } from '../../../merchants/secret.ts';
import { type HttpResponse, sendHttp } from '../http.ts';
import type {
  AuthorizationRequest,
  AuthorizationResponse,
  ClearCard,
  LookupResponse,
  OperationRequest,
  OperationResponse,
  Processor,
  Unknown,
} from '../processor.ts';
import { stripeAmount } from './amounts.ts';
import {
  buildAccount,
  buildCancellation,
  buildCapture,
  buildConfirmation,
  buildIntent,
  buildPaymentMethod,
  buildReading,
  buildRefund,
  buildRefundList,
  buildSearch,
  STRIPE_VERSION,
  type StripeRequest,
} from './requests.ts';
import {
  declined,
  type Intent,
  readAccount,
  readConfirmation,
  readFate,
  readIntent,
  readMove,
  readPaymentMethod,
  readRefund,
  readRefundList,
  readSearch,
} from './responses.ts';

export const STRIPE_URL = 'https://api.stripe.com';

export interface StripeAccount {
  readonly name: string;
  readonly secretKey: Secret;
  /** Without a slash at its end. */
  readonly url: string;
}

/** The account that a key opens, as Stripe says; null where it does not. */
export const accountOf = async (
  key: Pick<StripeAccount, 'url' | 'secretKey'>,
  send: typeof sendHttp,
): Promise<string | null> => readAccount(await sendTo(key, buildAccount(), send));

/** Stripe keeps idempotency keys for at least 24 hours; the margin avoids a key that is about to expire. */
const KEY_LIVES_MS = 20 * 3_600_000;
const UNKNOWN: Unknown = { outcome: 'unknown' };
const NOT_SAID_EXACTLY = {
  outcome: 'declined',
  declineCode: 'not_permitted',
  rawCode: 'amount_not_supported',
} as const;

export function stripe(deps: Deps, account: StripeAccount): Processor {
  const client = clientOf(deps, account);
  return {
    name: account.name,

    async authorize(request: AuthorizationRequest, card: ClearCard): Promise<AuthorizationResponse> {
      const making = buildIntent(request);
      if (making === null) return NOT_SAID_EXACTLY;
      const [intent, method] = await Promise.all([
        client.send(making).then(readIntent),
        client.send(buildPaymentMethod(card)).then(readPaymentMethod),
      ]);
      for (const made of [intent, method]) if ('refused' in made) return declined(made.refused);
      if (!('value' in intent) || !('value' in method)) return UNKNOWN;
      return readConfirmation(await client.send(buildConfirmation(intent.value.id, method.value.id, request)));
    },

    async lookup(request: AuthorizationRequest): Promise<LookupResponse> {
      const intent = await client.findIntent(request);
      if (intent === null) return { outcome: 'none' };
      return typeof intent === 'string' ? readFate(await client.send(buildReading(intent))) : intent;
    },

    async capture(request: OperationRequest): Promise<OperationResponse> {
      const intent = await client.intentOf(request);
      const amount = amountOf(request);
      if (intent === null || amount === null) return { outcome: 'refused' };
      if (typeof intent !== 'string') return intent;
      const response = readMove(await client.send(buildCapture(intent, amount, request)), 'succeeded');
      return client.checked(response, intent, (now) => now.status === 'succeeded' && now.amount_received === amount);
    },

    async cancel(request: OperationRequest): Promise<OperationResponse> {
      const intent = await client.intentOf(request);
      // No intent exists, and none can be confirmed later: the card is gone.
      if (intent === null) return { outcome: 'done' };
      if (typeof intent !== 'string') return intent;
      const response = readMove(await client.send(buildCancellation(intent)), 'canceled');
      return client.checked(response, intent, (now) => now.status === 'canceled');
    },

    async refund(request: OperationRequest): Promise<OperationResponse> {
      const intent = await client.intentOf(request);
      const amount = amountOf(request);
      if (intent === null || amount === null) return { outcome: 'refused' };
      if (typeof intent !== 'string') return intent;
      if (!client.isFresh(request.requestedAtMs)) {
        const before = readRefundList(await client.send(buildRefundList(intent)), request.operation);
        if (before !== null) return before;
      }
      return readRefund(await client.send(buildRefund(intent, amount, request)));
    },
  };
}

/** Shared by the verbs: sending, finding the payment of a charge, and checking a refused move. */
function clientOf({ clock }: Deps, account: StripeAccount) {
  const send = (request: StripeRequest): Promise<HttpResponse> => sendTo(account, request);
  const isFresh = (requestedAtMs: number): boolean => clock.nowMs() - requestedAtMs < KEY_LIVES_MS;

  /** Null where no intent exists and none will. */
  const findIntent = async (request: AuthorizationRequest): Promise<string | null | Unknown> => {
    const making = buildIntent(request);
    if (making === null) return null;
    if (!isFresh(request.requestedAtMs)) return idOf(readSearch(await send(buildSearch(request.reference))));
    const made = readIntent(await send(making));
    if ('value' in made) return made.value.id;
    return 'refused' in made ? null : UNKNOWN;
  };
  const intentOf = async ({ authorization }: OperationRequest): Promise<string | null | Unknown> =>
    authorization.processorReference ?? findIntent(authorization);

  /** A refused move may have succeeded before, under an idempotency key that has expired since. */
  const checked = async (
    response: OperationResponse | 'check',
    intent: string,
    isDone: (intent: Intent) => boolean,
  ): Promise<OperationResponse> => {
    if (response !== 'check') return response;
    const now = readIntent(await send(buildReading(intent)));
    if (!('value' in now)) return UNKNOWN;
    return { outcome: isDone(now.value) ? 'done' : 'refused' };
  };

  return { send, isFresh, findIntent, intentOf, checked };
}

const idOf = (found: Intent | null | Unknown): string | null | Unknown =>
  found !== null && 'id' in found ? found.id : found;

const amountOf = ({ amountMinor, authorization: { currency } }: OperationRequest): number | null =>
  stripeAmount({ amountMinor, currency });

function sendTo(
  account: Pick<StripeAccount, 'url' | 'secretKey'>,
  request: StripeRequest,
  send = sendHttp,
): Promise<HttpResponse> {
  const { method, path, form, idempotencyKey, timeoutMs } = request;
  return send({
    method,
    url: account.url + path,
    headers: {
      authorization: `Bearer ${account.secretKey.clearText()}`,
      'stripe-version': STRIPE_VERSION,
      ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
    },
    ...(form && { body: new URLSearchParams(form.map(([name, value]): [string, string] => [name, value])).toString() }),
    timeoutMs,
  });
}
