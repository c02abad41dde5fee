/**
 * A forward's item in the Ledger: idempotency record and reason for a decryption at once, under the attributes by which
 * the audit finds it. It holds the merchant's request as a hash only, and the answer as it was masked (V1, V6).
 *
 *   processing ──► done       the destination answered, whatever it said
 *              ├─► failed     nothing was sent
 *              └─► unknown    it may have arrived; never sent again, since there is no lookup to ask first (V8)
 */
import { toRfc3339 } from '../base/clock.ts';
import type { Deps } from '../base/deps.ts';
import { change, getItem, putNew } from '../base/dynamo.ts';
import type { ErrorCode } from '../base/errors.ts';
import type { SafeFetchCode } from '../base/safe-fetch.ts';
import type { Mode } from '../merchants/merchant.ts';
import type { Reveal } from '../vault/source.ts';
import type { ForwardResponse, ForwardView } from './answers.ts';

export type ForwardStatus = 'processing' | 'done' | 'failed' | 'unknown';
export type ForwardFailure = ErrorCode | SafeFetchCode | 'interrupted';

/** What a repeated request must share with the first (V6). */
export interface ForwardTerms {
  readonly source_type: 'token' | 'card';
  /** SHA-256 of the token, or the card id: the `record` of the encryption context. */
  readonly source_record: string;
  readonly destination: string;
  /** SHA-256 of the request as the merchant sent it, in one order of its members. */
  readonly request_sha256: string;
}

export interface ForwardItem extends ForwardTerms {
  /** The Ledger's key; `fwd_…` here. */
  readonly charge_id: string;
  /** Like a charge's `owner`, and not under that name, so that lists of charges do not show it. */
  readonly forward_owner: string;
  readonly merchant_id: string;
  readonly mode: Mode;
  readonly created_at_ms: number;
  readonly created_key: string;
  readonly day_shard: string;
  /** Random per attempt: tells our own repeated write from another caller's. */
  readonly attempt: string;
  readonly status: ForwardStatus;
  readonly reveals: readonly Reveal[];
  /** As a charge's: how often the SDK asked for a decryption where it gave up (V5). */
  readonly unanswered_attempts?: number;
  readonly response?: ForwardResponse;
  readonly failure_code?: ForwardFailure;
  /** What had spent the token, when that is why this one failed. */
  readonly failure_spent_by?: string;
}

export const forwardView = (item: ForwardItem): ForwardView => ({
  object: 'forward',
  id: item.charge_id,
  status: item.status,
  destination: item.destination,
  source:
    item.source_type === 'token'
      ? { type: 'token', token_hash: item.source_record }
      : { type: 'card', id: item.source_record },
  response: item.response ?? null,
  failure_code: item.failure_code ?? null,
  created_at: toRfc3339(item.created_at_ms),
});

/** Puts a forward as `processing`, before the card is touched (V8); false where its id is taken. */
export const putForward = (deps: Deps, item: ForwardItem): Promise<boolean> => putNew(deps, 'Ledger', item);

export const readForward = (deps: Deps, id: string): Promise<ForwardItem | null> => getItem(deps, 'Ledger', id);

export type ForwardEnd = Pick<
  ForwardItem,
  'status' | 'reveals' | 'unanswered_attempts' | 'response' | 'failure_code' | 'failure_spent_by'
>;

/** Ends `processing`, once; null where it was ended before. */
export function endForward(deps: Deps, id: string, end: Partial<ForwardEnd>): Promise<ForwardItem | null> {
  const entries = Object.entries(end).filter(([, value]) => value !== undefined);
  return change<ForwardItem>(deps, 'Ledger', id, {
    update: `SET ${entries.map(([name]) => `#${name} = :${name}`).join(', ')}`,
    condition: '#status = :processing',
    names: Object.fromEntries([['#status', 'status'], ...entries.map(([name]) => [`#${name}`, name])]),
    values: Object.fromEntries([[':processing', 'processing'], ...entries.map(([name, value]) => [`:${name}`, value])]),
  });
}
