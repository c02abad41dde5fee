/**
 * Says for which times the trail is proven in every account and Region that it must cover: the vault's own always, and
 * those that were stated. A time counts where valid digests of one trail seal it in all of them, so that no other Region,
 * and no second trail, hides a hole (V12, PCI DSS 4.0.1 10.3.4, 10.7.2).
 */
import { common, lengthMs, type Period, without } from '../base/periods.ts';
import type { VaultResources } from './events.ts';
import type { NamedTrail } from './trail-keys.ts';

/** A chain of hourly digests after its validation. */
export interface SealedChain {
  /** `<account>/<region>/<trail>` */
  readonly chain: string;
  /** `<account>/<region>` */
  readonly scope: string;
  readonly trail: NamedTrail | undefined;
  readonly covered: readonly Period[];
  /** The start of its first digest, where the trail has it. */
  readonly beginsMs: number | undefined;
}

/** One account and Region that the trail must cover. */
export interface ScopeCoverage {
  readonly scope: string;
  /** The vault's keys are there. */
  readonly isHome: boolean;
  /** The chain that proves most of the period; undefined without a valid digest. */
  readonly chain: string | undefined;
  readonly covered: readonly Period[];
  /** Parts of the period that no valid digest of the chain seals, although CloudTrail has had the time. */
  readonly holes: readonly Period[];
}

export interface Coverage {
  readonly scopes: readonly ScopeCoverage[];
  /** The parts of the period that are sealed in every one of them. */
  readonly proven: readonly Period[];
  /** Chains of other trails than the stated ones, in an account and Region that the trail must cover. */
  readonly otherTrails: readonly string[];
}

export interface CoverageAsked {
  readonly period: Period;
  readonly nowMs: number;
  /**
   * Where the period may begin later than asked: with the trail's first digest (`trail`), or with a new trail that has no
   * file before its first digest (`new_trail`).
   */
  readonly mayBeginWith: 'nothing' | 'trail' | 'new_trail';
  /** Time of the oldest file of an account and Region. */
  readonly oldestMs: ReadonlyMap<string, number>;
}

/**
 * CloudTrail writes a digest each hour and may be an hour late, so the newest two hours may lack one. Other times without a
 * digest, and log files that are older and in none, are findings.
 */
export const SEAL_DUE_MS = 2 * 60 * 60_000;

/** The time in a log file's name is to the minute. */
const NAME_RESOLUTION_MS = 60_000;

export function coverageOf(chains: readonly SealedChain[], resources: VaultResources, asked: CoverageAsked): Coverage {
  const home = homeScopes(resources);
  const expected = [...new Set([...home, ...(resources.stated?.covers ?? [])])];
  const inScope = chains.filter(({ scope }) => expected.includes(scope));
  const counted = inScope.filter((chain) => isStated(chain, resources));
  const firstMs = Math.min(...counted.flatMap(({ covered }) => covered.slice(0, 1).map(({ fromMs }) => fromMs)));
  const scopes = expected.map((scope): ScopeCoverage => {
    const judged = counted
      .filter((chain) => chain.scope === scope && chain.covered.length > 0)
      .map(({ chain, covered, beginsMs }) => {
        const fromMs = beginOf({ scope, covered, beginsMs }, firstMs, asked);
        const due = { fromMs, toMs: Math.min(asked.period.toMs, asked.nowMs - SEAL_DUE_MS) };
        return { scope, isHome: home.has(scope), chain, covered, holes: without(due, covered) };
      });
    const [best] = judged.toSorted(
      (left, right) => lengthMs(left.holes) - lengthMs(right.holes) || endOf(right.covered) - endOf(left.covered),
    );
    return best ?? { scope, isHome: home.has(scope), chain: undefined, covered: [], holes: [] };
  });
  return {
    scopes,
    proven: scopes.reduce<readonly Period[]>(
      (proven, { covered }) => common(proven, covered),
      scopes.length === 0 ? [] : [asked.period],
    ),
    otherTrails: inScope.filter((chain) => !counted.includes(chain)).map(({ chain }) => chain),
  };
}

const KEY_ARN = /^arn:([a-z-]+):kms:([a-z0-9-]+):(\d{12}):/;
const placesOf = ({ keyArns }: Pick<VaultResources, 'keyArns'>) =>
  Object.values(keyArns).flatMap((arn) => {
    const [, partition, region, account] = KEY_ARN.exec(arn ?? '') ?? [];
    return region === undefined ? [] : [{ partition, region, account }];
  });

/** Account and Region of the vault's keys, where CloudTrail records their uses. */
const homeScopes = (resources: VaultResources): ReadonlySet<string> =>
  new Set(placesOf(resources).map(({ account, region }) => `${account}/${region}`));

/**
 * Where AWS records calls on IAM, for the accounts of the vault's keys. Source: CloudTrail user guide, "Global service
 * events"; it names the Region of the partition `aws` only.
 */
export const scopesOfIam = (resources: Pick<VaultResources, 'keyArns'>): readonly string[] => [
  ...new Set(
    placesOf(resources).flatMap(({ partition, account }) => (partition === 'aws' ? [`${account}/us-east-1`] : [])),
  ),
];

/** Where no trail is stated, each may prove the period, but alone. */
function isStated({ trail }: SealedChain, { stated }: VaultResources): boolean {
  if (stated?.trailNames === undefined) return true;
  const isHome = stated.trailHome === undefined || trail?.homeRegion === stated.trailHome;
  return trail !== undefined && isHome && stated.trailNames.includes(trail.name);
}

/** From when on a chain must prove the period. */
function beginOf(
  { scope, covered, beginsMs }: Pick<SealedChain, 'scope' | 'covered' | 'beginsMs'>,
  firstMs: number,
  { period, mayBeginWith, oldestMs }: CoverageAsked,
): number {
  if (mayBeginWith === 'trail') {
    // Trails begin in all Regions at about the same time; a Region that begins later was without one.
    const ownMs = covered[0]?.fromMs ?? firstMs;
    return Math.max(period.fromMs, ownMs <= firstMs + SEAL_DUE_MS ? ownMs : firstMs);
  }
  if (mayBeginWith === 'nothing' || beginsMs === undefined) return period.fromMs;
  const isNew = (oldestMs.get(scope) ?? 0) >= beginsMs - NAME_RESOLUTION_MS;
  return isNew ? Math.max(period.fromMs, beginsMs) : period.fromMs;
}

const endOf = (covered: readonly Period[]): number => covered.at(-1)?.toMs ?? Number.NEGATIVE_INFINITY;

/** The end of what is sealed in every account and Region of the vault's keys; undefined where one has no digest. */
export function homeSealedToMs({ scopes }: Coverage): number | undefined {
  const ends = scopes.filter(({ isHome }) => isHome).map(({ covered }) => endOf(covered));
  const endMs = Math.min(...ends);
  return Number.isFinite(endMs) ? endMs : undefined;
}
