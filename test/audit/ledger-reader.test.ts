/** Reasons come out of the ledger by day, whole, on every DynamoDB engine. */
import { describe, expect, test } from '@jest/globals';
import { decryptionRows } from '../../audit/reasons/decryption-rows.ts';
import { daysOf, MAX_DAYS, readReason, readReasons } from '../../audit/reasons/ledger-reader.ts';
import { putNew } from '../../shared/base/dynamo.ts';
import { ENGINES } from '../setup/engines.ts';
import { useInEach } from '../setup/use.ts';
import { openWorld } from '../setup/world.ts';
import { RESOURCES } from './trail-maker.ts';

const DAY_MS = 24 * 60 * 60_000;
const NOON_MS = Date.UTC(2026, 10, 23, 12);

const item = (id: number, createdAtMs: number, shard = id % 4) => ({
  entry_id: `ch_${id}`,
  merchant_id: 'mer_a',
  created_at_ms: createdAtMs,
  created_key: `${new Date(createdAtMs).toISOString()}#ch_${id}`,
  day_shard: `${new Date(createdAtMs).toISOString().slice(0, 10)}#${shard}`,
  owner: 'mer_a/test',
  source_record: `hash_${id}`,
  decryptions: [{ key: 'PanKey', request_id: `request-${id}`, at_ms: createdAtMs }],
});

async function allOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe.each(ENGINES)('on $name', (engine) => {
  const world = useInEach(() => openWorld(engine));

  test('every shard and page of the days asked for is read, and no other day', async () => {
    const put = (id: number, atMs: number, shard?: number) => putNew(world.deps, 'Ledger', item(id, atMs, shard));
    for (let id = 0; id < 130; id += 1) await put(id, NOON_MS + id, 1);
    await put(200, NOON_MS, 0);
    await put(201, NOON_MS + DAY_MS, 3);
    await put(300, NOON_MS - DAY_MS);
    await put(301, NOON_MS + 2 * DAY_MS);
    const reasons = await allOf(readReasons(world.deps, { fromMs: NOON_MS, toMs: NOON_MS + DAY_MS }));
    expect(reasons).not.toContain(undefined);
    expect(reasons).toHaveLength(132);
    expect(reasons.find((reason) => reason?.id === 'ch_201')).toEqual({
      kind: 'charge',
      id: 'ch_201',
      merchantId: 'mer_a',
      createdAtMs: NOON_MS + DAY_MS,
      record: 'hash_201',
      decryptions: [{ key: 'PanKey', requestId: 'request-201', atMs: NOON_MS + DAY_MS, tries: 1 }],
      triesWithoutResponse: 1,
      storeRequestId: undefined,
    });
  });

  test('an item that is not a reason is reported as unreadable, not skipped', async () => {
    await putNew(world.deps, 'Ledger', { ...item(1, NOON_MS), decryptions: 'none' });
    const reasons = await allOf(readReasons(world.deps, { fromMs: NOON_MS, toMs: NOON_MS }));
    expect(reasons).toEqual([undefined]);
  });
});

describe('items', () => {
  test('say where the card went, and one that says it in another form is a reason still', () => {
    const sentTo = { destination: 'psp', receivers: ['processor/api.psp.example/443/sha256-aa'] };
    expect(readReason({ ...item(1, NOON_MS), sent_to: sentTo })).toMatchObject([{ receivers: sentTo.receivers }]);
    expect(readReason({ ...item(1, NOON_MS), sent_to: 'psp' })).toMatchObject([{ id: 'ch_1' }]);
    const [receiver = ''] = sentTo.receivers;
    const uses = [
      { receiver, at_ms: NOON_MS, deployed_at_ms: NOON_MS - 1 },
      { receiver: 'r', at_ms: NOON_MS },
    ];
    expect(readReason({ ...item(1, NOON_MS), sent_to: sentTo, first_uses: uses })).toMatchObject([
      {
        firstUses: [
          { receiver, deployedAtMs: NOON_MS - 1 },
          { receiver: 'r', deployedAtMs: null },
        ],
      },
    ]);
    expect(readReason({ ...item(1, NOON_MS), first_uses: [{ receiver: 7 }] })).toMatchObject([{ id: 'ch_1' }]);
  });

  test.each([
    ['nothing', null],
    ['no merchant', { ...item(1, NOON_MS), merchant_id: undefined }],
    ['a time that is text', { ...item(1, NOON_MS), created_at_ms: '7' }],
    ['a decryption of an unknown key', { ...item(1, NOON_MS), decryptions: [{ key: 'X', request_id: 'r', at_ms: 1 }] }],
    ['a decryption without a request id', { ...item(1, NOON_MS), decryptions: [{ key: 'PanKey', at_ms: 1 }] }],
    ['an id of no kind of reason', { ...item(1, NOON_MS), entry_id: 'x_1' }],
  ])('with %s are no reasons', (_name, input) => {
    expect(readReason(input)).toEqual([]);
  });

  test.each([
    ['ch_1', 'charge'],
    ['fwd_1', 'forward'],
    ['exp_1', 'card_export'],
  ])('%s is a %s', (id, kind) => {
    expect(readReason({ ...item(1, NOON_MS), entry_id: id }).map((reason) => reason.kind)).toEqual([kind]);
  });

  test('of a stored card with its code are two reasons, each for one record under one key (V5)', () => {
    const decryptions = ['PanKey', 'CvcKey'].map((key) => ({ key, request_id: `of-${key}`, at_ms: NOON_MS }));
    const reasons = readReason({ ...item(1, NOON_MS), source_record: 'card_1', cvc_record: 'c0de', decryptions });
    expect(reasons).toMatchObject([
      { id: 'ch_1', record: 'card_1', onlyKey: 'PanKey', decryptions: [{ requestId: 'of-PanKey' }] },
      { id: 'ch_1', record: 'c0de', onlyKey: 'CvcKey', decryptions: [{ requestId: 'of-CvcKey' }] },
    ]);
    const rows = reasons.flatMap((reason) => decryptionRows(reason, RESOURCES));
    const openers = ' 111122223333/Fuda-CreateCharge ';
    expect(rows).toMatchObject([
      { record: 'card_1', purpose: 'pan', openers, region: 'ap-northeast-1' },
      { record: 'c0de', purpose: 'cvc', openers, region: 'ap-northeast-1' },
    ]);
  });

  test('tell when the processor responded by the event that says so', () => {
    const events = [
      { id: 'evt_1', type: 'charge.created', at_ms: NOON_MS },
      { id: 'evt_2', type: 'charge.declined', at_ms: NOON_MS + 700 },
      { id: 'evt_3', type: 'refund.started', at_ms: NOON_MS + 900 },
    ];
    expect(readReason({ ...item(1, NOON_MS), events })[0]?.respondedAtMs).toBe(NOON_MS + 700);
    expect(readReason(item(1, NOON_MS))[0]?.respondedAtMs).toBeUndefined();
  });
});

describe('the days of a period', () => {
  test('include both ends, in UTC', () => {
    expect(daysOf({ fromMs: Date.UTC(2026, 10, 30, 23, 59), toMs: Date.UTC(2026, 11, 1, 0, 0) })).toEqual([
      '2026-11-30',
      '2026-12-01',
    ]);
  });

  test('are limited', () => {
    expect(() => daysOf({ fromMs: 0, toMs: MAX_DAYS * DAY_MS })).toThrow('at most');
  });
});
