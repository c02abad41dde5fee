/**
 * The saved queries against the audit itself: the same records and the same ledger, once through the reconciler and once
 * through the text in the template, run by DuckDB. Made-up stories draw every way in which a decryption can be explained
 * or not.
 */
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { RecordedReason } from '../../audit/reasons/reasons.ts';
import type { Reconciliation } from '../../audit/reasons/reconcile.ts';
import { callsOf, sourceAndName, WATCHED_CALLS } from '../../shared/base/watched-calls.ts';
import { chance } from '../../tools/simulation/chance.ts';
import { at, CURRENT, FAILED, FORMER, judged, put, reEncrypt, role, spend, update } from '../audit/moved-cards.ts';
import {
  type CardPurpose,
  decryptCall,
  KEY_OF,
  reason,
  reconciled,
  recorded,
  roleOf,
  run,
  SECOND_MS,
  type Story,
  warehouse,
} from '../audit/stories.ts';
import { kmsRecord, START_MS } from '../audit/trail-maker.ts';
import type { Warehouse } from '../flows/warehouse.ts';

/**
 * One of each: proven, repeated, cut off, stolen before and after, under another's request id, refused, delivered twice;
 * and reasons that were made up later, without a spend, by another role, or had ended.
 */
function everyKind(): Story {
  const at = (minutes: number) => START_MS + minutes * 60_000;
  const copied = decryptCall('pan-1', 'pan', 'hash_1', at(1));
  return {
    reasons: [
      reason('ch_1', 'hash_1', at(1), {
        decryptions: [recorded('PanKey', 'pan-1', at(1)), recorded('CvcKey', 'cvc-1', at(1))],
      }),
      reason('ch_2', 'hash_2', at(2), { decryptions: [recorded('PanKey', 'pan-2', at(2), 3)] }),
      reason('ch_3', 'hash_3', at(3)),
      reason('exp_4', 'card_4', at(4), { kind: 'card_export', decryptions: [recorded('PanKey', 'pan-4', at(4))] }),
      reason('fwd_5', 'hash_5', at(5), { kind: 'forward', decryptions: [recorded('PanKey', 'never-seen', at(5))] }),
      reason('ch_6', 'hash_6', at(6), { decryptions: [recorded('PanKey', 'borrowed', at(6))] }),
      ...['later', 'unspent', 'stranger', 'over', 'unnoted'].map((name, index) =>
        reason(`ch_${name}`, `hash_${name}`, at(10 + index), {
          decryptions: [recorded('PanKey', `pan-${name}`, at(10 + index))],
        }),
      ),
      ...[0, 1, 2].map((index) => reason(`ch_refused_${index}`, `hash_refused_${index}`, at(20))),
    ],
    records: [
      ...run('ch_1', 'hash_1', at(1)),
      ...run('ch_2', 'hash_2', at(2), { put: -2, spend: -2 }),
      ...run('ch_3', 'hash_3', at(3), { note: null }),
      ...run('exp_4', 'card_4', at(4), { role: 'Fuda-ExportCards' }),
      ...run('ch_6', 'hash_6', at(6)),
      ...run('ch_later', 'hash_later', at(10), { put: 2, note: 3 }),
      ...run('ch_unspent', 'hash_unspent', at(11), { spend: null }),
      ...run('ch_stranger', 'hash_stranger', at(12), { role: 'Fuda-Sweep' }),
      ...run('ch_over', 'hash_over', at(13), { end: -1 }),
      ...run('ch_unnoted', 'hash_unnoted', at(14), { note: null }),
      ...[0, 1, 2].flatMap((index) =>
        run(`ch_refused_${index}`, `hash_refused_${index}`, at(20), { note: null, end: 0 }),
      ),
      decryptCall('pan-later', 'pan', 'hash_later', at(10)),
      decryptCall('pan-unspent', 'pan', 'hash_unspent', at(11)),
      decryptCall('pan-over', 'pan', 'hash_over', at(13)),
      decryptCall('pan-unnoted', 'pan', 'hash_unnoted', at(14)),
      { ...decryptCall('pan-stranger', 'pan', 'hash_stranger', at(12)), ...roleOf('Fuda-Sweep') },
      ...[0, 1, 2].map((index) => decryptCall(`refused-${index}`, 'pan', `hash_refused_${index}`, at(20))),
      copied,
      copied,
      decryptCall('cvc-1', 'cvc', 'hash_1', at(1)),
      decryptCall('pan-2', 'pan', 'hash_2', at(2)),
      decryptCall('pan-2-lost-a', 'pan', 'hash_2', at(2) - SECOND_MS),
      decryptCall('pan-2-lost-b', 'pan', 'hash_2', at(2) - 2 * SECOND_MS),
      decryptCall('pan-2-stolen', 'pan', 'hash_2', at(3)),
      decryptCall('pan-3', 'pan', 'hash_3', at(3)),
      decryptCall('cvc-3', 'cvc', 'hash_3', at(3)),
      decryptCall('pan-3-late', 'pan', 'hash_3', at(30)),
      { ...decryptCall('pan-4', 'pan', 'card_4', at(4)), ...roleOf('Fuda-ExportCards') },
      { ...decryptCall('cvc-4', 'cvc', 'card_4', at(4)), ...roleOf('Fuda-ExportCards') },
      decryptCall('pan-1-again', 'pan', 'hash_1', at(6)),
      { ...decryptCall('borrower', 'pan', 'hash_9', at(6)), requestID: 'request-borrowed' },
      decryptCall('stranger', 'pan', 'hash_8', at(7)),
      { ...decryptCall('denied', 'pan', 'hash_1', at(8)), errorCode: 'AccessDenied', requestParameters: null },
      kmsRecord({ eventName: 'DescribeKey', eventID: 'event-describe' }),
    ],
  };
}

