/**
 * Checks the promises after a story, against the tables, the processor's own ledger, KMS's trail and each caller's
 * responses. It uses only the promises, not how the vault works.
 */
import { isDeepStrictEqual } from 'node:util';
import { concernsToken, erases } from '../../audit/erasure/erasure.ts';
import { readReason } from '../../audit/reasons/ledger-reader.ts';
import { type CardMove, isReEncryption, judgeMoves, movesFrom, writesCard } from '../../audit/reasons/moves.ts';
import { stepsIn, stepsOf } from '../../audit/reasons/order.ts';
import type { RecordedReason } from '../../audit/reasons/reasons.ts';
import { Reconciler } from '../../audit/reasons/reconcile.ts';
import type { KeyEvent } from '../../audit/trail/events.ts';
import type { Item } from '../../shared/base/dynamo.ts';
import { derivedId, isId } from '../../shared/base/ids.ts';
import { TEST_CARDS } from '../../shared/card/test-cards.ts';
import type { DeliveryItem } from '../../shared/events/delivery.ts';
import type { LedgerEntry } from '../../shared/ledger/entry.ts';
import type { ChargeItem, ChargeStatus } from '../../shared/payments/charges/charge.ts';
import { type CheckoutItem, PAYMENTS_MAX } from '../../shared/payments/checkout/session.ts';
import type { ForwardItem, ForwardStatus } from '../../shared/payments/forward/record.ts';
import type { SimulatorItem } from '../../shared/payments/processors/simulator.ts';
import { type CardItem, cardIdFor } from '../../shared/vault/cards.ts';
import type { TokenItem } from '../../shared/vault/tokens.ts';
import { ALL_TABLES } from '../../test/setup/world.ts';
import type { SimulatedCall } from './call.ts';
import { type EmbeddedAws, RESOURCES } from './embedded-aws.ts';
import type { Outsiders } from './outsiders.ts';
import { SHOP } from './shop.ts';

export interface Broken {
  readonly promise: `V${number}`;
  readonly says: string;
}

/** The response to one try of an errand; `final` where a retry should get the same. */
export interface HeardResponse {
  readonly errand: string;
  readonly isFinal: boolean;
  readonly said: unknown;
}

interface Facts {
  readonly charges: readonly ChargeItem[];
  readonly forwards: readonly ForwardItem[];
  readonly sessions: readonly CheckoutItem[];
  /** Events, endpoints and deliveries. */
  readonly copies: readonly Item[];
  readonly outsiders: Outsiders;
  readonly books: readonly SimulatorItem[];
  readonly tokens: readonly TokenItem[];
  readonly cards: readonly CardItem[];
  readonly raw: readonly string[];
  readonly trail: EmbeddedAws['trail'];
  readonly overdue: EmbeddedAws['overdue'];
  readonly responses: readonly HeardResponse[];
  readonly nowMs: number;
}

type Check = (facts: Facts) => readonly string[];

/**
 * Checks each call that asks another company for money: the charge must be on record, and the token must hold no
 * ciphertext.
 */
export function watcher(aws: EmbeddedAws, broken: Broken[]): (call: SimulatedCall) => Promise<void> {
  return async (call) => {
    const id = askedFor(call);
    if (id === null) return;
    const entry = (await aws.items('Ledger')).find(({ item }) => item.entry_id === id)?.item;
    if (entry === undefined) {
      broken.push({ promise: 'V8', says: `${call.target} is asked for ${id} before it is on record` });
      return;
    }
    const spent = [entry.source_record, entry.cvc_record];
    const tokens = (await aws.items('Tokens')).filter(({ item }) => spent.includes(item.token_hash));
    if (tokens.some(({ item }) => holdsCiphertext(item))) {
      broken.push({ promise: 'V2', says: `${call.target} is asked for ${id} before its token is erased` });
    }
  };
}

/** The charge or forward that this call sends a card for; null for other calls. */
function askedFor({ name, body }: SimulatedCall): string | null {
  if (name === 'POST psp') {
    const { reference } = JSON.parse((JSON.parse(body.toString()) as { body: string }).body);
    return forwardIdOf(reference);
  }
  if (name !== 'UpdateItem Simulator') return null;
  const request = JSON.parse(body.toString()) as { UpdateExpression: string; Key: { reference: { S: string } } };
  return request.UpdateExpression.includes('authorizations_received') ? request.Key.reference.S : null;
}

