/**
 * The audit: reads a trail and a ledger and says what happened to cards, what proves it, and what does not add up
 * (V5, V12). Everything the report prints comes from here; `render/` only lays it out.
 */
import type { Clock } from '../base/clock.ts';
import { type DigestKey, type Period, validateDigestChain, widen } from './digest-chain.ts';
import type { VaultResources } from './events.ts';
import { cardFindings, type Finding, finding, integrityFindings } from './findings.ts';
import { type LedgerReading, MAX_DAYS } from './ledger-reader.ts';
import { type LogKey, type LogTally, missingLogs, newLogTally, readLogFiles, type Seals } from './log-files.ts';
import { type PublicKey, readPublicKeys } from './public-keys.ts';
import { Reconciler, type Reconciliation } from './reconcile.ts';
import type { TrailReader } from './trail-folder.ts';
import { readTrailKey, type TrailKey } from './trail-keys.ts';
import type { FileVerdict } from './verdicts.ts';

export interface AuditDeps {
  readonly clock: Clock;
  readonly trail: TrailReader;
  /** Untrusted JSON in the shape of `aws cloudtrail list-public-keys`. */
  readonly publicKeys: unknown;
  readonly resources: VaultResources;
  /** The vault's own record of the period. */
  readCharges(period: Period): Promise<LedgerReading>;
}

export interface AuditOptions {
  /** Absent: since the trail's first file. */
  readonly fromMs?: number | undefined;
  /** Absent: until now. */
  readonly toMs?: number | undefined;
  /** How long after a call its record may still arrive; CloudTrail says about 15 minutes. */
  readonly deliveryLagMs: number;
}

export interface Evidence {
  readonly generatedAtMs: number;
  readonly period: Period;
  /** What valid digest files prove; undefined when none is valid. */
  readonly proven: Period | undefined;
  readonly sources: Sources;
  readonly verdicts: readonly FileVerdict[];
  readonly gaps: readonly Period[];
  readonly logs: LogTally;
  readonly reconciliation: Reconciliation;
  readonly findings: readonly Finding[];
  readonly passed: boolean;
}

export interface Sources {
  readonly trail: string;
  readonly resources: VaultResources;
  readonly publicKeyFingerprints: readonly string[];
  readonly chargeCount: number;
  readonly unreadableCharges: number;
}

const HOUR_MS = 60 * 60_000;
/** A charge may be older than the decryption it explains, and records arrive after the call. */
const MARGIN_MS = HOUR_MS;

export async function audit(deps: AuditDeps, options: AuditOptions): Promise<Evidence> {
  const nowMs = deps.clock.nowMs();
  const files = deps.trail.keys.map(readTrailKey);
  const period = periodOf(files, options, nowMs);
  const publicKeys = readPublicKeys(deps.publicKeys);
  const { seals, proven, gaps, ...chains } = await validateChains(deps.trail, publicKeys, files, period);
  const ledger = await deps.readCharges({ fromMs: period.fromMs - MARGIN_MS, toMs: period.toMs + MARGIN_MS });
  const logs = files.filter((file): file is LogKey => file.kind === 'log' && isNear(file, period));
  const { tally, reconciliation } = await readEvents(
    deps,
    logs,
    { ...seals, deliveryLagMs: options.deliveryLagMs },
    period,
    ledger,
  );

  const verdicts = [...chains.verdicts, ...tally.verdicts, ...foreignFiles(files)];
  const findings = [
    ...integrityFindings({ verdicts, gaps, proven, logs, tally }, nowMs),
    ...cardFindings(reconciliation, period, nowMs - options.deliveryLagMs),
    ...(ledger.unreadable > 0 ? [finding('charges_unreadable', String(ledger.unreadable))] : []),
  ];
  const sources: Sources = {
    trail: deps.trail.location,
    resources: deps.resources,
    publicKeyFingerprints: [...publicKeys.keys()],
    chargeCount: ledger.charges.length,
    unreadableCharges: ledger.unreadable,
  };
  const passed = findings.length === 0;
  return {
    generatedAtMs: nowMs,
    period,
    proven,
    sources,
    verdicts,
    gaps,
    logs: tally,
    reconciliation,
    findings,
    passed,
  };
}

