/**
 * The vault's recorded decryptions as rows that a query engine joins with CloudTrail's records: one per decryption, and
 * one for each key that a reason may have used without a response. infra/trail-tables.ts has the same columns.
 */
import type { CardKey } from '../../shared/base/entries.ts';
import type { VaultResources } from '../trail/events.ts';
import { homeOf, openerRolesOf } from './order.ts';
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
  /**
   * Decryptions under this key that may have lost their response, and how many where the run noted its decryptions; on
   * the first row of a reason only.
   */
  readonly lost_responses: number;
  readonly lost_if_told: number;
  /** Accounts and roles that may open cards for the reason, each between spaces: ` 111122223333/Fuda-CreateCharge `. */
  readonly openers: string;
  readonly region: string;
}

const KEYS: readonly CardKey[] = ['PanKey', 'CvcKey'];

export function decryptionRows(reason: RecordedReason, resources: VaultResources): DecryptionRow[] {
  const opens = { openers: openersOf(reason, resources), region: homeOf(resources).region };
  return KEYS.filter((key) => mayOpen(reason, key)).flatMap((key): DecryptionRow[] => {
    const common = {
      reason_kind: reason.kind,
      reason_id: reason.id,
      merchant: reason.merchantId,
      record: reason.record,
      purpose: PURPOSES[key],
      created_at_ms: reason.createdAtMs,
      ...opens,
    };
    const lost = {
      lost_responses: lostResponsesOf(reason, key, false),
      lost_if_told: lostResponsesOf(reason, key, true),
    };
    const decryptions = reason.decryptions.filter((decryption) => decryption.key === key);
    if (decryptions.length === 0) return [{ ...common, request_id: null, at_ms: null, ...lost }];
    return decryptions.map(({ requestId, atMs }, index) => ({
      ...common,
      request_id: requestId,
      at_ms: atMs,
      ...(index === 0 ? lost : { lost_responses: 0, lost_if_told: 0 }),
    }));
  });
}

function openersOf(reason: RecordedReason, resources: VaultResources): string {
  const { account } = homeOf(resources);
  return ` ${openerRolesOf(reason, resources)
    .map((role) => `${account}/${role} `)
    .join('')}`;
}
