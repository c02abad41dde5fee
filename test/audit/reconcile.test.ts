/** The truth table of V5: which decryption is accounted for by what, and what is never accounted for. */
import { describe, expect, test } from '@jest/globals';
import type { RecordedReason } from '../../audit/reasons/reasons.ts';
import { Reconciler } from '../../audit/reasons/reconcile.ts';
import { type KeyEvent, readEvent } from '../../audit/trail/events.ts';
import { kmsRecord, RESOURCES, START_MS } from './trail-maker.ts';

const MINUTE_MS = 60_000;
const AT_MS = START_MS + 10 * MINUTE_MS;

const charge = (differs: Partial<RecordedReason> = {}): RecordedReason => ({
  kind: 'charge',
  id: 'ch_1',
  merchantId: 'mer_a',
  createdAtMs: AT_MS - 1_000,
  record: 'hash_a',
  decryptions: [{ key: 'PanKey', requestId: 'r1', atMs: AT_MS, tries: 1 }],
  storeRequestId: undefined,
  ...differs,
});

/** A Decrypt of PanKey for mer_a and hash_a at AT_MS, or as said. */
const decrypt = (
  differs: { requestID?: string; key?: 'PanKey' | 'CvcKey' | 'CaptureKey'; context?: object; eventTime?: string } = {},
): KeyEvent => {
  const { key = 'PanKey', context = { purpose: 'pan', merchant: 'mer_a', record: 'hash_a' }, ...rest } = differs;
  const arn = RESOURCES.keyArns[key];
  return event({
    requestID: 'r1',
    requestParameters: { keyId: arn, encryptionContext: context },
    resources: [{ ARN: arn }],
    ...rest,
  });
};

const event = (differs: Record<string, unknown>): KeyEvent =>
  readEvent(kmsRecord(differs), RESOURCES, 'log') as KeyEvent;

function reconcile(charges: readonly RecordedReason[], ...events: readonly KeyEvent[]) {
  const reconciler = new Reconciler(charges);
  for (const taken of events) reconciler.take(taken);
  return reconciler.finish();
}

const explain = (charges: readonly RecordedReason[], ...events: readonly KeyEvent[]) =>
  reconcile(charges, ...events).decryptions.map(({ explanation }) =>
    explanation.kind === 'unexplained' ? explanation.reason : explanation.kind,
  );

const PAN = { purpose: 'pan', merchant: 'mer_a', record: 'hash_a' };
const CVC = { purpose: 'cvc', merchant: 'mer_a', record: 'hash_a' };
const unrecorded = charge({ decryptions: [] });
const isoAt = (timeMs: number) => new Date(timeMs).toISOString();

describe('a decryption the SDK repeated', () => {
  const retried = charge({ decryptions: [{ key: 'PanKey', requestId: 'r1', atMs: AT_MS, tries: 2 }] });

  test('is explained as often as its charge recorded tries, and once more is not', () => {
    const lost = decrypt({ requestID: 'lost' });
    expect(explain([retried], lost, decrypt())).toEqual(['interrupted', 'matched']);
    expect(explain([retried], lost, decrypt(), decrypt({ requestID: 'third' }))).toEqual([
      'interrupted',
      'matched',
      'already_interrupted',
    ]);
  });

  test('is explained as often as the SDK asked before it gave up, where no response came at all', () => {
    const gaveUp = charge({ decryptions: [], triesWithoutResponse: 3 });
    const lost = ['a', 'b', 'c', 'd'].map((requestID) => decrypt({ requestID }));
    const thrice = ['interrupted', 'interrupted', 'interrupted'];
    expect(explain([gaveUp], ...lost)).toEqual([...thrice, 'already_interrupted']);
  });

  test('is not explained where the charge recorded one try', () => {
    expect(explain([charge()], decrypt(), decrypt({ requestID: 'lost' }))).toEqual(['matched', 'already_decrypted']);
  });
});

describe('a decryption is matched by its AWS request id', () => {
  test('when merchant, record and key are the charge’s (V5)', () => {
    expect(explain([charge()], decrypt())).toEqual(['matched']);
  });

  test('for both keys of one charge', () => {
    const both = charge({
      decryptions: [
        { key: 'PanKey', requestId: 'r1', atMs: AT_MS, tries: 1 },
        { key: 'CvcKey', requestId: 'r2', atMs: AT_MS, tries: 1 },
      ],
    });
    const events = [decrypt(), decrypt({ requestID: 'r2', key: 'CvcKey', context: CVC })];
    expect(explain([both], ...events)).toEqual(['matched', 'matched']);
    expect(reconcile([both], ...events).unseenDecryptions).toEqual([]);
  });

  test.each([
    ['another merchant in the context', { context: { purpose: 'pan', merchant: 'mer_b', record: 'hash_a' } }],
    ['another record in the context', { context: { purpose: 'pan', merchant: 'mer_a', record: 'hash_b' } }],
    ['another purpose in the context', { context: CVC }],
    ['no context at all', { context: {} }],
    ['the other key', { key: 'CvcKey' as const, context: CVC }],
  ])('but not with %s', (_name, differs) => {
    expect(explain([charge()], decrypt(differs))).toEqual(['context_differs']);
  });

  test('and only once', () => {
    expect(explain([charge()], decrypt(), decrypt())).toEqual(['matched', 'request_id_reused']);
  });
});

