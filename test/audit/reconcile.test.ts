/**
 * The truth table of V5: which decryption AWS's records prove, which belong to interrupted work, which only the ledger
 * claims, and which nothing explains; and what a thief does who can write the ledger, or open cards, or both.
 */
import { describe, expect, test } from '@jest/globals';
import { type RunStep, type StepRow, stepsIn } from '../../audit/reasons/order.ts';
import type { RecordedReason } from '../../audit/reasons/reasons.ts';
import { Reconciler } from '../../audit/reasons/reconcile.ts';
import { type KeyEvent, readEvent } from '../../audit/trail/events.ts';
import { ACCOUNT, kmsRecord, REGION, RESOURCES, START_MS } from './trail-maker.ts';

const AT_MS = START_MS + 10 * 60_000;

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
  differs: {
    requestID?: string;
    key?: 'PanKey' | 'CvcKey' | 'CaptureKey';
    context?: object;
    eventID?: string;
    awsRegion?: string;
    userIdentity?: object;
  } = {},
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

/** What the trail shows around a decryption at AT_MS, in whole seconds from it; null: nothing. */
interface Around {
  readonly putS?: number | null;
  readonly spendS?: number | null;
  readonly noteS?: number | null;
  readonly endS?: number | null;
  /** The role that makes these writes. */
  readonly role?: string;
  readonly of?: string;
}

/** The steps of an ordinary charge: put and spent in the second before, noted and ended in the second after. */
function around({ putS = -1, spendS = -1, noteS = 1, endS = noteS, role, of = 'ch_1' }: Around = {}): StepRow[] {
  const rows: readonly (readonly [kind: RunStep['kind'], second: number | null, of: string])[] = [
    ['put', putS, of],
    ['spend', spendS, 'hash_a'],
    ['note', noteS, of],
    ['end', endS, of],
  ];
  return rows.flatMap(([kind, second, subject]) =>
    second === null
      ? []
      : [{ step: { callerArn: roleArn(role), region: REGION, timeMs: AT_MS + second * 1_000, kind }, of: subject }],
  );
}

const roleArn = (role = 'Fuda-CreateCharge', account = ACCOUNT): string =>
  `arn:aws:sts::${account}:assumed-role/${role}/${role}`;

function reconcile(charges: readonly RecordedReason[], events: readonly KeyEvent[], steps = around()) {
  const reconciler = new Reconciler(charges, { resources: RESOURCES, stepsOf: stepsIn(steps) });
  for (const taken of events) reconciler.take(taken);
  return reconciler.finish();
}

const wordsOf = (charges: readonly RecordedReason[], events: readonly KeyEvent[], steps?: StepRow[]) =>
  reconcile(charges, events, steps).decryptions.map(({ explanation }) =>
    'reason' in explanation ? [explanation.kind, explanation.reason].join(': ') : explanation.kind,
  );
const explain = (charges: readonly RecordedReason[], ...events: readonly KeyEvent[]) => wordsOf(charges, events);
/** Where the run noted nothing: it stopped. */
const stopped = around({ noteS: null });

const PAN = { purpose: 'pan', merchant: 'mer_a', record: 'hash_a' };
const CVC = { purpose: 'cvc', merchant: 'mer_a', record: 'hash_a' };
const unrecorded = charge({ decryptions: [] });
const as = (arn: string) => ({ userIdentity: { type: 'AssumedRole', arn } });

describe('a decryption is proven', () => {
  test('by its AWS request id, where merchant, record and key are the charge’s and its run shows in order', () => {
    expect(explain([charge()], decrypt())).toEqual(['proven']);
  });

  test.each<[shown: 'time' | 'rights', what: string, steps: Around]>([
    ['time', 'every other step is of another second', {}],
    ['rights', 'all is of one second', { putS: 0, spendS: 0, noteS: 0 }],
    ['rights', 'the put is of its second', { putS: 0 }],
    ['rights', 'the spend is of its second', { spendS: 0 }],
    ['rights', 'the note is of its second', { noteS: 0 }],
    ['time', 'the run took all the time it has', { putS: -61, spendS: -61, noteS: 61 }],
  ])('by %s where %s', (by, _what, steps) => {
    const { decryptions } = reconcile([charge()], [decrypt()], around(steps));
    expect(decryptions[0]?.explanation).toMatchObject({ kind: 'proven', by });
  });

  test('for both keys of one charge', () => {
    const both = charge({
      decryptions: [
        { key: 'PanKey', requestId: 'r1', atMs: AT_MS, tries: 1 },
        { key: 'CvcKey', requestId: 'r2', atMs: AT_MS, tries: 1 },
      ],
    });
    const events = [decrypt(), decrypt({ requestID: 'r2', key: 'CvcKey', context: CVC })];
    expect(explain([both], ...events)).toEqual(['proven', 'proven']);
    expect(reconcile([both], events).unseenDecryptions).toEqual([]);
  });

  test('of a stored card without a spend', () => {
    const stored = charge({ record: 'card_1' });
    const context = { ...PAN, record: 'card_1' };
    expect(wordsOf([stored], [decrypt({ context })], around({ spendS: null }))).toEqual(['proven']);
  });

  test('for a forward as for a charge, and names where the card went', () => {
    const receivers = ['forward/api.psp.example/443/sha256-aa'];
    const role = 'Fuda-ForwardRequest';
    const forward = charge({ kind: 'forward', id: 'fwd_1', receivers });
    const event = decrypt({ ...as(roleArn(role)) });
    const { decryptions } = reconcile([forward], [event], around({ role, of: 'fwd_1' }));
    const named = { kind: 'proven', by: 'time', reasonKind: 'forward', reasonId: 'fwd_1', receivers };
    expect(decryptions[0]?.explanation).toEqual(named);
  });

  test('under the former card-number key', () => {
    const former = RESOURCES.keyArns.PanKey.replace('11111111-1111', '66666666-1111');
    const resources = { ...RESOURCES, keyArns: { ...RESOURCES.keyArns, FormerPanKey: former } };
    const record = kmsRecord({ requestID: 'r1', resources: [{ ARN: former }] });
    const opened = readEvent(
      { ...record, requestParameters: { encryptionContext: PAN } },
      resources,
      'log',
    ) as KeyEvent;
    expect(opened.key).toBe('FormerPanKey');
    expect(explain([charge()], opened)).toEqual(['proven']);
  });

  test('only once by one request id', () => {
    const again = decrypt({ eventID: 'again' });
    expect(explain([charge()], decrypt(), again)).toEqual(['proven', 'unexplained: request_id_reused']);
  });

  test('once, where the same event is delivered twice', () => {
    const once = decrypt();
    const found = reconcile([charge()], [once, once]);
    expect([found.decryptions.length, found.duplicates]).toEqual([1, 1]);
  });
});