/** One pass over the log files: their hashes against the digests, their events against the charges. */
async function readEvents(
  { trail, resources }: AuditDeps,
  logs: readonly LogKey[],
  seals: Seals,
  period: Period,
  ledger: LedgerReading,
) {
  const tally = newLogTally();
  const reconciler = new Reconciler(ledger.charges);
  for await (const event of readLogFiles(trail, logs, seals, resources, tally)) {
    if (event.timeMs >= period.fromMs && event.timeMs <= period.toMs) reconciler.take(event);
  }
  tally.verdicts.push(...missingLogs(trail, seals));
  return { tally, reconciliation: reconciler.finish() };
}

/** Without bounds: from the first file's day to now, so that the ledger is asked for days that exist. */
function periodOf(files: readonly TrailKey[], { fromMs, toMs }: AuditOptions, nowMs: number): Period {
  const timesMs = files.flatMap((file) => ('timeMs' in file && file.timeMs !== undefined ? file.timeMs : []));
  const firstMs = timesMs.reduce((least, timeMs) => Math.min(least, timeMs), nowMs);
  const earliestMs = nowMs - (MAX_DAYS - 2) * 24 * HOUR_MS;
  return { fromMs: fromMs ?? Math.max(firstMs - MARGIN_MS, earliestMs), toMs: toMs ?? nowMs };
}

/** Files whose time in the name allows them to hold events of the period; a file without a time always may. */
const isNear = ({ timeMs }: LogKey, { fromMs, toMs }: Period): boolean =>
  timeMs === undefined || (timeMs >= fromMs - MARGIN_MS && timeMs <= toMs + 24 * HOUR_MS);

async function validateChains(
  trail: TrailReader,
  publicKeys: ReadonlyMap<string, PublicKey>,
  files: readonly TrailKey[],
  period: Period,
) {
  const digests = files.filter((file): file is DigestKey => file.kind === 'digest');
  // A digest written up to a day after the period may seal log files of the period.
  const near = digests.filter((digest) => digest.timeMs <= period.toMs + 24 * HOUR_MS + MARGIN_MS);
  const byChain = Map.groupBy(near, (digest) => `${digest.scope}/${digest.chain}`);
  const results = [];
  for (const chain of byChain.values()) {
    chain.sort((left, right) => left.timeMs - right.timeMs);
    const result = await validateDigestChain(trail, publicKeys, chain, period.fromMs - 2 * MARGIN_MS);
    results.push({ ...result, scope: chain[0]?.scope ?? '' });
  }
  const sealed = new Map<string, ReadonlySet<string>>();
  const coveredByScope = new Map<string, Period>();
  let proven: Period | undefined;
  for (const result of results) {
    for (const [key, hashes] of result.sealed) sealed.set(key, new Set([...hashes, ...(sealed.get(key) ?? [])]));
    if (result.covered === undefined) continue;
    coveredByScope.set(result.scope, widen(coveredByScope.get(result.scope), result.covered));
    proven = widen(proven, result.covered);
  }
  return {
    seals: { sealed, coveredByScope, hasDigests: digests.length > 0 },
    verdicts: results.flatMap((result) => result.verdicts),
    gaps: results.flatMap((result) => result.gaps),
    proven,
  };
}

/** Files in CloudTrail's folders that look like its own and are neither log nor digest. Anything else is left alone. */
const foreignFiles = (files: readonly TrailKey[]): FileVerdict[] =>
  files
    .filter(({ kind, key }) => kind === 'other' && /(?:^|\/)AWSLogs\/.+\.json\.gz$/.test(key))
    .filter(({ key }) => !/\/CloudTrail-(?:Insight|Aggregated)\//.test(key))
    .map(({ key }) => ({ file: 'other', key, verdict: 'foreign' }));