describe('a decryption with another request id', () => {
  test('is interrupted work when its charge was cut off before it recorded one', () => {
    expect(explain([unrecorded], decrypt({ requestID: 'lost' }))).toEqual(['interrupted']);
  });

  test('is interrupted work for the one key that was not recorded', () => {
    expect(explain([charge()], decrypt({ requestID: 'lost', key: 'CvcKey', context: CVC }))).toEqual(['interrupted']);
  });

  test('is unexplained when the charge recorded another decryption of the key', () => {
    expect(explain([charge()], decrypt({ requestID: 'rogue' }))).toEqual(['already_decrypted']);
  });

  test('is unexplained after one interrupted decryption of the same key', () => {
    const events = [decrypt({ requestID: 'lost' }), decrypt({ requestID: 'rogue' })];
    expect(explain([unrecorded], ...events)).toEqual(['interrupted', 'already_interrupted']);
  });

  test.each([
    ['there is no charge', [], {}],
    ['the charge is another merchant’s', [charge({ merchantId: 'mer_b', decryptions: [] })], {}],
    ['the charge has another source', [charge({ record: 'hash_b', decryptions: [] })], {}],
    ['the charge is long over', [unrecorded], { eventTime: isoAt(AT_MS + 16 * MINUTE_MS) }],
    ['the charge comes later', [unrecorded], { eventTime: isoAt(AT_MS - 3 * MINUTE_MS) }],
    ['its purpose is not the key’s', [unrecorded], { context: CVC }],
    ['it has no context', [unrecorded], { context: {} }],
  ])('is unexplained when %s', (_name, charges, differs) => {
    expect(explain(charges, decrypt({ requestID: 'rogue', ...differs }))).toEqual(['no_record']);
  });
});

describe('other reasons', () => {
  const forward = charge({ kind: 'forward', id: 'fwd_1' });

  test('a forward accounts for a decryption as a charge does, and is named', () => {
    const receivers = ['forward/api.psp.example/443/sha256-aa'];
    const { decryptions } = reconcile([{ ...forward, receivers }], decrypt());
    const named = { kind: 'matched', reasonKind: 'forward', reasonId: 'fwd_1', receivers };
    expect(decryptions[0]?.explanation).toEqual(named);
  });

  test('an export of cards accounts for no security code', () => {
    const decryptions = [{ key: 'CvcKey', requestId: 'r1', atMs: AT_MS, tries: 1 }] as const;
    const odd = charge({ kind: 'card_export', id: 'exp_1', decryptions });
    expect(explain([odd], decrypt({ key: 'CvcKey', context: CVC }))).toEqual(['context_differs']);
  });

  test('a decryption under the former card-number key opens a card number', () => {
    const resources = { ...RESOURCES, keyArns: { ...RESOURCES.keyArns, FormerPanKey: 'arn:aws:kms:x:1:key/former' } };
    const record = kmsRecord({ requestID: 'r1', resources: [{ ARN: 'arn:aws:kms:x:1:key/former' }] });
    const event = readEvent({ ...record, requestParameters: { encryptionContext: PAN } }, resources, 'log') as KeyEvent;
    expect(event.key).toBe('FormerPanKey');
    expect(explain([charge()], event)).toEqual(['matched']);
  });
});

describe('what is not a decryption of a card', () => {
  test('a refused call explains nothing', () => {
    const found = reconcile([charge()], event({ requestID: 'r1', errorCode: 'AccessDenied' }));
    expect(found.decryptions).toEqual([]);
    expect(found.unseenDecryptions).toHaveLength(1);
  });

  test('the same event delivered again is no second decryption', () => {
    const once = decrypt();
    const found = reconcile([charge()], once, once);
    expect(found.decryptions).toHaveLength(1);
    expect(found.duplicates).toBe(1);
  });
});

describe('the other direction', () => {
  const unseen = (...reasons: readonly RecordedReason[]) => reconcile(reasons).unseenDecryptions;

  test('a recorded decryption that the trail does not show is given with its reason', () => {
    expect(unseen(charge())).toEqual([
      { kind: 'charge', reasonId: 'ch_1', key: 'PanKey', requestId: 'r1', atMs: AT_MS },
    ]);
  });
});
