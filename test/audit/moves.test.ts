/** Which re-encryption of a card number is accounted for by what, and which never is (V10). */
import { describe, expect, test } from '@jest/globals';
import {
  at,
  CURRENT,
  evidenceOf,
  FAILED,
  FORMER,
  judged,
  OLDEST,
  put,
  reEncrypt,
  role,
  spend,
  update,
} from './moved-cards.ts';
import { kmsRecord, RESOURCES } from './trail-maker.ts';

describe('a re-encryption from a token to a card', () => {
  test('is a stored card where the same run spent the token and put the card', async () => {
    expect(await judged([spend(), reEncrypt(), put()])).toEqual(['stored_card']);
  });

  test('is one of a charge where the charge says so', async () => {
    const records = [spend(), reEncrypt({ differs: { requestID: 's1' } }), put()];
    expect(await judged(records, 's1')).toEqual(['stored_by_charge']);
  });

  test('needs no order within one second, which the trail does not show', async () => {
    expect(await judged([put(at(0)), reEncrypt(), spend(at(0))])).toEqual(['stored_card']);
  });

  test('and its repetition after a lost response are one stored card', async () => {
    expect(await judged([spend(), reEncrypt(), reEncrypt(), put()])).toEqual(['stored_card', 'stored_card']);
  });

  test.each([
    ['no card was put', []],
    ['another card was put', [put({}, undefined, 'card_2')]],
    ['the put found the id taken', [put(FAILED)]],
    ['the put was refused', [put({ errorCode: 'AccessDenied' })]],
    ['what was put held no ciphertext', [put({}, ['card_id', 'owner', 'status'])]],
    ['the card was put the second before', [put(at(-1))]],
    ['the card was put after the function’s time', [put(at(61))]],
    ['another role put the card', [put(role('Fuda-Sweep'))]],
    ['another account put the card', [put(role('Fuda-CreateCharge', '999988887777'))]],
    ['the card was updated, not put', [update()]],
  ])('is interrupted, and no stored card, where %s', async (_name, writes) => {
    expect(await judged([spend(), reEncrypt(), ...writes])).toEqual(['interrupted']);
  });

  test.each([
    ['nothing spent the token', []],
    ['a write that kept the ciphertext touched the token', [spend({}, 'SET seen = :now')]],
    ['the spend failed', [spend(FAILED)]],
    ['the token was spent a second later', [spend(at(1))]],
    ['the token was spent before the function began', [spend(at(-61))]],
    ['another role spent the token', [spend(role('Fuda-Forward'))]],
  ])('is unexplained where %s', async (_name, spends) => {
    expect(await judged([...spends, reEncrypt(), put()])).toEqual(['token_not_spent']);
  });

  test('is unexplained where the token became a second card, put or not', async () => {
    const invented = reEncrypt({ to: 'card_invented' });
    const both = ['several_cards', 'several_cards'];
    expect(await judged([spend(), reEncrypt(), put(), invented])).toEqual(both);
    expect(await judged([spend(), reEncrypt(), put(), invented, put({}, undefined, 'card_invented')])).toEqual(both);
  });

  test('is unexplained more often than the SDK tries', async () => {
    const four = Array.from({ length: 4 }, () => reEncrypt());
    const thrice = (kind: string) => [kind, kind, kind, 'too_often'];
    expect(await judged([spend(), ...four, put()])).toEqual(thrice('stored_card'));
    expect(await judged([spend(), ...four])).toEqual(thrice('interrupted'));
  });

  test('counts once where its record was delivered twice', async () => {
    const once = reEncrypt();
    expect(await judged([spend(), once, once, put()])).toEqual(['stored_card']);
  });
});