/** Forwards of a story use their idempotency key as the merchant's reference. */
const forwardIdOf = (reference: string): string => derivedId('fwd', SHOP.secret.owner, reference);

export async function brokenPromises(
  aws: EmbeddedAws,
  outsiders: Outsiders,
  responses: readonly HeardResponse[],
  nowMs: number,
): Promise<Broken[]> {
  const [ledger = [], books, tokens, cards, copies] = await Promise.all(
    (['Ledger', 'Simulator', 'Tokens', 'Cards', 'Events'] as const).map(async (table) =>
      (await aws.items(table)).map(({ item }) => item),
    ),
  );
  const entries = (prefix: 'ch' | 'fwd' | 'cs') => ledger.filter(({ entry_id: id }) => isId(prefix, String(id)));
  const [charges, forwards, sessions] = [entries('ch'), entries('fwd'), entries('cs')];
  const raw = (await Promise.all(ALL_TABLES.map((table) => aws.items(table)))).flat().map((row) => row.raw);
  const kept = { charges, forwards, sessions, books, tokens, cards, copies, raw };
  const facts = { ...kept, outsiders, trail: aws.trail, overdue: aws.overdue, responses, nowMs } as unknown as Facts;
  return Object.entries(CHECKS).flatMap(([promise, check]) =>
    check(facts).map((says) => ({ promise: promise as Broken['promise'], says })),
  );
}

const holdsCiphertext = (item: Item | TokenItem): boolean => 'pan_ct' in item || 'cvc_ct' in item;

/** A frozen function goes on hours after its time, which on Lambda none does. */
const FROZEN_MS = 24 * 60 * 60_000;

function reEncryptionFaults(trail: Facts['trail'], reasons: readonly RecordedReason[]): string[] {
  const stores = new Set(reasons.flatMap(({ storeRequestId }) => storeRequestId ?? []));
  const writes = trail.filter((event) => event.service === 'dynamodb');
  const events = trail.filter((event) => event.service === 'kms' && isReEncryption(event)) as KeyEvent[];
  const moves = [...Map.groupBy(events, ({ context }) => context.record)].flatMap(([record, from]) => {
    const spends = writes.filter((write) => write.item === record && concernsToken(write) && erases(write));
    return movesFrom({ events: from, spends, stores, fromMs: 0, runMs: FROZEN_MS });
  });
  const cardOf = ({ event }: CardMove) => event.reEncryption?.destinationContext.record;
  const uses = [...Map.groupBy(moves, cardOf)].flatMap(([card, to]) =>
    judgeMoves(
      to,
      writes.filter((write) => write.item === card && writesCard(write)),
      { toMs: Number.POSITIVE_INFINITY, runMs: FROZEN_MS },
    ),
  );
  return uses.flatMap(({ explanation, event }) =>
    explanation.kind === 'unexplained' ? [`${event.name} ${event.requestId}: ${explanation.reason}`] : [],
  );
}

