/** Listings of processors are compared with the ledger both ways, and whatever one of the two does not say is a finding. */
import { describe, expect, test } from '@jest/globals';
import type { Evidence } from '../../audit/evidence.ts';
import { reportJson } from '../../audit/render/json.ts';
import { MESSAGES } from '../../audit/render/locales.ts';
import { reportHtml } from '../../audit/render/page.ts';
import { LISTINGS, type Matched } from '../../audit/witness/evidence.ts';
import type { ListedRow } from '../../audit/witness/listing.ts';
import { WitnessBook } from '../../audit/witness-book.ts';
import { examine } from './examine.ts';
import { HOUR_MS, START_MS, TestTrail } from './trail-maker.ts';

const DAY_MS = 24 * HOUR_MS;
const NOW_MS = START_MS + 3 * DAY_MS;
/** Far from both ends of the period. */
const AT_MS = START_MS + 36 * HOUR_MS;
const PERIOD = { fromMs: START_MS, toMs: NOW_MS };

type Fields = Record<string, unknown>;

const charge = (id: string, differs: Fields = {}): Fields => ({
  entry_id: id,
  merchant_id: 'mer_a',
  mode: 'live',
  processor: 'stripe',
  status: 'captured',
  created_at_ms: AT_MS,
  amount_minor: 1200,
  currency: 'JPY',
  captured_minor: 1200,
  operations: {},
  events: [{ id: 'evt_1', type: 'charge.captured', at_ms: AT_MS }],
  ...differs,
});

const operation = (kind: string, amountMinor: number, differs: Fields = {}): Fields => ({
  id: `${kind}-${amountMinor}`,
  kind,
  amount_minor: amountMinor,
  status: 'succeeded',
  created_at_ms: AT_MS,
  ...differs,
});

const refunded = (id: string, ...amounts: number[]): Fields =>
  charge(id, {
    status: 'partially_refunded',
    operations: Object.fromEntries(amounts.map((amount, at) => [`re_${at}`, operation('refund', amount)])),
  });

const NOTHING_TAKEN = { captured_minor: 0, events: [] };

const row = (reference: string, differs: Partial<ListedRow> = {}): Omit<ListedRow, 'line'> => ({
  reference,
  type: 'charge',
  amountMinor: 1200,
  currency: 'JPY',
  timeMs: AT_MS,
  ...differs,
});

interface Given {
  readonly items?: readonly object[];
  readonly rows?: readonly Omit<ListedRow, 'line'>[];
  /** Charges made before the period, which are read by their id alone. */
  readonly older?: readonly Fields[];
}

async function match({ items = [], rows = [], older = [] }: Given) {
  using trail = new TestTrail();
  trail.digest(START_MS + HOUR_MS);
  using book = new WitnessBook();
  for (const [at, one] of rows.entries()) book.addRow('november.csv', { ...one, line: at + 2 });
  book.addListing({ name: 'november.csv', sha256: 'ab'.repeat(32), rows: rows.length });
  const matched: Matched[] = [];
  const readCharges = async (ids: readonly string[]) => older.filter(({ entry_id: id }) => ids.includes(String(id)));
  const evidence = await examine(trail, {
    nowMs: NOW_MS,
    ...PERIOD,
    items,
    witness: { book, readCharges },
    appendix: (table, item) => {
      if ((table as unknown) === LISTINGS) matched.push(item as unknown as Matched);
    },
  });
  return { evidence, matched };
}

const CODES = new Set(['charge_unlisted', 'listing_unknown', 'listing_differs']);

const found = ({ findings }: Evidence): string[] =>
  findings.items
    .filter(({ code }) => CODES.has(code))
    .map(({ code, reason, subject }) => `${code} ${reason} ${subject}`)
    .toSorted();

const findingsOf = async (given: Given): Promise<string[]> => found((await match(given)).evidence);

