/**
 * The result of an audit, which every report renders. Nothing here grows with the length of the trail: sums, groups and
 * bounded lists. The rows go to the appendix (appendix.ts) as they are found.
 */

import type { Bounded } from './base/bounded.ts';
import type { ErasureEvidence } from './erasure/erasure.ts';
import type { Findings } from './finding.ts';
import type { HoneyEvidence } from './honey.ts';
import type { AccessEvidence } from './reasons/access.ts';
import type { ReasonKind } from './reasons/reasons.ts';
import type { ChainEvidence, Gap } from './trail/chains.ts';
import type { Period } from './trail/digest-chain.ts';
import type { VaultResources } from './trail/events.ts';
import type { FileEvidence } from './trail/files.ts';
import type { Reading } from './trail/log-files.ts';
import type { ChangeEvidence } from './watch/changes.ts';
import type { WatchEvidence } from './watch/watch.ts';

export interface Evidence {
  readonly generatedAtMs: number;
  readonly period: Period;
  /** The period that valid digest files prove; undefined without one. */
  readonly proven: Period | undefined;
  readonly sources: Sources;
  readonly integrity: IntegrityEvidence;
  readonly reading: ReadingEvidence;
  readonly access: AccessEvidence;
  readonly erasure: ErasureEvidence;
  readonly watch: WatchEvidence;
  readonly changes: ChangeEvidence;
  readonly honey: HoneyEvidence;
  readonly findings: Findings;
  readonly passed: boolean;
}

export interface Sources {
  readonly trail: string;
  readonly resources: VaultResources;
  readonly publicKeyFingerprints: readonly string[];
  /** Records read from the ledger, by kind. */
  readonly reasons: Readonly<Record<ReasonKind, number>>;
  /** Items of the ledger of an unknown kind. */
  readonly unreadableReasons: number;
}

interface IntegrityEvidence {
  readonly files: FileEvidence;
  readonly gaps: Bounded<Gap>;
  readonly chains: readonly ChainEvidence[];
}

export interface ReadingEvidence extends Reading {
  /** Records of the vault outside the period, from files near it. */
  readonly outsidePeriod: number;
  readonly newestEventMs: number | undefined;
}