const CHECKS: Readonly<Record<Broken['promise'], Check>> = {
  V1: ({ raw, responses, outsiders }) => {
    const told = outsiders.messages.map(({ body }) => body);
    const texts = [...raw, ...told, ...responses.map(({ said }) => JSON.stringify(said))];
    const pans = Object.keys(TEST_CARDS).flatMap((pan) => [pan, Buffer.from(pan).toString('base64').slice(0, 18)]);
    return texts
      .filter((text) => pans.some((pan) => text.includes(pan)))
      .map((text) => `a card number lies in ${text.slice(0, 60)}`);
  },
  V2: ({ tokens, cards, nowMs }) => [
    ...tokens
      .filter((token) => holdsCiphertext(token) && (token.spent_by !== undefined || token.expires_at_ms <= nowMs))
      .map((token) => `a spent or expired token holds ciphertext: ${token.token_hash}`),
    ...cards.filter((card) => 'cvc_ct' in card).map((card) => `${card.card_id} holds a CVC`),
  ],
  V4: ({ charges, forwards, tokens, books, outsiders }) =>
    tokens.flatMap(({ token_hash: hash }) => {
      const sent = [
        ...charges.filter((charge) => wasAuthorized(charge, books)),
        ...forwards.filter((forward) => paymentsOf(forward, outsiders) > 0),
      ].filter((entry) => entry.source_record === hash || ('cvc_record' in entry && entry.cvc_record === hash));
      return sent.length > 1 ? [`one token was used as ${sent.map(({ entry_id: id }) => id).join(' and ')}`] : [];
    }),
  V5: ({ charges, forwards, trail, overdue }) => {
    const reasons = [...charges, ...forwards].flatMap(readReason);
    const keyEvents = trail.filter((event) => event.service === 'kms');
    const steps = trail.flatMap((event) => (event.service === 'dynamodb' ? stepsOf(event) : []));
    const reconciler = new Reconciler(reasons, {
      resources: RESOURCES,
      // Lambda ends a function at its time limit. A story lets it go on later, which is worse.
      runMs: Number.POSITIVE_INFINITY,
      stepsOf: stepsIn(steps),
    });
    for (const event of keyEvents) reconciler.take(event);
    const { decryptions, unseenDecryptions } = reconciler.finish();
    return [
      ...decryptions.flatMap(({ explanation, event }) =>
        // Lambda ends a function at its time limit, so AWS has no such decryption.
        'reason' in explanation && !overdue.has(event.requestId)
          ? [`${event.name} ${event.requestId} is ${explanation.kind}: ${explanation.reason}`]
          : [],
      ),
      ...unseenDecryptions.map(({ requestId }) => `${requestId} is recorded and not in the trail`),
      ...reEncryptionFaults(trail, reasons),
    ];
  },
  V6: ({ responses }) =>
    [...new Set(responses.map(({ errand }) => errand))].flatMap((errand) => {
      const [first, ...rest] = responses.filter((response) => response.errand === errand && response.isFinal);
      const other = rest.find(({ said }) => !isDeepStrictEqual(said, first?.said));
      if (first === undefined) return [`${errand} never got a final response`];
      return other ? [`${errand} got ${brief(first.said)} and later ${brief(other.said)}`] : [...toldNonsense(first)];
    }),
  V7: ({ charges, books }) =>
    charges.flatMap((charge) => {
      const { captured_minor: captured, refunded_minor: refunded, amount_minor: amount } = charge;
      const book = bookOf(charge, books);
      return [
        ...(refunded <= captured && captured <= amount
          ? []
          : [`${charge.entry_id}: ${refunded} ≤ ${captured} ≤ ${amount}`]),
        ...(captured === (book?.captured_minor ?? 0) && refunded === (book?.refunded_minor ?? 0)
          ? []
          : [
              `${charge.entry_id}: ours ${captured}/${refunded}, theirs ${book?.captured_minor}/${book?.refunded_minor}`,
            ]),
      ];
    }),
  V8: ({ charges, forwards, sessions, books, cards, outsiders }) => [
    ...sessions.flatMap((session) => sessionFaults(session, charges)),
    ...charges.flatMap((charge) => savedCardFaults(charge, cards)),
    ...charges.flatMap((charge) => {
      const book = bookOf(charge, books);
      const theirs = book?.outcome ?? 'none';
      return [
        ...((book?.authorizations_received ?? 0) > 1 ? [`${charge.entry_id} was authorized twice`] : []),
        ...(BOOKED[charge.status](theirs) ? [] : [`${charge.entry_id} is ${charge.status} here and ${theirs} there`]),
        ...(charge.open_shard !== undefined || charge.pending ? [`${charge.entry_id} is still open`] : []),
      ];
    }),
    ...books
      .filter(({ reference }) => !charges.some(({ entry_id: id }) => id === reference))
      .map(({ reference }) => `the processor knows ${reference} and we do not`),
    ...forwards.flatMap((forward) => {
      const { entry_id: id, status } = forward;
      const payments = paymentsOf(forward, outsiders);
      return [
        ...(FORWARDED[status](payments) ? [] : [`${id} is ${status} here and was paid ${payments} times there`]),
        ...(forward.open_shard === undefined ? [] : [`${id} is still open`]),
      ];
    }),
    ...outsiders.payments
      .filter(({ reference }) => !forwards.some(({ entry_id: id }) => id === forwardIdOf(reference)))
      .map(({ reference }) => `the PSP knows ${reference} and we do not`),
  ],
  V9: (facts) => [
    ...facts.charges.flatMap(eventFaults),
    ...facts.forwards.flatMap(forwardEventFaults),
    ...facts.sessions.flatMap(sessionEventFaults),
    ...deliveryFaults(facts),
  ],
  V10: ({ charges, forwards, tokens, cards, trail }) => {
    const owners = new Set([...charges, ...forwards, ...tokens, ...cards].map(({ owner }) => owner));
    const merchants = new Set(
      trail.flatMap((event) => (event.service === 'kms' ? (event.context.merchant ?? []) : [])),
    );
    return owners.size > 1 || merchants.size > 1 ? ['a record of another merchant'] : [];
  },
};

