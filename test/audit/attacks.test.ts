/**
 * What a thief can try who writes the ledger, opens cards, or both: the audit and the saved query call each decryption what
 * the table of docs/reference/evidence.md says. The report and the scheduled check both come from the audit.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { decryptCall, reason, reconciled, recorded, roleOf, run, type Story, warehouse } from './stories.ts';
import { START_MS } from './trail-maker.ts';

const AT_MS = START_MS + 10 * 60_000;
const page = readFileSync(join(import.meta.dirname, '../../docs/reference/evidence.md'), 'utf8');
const THIEF = 'Thief';

/** A charge of one card, whose ledger entry names the request ids of these decryptions. */
const claiming = (...ids: readonly string[]) =>
  reason('ch_1', 'hash_1', AT_MS, { decryptions: ids.map((id) => recorded('PanKey', id, AT_MS)) });
const opened = (id: string, more: object = {}) => ({ ...decryptCall(id, 'pan', 'hash_1', AT_MS), ...more });
const story = (reasons: Story['reasons'], ...records: Story['records']): Story => ({ reasons, records });
const steps = (how: Parameters<typeof run>[3] = {}) => run('ch_1', 'hash_1', AT_MS, how);

/** Attack → story, and the words in the order of the decryptions. */
const ATTACKS: Readonly<Record<string, readonly [story: Story, says: string]>> = {
  'a decryption for which there is no entry': [story([], opened('a')), 'unexplained: no_record'],
  'a charge refused in that second, then a decryption': [
    story([reason('ch_1', 'hash_1', AT_MS)], ...steps({ note: null, end: 0 }), opened('a')),
    'unexplained: already_decrypted',
  ],
  'a charge that had ended, then a decryption': [
    story([reason('ch_1', 'hash_1', AT_MS)], ...steps({ put: -9, spend: -9, note: null, end: -5 }), opened('a')),
    'unexplained: entry_over',
  ],
  'a decryption first, then a charge that names its request id': [
    story([claiming('a')], ...steps({ put: 5, spend: 5, note: 6 }), opened('a')),
    'claimed: not_put',
  ],
  'an entry in the ledger that no recorded write put there': [story([claiming('a')], opened('a')), 'claimed: not_put'],
  'an entry by a role that opens no card, with its own decryption': [
    story([claiming('a')], ...steps({ role: THIEF }), opened('a', roleOf(THIEF))),
    'claimed: other_role',
  ],
  'an entry by one role, and a decryption by another': [
    story([claiming('a')], ...steps({ role: THIEF }), opened('a')),
    'claimed: not_put',
  ],
  'a charge without a spent token': [
    story([claiming('a')], ...steps({ spend: null }), opened('a')),
    'claimed: not_spent',
  ],
  'a request id that the ledger has and nothing noted': [
    story([claiming('a')], ...steps({ note: null }), opened('a')),
    'claimed: not_noted',
  ],
  'the request id of another card’s charge': [
    story([claiming('a')], ...steps(), { ...decryptCall('b', 'pan', 'hash_2', AT_MS), requestID: 'request-a' }),
    'unexplained: context_differs',
  ],
  'a true charge, and a second decryption in its run': [
    story([claiming('a')], ...steps(), opened('a'), opened('b')),
    'proven, unexplained: already_decrypted',
  ],
  'a true charge that claims five tries, and four more decryptions': [
    story(
      [reason('ch_1', 'hash_1', AT_MS, { decryptions: [recorded('PanKey', 'a', AT_MS, 5)] })],
      ...steps(),
      ...['a', 'b', 'c', 'd', 'e'].map((id) => opened(id)),
    ),
    'proven, interrupted, interrupted, unexplained: already_interrupted, unexplained: already_interrupted',
  ],
  'an entry that is put and left, with a decryption in its run': [
    story([reason('ch_1', 'hash_1', AT_MS)], ...steps({ note: null }), opened('a')),
    'interrupted',
  ],
  'a whole payment by a role that opens cards': [story([claiming('a')], ...steps(), opened('a')), 'proven'],
};

test.each(Object.entries(ATTACKS))('%s is what the page says', async (attack, [told, says]) => {
  const words = reconciled(told).decryptions.map(({ explanation }) =>
    'reason' in explanation ? `${explanation.kind}: ${explanation.reason}` : explanation.kind,
  );
  const isBorrowed = says.endsWith('context_differs');
  // That a request id belongs to another card shows once all cards are judged.
  if (!isBorrowed) expect(words.join(', ')).toBe(says);
  using trail = await warehouse(told);
  const rows = (await trail.ask('unexplained')).map(({ explanation, why }) => `${explanation}: ${why}`);
  expect(rows).toEqual(says.split(', ').filter((word) => word.includes(':')));
  expect(page).toContain(`| ${attack} | ${says} |`);
});

test('the page names no other attack', () => {
  const rows =
    page
      .split('## What a thief can try')[1]
      ?.split('\n## ')[0]
      ?.match(/^\| (?!a thief|---).*$/gm) ?? [];
  expect(rows).toHaveLength(Object.keys(ATTACKS).length);
});