describe('nothing is found', () => {
  test.each<[string, Given]>([
    [
      'where every charge is listed once',
      { items: [charge('ch_1'), charge('ch_2')], rows: [row('ch_1'), row('ch_2')] },
    ],
    [
      'where part of an authorization was taken, and the listing has that part',
      { items: [charge('ch_1', { captured_minor: 700 })], rows: [row('ch_1', { amountMinor: 700 })] },
    ],
    [
      'where two refunds of one amount are listed twice',
      {
        items: [refunded('ch_1', 300, 300)],
        rows: [row('ch_1'), ...[1, 2].map(() => row('ch_1', { type: 'refund', amountMinor: 300 }))],
      },
    ],
    [
      'where an authorization was released, listed or not',
      {
        items: ['ch_1', 'ch_2'].map((id) => charge(id, { ...NOTHING_TAKEN, status: 'canceled' })),
        rows: [row('ch_1', { type: 'cancel' })],
      },
    ],
    [
      'where a charge without an outcome was released at the processor',
      { items: [charge('ch_1', { ...NOTHING_TAKEN, status: 'failed' })], rows: [row('ch_1', { type: 'cancel' })] },
    ],
    [
      'where a charge took nothing',
      {
        items: [charge('ch_1'), charge('ch_2', { ...NOTHING_TAKEN, status: 'declined' })],
        rows: [row('ch_1')],
      },
    ],
    [
      'where the processor booked the charge two days later',
      { items: [charge('ch_1')], rows: [row('ch_1', { timeMs: AT_MS + 2 * DAY_MS })] },
    ],
    [
      'where a charge made before the period was refunded in it',
      { older: [refunded('ch_0', 300)], rows: [row('ch_0'), row('ch_0', { type: 'refund', amountMinor: 300 })] },
    ],
    [
      'where a refund has no outcome yet, listed or not',
      {
        items: ['ch_1', 'ch_2'].map((id) =>
          charge(id, { pending: operation('refund', 300, { status: 'processing' }) }),
        ),
        rows: [row('ch_1'), row('ch_2'), row('ch_1', { type: 'refund', amountMinor: 300 })],
      },
    ],
    [
      'where a refund failed',
      {
        items: [charge('ch_1', { operations: { re_1: operation('refund', 300, { status: 'failed' }) } })],
        rows: [row('ch_1')],
      },
    ],
    [
      'in rows outside the period, under references of another system',
      { items: [charge('ch_1')], rows: [row('ch_1'), row('pi_7', { timeMs: START_MS - 1 })] },
    ],
    ['in entries that are no charges', { items: [charge('ch_1'), charge('fwd_1'), {}], rows: [row('ch_1')] }],
  ])('%s', async (_name, given) => {
    expect(await findingsOf(given)).toEqual([]);
  });
});

