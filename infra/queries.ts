/**
 * The saved queries over the trail: the question each answers, and its SQL file. Both parameters of a query are days,
 * the first and the last of the period (`2026/11/01`, as in the trail's folder names). They run in Athena, and
 * test/infra/queries.test.ts compares them with the audit.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { callsOf, sourceAndName, VERSION_OF_NAME, WATCHED_CALLS } from '../shared/base/watched-calls.ts';

export interface QueryRow {
  readonly name: string;
  readonly about: string;
  /** Starts with the classification of every decryption, queries/explained.sql. */
  readonly explains: boolean;
}

export const QUERIES: readonly QueryRow[] = [
  {
    name: 'decryptions',
    about: 'Decryptions per day, merchant, role and purpose: proven, interrupted, claimed, unexplained.',
    explains: true,
  },
  { name: 'unexplained', about: 'Every decryption without a proven reason, and what is missing.', explains: true },
  {
    name: 'unseen-decryptions',
    about: 'Decryptions that the vault recorded and the trail does not show.',
    explains: true,
  },
  {
    name: 're-encryptions',
    about: 'Re-encryptions of card numbers that the trail does not explain, and interrupted ones.',
    explains: false,
  },
  { name: 'denied', about: 'Every call that AWS refused for lack of permission.', explains: false },
  {
    name: 'administration',
    about: 'Management of keys, tables, the trail and permissions, by caller.',
    explains: false,
  },
  {
    name: 'watched',
    about: 'Calls that can blind the audit, widen access to cards or keep copies of them.',
    explains: false,
  },
];

/** The watched calls, for the place that a query keeps for them. */
const WATCHED = callsOf(Object.values(WATCHED_CALLS))
  .map((call) => `    '${sourceAndName(call).join(':')}'`)
  .sort()
  .join(',\n');

const read = (name: string): string =>
  readFileSync(join(import.meta.dirname, 'queries', `${name}.sql`), 'utf8')
    .trim()
    .replace('    {{watched}}', () => WATCHED)
    .replace('{{version}}', () => VERSION_OF_NAME);

export const sqlOf = ({ name, explains }: QueryRow): string =>
  explains ? `WITH\n${read('explained')}\n${read(name)}\n` : `${read(name)}\n`;