/** Random: cards with one reason or none, decryptions that are known, repeated or lost, and thefts in between. */
function randomStory(seed: number): Story {
  const { below } = chance(seed);
  const reasons: RecordedReason[] = [];
  const records: Record<string, unknown>[] = [];
  for (let index = 0; index < 60; index += 1) {
    const record = `hash_${seed}_${index}`;
    const atMs = START_MS + index * 7 * SECOND_MS;
    const call = (name: string, purpose: CardPurpose, later: number) =>
      records.push(decryptCall(`${record}-${name}`, purpose, record, atMs + later * SECOND_MS));
    for (let theft = 0; theft < below(3); theft += 1) call(`theft-${theft}`, below(2) ? 'pan' : 'cvc', theft * 300);
    if (below(4) === 0) continue;
    const decryptions = [];
    for (const purpose of ['pan', 'cvc'] as const) {
      const kind = below(3);
      if (kind === 0) continue;
      const tries = 1 + below(3);
      call(`known-${purpose}`, purpose, 1);
      for (let lost = 0; lost < below(4); lost += 1) call(`lost-${purpose}-${lost}`, purpose, 2 + lost);
      if (kind === 1) decryptions.push(recorded(KEY_OF[purpose], `${record}-known-${purpose}`, atMs, tries));
    }
    const told = below(2) ? { triesWithoutResponse: 1 + below(3) } : {};
    reasons.push(reason(`ch_${record}`, record, atMs, { decryptions, ...told }));
    const step = () => (below(6) === 0 ? null : below(5) - 2);
    records.push(...run(`ch_${record}`, record, atMs, { put: step(), spend: step(), note: step(), end: step() }));
  }
  return { reasons, records };
}

/** Event id and cause of the unexplained decryptions; the audit finds a borrowed request id only at its end. */
function unexplainedBy({ decryptions, unseenDecryptions }: Reconciliation): string[] {
  const missed = new Set(unseenDecryptions.map(({ requestId }) => requestId));
  return decryptions
    .flatMap(({ event, explanation }) =>
      'reason' in explanation
        ? [
            `${explanation.kind} ${event.eventId} ${missed.has(event.requestId) ? 'context_differs' : explanation.reason}`,
          ]
        : [],
    )
    .sort();
}

