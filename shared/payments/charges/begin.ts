/** The beginning of a charge: its item before anything has happened, and the item of one to which nothing will. */
import type { Deps } from '../../base/deps.ts';
import { eventOf, newEntry } from '../../ledger/entry.ts';
import { putEntry } from '../../ledger/ledger.ts';
import type { Caller } from '../../merchants/merchant.ts';
import { type ChargeItem, type ChargeTerms, chargeIdFor } from './charge.ts';
import { readCharge } from './ledger.ts';

export function newCharge(deps: Deps, caller: Caller, terms: ChargeTerms, idempotencyKey: string): ChargeItem {
  const id = chargeIdFor(caller.owner, idempotencyKey);
  const entry = newEntry(deps, caller, id, 'charge.created');
  return {
    ...entry,
    created_key: `${new Date(entry.created_at_ms).toISOString()}#${id}`,
    ...terms,
    captured_minor: 0,
    refunded_minor: 0,
    refundable_minor: 0,
    operations: {},
  };
}

/**
 * The charge that a request announced, or, where that request never came to write it, its failure under the same id: a
 * request that is late after all meets it there and sends nothing (V8).
 *
 *   request ── announces ─────────────────────────────────── puts its charge ─► the id is taken: failed
 *   sweep ─────────────────── finds no charge, puts a failed one ─► what was announced is over
 */
export async function chargeOrItsFailure(
  deps: Deps,
  caller: Caller,
  terms: ChargeTerms,
  idempotencyKey: string,
): Promise<ChargeItem> {
  const { open_shard: _shard, open_since_ms: _since, ...charge } = newCharge(deps, caller, terms, idempotencyKey);
  const found = await readCharge(deps, charge.entry_id);
  if (found !== null) return found;
  const failed: ChargeItem = {
    ...charge,
    status: 'failed',
    failure_code: 'interrupted',
    events: [...charge.events, eventOf(charge.entry_id, 'charge.failed', charge.created_at_ms)],
  };
  return (await putEntry(deps, failed)) ? failed : ((await readCharge(deps, charge.entry_id)) ?? failed);
}
