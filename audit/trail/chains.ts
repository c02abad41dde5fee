/** Validates every chain of digests of a trail, and combines what they prove: hashes of log files, and periods. */
import { type Bounded, BoundedList } from '../base/bounded.ts';
import type { Report } from '../base/progress.ts';
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
export interface ChainEvidence {
  /** `<account>/<region>/<trail>` */
  readonly chain: string;
  readonly digests: number;
  readonly covered: Period | undefined;
}

export interface Chains {
  readonly seals: Omit<Seals, 'deliveryLagMs'>;
  /** The times of the events of each log file, as a signed digest tells them. */
  readonly eventTimes: ReadonlyMap<string, Period>;
  readonly proven: Period | undefined;
  readonly gaps: Bounded<Gap>;
  readonly chains: readonly ChainEvidence[];
}

const HOUR_MS = 60 * 60_000;
const MAX_GAPS = 1_000;

interface Wanted {
  readonly trail: TrailReader;
  readonly publicKeys: ReadonlyMap<string, PublicKey>;
  readonly files: readonly TrailKey[];
  readonly period: Period;
  readonly bucket: string | undefined;
  readonly book: FileBook;
  readonly progress: Report;
}

export async function validateChains(wanted: Wanted): Promise<Chains> {
  const { trail, publicKeys, files, period, bucket, book, progress } = wanted;
  const digests = files.filter((file): file is DigestKey => file.kind === 'digest');
  // A digest of up to a day after the period may list log files of the period.
  const near = digests.filter((digest) => digest.timeMs <= period.toMs + 25 * HOUR_MS);
  const byChain = Map.groupBy(near, (digest) => `${digest.scope}/${digest.chain}`);
  const sealed = new Map<string, string>();
  const eventTimes = new Map<string, Period>();
  const coveredByScope = new Map<string, Period>();
  const gaps = new BoundedList<Gap>(MAX_GAPS);
  const chains: ChainEvidence[] = [];
  let proven: Period | undefined;
  let done = 0;
  for (const [name, chain] of [...byChain].sort(([left], [right]) => (left < right ? -1 : 1))) {
    chain.sort((left, right) => left.timeMs - right.timeMs);
    const scope = chain[0]?.scope ?? '';
    const result = await validateDigestChain(
      chain,
      { trail, publicKeys, bucket, fromMs: period.fromMs - 2 * HOUR_MS },
      {
        verdict: (verdict) => {
          done += 1;
          progress({ step: 'digests', done, total: near.length, events: 0 });
          book.add(verdict);
        },
        gap: (gap) => gaps.add({ chain: name, ...gap }),
        seal(key, sha256, events) {
          sealed.set(key, contradicts(sealed.get(key), sha256) ? CONTRADICTION : sha256);
          if (events) eventTimes.set(key, widen(eventTimes.get(key), events));
        },
      },
    );
    chains.push({ chain: name, digests: chain.length, covered: result });
    if (result === undefined) continue;
    coveredByScope.set(scope, widen(coveredByScope.get(scope), result));
    proven = widen(proven, result);
  }
  return { seals: { sealed, coveredByScope, hasDigests: digests.length > 0 }, eventTimes, proven, gaps, chains };
}

/** Two valid digests with different hashes of one log file, which no content can satisfy. */
const CONTRADICTION = 'contradiction';
const contradicts = (known: string | undefined, sha256: string): boolean => known !== undefined && known !== sha256;
