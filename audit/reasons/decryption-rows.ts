/**
 * The vault's recorded decryptions as rows that a query engine joins with CloudTrail's records: one per decryption, and
 * one for each key that a reason may have used without a response. infra/trail-tables.ts has the same columns.
 */
import type { CardKey } from '../../shared/base/entries.ts';
import { mayOpen, type ReasonKind, type RecordedReason } from './reasons.ts';
import { lostResponsesOf, PURPOSES } from './reconcile.ts';

export interface DecryptionRow {
  readonly reason_kind: ReasonKind;
  readonly reason_id: string;
  readonly merchant: string;
  /** The `record` of the encryption context. */
  readonly record: string;
  readonly purpose: string;
  readonly created_at_ms: number;
  /** The AWS request id, as in CloudTrail's record; null where it was lost. */
  readonly request_id: string | null;
  readonly at_ms: number | null;
  /** Decryptions under this key with a lost response; on the first row of a reason only. */
  readonly lost_responses: number;
}

const KEYS: readonly CardKey[] = ['PanKey', 'CvcKey'];

export function decryptionRows(reason: RecordedReason): DecryptionRow[] {
  return KEYS.filter((key) => mayOpen(reason, key)).flatMap((key): DecryptionRow[] => {
    const common = {
      reason_kind: reason.kind,
      reason_id: reason.id,
      merchant: reason.merchantId,
      record: reason.record,
      purpose: PURPOSES[key],
      created_at_ms: reason.createdAtMs,
    };
    const lost = lostResponsesOf(reason, key);
    const decryptions = reason.decryptions.filter((decryption) => decryption.key === key);
    if (decryptions.length === 0) return [{ ...common, request_id: null, at_ms: null, lost_responses: lost }];
    return decryptions.map(({ requestId, atMs }, index) => ({
      ...common,
      request_id: requestId,
      at_ms: atMs,
      lost_responses: index === 0 ? lost : 0,
    }));
  });
}