/** State of a charge → outcomes that the processor may have. */
const BOOKED: Readonly<Record<ChargeStatus, (theirs: string) => boolean>> = {
  processing: () => false,
  authorized: (theirs) => theirs === 'approved',
  captured: (theirs) => theirs === 'approved',
  partially_refunded: (theirs) => theirs === 'approved',
  refunded: (theirs) => theirs === 'approved',
  canceled: (theirs) => theirs === 'canceled',
  declined: (theirs) => !['approved', 'canceled', 'none'].includes(theirs),
  failed: (theirs) => theirs === 'canceled' || theirs === 'none',
};

/** A charge names exactly the card that it saved. */
function savedCardFaults(charge: ChargeItem, cards: readonly CardItem[]): string[] {
  const id = cardIdFor(charge.owner, charge.entry_id);
  const isThere = cards.some((card) => card.card_id === id && card.status !== 'deleted');
  const named = charge.saved_card;
  return named === (isThere ? id : undefined)
    ? []
    : [`${charge.entry_id} saved ${isThere ? id : 'none'}, says ${named}`];
}

/** One charge pays a session, each of its charges agrees with its payment, and nothing of it is open. */
function sessionFaults({ entry_id: id, status, payments, open_shard }: CheckoutItem, charges: readonly ChargeItem[]) {
  const chargeOf = (chargeId: string) => charges.find(({ entry_id: other }) => other === chargeId);
  const isPaid = (chargeId: string) => !['declined', 'failed'].includes(chargeOf(chargeId)?.status ?? 'failed');
  const paid = payments.filter((payment) => isPaid(payment.charge_id));
  const told = payments.filter(({ outcome }) => outcome === 'paid');
  return [
    ...(open_shard === undefined ? [] : [`${id} is still open`]),
    ...(paid.length === (status === 'paid' ? 1 : 0) ? [] : [`${id} is ${status} and was paid ${paid.length} times`]),
    ...(isDeepStrictEqual(paid, told) ? [] : [`${id} takes a charge for what it is not`]),
    ...(payments.length <= PAYMENTS_MAX ? [] : [`${id} was paid ${payments.length} times`]),
  ];
}

const bookOf = (charge: ChargeItem, books: readonly SimulatorItem[]) =>
  books.find(({ reference }) => reference === charge.entry_id);

const wasAuthorized = (charge: ChargeItem, books: readonly SimulatorItem[]): boolean =>
  (bookOf(charge, books)?.authorizations_received ?? 0) > 0;

/** State of a forward → payments that the PSP may have. */
const FORWARDED: Readonly<Record<ForwardStatus, (payments: number) => boolean>> = {
  processing: () => false,
  done: (payments) => payments === 1,
  failed: (payments) => payments === 0,
  unknown: (payments) => payments <= 1,
};

const paymentsOf = ({ entry_id: id }: ForwardItem, { payments }: Outsiders): number =>
  payments.filter(({ reference }) => forwardIdOf(reference) === id).length;

const brief = (said: unknown): string => {
  const { status, code, failure_code: failure, saved_card: card } = said as Record<string, unknown>;
  return [code ?? status, failure, card].filter(Boolean).join(' ');
};

