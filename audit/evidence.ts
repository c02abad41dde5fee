/**
 * The result of an audit, which every report renders. Nothing here grows with the length of the trail: sums, groups and
 * bounded lists. The rows go to the appendix (appendix.ts) as they are found.
 */

import type { UnusedAnswer } from './answers.ts';
import type { Bounded } from './base/bounded.ts';
import type { ReportVerdict } from './base/verdict.ts';
import type { ErasureEvidence } from './erasure/erasure.ts';
import type { Findings } from './finding.ts';
import type { HoneyEvidence } from './honey.ts';
import type { AccessEvidence } from './reasons/access.ts';
import type { ReasonKind } from './reasons/reasons.ts';
import type { ChainEvidence, Gap } from './trail/chains.ts';
import type { Coverage } from './trail/coverage.ts';
import type { Period } from './trail/digest-chain.ts';
import type { VaultResources } from './trail/events.ts';
import type { FileEvidence } from './trail/files.ts';
import type { Reading } from './trail/log-files.ts';
import type { KeySource, PublicKeys } from './trail/public-keys.ts';
import type { ChangeEvidence } from './watch/changes.ts';
import type { WatchEvidence } from './watch/watch.ts';
import type { WitnessEvidence } from './witness/evidence.ts';

export interface Evidence {
  readonly generatedAtMs: number;
  readonly period: Period;
  readonly sources: Sources;
  readonly integrity: IntegrityEvidence;
  readonly reading: ReadingEvidence;
  readonly access: AccessEvidence;
  readonly erasure: ErasureEvidence;
  readonly watch: WatchEvidence;
  readonly changes: ChangeEvidence;
  readonly honey: HoneyEvidence;
  /** Undefined where no processor's listing was given. */
  readonly witness: WitnessEvidence | undefined;
  readonly findings: Findings;
  /** Answers that stand beside no finding; undefined where none were given. */
  readonly unusedAnswers: readonly UnusedAnswer[] | undefined;
  readonly verdict: ReportVerdict;
  /** The verdict is `pass`. */
  readonly passed: boolean;
}

export interface Sources {
  readonly trail: string;
  readonly resources: VaultResources;
  readonly publicKeys: KeyEvidence;
  /** Records read from the ledger, by kind. */
  readonly reasons: Readonly<Record<ReasonKind, number>>;
  /** Items of the ledger of an unknown kind. */
  readonly unreadableReasons: number;
}

/** The public keys that digests were checked with, and where they came from. */
export interface KeyEvidence extends KeySource {
  /** Of the keys that signed valid digests, as computed. */
  readonly fingerprints: readonly string[];
  readonly misnamed: PublicKeys['misnamed'];
}

interface IntegrityEvidence {
  readonly files: FileEvidence;
  readonly gaps: Bounded<Gap>;
  readonly chains: readonly ChainEvidence[];
  readonly coverage: Coverage;
}

export interface ReadingEvidence extends Reading {
  /** Records of the vault outside the period, from files near it. */
  readonly outsidePeriod: number;
  readonly newestEventMs: number | undefined;
}