describe('a decryption is only claimed, where the ledger names its request id and', () => {
  test.each<[what: string, steps: Around, event: object, why: string]>([
    ['the entry was put later, as by a thief who makes up a reason', { putS: 1 }, {}, 'not_put'],
    ['the entry was put long before', { putS: -62 }, {}, 'not_put'],
    ['the trail shows no put', { putS: null }, {}, 'not_put'],
    ['the token was spent later', { spendS: 1 }, {}, 'not_spent'],
    ['the trail shows no spend', { spendS: null }, {}, 'not_spent'],
    ['nothing noted it', { noteS: null, endS: null }, {}, 'not_noted'],
    ['it was noted before', { noteS: -1, endS: 1 }, {}, 'not_noted'],
    ['it was noted long after', { noteS: 62 }, {}, 'not_noted'],
    ['its entry had ended', { endS: -1 }, {}, 'entry_over'],
    ['another role of the vault wrote its entry', { role: 'Fuda-CreateSession' }, {}, 'not_put'],
    ['a role that opens no card opened it', { role: 'Fuda-Sweep' }, as(roleArn('Fuda-Sweep')), 'other_role'],
    ['a role of that name in another account opened it', {}, as(roleArn(undefined, '999988887777')), 'other_role'],
    ['a role of another stack opened it', {}, as(roleArn('Other-CreateCharge')), 'other_role'],
    [
      'a role that opens cards for another kind of entry opened it',
      {},
      as(roleArn('Fuda-ForwardRequest')),
      'other_role',
    ],
    [
      'a person opened it',
      {},
      { userIdentity: { type: 'IAMUser', arn: `arn:aws:iam::${ACCOUNT}:user/op` } },
      'other_role',
    ],
    ['it was opened in another Region', {}, { awsRegion: 'us-east-1' }, 'other_role'],
    ['another session of the role opened it', {}, as(`${roleArn()}-of-a-thief`), 'not_put'],
  ])('%s', (_what, steps, differs, why) => {
    expect(wordsOf([charge()], [decrypt(differs)], around(steps))).toEqual([`claimed: ${why}`]);
  });

  test('nothing says which roles may open cards', () => {
    const { openerRoles: _unknown, ...resources } = RESOURCES;
    const reconciler = new Reconciler([charge()], { resources, stepsOf: stepsIn(around()) });
    reconciler.take(decrypt());
    expect(reconciler.finish().decryptions[0]?.explanation).toMatchObject({ kind: 'claimed', reason: 'roles_unknown' });
  });

  test.each([
    ['another merchant is in the context', { context: { ...PAN, merchant: 'mer_b' } }],
    ['another record is in the context', { context: { ...PAN, record: 'hash_b' } }],
    ['another purpose is in the context', { context: CVC }],
    ['there is no context', { context: {} }],
    ['it used the other key', { key: 'CvcKey' as const, context: CVC }],
  ])('not even that where %s', (_name, differs) => {
    expect(explain([charge()], decrypt(differs))).toEqual(['unexplained: context_differs']);
  });

  test('not even that for a security code of an export of cards', () => {
    const decryptions = [{ key: 'CvcKey', requestId: 'r1', atMs: AT_MS, tries: 1 }] as const;
    const odd = charge({ kind: 'card_export', id: 'exp_1', decryptions });
    expect(explain([odd], decrypt({ key: 'CvcKey', context: CVC }))).toEqual(['unexplained: context_differs']);
  });
});