async function compare(story: Story): Promise<void> {
  const audit = reconciled(story);
  using trail = await warehouse(story);
  const rows = await trail.ask('unexplained');
  expect(rows.map(({ explanation, eventid, why }) => `${explanation} ${eventid} ${why}`).sort()).toEqual(
    unexplainedBy(audit),
  );
  const groups = await trail.ask('decryptions');
  const sum = (name: string) => groups.reduce((total, group) => total + Number(group[name]), 0);
  const countOf = (kind: string) => audit.decryptions.filter(({ explanation }) => explanation.kind === kind).length;
  for (const kind of ['proven', 'interrupted', 'claimed', 'unexplained'])
    expect([kind, sum(kind)]).toEqual([kind, countOf(kind)]);
}

describe('the classification in SQL', () => {
  test('of one of each kind is that of the audit', async () => {
    const story = everyKind();
    await compare(story);
    using trail = await warehouse(story);
    expect(await trail.ask('unexplained')).toContainEqual(
      expect.objectContaining({
        eventid: 'event-stranger',
        why: 'no_record',
        record: 'hash_8',
        caller: 'Fuda-CreateCharge',
      }),
    );
  });

  test.each([1, 2, 3, 4, 5, 6])('of the made-up story %i is that of the audit', async (seed) => {
    await compare(randomStory(seed));
  });

  test('of two charges of one card at once is never more lenient than the audit', async () => {
    const reasons = [0, 40, 80].map((later, index) =>
      reason(`ch_${index}`, 'card_1', START_MS + later * SECOND_MS, { triesWithoutResponse: 1 + index }),
    );
    const records = [1, 30, 41, 42, 85, 86, 87, 90, 300].map((later) =>
      decryptCall(`at-${later}`, 'pan', 'card_1', START_MS + later * SECOND_MS),
    );
    const runs = reasons.flatMap(({ id }, index) =>
      run(id, 'card_1', START_MS + index * 40 * SECOND_MS, { note: null }),
    );
    const story = { reasons, records: [...records, ...runs] };
    using trail = await warehouse(story);
    const found = (await trail.ask('unexplained')).map(
      ({ explanation, eventid, why }) => `${explanation} ${eventid} ${why}`,
    );
    expect(found).toEqual(expect.arrayContaining(unexplainedBy(reconciled(story))));
  });

  test('leaves days outside the period alone', async () => {
    using trail = await warehouse(everyKind());
    expect(await trail.ask('unexplained', '2026/11/24', '2026/11/30')).toEqual([]);
    expect((await trail.ask('unexplained', '2026/11/23', '2026/11/23')).length).toBeGreaterThan(0);
  });
});

describe('the judgement of re-encryptions in SQL', () => {
  /** So that the order of the keys shows: only the newest encrypts. */
  const encrypted = [
    kmsRecord({ ...at(-120), eventName: 'Encrypt', resources: [{ ARN: FORMER }] }),
    kmsRecord({ ...at(-60), eventName: 'Encrypt', resources: [{ ARN: CURRENT }] }),
  ];
  const toKey = { from: 'card_1', keys: [FORMER, CURRENT] } as const;
  const invented = reEncrypt({ to: 'card_invented' });
  const four = () => Array.from({ length: 4 }, () => reEncrypt());

  test.each([
    ['a stored card', [spend(), reEncrypt(), put()]],
    ['a repeated call', [spend(), reEncrypt(), reEncrypt(), put()]],
    ['an invented card', [invented]],
    ['an invented card beside a real one', [spend(), reEncrypt(), put(), invented]],
    ['a card that was never put', [spend(), reEncrypt()]],
    ['a card whose id was taken', [spend(), reEncrypt(), put(FAILED)]],
    ['a card without a ciphertext', [spend(), reEncrypt(), put({}, ['card_id', 'owner'])]],
    ['a card that another role put', [spend(), reEncrypt(), put(role('Fuda-Sweep'))]],
    ['a card that was put too late', [spend(), reEncrypt(), put(at(61))]],
    ['a token that nothing spent', [reEncrypt(), put()]],
    ['a token that was spent too late', [spend(at(1)), reEncrypt(), put()]],
    ['four calls with a put', [spend(), ...four(), put()]],
    ['four calls without one', [spend(), ...four()]],
    ['another merchant', [spend(), reEncrypt({ toMerchant: 'mer_b' }), put()]],
    ['something other than a card', [spend(), reEncrypt({ to: 'hash_b' })]],
    ['a key outside the vault', [spend(), reEncrypt({ keys: [CURRENT, 'arn:aws:kms:x:9:key/thief'] }), put()]],
    ['a move to the next key', [reEncrypt(toKey), update()]],
    ['a move without an update', [reEncrypt(toKey)]],
    ['a move whose card had changed', [reEncrypt(toKey), update(FAILED)]],
    ['a move that a later run repeats', [reEncrypt(toKey), reEncrypt({ ...toKey, differs: at(120) }), update(at(121))]],
    ['a move back', [reEncrypt({ from: 'card_1', keys: [CURRENT, FORMER] }), update()]],
    ['a move to another card', [reEncrypt({ ...toKey, from: 'card_2' }), update()]],
    ['a move under one key', [reEncrypt({ from: 'card_1' }), update()]],
  ])('of %s is that of the audit', async (_name, records) => {
    using trail = await warehouse({ records: [...encrypted, ...records], reasons: [] });
    const rows = await trail.ask('re-encryptions');
    const explained = ['stored_card', 'moved_to_new_key'];
    const faults = (await judged(records)).filter((kind) => !explained.includes(kind));
    expect(rows.map(({ explanation, why }) => why ?? explanation).sort()).toEqual(faults.sort());
  });
});

