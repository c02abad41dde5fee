/**
 * Holds the promises against what is left when a story is over: our tables, the processor's own books, KMS's trail
 * and what each caller was told. Knows nothing of how the vault works, only what it promised.
 */
import { isDeepStrictEqual } from 'node:util';
import { readReason } from '../../shared/audit/ledger-reader.ts';
import { Reconciler } from '../../shared/audit/reconcile.ts';
import type { Item } from '../../shared/base/dynamo.ts';
import { TEST_CARDS } from '../../shared/card/test-cards.ts';
import type { ChargeItem, ChargeStatus } from '../../shared/charges/charge.ts';
import type { SimulatorItem } from '../../shared/processors/simulator.ts';
import type { CardItem } from '../../shared/vault/cards.ts';
import type { TokenItem } from '../../shared/vault/tokens.ts';
import { ALL_TABLES } from '../setup/world.ts';
import type { EmbeddedAws } from './embedded-aws.ts';
import type { Call } from './network.ts';
import type { Answer } from './story.ts';

export interface Broken {
  readonly promise: `V${number}`;
  readonly says: string;
}

interface Facts {
  readonly charges: readonly ChargeItem[];
  readonly books: readonly SimulatorItem[];
  readonly tokens: readonly TokenItem[];
  readonly cards: readonly CardItem[];
  readonly raw: readonly string[];
  readonly trail: EmbeddedAws['trail'];
  readonly answers: readonly Answer[];
  readonly nowMs: number;
}

type Check = (facts: Facts) => readonly string[];

/** At the moment the processor is asked: the charge is on record, and its token holds no ciphertext. */
export function watcher(aws: EmbeddedAws, broken: Broken[]): (call: Call) => Promise<void> {
  return async (call) => {
    if (call.name !== 'UpdateItem Simulator') return;
    const request = JSON.parse(call.body.toString()) as { UpdateExpression: string; Key: { reference: { S: string } } };
    if (!request.UpdateExpression.includes('authorizations_received')) return;
    const id = request.Key.reference.S;
    const charge = (await aws.items('Ledger')).find(({ item }) => item.charge_id === id)?.item;
    if (charge === undefined) {
      broken.push({ promise: 'V8', says: `the processor is asked for ${id} before it is on record` });
      return;
    }
    const token = (await aws.items('Tokens')).find(({ item }) => item.token_hash === charge.source_record)?.item;
    if (token !== undefined && holdsCiphertext(token)) {
      broken.push({ promise: 'V2', says: `the processor is asked for ${id} before its token is erased` });
    }
  };
}

export async function brokenPromises(aws: EmbeddedAws, answers: readonly Answer[], nowMs: number): Promise<Broken[]> {
  const [charges, books, tokens, cards] = await Promise.all(
    (['Ledger', 'Simulator', 'Tokens', 'Cards'] as const).map(async (table) =>
      (await aws.items(table)).map(({ item }) => item),
    ),
  );
  const raw = (await Promise.all(ALL_TABLES.map((table) => aws.items(table)))).flat().map((row) => row.raw);
  const facts = { charges, books, tokens, cards, raw, trail: aws.trail, answers, nowMs } as unknown as Facts;
  return Object.entries(CHECKS).flatMap(([promise, check]) =>
    check(facts).map((says) => ({ promise: promise as Broken['promise'], says })),
  );
}

const holdsCiphertext = (item: Item | TokenItem): boolean => 'pan_ct' in item || 'cvc_ct' in item;

