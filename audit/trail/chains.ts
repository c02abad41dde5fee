/** Validates every chain of digests of a trail, and combines what they prove: hashes of log files, and periods. */
import { type Bounded, BoundedList } from '../base/bounded.ts';
import type { Report } from '../base/progress.ts';
import type { SealedChain } from './coverage.ts';
import { type DigestKey, type Period, validateDigestChain, widen } from './digest-chain.ts';
import type { FileBook } from './files.ts';
import type { Seals } from './log-files.ts';
import type { PublicKey } from './public-keys.ts';
import type { TrailReader } from './trail-folder.ts';
import type { TrailKey } from './trail-keys.ts';

/** A period without digests: logging or validation was off (PCI DSS 4.0.1 10.7.2). */
export interface Gap extends Period {
  readonly chain: string;
}

/** One chain of digests: a trail in one account and Region. */
export interface ChainEvidence extends SealedChain {
  readonly digests: number;
  /** Its digests list late log files, and seal no period. */
  readonly isBackfill: boolean;
}

export interface Chains {
  readonly seals: Omit<Seals, 'deliveryLagMs'>;
  /** The times of the events of each log file, as a signed digest tells them. */
  readonly eventTimes: ReadonlyMap<string, Period>;
  readonly gaps: Bounded<Gap>;
  readonly chains: readonly ChainEvidence[];
  /** Fingerprints of the keys that signed valid digests. */
  readonly signers: readonly string[];
}

const HOUR_MS = 60 * 60_000;
const MAX_GAPS = 1_000;

interface Wanted {
  readonly trail: TrailReader;
  readonly publicKeys: ReadonlyMap<string, PublicKey>;
  /** Regions without public keys, so that their digests cannot be checked. */
  readonly refusedRegions: readonly string[];
  readonly files: readonly TrailKey[];
  readonly period: Period;
  readonly bucket: string | undefined;
  readonly book: FileBook;
  readonly progress: Report;
}

export async function validateChains(wanted: Wanted): Promise<Chains> {
  const { trail, publicKeys, refusedRegions, files, period, bucket, book, progress } = wanted;
  const digests = files.filter((file): file is DigestKey => file.kind === 'digest');
  // A digest of up to a day after the period may list log files of the period.
  const inTime = digests.filter((digest) => digest.timeMs <= period.toMs + 25 * HOUR_MS);
  const uncheckedScopes = new Set(
    inTime.map(({ scope }) => scope).filter((scope) => refusedRegions.some((region) => scope.endsWith(`/${region}`))),
  );
  const near = inTime.filter(({ scope }) => !uncheckedScopes.has(scope));
  for (const { key, scope } of inTime) {
    if (uncheckedScopes.has(scope)) book.add({ file: 'digest', key, verdict: 'unchecked' });
  }
  const byChain = Map.groupBy(near, (digest) => `${digest.scope}/${digest.chain}`);
  const sealed = new Map<string, string>();
  const eventTimes = new Map<string, Period>();
  const sealedToByScope = new Map<string, number>();
  const gaps = new BoundedList<Gap>(MAX_GAPS);
  const chains: ChainEvidence[] = [];
  const signers = new Set<string>();
  let done = 0;
  for (const [name, chain] of [...byChain].sort(([left], [right]) => (left < right ? -1 : 1))) {
    chain.sort((left, right) => left.timeMs - right.timeMs);
    const [{ scope, trail: named, isBackfill }] = chain as [DigestKey, ...DigestKey[]];
    const {
      covered,
      beginsMs,
      signers: signedBy,
    } = await validateDigestChain(
      chain,
      { trail, publicKeys, bucket, fromMs: period.fromMs - 2 * HOUR_MS },
      {
        verdict: (verdict) => {
          done += 1;
          progress({ step: 'digests', done, total: near.length, events: 0 });
          book.add(verdict);
        },
        // Backfill digests stand apart from each other: each lists what was late.
        gap: (gap) => {
          if (!isBackfill) gaps.add({ chain: name, ...gap });
        },
        seal(key, sha256, events) {
          sealed.set(key, contradicts(sealed.get(key), sha256) ? CONTRADICTION : sha256);
          if (events) eventTimes.set(key, widen(eventTimes.get(key), events));
        },
      },
    );
    chains.push({ chain: name, scope, trail: named, isBackfill, digests: chain.length, covered, beginsMs });
    for (const fingerprint of signedBy) signers.add(fingerprint);
    const toMs = Math.max(sealedToByScope.get(scope) ?? 0, covered.at(-1)?.toMs ?? 0);
    if (!isBackfill && toMs > 0) sealedToByScope.set(scope, toMs);
  }
  return {
    seals: { sealed, sealedToByScope, uncheckedScopes, hasDigests: digests.length > 0 },
    eventTimes,
    gaps,
    chains,
    signers: [...signers],
  };
}

/** Two valid digests with different hashes of one log file, which no content can satisfy. */
const CONTRADICTION = 'contradiction';
const contradicts = (known: string | undefined, sha256: string): boolean => known !== undefined && known !== sha256;