describe('the other questions', () => {
  let trail: Warehouse;
  beforeAll(async () => {
    trail = await warehouse({
      reasons: [
        reason('fwd_5', 'hash_5', START_MS, {
          kind: 'forward',
          decryptions: [recorded('PanKey', 'gone', START_MS + 60_000)],
        }),
      ],
      records: [
        decryptCall('first', 'pan', 'hash_1', START_MS),
        decryptCall('last', 'pan', 'hash_2', START_MS + 3_600_000),
        { ...decryptCall('denied', 'pan', 'hash_1', START_MS), errorCode: 'AccessDenied' },
        kmsRecord({ eventName: 'PutKeyPolicy', eventID: 'event-policy', readOnly: false }),
        kmsRecord({
          eventSource: 'cloudtrail.amazonaws.com',
          eventName: 'StopLogging',
          eventID: 'event-stop',
          readOnly: false,
          resources: null,
        }),
      ],
    });
  });

  test('a recorded decryption that the trail does not show', async () => {
    expect(await trail.ask('unseen-decryptions')).toMatchObject([{ reason_id: 'fwd_5', request_id: 'request-gone' }]);
  });

  test('what AWS refused', async () => {
    expect(await trail.ask('denied')).toMatchObject([{ eventid: 'event-denied', eventname: 'Decrypt' }]);
  });

  test('who managed rather than used', async () => {
    expect((await trail.ask('administration')).map(({ eventname }) => eventname)).toEqual([
      'StopLogging',
      'PutKeyPolicy',
    ]);
  });

  test('what could blind the audit: every call that a watch rule names', async () => {
    expect((await trail.ask('watched')).map(({ eventname }) => eventname)).toEqual(['StopLogging', 'PutKeyPolicy']);
    const calls = callsOf(Object.values(WATCHED_CALLS)).map((call) => sourceAndName(call).join(':'));
    const records = calls.map((call, index) => {
      const [eventSource, eventName] = call.split(':');
      return kmsRecord({ eventSource, eventName, eventID: `event-${index}`, readOnly: false });
    });
    using all = await warehouse({ records, reasons: [] });
    const found = (await all.ask('watched')).map(({ eventsource, eventname }) => `${eventsource}:${eventname}`);
    expect(found.sort()).toEqual(calls.sort());
    const versioned = { eventSource: 'lambda.amazonaws.com', eventName: 'UpdateFunctionCode20150331v2' };
    using lambda = await warehouse({ records: [kmsRecord({ ...versioned, readOnly: false })], reasons: [] });
    expect(await lambda.ask('watched')).toMatchObject([{ eventname: versioned.eventName }]);
  });
});
