/**
 * The first card to a receiver of live cards: told once for the vault and once to each merchant, with the date that AWS gives
 * for the receiver, and never for a card that stayed (V14).
 */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { toRfc3339 } from '../../shared/base/clock.ts';
import { change, getItem } from '../../shared/base/dynamo.ts';
import { randomId } from '../../shared/base/ids.ts';
import { deliverWebhooks } from '../../shared/events/deliver.ts';
import type { FirstUseDeps } from '../../shared/events/first-use.ts';
import { listEvents } from '../../shared/events/list.ts';
import { type Decryption, type LedgerEntry, newEntry } from '../../shared/ledger/entry.ts';
import { putEntry } from '../../shared/ledger/ledger.ts';
import { ENGINES } from '../setup/engines.ts';
import { use } from '../setup/use.ts';
import { type Shop, START_MS } from '../setup/world.ts';
import { startReceiver } from './receiver.ts';
import { openScene } from './scene.ts';

const DAY_MS = 24 * 60 * 60_000;
const HOUR_MS = 60 * 60_000;
const failedBy = (failure_code: string) => ({ failure_code });
const OPENED: Decryption = { key: 'PanKey', request_id: 'r', at_ms: START_MS, tries: 1 };

describe.each(ENGINES)('on $name', (engine) => {
  const scene = use(() => openScene(engine));
  const receiver = use(startReceiver);
  /** New in each test, since a receiver is first used once. */
  let account: string;
  let shop: Shop;
  let told: Parameters<FirstUseDeps['tellFirstUse']>[0][];

  beforeEach(async () => {
    await scene.clear();
    account = `forward/api.psp.example/443/${randomId('req', scene.deps.random)}`;
    shop = await scene.merchant();
    told = [];
  });

  /** Stores an entry in the form of the verbs: its card was sent to the account. */
  async function send(by: Shop, more: Partial<LedgerEntry> = {}): Promise<string> {
    const id = randomId('fwd', scene.deps.random);
    const sent_to = { destination: 'psp', receivers: [account] };
    const terms = { source_type: 'card', source_record: 'card_1', destination: 'psp', request_sha256: '0' };
    const fresh = newEntry(scene.deps, by.secret, id, 'forward.created');
    await putEntry(scene.deps, { ...fresh, ...terms, status: 'done', sent_to, decryptions: [OPENED], ...more });
    return id;
  }
  const copy = (deployedAtMs: number | null = START_MS - HOUR_MS, more: object = {}) => {
    const hears: Pick<FirstUseDeps, 'deployedAtMs' | 'tellFirstUse'> = {
      deployedAtMs: async () => deployedAtMs,
      tellFirstUse: (use) => void told.push(use),
    };
    return deliverWebhooks({ ...scene.webhooks, ...hears, ...more }, scene.clock.nowMs() + 40_000);
  };
  const uses = async (by: Shop) =>
    (await listEvents(scene.deps, by.secret, {})).data.filter(({ type }) => type === 'destination.first_used');
  const entry = (id: string) => getItem<LedgerEntry>(scene.deps, 'Ledger', id);

  test('is an event, stands in its entry and is told, with when AWS says that the receiver was deployed', async () => {
    const id = await send(shop);
    const second = await send(shop);
    await copy();
    await copy();
    const found = { receiver: account, at_ms: START_MS, deployed_at_ms: START_MS - HOUR_MS };
    // Both were copied in one run, side by side.
    const marks = [(await entry(id))?.first_uses, (await entry(second))?.first_uses];
    expect([marks.flatMap((mark) => mark ?? []), told]).toEqual([[found], [{ destination: 'psp', isLate: false }]]);
    expect((await uses(shop)).map(({ data }) => data.object)).toEqual([
      {
        object: 'destination',
        id: expect.stringMatching(/^use_/),
        name: 'psp',
        receiver: account,
        deployed_at: toRfc3339(START_MS - HOUR_MS),
        first_used_at: toRfc3339(START_MS),
      },
    ]);
  });

  test('is no first use after that, neither of the next card nor in another run', async () => {
    await send(shop);
    await copy();
    told = [];
    const next = await send(shop);
    await copy(null);
    expect([told, (await entry(next))?.first_uses, (await uses(shop)).length]).toEqual([[], undefined, 1]);
  });

  test('of another merchant is an event for that one, and is told nobody else', async () => {
    await send(shop);
    await copy();
    told = [];
    const other = await scene.merchant();
    const next = await send(other);
    await copy();
    expect(await uses(other)).toHaveLength(1);
    expect([told, (await entry(next))?.first_uses, (await uses(shop)).length]).toEqual([[], undefined, 1]);
  });

  test('goes to the webhooks of its merchant', async () => {
    await scene.endpoint(shop, receiver.url);
    await send(shop);
    await copy();
    expect(receiver.received.map(({ event }) => event.type)).toContain('destination.first_used');
  });

  test.each<[string, Partial<LedgerEntry>]>([
    ['that is not opened yet', { status: 'processing', decryptions: [] }],
    ['of a forward that failed, of which nothing was sent', { status: 'failed', ...failedBy('name_unresolved') }],
    ['of a charge whose token was spent', { status: 'failed', ...failedBy('token_spent') }],
    ['that is a test card', { sent_to: { destination: 'psp', receivers: [] } }],
  ])('is not that of a card %s', async (_name, more) => {
    const id = await send(shop, more);
    await copy();
    expect([told, (await entry(id))?.first_uses, await uses(shop)]).toEqual([[], undefined, []]);
    const sent = await send(shop);
    await copy();
    expect((await entry(sent))?.first_uses).toHaveLength(1);
  });

  test.each<[string, Partial<LedgerEntry>]>([
    ['whose opening has lost its response', { status: 'processing', decryptions: [], tries_without_response: 3 }],
    ['of a forward that was interrupted and may have arrived', { status: 'unknown', decryptions: [] }],
    ['of a charge that the sweep found captured', { status: 'captured', decryptions: [] }],
    ['of a charge that was reversed without a response', { status: 'failed', ...failedBy('processor_timeout') }],
    [
      'of a charge that was interrupted and reversed',
      { status: 'failed', ...failedBy('interrupted'), decryptions: [] },
    ],
  ])('is that of a card %s, too', async (_name, more) => {
    const id = await send(shop, more);
    await copy();
    expect((await entry(id))?.first_uses).toHaveLength(1);
  });

  test('is found again by the next run where one stops before its notes', async () => {
    const id = await send(shop);
    const stops = () => {
      throw new Error('the run stops here');
    };
    expect(await copy(START_MS, { tellFirstUse: stops })).toMatchObject({ left: 1 });
    expect([(await entry(id))?.first_uses, told]).toEqual([undefined, []]);
    await copy();
    expect([(await entry(id))?.first_uses?.length, told.length, (await uses(shop)).length]).toEqual([1, 1, 1]);
  });

  test('is that of the other card where one of two that were copied together has sent nothing in the end', async () => {
    const first = await send(shop);
    const second = await send(shop);
    const stops = () => {
      throw new Error('the run stops here');
    };
    // One of them may be the first; the other waits for it.
    expect(await copy(START_MS, { tellFirstUse: stops })).toMatchObject({ left: 2 });
    await change(scene.deps, 'Ledger', first, {
      update: 'SET #status = :failed, failure_code = :code',
      condition: 'attribute_exists(entry_id)',
      names: { '#status': 'status' },
      values: { ':failed': 'failed', ':code': 'token_spent' },
    });
    expect(await copy()).toMatchObject({ left: 0 });
    expect([(await entry(first))?.first_uses, (await entry(second))?.first_uses?.length]).toEqual([undefined, 1]);
  });

  test.each<[string, boolean, number | null]>([
    ['an hour after its deployment', false, START_MS - HOUR_MS],
    ['a day after it', false, START_MS - DAY_MS],
    ['a moment later than that', true, START_MS - DAY_MS - 1],
    ['of a receiver without a known deployment', true, null],
  ])('%s is late: %s', async (_name, isLate, deployedAtMs) => {
    await send(shop);
    await copy(deployedAtMs);
    expect(told).toEqual([{ destination: 'psp', isLate }]);
  });
});