describe('a re-encryption of a stored card to a later key', () => {
  const moved = (keys: readonly [string, string] = [FORMER, CURRENT], differs: object = {}) =>
    reEncrypt({ from: 'card_1', keys, differs });

  test.each([
    ['from the former key', [FORMER, CURRENT]],
    ['from a key two generations old', [OLDEST, CURRENT]],
    ['from that key to the next, long ago', [OLDEST, FORMER]],
  ] as const)('%s is a move where the same run updated the card', async (_name, keys) => {
    expect(await judged([moved(keys), update()])).toEqual(['moved_to_new_key']);
  });

  test.each([
    ['nothing was written', []],
    ['the update left the ciphertext as it was', [update({}, 'SET #status = :to')]],
    ['the update came the second before', [update(at(-1))]],
    ['the update came after the function’s time', [update(at(61))]],
    ['another role updated the card', [update(role('Fuda-LockCard'))]],
    ['a card was put, not updated', [put()]],
  ])('is unexplained where %s', async (_name, writes) => {
    expect(await judged([moved(), ...writes])).toEqual(['card_not_written']);
  });

  test('is interrupted where the card had changed meanwhile, or a later run moved it', async () => {
    expect(await judged([moved(), update(FAILED)])).toEqual(['interrupted']);
    const next = [moved(undefined, at(120)), update(at(121))];
    expect(await judged([moved(), ...next])).toEqual(['moved_to_new_key', 'interrupted']);
  });

  test.each([
    ['back to the former key', { from: 'card_1', keys: [CURRENT, FORMER] as const }, 'key_outside_vault'],
    ['back to a key two generations old', { from: 'card_1', keys: [FORMER, OLDEST] as const }, 'key_outside_vault'],
    ['under the same key', { from: 'card_1' }, 'not_a_token'],
    ['to another card', { from: 'card_2', keys: [FORMER, CURRENT] as const }, 'not_a_token'],
  ])('%s is unexplained, updated or not', async (_name, said, reason) => {
    expect(await judged([reEncrypt(said), update()])).toEqual([reason]);
  });
});

describe('a re-encryption that no work of the vault makes', () => {
  test.each([
    ['to a key outside the vault', { keys: [CURRENT, 'arn:aws:kms:x:9:key/thief'] as const }, 'key_outside_vault'],
    ['to another key of the vault', { keys: [CURRENT, RESOURCES.keyArns.CvcKey] as const }, 'key_outside_vault'],
    ['to another merchant', { toMerchant: 'mer_b' }, 'merchant_differs'],
    ['to something other than a card', { to: 'hash_b' }, 'not_a_card'],
  ])('%s is unexplained, whatever was written', async (_name, said, reason) => {
    expect(await judged([spend(), reEncrypt(said), put()])).toEqual([reason]);
  });

  test('without a context is unexplained', async () => {
    const bare = { requestParameters: { destinationKeyId: CURRENT } };
    expect(await judged([spend(), reEncrypt({ differs: bare }), put()])).toEqual(['merchant_differs']);
  });

  test('is a finding, and an interrupted one is none', async () => {
    const codes = async (records: readonly unknown[]) => (await evidenceOf(records)).findings.byCode;
    expect(await codes([reEncrypt({ to: 'card_invented' })])).toEqual({ re_encryption_unexplained: 1 });
    expect(await codes([spend(), reEncrypt()])).toEqual({});
  });
});

describe('a decryption under a card-number key two generations old', () => {
  test('is seen and judged', async () => {
    const { access, reading } = await evidenceOf([kmsRecord({ ...at(0), resources: [{ ARN: OLDEST }] })]);
    expect(access.unexplained.items).toMatchObject([
      { event: { key: 'FormerPanKey' }, explanation: { reason: 'no_record' } },
    ]);
    expect(reading.elsewhere).toBe(0);
  });

  test('is seen where AWS refused it and named the key in its message alone', async () => {
    const refused = { errorCode: 'AccessDenied', errorMessage: `not authorized on resource: ${OLDEST}` };
    const { access } = await evidenceOf([kmsRecord({ ...at(0), ...refused, requestParameters: null, resources: [] })]);
    expect(access.denied).toBe(1);
  });
});