describe('a finding names the charge', () => {
  test.each<[string, Given, string[]]>([
    [
      'that the processor does not list',
      { items: [charge('ch_1'), charge('ch_2')], rows: [row('ch_1')] },
      ['charge_unlisted not_listed ch_2'],
    ],
    [
      'that is not listed near the end of the period, with that reason',
      {
        items: [charge('ch_1'), charge('ch_2', { events: [{ type: 'charge.captured', at_ms: NOW_MS - HOUR_MS }] })],
        rows: [row('ch_1')],
      },
      ['charge_unlisted not_listed_near_edge ch_2'],
    ],
    [
      'of which a cancellation alone is listed',
      { items: [charge('ch_1')], rows: [row('ch_1', { type: 'cancel' })] },
      ['charge_unlisted not_listed ch_1', 'listing_differs state_differs ch_1'],
    ],
    [
      'of which a refund is not listed',
      { items: [refunded('ch_1', 300, 200)], rows: [row('ch_1'), row('ch_1', { type: 'refund', amountMinor: 200 })] },
      ['charge_unlisted not_listed ch_1'],
    ],
    [
      'that was taken from a card twice',
      { items: [charge('ch_1')], rows: [row('ch_1'), row('ch_1')] },
      ['listing_differs listed_twice ch_1'],
    ],
    [
      'that was refunded twice by the processor',
      {
        items: [refunded('ch_1', 300)],
        rows: [row('ch_1'), ...[1, 2].map(() => row('ch_1', { type: 'refund', amountMinor: 300 }))],
      },
      ['listing_differs listed_twice ch_1'],
    ],
    [
      'that was canceled twice',
      {
        items: [charge('ch_1', { ...NOTHING_TAKEN, status: 'canceled' })],
        rows: [row('ch_1', { type: 'cancel' }), row('ch_1', { type: 'cancel' })],
      },
      ['listing_differs listed_twice ch_1'],
    ],
    [
      'of another amount',
      { items: [charge('ch_1')], rows: [row('ch_1', { amountMinor: 1201 })] },
      ['listing_differs amount_differs ch_1'],
    ],
    [
      'of the authorized amount, where part of it was captured',
      { items: [charge('ch_1', { captured_minor: 700 })], rows: [row('ch_1')] },
      ['listing_differs amount_differs ch_1'],
    ],
    [
      'of another currency',
      { items: [charge('ch_1')], rows: [row('ch_1', { currency: 'USD' })] },
      ['listing_differs currency_differs ch_1'],
    ],
    [
      'with a refund of another amount, once',
      { items: [refunded('ch_1', 300)], rows: [row('ch_1'), row('ch_1', { type: 'refund', amountMinor: 900 })] },
      ['listing_differs amount_differs ch_1'],
    ],
    [
      'with a refund of another currency',
      {
        items: [refunded('ch_1', 300)],
        rows: [row('ch_1'), row('ch_1', { type: 'refund', amountMinor: 300, currency: 'USD' })],
      },
      ['listing_differs currency_differs ch_1'],
    ],
    [
      'with a refund that the ledger does not have',
      { items: [charge('ch_1')], rows: [row('ch_1'), row('ch_1', { type: 'refund', amountMinor: 300 })] },
      ['listing_differs state_differs ch_1'],
    ],
    [
      'that the ledger calls declined and the processor took',
      { items: [charge('ch_1', { ...NOTHING_TAKEN, status: 'declined' })], rows: [row('ch_1')] },
      ['listing_differs state_differs ch_1'],
    ],
    [
      'that the ledger holds open and the processor released',
      { items: [charge('ch_1', { ...NOTHING_TAKEN, status: 'authorized' })], rows: [row('ch_1', { type: 'cancel' })] },
      ['listing_differs state_differs ch_1'],
    ],
    ['that the ledger does not have', { rows: [row('ch_9')] }, ['listing_unknown not_in_ledger ch_9']],
    ['of another system', { rows: [row('pi_7')] }, ['listing_unknown not_in_ledger pi_7']],
    [
      'made before the period, where its amount differs',
      { older: [charge('ch_0', { created_at_ms: START_MS - DAY_MS })], rows: [row('ch_0', { amountMinor: 1 })] },
      ['listing_differs amount_differs ch_0'],
    ],
    [
      'that cannot be read, so that no odd field excuses a charge',
      {
        items: [charge('ch_1'), charge('ch_2', { captured_minor: '0' }), charge('ch_3', { status: 'waived' })],
        rows: [row('ch_1')],
      },
      ['charge_unlisted charge_unreadable ch_2', 'charge_unlisted charge_unreadable ch_3'],
    ],
  ])('%s', async (_name, given, expected) => {
    expect(await findingsOf(given)).toEqual(expected.toSorted());
  });
});