const CHECKS: Readonly<Record<Broken['promise'], Check>> = {
  V1: ({ raw, answers }) => {
    const texts = [...raw, ...answers.map(({ said }) => JSON.stringify(said))];
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
  V4: ({ charges, tokens, books }) =>
    tokens.flatMap(({ token_hash: hash }) => {
      const sent = charges.filter((charge) => charge.source_record === hash && wasSent(charge, books));
      return sent.length > 1 ? [`one token was charged as ${sent.map(({ charge_id: id }) => id).join(' and ')}`] : [];
    }),
  V5: ({ charges, trail }) => {
    const reconciler = new Reconciler(charges.flatMap((charge) => readReason(charge) ?? []));
    for (const event of trail) if (event.service === 'kms') reconciler.take(event);
    const { decryptions, unseenReveals, reEncryptions } = reconciler.finish();
    return [
      ...decryptions.flatMap(({ explanation, event }) =>
        explanation.kind === 'unexplained' ? [`${event.name} ${event.requestId}: ${explanation.reason}`] : [],
      ),
      ...unseenReveals.map(({ requestId }) => `${requestId} is recorded and not in the trail`),
      ...reEncryptions.flatMap(({ explanation }) =>
        explanation.kind === 'unexplained' ? [`a re-encryption: ${explanation.reason}`] : [],
      ),
    ];
  },
  V6: ({ answers }) =>
    [...new Set(answers.map(({ errand }) => errand))].flatMap((errand) => {
      const [first, ...rest] = answers.filter((answer) => answer.errand === errand && answer.isFinal);
      const other = rest.find(({ said }) => !isDeepStrictEqual(said, first?.said));
      if (first === undefined) return [`${errand} never got a final answer`];
      return other
        ? [`${errand} was told ${brief(first.said)} and later ${brief(other.said)}`]
        : [...toldNonsense(first)];
    }),
  V7: ({ charges, books }) =>
    charges.flatMap((charge) => {
      const { captured_minor: captured, refunded_minor: refunded, amount_minor: amount } = charge;
      const book = bookOf(charge, books);
      return [
        ...(refunded <= captured && captured <= amount
          ? []
          : [`${charge.charge_id}: ${refunded} ≤ ${captured} ≤ ${amount}`]),
        ...(captured === (book?.captured_minor ?? 0) && refunded === (book?.refunded_minor ?? 0)
          ? []
          : [
              `${charge.charge_id}: ours ${captured}/${refunded}, theirs ${book?.captured_minor}/${book?.refunded_minor}`,
            ]),
      ];
    }),
  V8: ({ charges, books }) => [
    ...charges.flatMap((charge) => {
      const book = bookOf(charge, books);
      const theirs = book?.outcome ?? 'none';
      return [
        ...((book?.authorizations_received ?? 0) > 1 ? [`${charge.charge_id} was authorized twice`] : []),
        ...(BOOKED[charge.status](theirs) ? [] : [`${charge.charge_id} is ${charge.status} here and ${theirs} there`]),
        ...(charge.open_shard !== undefined || charge.pending ? [`${charge.charge_id} is still open`] : []),
      ];
    }),
    ...books
      .filter(({ reference }) => !charges.some(({ charge_id: id }) => id === reference))
      .map(({ reference }) => `the processor knows ${reference} and we do not`),
  ],
  V9: ({ charges }) => charges.flatMap(eventFaults),
  V10: ({ charges, tokens, cards, trail }) => {
    const owners = new Set([...charges, ...tokens, ...cards].map(({ owner }) => owner));
    const merchants = new Set(
      trail.flatMap((event) => (event.service === 'kms' ? (event.context.merchant ?? []) : [])),
    );
    return owners.size > 1 || merchants.size > 1 ? ['a record of another merchant'] : [];
  },
};

/** What the processor may say of a charge in each state. */
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

const bookOf = (charge: ChargeItem, books: readonly SimulatorItem[]) =>
  books.find(({ reference }) => reference === charge.charge_id);

const wasSent = (charge: ChargeItem, books: readonly SimulatorItem[]): boolean =>
  (bookOf(charge, books)?.authorizations_received ?? 0) > 0;

const brief = (said: unknown): string => {
  const { status, code, failure_code: failure, saved_card: card } = said as Record<string, unknown>;
  return [code ?? status, failure, card].filter(Boolean).join(' ');
};

/** An answer that contradicts itself. */
function toldNonsense({ errand, said }: Answer): string[] {
  const { code, spentBy, charge } = said as { code?: string; spentBy?: string; charge?: string };
  return code === 'token_spent' && spentBy === charge ? [`${errand} was told that its token was spent by itself`] : [];
}

/** One event for each change of state, each under its own id. */
function eventFaults({ charge_id: id, events, operations, status }: ChargeItem): string[] {
  const types = events.map(({ type }) => type);
  const count = (type: string) => types.filter((other) => other === type).length;
  const settled = ['authorized', 'captured', 'declined', 'failed'].reduce((sum, to) => sum + count(`charge.${to}`), 0);
  const ended = Object.values(operations);
  return [
    ...(new Set(events.map((event) => event.id)).size === events.length ? [] : [`${id} has an event twice: ${types}`]),
    ...(types[0] === 'charge.created' && count('charge.created') === 1 ? [] : [`${id} was not created once: ${types}`]),
    ...(status === 'processing' || settled === 1 ? [] : [`${id} settled ${settled} times: ${types}`]),
    ...(['capture', 'cancel', 'refund'] as const).flatMap((kind) => {
      const [done, started] = [ended.filter((operation) => operation.kind === kind).length, count(`${kind}.started`)];
      const closed = count(`${kind}.succeeded`) + count(`${kind}.failed`);
      return done === closed && started === closed ? [] : [`${id} has ${done} ${kind}s and the events ${types}`];
    }),
  ];
}