/** A response that contradicts itself. */
function toldNonsense({ errand, said }: HeardResponse): string[] {
  const { code, spentBy, charge } = said as { code?: string; spentBy?: string; charge?: string };
  return code?.endsWith('token_spent') && spentBy === charge
    ? [`${errand} got the refusal that it spent its own token`]
    : [];
}

/** One event for each change of state, each with its own id. */
function eventFaults({ entry_id: id, events, operations, status }: ChargeItem): string[] {
  const types = events.map(({ type }) => type);
  const count = (type: string) => types.filter((other) => other === type).length;
  const outcomes = ['authorized', 'captured', 'declined', 'failed'].reduce((sum, to) => sum + count(`charge.${to}`), 0);
  const ended = Object.values(operations);
  return [
    ...(new Set(events.map((event) => event.id)).size === events.length ? [] : [`${id} has an event twice: ${types}`]),
    ...(types[0] === 'charge.created' && count('charge.created') === 1 ? [] : [`${id} was not created once: ${types}`]),
    ...(status === 'processing' || outcomes === 1 ? [] : [`${id} ended ${outcomes} times: ${types}`]),
    ...(['capture', 'cancel', 'refund'] as const).flatMap((kind) => {
      const [done, started] = [ended.filter((operation) => operation.kind === kind).length, count(`${kind}.started`)];
      const closed = count(`${kind}.succeeded`) + count(`${kind}.failed`);
      return done === closed && started === closed ? [] : [`${id} has ${done} ${kind}s and the events ${types}`];
    }),
  ];
}

/** One event for creation, one for each payment's beginning, and a last one that agrees with the state. */
function sessionEventFaults({ entry_id: id, events, payments, status }: CheckoutItem): string[] {
  const types = events.map(({ type }) => type.replace('checkout_session.', ''));
  const begun = types.filter((type) => type === 'payment_started').length;
  const isDouble = new Set(events.map((event) => event.id)).size < events.length;
  return [
    ...(isDouble || types[0] !== 'created' ? [`${id} has the events ${types}`] : []),
    ...(begun === payments.length && types.at(-1) === status ? [] : [`${id} is ${status} after ${types}`]),
  ];
}

/** One event for creation and one for the end, which agrees with the state. */
function forwardEventFaults({ entry_id: id, events, status }: ForwardItem): string[] {
  const types = events.map(({ type }) => type).join(' ');
  return types === `forward.created forward.${status}` ? [] : [`${id} is ${status} and has the events ${types}`];
}

/** A merchant's endpoint gets every event, with one id and always the same body. */
function deliveryFaults({ charges, forwards, sessions, copies, outsiders }: Facts): string[] {
  const endpoint = copies.find(({ record_id: id }) => isId('we', String(id)));
  if (endpoint === undefined) return [];
  const entries: readonly LedgerEntry[] = [...charges, ...forwards, ...sessions];
  const since = Number(endpoint.created_at_ms);
  const events = entries.flatMap((entry) => entry.events).filter((event) => event.at_ms >= since);
  // Deliveries to a gone endpoint are kept for the operator, like dead ones.
  const kept = (copies as readonly Partial<DeliveryItem>[]).filter(
    ({ status }) => status === 'dead' || (endpoint.status === 'gone' && status === 'pending'),
  );
  const bodies = Map.groupBy(outsiders.messages, ({ id }) => id);
  const isHeard = (id: string) => bodies.get(id)?.some(({ status }) => status === 200) === true;
  const isKept = (id: string) => kept.some((delivery) => delivery.event_id === id);
  return [
    ...events.filter(({ id }) => !isHeard(id) && !isKept(id)).map(({ type }) => `no receiver got ${type}`),
    ...[...bodies.keys()].filter((id) => !events.some((event) => event.id === id)).map((id) => `${id} never happened`),
    ...[...bodies].filter(([, said]) => new Set(said.map(({ body }) => body)).size > 1).map(([id]) => `${id} changed`),
    ...entries.filter((entry) => entry.outbox_shard).map(({ entry_id: id }) => `${id} is still in the outbox`),
  ];
}