describe('a decryption that no request id names is interrupted work', () => {
  const lost = (requestID: string) => decrypt({ requestID });

  test('where its run stopped before it noted anything', () => {
    expect(wordsOf([unrecorded], [lost('lost')], stopped)).toEqual(['interrupted']);
  });

  test('as often as the SDK tries, and no more', () => {
    const words = wordsOf([unrecorded], ['a', 'b', 'c', 'd'].map(lost), stopped);
    expect(words).toEqual([...Array(3).fill('interrupted'), 'unexplained: already_interrupted']);
  });

  test('as often as its charge noted further tries', () => {
    const retried = charge({ decryptions: [{ key: 'PanKey', requestId: 'r1', atMs: AT_MS, tries: 2 }] });
    expect(explain([retried], lost('lost'), decrypt())).toEqual(['interrupted', 'proven']);
    const third = explain([retried], lost('lost'), decrypt(), lost('third'));
    expect(third).toEqual(['interrupted', 'proven', 'unexplained: already_interrupted']);
  });

  test('where the SDK gave up and the run ended the charge', () => {
    const gaveUp = charge({ decryptions: [], triesWithoutResponse: 3 });
    expect(wordsOf([gaveUp], [lost('a')], around({ noteS: null, endS: 1 }))).toEqual(['interrupted']);
  });

  test('at most as often as a client may try, whatever number the ledger names', () => {
    const boasting = charge({ decryptions: [{ key: 'PanKey', requestId: 'r1', atMs: AT_MS, tries: 5 }] });
    const events = [decrypt(), ...['a', 'b', 'c', 'd'].map(lost)];
    const words = explain([boasting], ...events);
    expect(words.filter((word) => word === 'interrupted')).toHaveLength(2);
    expect(words.filter((word) => word === 'unexplained: already_interrupted')).toHaveLength(2);
  });

  test.each<
    [what: string, why: string, at: { charges?: readonly RecordedReason[]; steps?: StepRow[]; differs?: object }]
  >([
    ['there is no charge', 'no_record', { charges: [] }],
    ['the charge is another merchant’s', 'no_record', { charges: [charge({ merchantId: 'mer_b', decryptions: [] })] }],
    ['the charge has another source', 'no_record', { charges: [charge({ record: 'hash_b', decryptions: [] })] }],
    ['its purpose is not the key’s', 'no_record', { differs: { context: CVC } }],
    ['it has no context', 'no_record', { differs: { context: {} } }],
    ['the charge is only in the ledger', 'not_put', { steps: [] }],
    ['the charge was put later', 'not_put', { steps: around({ putS: 1, noteS: null }) }],
    ['the charge was put long before', 'not_put', { steps: around({ putS: -62, noteS: null }) }],
    ['nothing was spent', 'not_spent', { steps: around({ spendS: null, noteS: null }) }],
    ['the charge had ended', 'entry_over', { steps: around({ noteS: null, endS: -1 }) }],
    ['its run ended the charge and told of no try', 'already_decrypted', { steps: around({ noteS: null, endS: 1 }) }],
    ['its run refused the charge in that second', 'already_decrypted', { steps: around({ noteS: null, endS: 0 }) }],
    ['its charge noted another', 'already_decrypted', { charges: [charge()], steps: around() }],
    [
      'its charge noted the other key alone',
      'already_decrypted',
      { charges: [charge()], steps: around(), differs: { key: 'CvcKey', context: CVC } },
    ],
    ['another role opened it', 'other_role', { differs: as(roleArn('Fuda-Sweep')) }],
    ['another role put the charge', 'not_put', { steps: around({ role: 'Fuda-Sweep', noteS: null }) }],
  ])('but unexplained where %s', (_what, why, { charges = [unrecorded], steps = stopped, differs = {} }) => {
    expect(wordsOf(charges, [decrypt({ requestID: 'rogue', ...differs })], steps)).toEqual([`unexplained: ${why}`]);
  });

  test('twenty refused charges license none of twenty decryptions, not even within their seconds', () => {
    const numbers = Array.from({ length: 20 }, (_, index) => index);
    const refused = numbers.map((index) => charge({ id: `ch_${index}`, decryptions: [] }));
    const steps = numbers.flatMap((index) => around({ putS: 0, spendS: 0, noteS: null, endS: 0, of: `ch_${index}` }));
    const words = wordsOf(
      refused,
      numbers.map((index) => lost(`stolen-${index}`)),
      steps,
    );
    expect(words).toEqual(Array(20).fill('unexplained: already_decrypted'));
  });
});

test('a refused call explains nothing', () => {
  const found = reconcile([charge()], [event({ requestID: 'r1', errorCode: 'AccessDenied' })]);
  expect(found.decryptions).toEqual([]);
  expect(found.unseenDecryptions).toHaveLength(1);
});

test('a recorded decryption that the trail does not show is given with its reason', () => {
  const unseen = { kind: 'charge', reasonId: 'ch_1', key: 'PanKey', requestId: 'r1', atMs: AT_MS };
  expect(reconcile([charge()], []).unseenDecryptions).toEqual([unseen]);
});
