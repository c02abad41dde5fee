/**
 * The saved queries over the trail, as a table: what each answers, and the file of its SQL. Each takes the first and the
 * last day of a period (`2026/11/01`, as the trail's folders spell it) as its two parameters. They run in Athena, and in
 * test/infra/queries.test.ts beside the audit itself.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface QueryRow {
  readonly name: string;
  readonly about: string;
  /** Begins with the classification of every decryption, queries/explained.sql. */
  readonly explains: boolean;
}

export const QUERIES: readonly QueryRow[] = [
  {
    name: 'decryptions',
    about: 'Decryptions per day, merchant, role and purpose: matched, interrupted, unexplained.',
    explains: true,
  },
  { name: 'unexplained', about: 'Every decryption without a reason, and why none was found.', explains: true },
  {
    name: 'unseen-reveals',
    about: 'Decryptions that the vault recorded and the trail does not show.',
    explains: true,
  },
  { name: 'denied', about: 'Every call that AWS refused for lack of permission.', explains: false },
  { name: 'administration', about: 'Who managed keys, tables, the trail and permissions.', explains: false },
  {
    name: 'watched',
    about: 'Calls that can blind the audit, widen access to cards or keep copies of them.',
    explains: false,
  },
];

const read = (name: string): string => readFileSync(join(import.meta.dirname, 'queries', `${name}.sql`), 'utf8').trim();

export const sqlOf = ({ name, explains }: QueryRow): string =>
  explains ? `WITH\n${read('explained')}\n${read(name)}\n` : `${read(name)}\n`;
