/** Audits a test's trail, with a ledger of the test's own. */

import { type AuditDeps, type AuditOptions, audit } from '../../audit/audit.ts';
import type { AppendixSink } from '../../audit/base/appendix.ts';
import type { Residue } from '../../audit/erasure/erasure.ts';
import type { Evidence } from '../../audit/evidence.ts';
import type { RecordedReason } from '../../audit/reasons/reasons.ts';
import type { VaultResources } from '../../audit/trail/events.ts';
import type { KeySource } from '../../audit/trail/public-keys.ts';
import { RESOURCES, type TestTrail } from './trail-maker.ts';

interface Examined extends Partial<AuditOptions> {
  readonly nowMs: number;
  readonly reasons?: readonly (RecordedReason | undefined)[];
  readonly resources?: VaultResources;
  readonly residue?: Residue;
  readonly appendix?: AppendixSink;
  readonly witness?: AuditDeps['witness'];
  readonly honey?: AuditDeps['honey'];
  readonly answers?: AuditDeps['answers'];
  /** What the ledger holds, as it holds it. */
  readonly items?: readonly object[];
  readonly keySource?: KeySource;
}

/** As where CloudTrail listed the keys. */
export const FROM_AWS: KeySource = { origin: 'aws', refusedRegions: [] };

export async function examine(
  trail: TestTrail,
  {
    nowMs,
    reasons = [],
    resources = RESOURCES,
    residue,
    appendix,
    witness,
    honey,
    answers,
    items = [],
    keySource = FROM_AWS,
    ...options
  }: Examined,
): Promise<Evidence> {
  return audit(
    {
      clock: { nowMs: () => nowMs, sleep: async () => {} },
      trail: await trail.open(),
      publicKeys: trail.publicKeys,
      keySource,
      resources,
      readReasons: (_period, see) => {
        for (const item of items) see(item);
        return reasons;
      },
      readResidue: residue && (async () => residue),
      appendix,
      witness,
      honey,
      answers,
    },
    { deliveryLagMs: 0, ...options },
  );
}
