/**
 * The audit: reads a trail and a ledger and says what happened to cards, what proves it, and what does not add up
 * (V5, V12). Everything a report prints comes from here; `render/` only lays it out. Memory does not grow with the number
 * of events: they are summed up as they are read, rows go to the appendix, and what must be joined waits on disk.
 */
import type { Clock } from '../shared/base/clock.ts';
import type { HoneyRecord } from '../shared/base/honey.ts';
import { type AppendixSink, noAppendix } from './base/appendix.ts';
import { type AuditProgress, type Report, silent } from './base/progress.ts';
import { Dossiers } from './dossier.ts';
import { concernsToken, ErasureProof, type Residue } from './erasure/erasure.ts';
import type { Evidence, ReadingEvidence, Sources } from './evidence.ts';
import { findingsOf } from './findings.ts';
import { HoneyWatch } from './honey.ts';
import { Access } from './reasons/access.ts';
import { type LedgerItem, MAX_DAYS } from './reasons/ledger-reader.ts';
import { REASON_KINDS, type ReasonKind } from './reasons/reasons.ts';
import { concernsCard, type UnseenDecryption } from './reasons/reconcile.ts';
import { type Chains, validateChains } from './trail/chains.ts';
import type { Period } from './trail/digest-chain.ts';
import type { TrailEvent, VaultResources } from './trail/events.ts';
import { FileBook } from './trail/files.ts';
import { type LogKey, missingLogs, newLogTally, readLogFiles } from './trail/log-files.ts';
import { readPublicKeys } from './trail/public-keys.ts';
import type { TrailReader } from './trail/trail-folder.ts';
import { readTrailKey, type TrailKey } from './trail/trail-keys.ts';
import type { FileVerdict } from './trail/verdicts.ts';
import { Watch } from './watch/watch.ts';

export interface AuditDeps {
  readonly clock: Clock;
  readonly trail: TrailReader;
  /** Untrusted JSON in the shape of `aws cloudtrail list-public-keys`. */
  readonly publicKeys: unknown;
  readonly resources: VaultResources;
  /** The vault's own record of the period, item by item. */
  readReasons(period: Period): AsyncIterable<LedgerItem> | Iterable<LedgerItem>;
  /** Cards and tokens that nobody should touch; absent where the audit was given no list. */
  readonly honey?: readonly HoneyRecord[] | undefined;
  /** Looks now for ciphertext past its time; absent where the tables are out of reach. */
  readonly readResidue?: (() => Promise<Residue>) | undefined;
  /** Takes the rows that the evidence does not hold. */
  readonly appendix?: AppendixSink | undefined;
  readonly progress?: Report | undefined;
}

export interface AuditOptions {
  /** Absent: since the trail's first file. */
  readonly fromMs?: number | undefined;
  /** Absent: until now. */
  readonly toMs?: number | undefined;
  /** How long after a call its record may still arrive; CloudTrail says about 15 minutes. */
  readonly deliveryLagMs: number;
}

const HOUR_MS = 60 * 60_000;
/** A reason may be older than the decryption it explains, and records arrive after the call. */
const MARGIN_MS = HOUR_MS;

export async function audit(deps: AuditDeps, options: AuditOptions): Promise<Evidence> {
  const nowMs = deps.clock.nowMs();
  const { trail, appendix = noAppendix, progress = silent } = deps;
  const files = trail.keys.map(readTrailKey);
  const period = periodOf(files, options, nowMs);
  const book = new FileBook(appendix);
  const publicKeys = readPublicKeys(deps.publicKeys);
  const bucket = deps.resources.stated?.trailBucket;
  const wanted = { trail, publicKeys, files, period, bucket, book, progress };
  const { proven, gaps, chains, seals } = await validateChains(wanted);
  using dossiers = new Dossiers();
  const sources = await readSources(deps, dossiers, period, [...publicKeys.keys()], progress);
  const events = new EventReader(deps, dossiers, period, appendix);
  const logs = files.filter((file): file is LogKey => file.kind === 'log' && isNear(file, period));
  const reading = await events.read(
    deps.trail,
    logs,
    { ...seals, deliveryLagMs: options.deliveryLagMs },
    book,
    progress,
  );
  for (const foreign of foreignFiles(files)) book.add(foreign);

  const dueMs = Math.min(period.toMs, nowMs - options.deliveryLagMs);
  const erasure = new ErasureProof({ fromMs: period.fromMs, toMs: dueMs }, appendix);
  const isDue = ({ atMs }: UnseenDecryption) => atMs >= period.fromMs && atMs < dueMs;
  const { duplicates } = dossiers.judge(events.access, erasure, isDue);
  const found: Omit<Evidence, 'findings' | 'passed'> = {
    generatedAtMs: nowMs,
    period,
    proven,
    sources,
    integrity: { files: book.finish(), gaps, chains },
    reading: { ...reading, duplicates: reading.duplicates + duplicates },
    access: events.access.finish(),
    erasure: erasure.finish(await deps.readResidue?.()),
    watch: events.watch.finish(),
    honey: events.honey.finish(),
  };
  const findings = findingsOf(found);
  return { ...found, findings, passed: findings.total === 0 };
}

