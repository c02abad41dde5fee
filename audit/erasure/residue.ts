/**
 * Finds card data that stays in the one-time table past its time: the scan that PCI DSS 4.0.1 3.2.1 asks for each
 * quarter. The index `due` holds the keys of exactly those items that have ciphertext, because the erasing write
 * removes them from it. Permission to query that index is enough, so the scan cannot read ciphertext.
 */
import type { Deps } from '../../shared/base/deps.ts';
import { type IndexPage, queryIndex } from '../../shared/base/dynamo.ts';
import { SHARDS } from '../../shared/base/tables.ts';
import { BoundedList } from '../base/bounded.ts';
import type { Residue } from './erasure.ts';

/** The sweep runs every minute, so it has missed older ones. */
const GRACE_MS = 10 * 60_000;
const PAGE_SIZE = 1_000;
/** Per shard; 800,000 overdue tokens are enough for a report. */
const MAX_PAGES = 100;
const MAX_LISTED = 200;

export async function readResidue(deps: Deps): Promise<Residue> {
  const scannedAtMs = deps.clock.nowMs();
  const overdue = new BoundedList<{ readonly record: string; readonly expiresAtMs: number }>(MAX_LISTED);
  for (let shard = 0; shard < SHARDS.due; shard += 1) {
    let after: IndexPage['next'] = null;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const { keys, next }: IndexPage = await queryIndex(deps, 'Tokens', 'due', {
        partition: ['due_shard', String(shard)],
        sort: ['expires_at_ms', '<=', scannedAtMs - GRACE_MS],
        limit: PAGE_SIZE,
        ...(after && { after }),
      });
      for (const key of keys) overdue.add({ record: String(key.token_hash), expiresAtMs: Number(key.expires_at_ms) });
      if (next === null) break;
      after = next;
    }
  }
  return { scannedAtMs, overdue };
}