describe('an account of which no listing was given', () => {
  const given = {
    items: [
      charge('ch_1'),
      charge('ch_2', { processor: 'acquirer' }),
      charge('ch_3', { mode: 'test' }),
      refunded('ch_4', 5),
    ],
    rows: [row('ch_1'), row('ch_4'), row('ch_4', { type: 'refund', amountMinor: 5 })],
  };

  test('is no finding, and is said on the first page with its number', async () => {
    const { evidence, matched } = await match(given);
    expect(found(evidence)).toEqual([]);
    const accounts = evidence.witness?.accounts.map(({ processor, mode, isListed, recorded, listed }) =>
      [processor, mode, isListed, recorded, listed].join(' '),
    );
    expect(accounts?.toSorted()).toEqual(['acquirer live false 1 0', 'stripe live true 3 3', 'stripe test false 1 0']);
    expect(
      matched
        .filter(({ verdict }) => verdict === 'no_listing')
        .map(({ reference }) => reference)
        .toSorted(),
    ).toEqual(['ch_2', 'ch_3']);
    const first = pageOf(evidence, 'en').split('<nav')[0];
    expect(first).toContain(MESSAGES.en.limitUnlisted(2, 2));
  });
});

const pageOf = (evidence: Evidence, locale: 'en' | 'ja'): string =>
  reportHtml({ evidence, locale, template: undefined, signer: 'ab'.repeat(32), files: [] });

describe('the report', () => {
  const rows = [row('ch_1', { amountMinor: 7 }), row('pi_7'), row('pi_8', { timeMs: 0 })];
  const given = {
    items: [charge('ch_1'), charge('ch_2'), charge('ch_5', { ...NOTHING_TAKEN, status: 'declined' })],
    rows,
  };

  test.each(['en', 'ja'] as const)(
    'in %s says what was compared, what differs, and what it cannot say',
    async (locale) => {
      const words = MESSAGES[locale];
      const page = pageOf((await match(given)).evidence, locale);
      const part = page.slice(page.indexOf('<section id="witness">'), page.indexOf('<section id="watch">'));
      for (const said of [
        'november.csv',
        words.findings.charge_unlisted,
        words.reasons.not_listed,
        words.reasons.not_in_ledger,
        words.reasons.amount_differs,
        `${words.witness.types.charge} 7 JPY`,
        `${words.witness.types.charge} 1,200 JPY (captured)`,
        words.witness.say.right(0, 3),
        words.witness.say.outside(1),
        words.witness.say.unmoved(1),
        ...words.witness.limits,
      ]) {
        expect(part).toContain(said);
      }
    },
  );

  test.each(['en', 'ja'] as const)('in %s says that no listing was given', async (locale) => {
    using trail = new TestTrail();
    const page = pageOf(await examine(trail, { nowMs: NOW_MS }), locale);
    expect(page).toContain(MESSAGES[locale].witness.none);
  });

  test('for programs has the same, and the appendix every row', async () => {
    const { evidence, matched } = await match(given);
    expect(JSON.parse(reportJson(evidence)).listings).toMatchObject({
      files: [{ name: 'november.csv', rows: 3 }],
      rows: 3,
      rows_right: 0,
      rows_outside_period: 1,
      charges_without_funds: { declined: 1 },
      accounts: [{ merchant: 'mer_a', mode: 'live', processor: 'stripe', is_listed: true, recorded: 2, listed: 1 }],
      not_listed: { total: 1, items: [{ reference: 'ch_2', verdict: 'not_listed', amount_recorded: 1200 }] },
      not_in_ledger: { total: 1, items: [{ reference: 'pi_7', line: 3, listing: 'november.csv' }] },
      differing: { total: 1, items: [{ reference: 'ch_1', amount_listed: 7, amount_recorded: 1200 }] },
    });
    expect(matched.map(({ verdict, reference }) => `${verdict} ${reference}`).toSorted()).toEqual([
      'amount_differs ch_1',
      'not_in_ledger pi_7',
      'not_listed ch_2',
      'outside_period pi_8',
    ]);
  });

  test('without a listing asks nothing of one', async () => {
    using trail = new TestTrail();
    const evidence = await examine(trail, { nowMs: NOW_MS, items: [charge('ch_1')] });
    expect([evidence.witness, found(evidence)]).toEqual([undefined, []]);
    expect(JSON.parse(reportJson(evidence)).listings).toBeNull();
  });
});