/** The reasons of the period go to the dossiers; what is said of them in the report is their number. */
async function readSources(
  deps: AuditDeps,
  dossiers: Dossiers,
  period: Period,
  publicKeyFingerprints: readonly string[],
  progress: Report,
): Promise<Sources> {
  const reasons = Object.fromEntries(REASON_KINDS.map((kind) => [kind, 0])) as Record<ReasonKind, number>;
  let unreadableReasons = 0;
  let read = 0;
  for await (const reason of deps.readReasons({ fromMs: period.fromMs - MARGIN_MS, toMs: period.toMs + MARGIN_MS })) {
    read += 1;
    if (read % 1_000 === 0) progress({ step: 'ledger', done: read, total: undefined, events: 0 });
    if (reason === undefined) unreadableReasons += 1;
    else {
      // A charge that opens two records is two reasons, and one charge.
      if (reason.onlyKey !== 'CvcKey') reasons[reason.kind] += 1;
      dossiers.addReason(reason);
    }
  }
  return {
    trail: deps.trail.location,
    resources: deps.resources,
    publicKeyFingerprints,
    reasons,
    unreadableReasons,
  };
}

/** One pass over the log files: their hashes against the digests, each event to those whom it concerns. */
class EventReader {
  readonly access: Access;
  readonly watch: Watch;
  readonly honey: HoneyWatch;
  readonly #resources: VaultResources;
  readonly #dossiers: Dossiers;
  readonly #period: Period;
  #outsidePeriod = 0;
  #newestEventMs: number | undefined;
  #unconcerned = 0;

  constructor({ resources, honey }: AuditDeps, dossiers: Dossiers, period: Period, appendix: AppendixSink) {
    this.access = new Access(appendix);
    this.watch = new Watch(resources, appendix);
    this.honey = new HoneyWatch(honey);
    this.#resources = resources;
    this.#dossiers = dossiers;
    this.#period = period;
  }

  async read(
    trail: TrailReader,
    logs: readonly LogKey[],
    seals: Chains['seals'] & { readonly deliveryLagMs: number },
    book: FileBook,
    progress: Report,
  ): Promise<ReadingEvidence> {
    const tally = newLogTally((verdict) => book.add(verdict));
    const report = (): void => progress(progressOf(tally.files, logs.length, tally.records));
    for await (const event of readLogFiles(trail, logs, seals, this.#resources, tally, report)) this.#take(event);
    for (const missing of missingLogs(trail, seals)) book.add(missing);
    const { files, records, skipped, duplicates, elsewhere } = tally;
    return {
      ...{ files, records, skipped, duplicates },
      elsewhere: elsewhere + this.#unconcerned,
      outsidePeriod: this.#outsidePeriod,
      newestEventMs: this.#newestEventMs,
    };
  }

  #take(event: TrailEvent): void {
    const { timeMs } = event;
    if (timeMs < this.#period.fromMs || timeMs > this.#period.toMs) {
      this.#outsidePeriod += 1;
      return;
    }
    this.#newestEventMs = Math.max(this.#newestEventMs ?? timeMs, timeMs);
    const isWatched = this.watch.take(event);
    this.honey.take(event);
    if (event.service === 'kms') {
      this.access.takeKey(event);
      if (concernsCard(event)) this.#dossiers.addCardEvent(event);
    } else if (event.service === 'dynamodb') {
      this.access.takeTable(event);
      if (concernsToken(event)) this.#dossiers.addTokenWrite(event);
    } else if (!isWatched) this.#unconcerned += 1;
  }
}

const progressOf = (done: number, total: number, events: number): AuditProgress => ({
  step: 'logs',
  done,
  total,
  events,
});

/** Without bounds: from the first file's day to now, so that the ledger is asked for days that exist. */
function periodOf(files: readonly TrailKey[], { fromMs, toMs }: AuditOptions, nowMs: number): Period {
  let firstMs = nowMs;
  for (const file of files) if ('timeMs' in file && file.timeMs !== undefined) firstMs = Math.min(firstMs, file.timeMs);
  const earliestMs = nowMs - (MAX_DAYS - 2) * 24 * HOUR_MS;
  return { fromMs: fromMs ?? Math.max(firstMs - MARGIN_MS, earliestMs), toMs: toMs ?? nowMs };
}

/** Files whose time in the name allows them to hold events of the period; a file without a time always may. */
const isNear = ({ timeMs }: LogKey, { fromMs, toMs }: Period): boolean =>
  timeMs === undefined || (timeMs >= fromMs - MARGIN_MS && timeMs <= toMs + 24 * HOUR_MS);

/** Files in CloudTrail's folders that look like its own and are neither log nor digest. Anything else is left alone. */
const foreignFiles = (files: readonly TrailKey[]): FileVerdict[] =>
  files
    .filter(({ kind, key }) => kind === 'other' && /(?:^|\/)AWSLogs\/.+\.json\.gz$/.test(key))
    .filter(({ key }) => !/\/CloudTrail-(?:Insight|Aggregated)\//.test(key))
    .map(({ key }) => ({ file: 'other', key, verdict: 'foreign' }));
