/**
 * A forward's entry in the Ledger: idempotency record, reason for a decryption and outbox in one. It holds the
 * merchant's request as a hash only, and the masked response (V1, V6).
 *
 *   processing ──► done       the destination responded, with any status
 *              ├─► failed     nothing was sent
 *              └─► unknown    it may have arrived; never sent again, since there is no lookup to ask first (V8)
 */
import { toRfc3339 } from '../../base/clock.ts';
import type { Deps } from '../../base/deps.ts';
import { type ErrorCode, VaultError } from '../../base/errors.ts';
import { isId } from '../../base/ids.ts';
import type { SafeFetchCode } from '../../base/net/safe-fetch.ts';
import { eventOf, type LedgerEntry, RESOLVE_AFTER_MS } from '../../ledger/entry.ts';
import { changeEntry, readEntry } from '../../ledger/ledger.ts';
import type { Caller } from '../../merchants/merchant.ts';
import type { ForwardResponse, ForwardView } from './responses.ts';

export type ForwardStatus = 'processing' | 'done' | 'failed' | 'unknown';
type ForwardFailure = ErrorCode | SafeFetchCode | 'interrupted';

/** What a repeated request must share with the first (V6). */
export interface ForwardTerms {
  readonly source_type: 'token' | 'card';
  /** SHA-256 of the token, or the card id: the `record` of the encryption context. */
  readonly source_record: string;
  readonly destination: string;
  /** SHA-256 of the merchant's request with its members sorted. */
  readonly request_sha256: string;
}

/** Without `created_key`, which puts a charge into the merchant's list of charges. */
export interface ForwardItem extends LedgerEntry, ForwardTerms {
  readonly status: ForwardStatus;
  readonly response?: ForwardResponse;
  readonly failure_code?: ForwardFailure;
  /** The spender of the token, where the forward failed because the token was spent. */
  readonly failure_spent_by?: string;
}

export const forwardView = (item: ForwardItem): ForwardView => ({
  object: 'forward',
  id: item.entry_id,
  status: item.status,
  destination: item.destination,
  source:
    item.source_type === 'token'
      ? { type: 'token', token_hash: item.source_record }
      : { type: 'card', id: item.source_record },
  sent_to: item.sent_to ?? null,
  response: item.response ?? null,
  failure_code: item.failure_code ?? null,
  created_at: toRfc3339(item.created_at_ms),
});

/** A forward in an event: without the response's body, which would make a page of events too large. */
export const forwardInEvent = (item: ForwardItem): ForwardView => {
  const view = forwardView(item);
  return view.response === null || view.response.withheld !== null
    ? view
    : { ...view, response: { ...view.response, body: null, withheld: 'event' } };
};

export const readForward = (deps: Deps, id: string): Promise<ForwardItem | null> => readEntry(deps, id);

/** Throws `forward_not_found`, also for another merchant's forward (V10). */
export async function getForward(deps: Deps, caller: Caller, id: string): Promise<ForwardView> {
  const item = isId('fwd', id) ? await readForward(deps, id) : null;
  if (item === null || item.owner !== caller.owner) throw new VaultError('forward_not_found', { param: 'forward_id' });
  return forwardView(item);
}

export type ForwardEnd = Pick<
  ForwardItem,
  'status' | 'decryptions' | 'tries_without_response' | 'response' | 'failure_code' | 'failure_spent_by'
>;

/** Ends `processing` once, with its event (V9); null where it was ended before. */
export function endForward(
  deps: Deps,
  id: string,
  end: Partial<ForwardEnd> & Pick<ForwardEnd, 'status'>,
): Promise<ForwardItem | null> {
  return changeEntry<ForwardItem>(deps, id, {
    from: ['processing'],
    set: end,
    remove: ['open_shard', 'open_since_ms'],
    event: eventOf(id, `forward.${end.status}`, deps.clock.nowMs()),
  });
}

/**
 * Ends a forward after its request is certainly over. No lookup can tell whether it was sent, so it is `unknown` and
 * never sent again (V8).
 */
export async function endInterrupted(deps: Deps, item: ForwardItem): Promise<ForwardItem> {
  const isStale = deps.clock.nowMs() - item.created_at_ms >= RESOLVE_AFTER_MS;
  if (item.status !== 'processing' || !isStale) return item;
  const ended = await endForward(deps, item.entry_id, { status: 'unknown', failure_code: 'interrupted' });
  return ended ?? (await readForward(deps, item.entry_id)) ?? item;
}
