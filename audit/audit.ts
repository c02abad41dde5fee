/**
 * The audit: reads a trail and a ledger and says what happened to cards, what proves it, and what does not add up
 * (V5, V12). Everything a report prints comes from here; `render/` only lays it out. Memory does not grow with the number
 * of events: they are summed up as they are read, rows go to the appendix, and rows that must be joined wait on disk.
 */
import type { Clock } from '../shared/base/clock.ts';
import type { HoneyRecord } from '../shared/base/honey.ts';
import { answerFindings, type GivenAnswer } from './answers.ts';
import { type AppendixSink, noAppendix } from './base/appendix.ts';
import { type Report, silent } from './base/progress.ts';
import type { ReportVerdict } from './base/verdict.ts';
import { Dossiers } from './dossier.ts';
import { concernsToken, type Residue } from './erasure/erasure.ts';
import type { Evidence, ReadingEvidence, Sources } from './evidence.ts';
import { findingsOf } from './find.ts';
import type { Findings } from './finding.ts';
import { type HoneyEvidence, HoneyWatch } from './honey.ts';
import { CallBook, type CallEvidence } from './reasons/access.ts';
import { type LedgerItem, MAX_DAYS } from './reasons/ledger-reader.ts';
import { isReEncryption, writesCard } from './reasons/moves.ts';
import { RUN_MS } from './reasons/order.ts';
import { REASON_KINDS, type ReasonKind } from './reasons/reasons.ts';
import { isDecryption } from './reasons/reconcile.ts';
import { type Chains, validateChains } from './trail/chains.ts';
import { type CoverageAsked, coverageOf } from './trail/coverage.ts';
import type { Period } from './trail/digest-chain.ts';
import type { TrailEvent, VaultResources } from './trail/events.ts';
import { FileBook } from './trail/files.ts';
import { type LogKey, missingLogs, newLogTally, readLogFiles } from './trail/log-files.ts';
import { type KeySource, type PublicKey, type PublicKeys, readPublicKeys } from './trail/public-keys.ts';
import type { TrailReader } from './trail/trail-folder.ts';
import { readTrailKey, type TrailKey } from './trail/trail-keys.ts';
import type { FileVerdict } from './trail/verdicts.ts';
import { ChangeBook, type ChangeEvidence } from './watch/changes.ts';
import { Watch, type WatchEvidence } from './watch/watch.ts';
import type { ReadCharges, WitnessBook } from './witness-book.ts';

export interface AuditDeps {
  readonly clock: Clock;
  readonly trail: TrailReader;
  /** Untrusted JSON in the shape of `aws cloudtrail list-public-keys`. */
  readonly publicKeys: unknown;
  readonly keySource: KeySource;
  readonly resources: VaultResources;
  /** The vault's own record of the period, item by item; `see` gets each as the ledger has it. */
  readReasons(period: Period, see: (item: object) => void): AsyncIterable<LedgerItem> | Iterable<LedgerItem>;
  /** The listings of processors, already read, and how to read the charges they name; absent where none was given. */
  readonly witness?: { readonly book: WitnessBook; readonly readCharges: ReadCharges } | undefined;
  /** Cards and tokens that no caller should touch; absent where the audit has no list of them. */
  readonly honey?: readonly HoneyRecord[] | undefined;
  /** Looks now for ciphertext past its time; absent where the tables are out of reach. */
  readonly readResidue?: (() => Promise<Residue>) | undefined;
  /** What people said of findings; absent where no file of answers was given. */
  readonly answers?: readonly GivenAnswer[] | undefined;
  /** Takes the rows that the evidence does not hold. */
  readonly appendix?: AppendixSink | undefined;
  readonly progress?: Report | undefined;
}

export interface AuditOptions {
  /** Absent: since the trail's first file. */
  readonly fromMs?: number | undefined;
  /** Absent: until now. */
  readonly toMs?: number | undefined;
  /**
   * A trail that is younger than the period proves it from its first digest on, where it holds no older file. For runs
   * that look at a fixed number of hours.
   */
  readonly mayBeNew?: boolean;
  /** How long after a call its record may still arrive; CloudTrail says about 15 minutes. */
  readonly deliveryLagMs: number;
}

const HOUR_MS = 60 * 60_000;
/** Records arrive after the call. */
const MARGIN_MS = HOUR_MS;
/** A decryption follows its reason within a minute, by the vault's clock and AWS's. Each older reason would cost a read. */
const REASONS_MARGIN_MS = 5 * 60_000;

export async function audit(deps: AuditDeps, options: AuditOptions): Promise<Evidence> {
  using dossiers = new Dossiers();
  const run = startRun(deps, options, dossiers);
  const { seals, eventTimes, gaps, chains, signers } = await validateChains(run);
  const coverage = coverageOf(
    chains.filter(({ isBackfill }) => !isBackfill),
    deps.resources,
    coverageAsked(run, options),
  );
  const sources = await readLedger(run, signers);
  const { reading, calls, watch, changes, honey } = await readEvents(run, seals, eventTimes);
  const { decryptions, erasures, duplicates } = dossiers.judge(run);
  const witness = await deps.witness?.book.finish(run.period, deps.witness.readCharges, run.appendix);
  const evidence = {
    generatedAtMs: run.nowMs,
    period: run.period,
    sources,
    integrity: { files: run.book.finish(), gaps, chains, coverage },
    reading: { ...reading, duplicates: reading.duplicates + duplicates },
    access: { ...calls, ...decryptions },
    erasure: { ...erasures, residue: await deps.readResidue?.() },
    watch,
    changes,
    honey,
    witness,
  };
  const answered = answerFindings(findingsOf(evidence), deps.answers);
  const verdict = verdictOf(answered.findings, sources);
  return { ...evidence, ...answered, verdict, passed: verdict === 'pass' };
}

/**
 * An answer counts for the finding that it names; those beyond the listed ones can have none. Keys that lie with the trail
 * are the word of the writer of the folder: without others nothing is proven, and no answer changes that.
 */
function verdictOf({ total, answered }: Findings, { publicKeys }: Sources): ReportVerdict {
  if (answered < total) return 'fail';
  if (publicKeys.origin === 'trail') return 'unvouched';
  return total === 0 ? 'pass' : 'answered';
}

/** What every step of one audit reads, and the two books that more than one of them writes. */
interface Run extends Omit<AuditDeps, 'publicKeys'> {
  readonly nowMs: number;
  readonly files: readonly TrailKey[];
  readonly period: Period;
  /** The part of the period for which the trail is complete, because CloudTrail has had the time to deliver. */
  readonly due: Period;
  readonly deliveryLagMs: number;
  readonly publicKeys: ReadonlyMap<string, PublicKey>;
  readonly refusedRegions: readonly string[];
  readonly misnamedKeys: PublicKeys['misnamed'];
  readonly bucket: string | undefined;
  readonly appendix: AppendixSink;
  readonly progress: Report;
  /** One verdict for each file of the trail. */
  readonly book: FileBook;
  /** All that trail and ledger say of each record. */
  readonly dossiers: Dossiers;
}

function startRun(deps: AuditDeps, options: AuditOptions, dossiers: Dossiers): Run {
  const { appendix = noAppendix, progress = silent } = deps;
  const { deliveryLagMs } = options;
  const nowMs = deps.clock.nowMs();
  const files = deps.trail.keys.map(readTrailKey);
  const period = periodOf(files, options, nowMs);
  const due = { fromMs: period.fromMs, toMs: Math.min(period.toMs, nowMs - deliveryLagMs) };
  const { byFingerprint: publicKeys, misnamed: misnamedKeys } = readPublicKeys(deps.publicKeys);
  const { refusedRegions } = deps.keySource;
  const bucket = deps.resources.stated?.trailBucket;
  const book = new FileBook(appendix);
  return {
    ...deps,
    ...{ nowMs, files, period, due, deliveryLagMs, bucket, appendix, progress, book, dossiers },
    ...{ publicKeys, refusedRegions, misnamedKeys },
  };
}

function coverageAsked({ period, nowMs, files }: Run, { fromMs, mayBeNew }: AuditOptions): CoverageAsked {
  const oldestMs = new Map<string, number>();
  for (const file of files) {
    if (!('scope' in file) || file.timeMs === undefined) continue;
    oldestMs.set(file.scope, Math.min(oldestMs.get(file.scope) ?? file.timeMs, file.timeMs));
  }
  const mayBeginWith = fromMs === undefined ? 'trail' : mayBeNew ? 'new_trail' : 'nothing';
  return { period, nowMs, mayBeginWith, oldestMs };
}

/** Puts the reasons of the period into the dossiers and counts them. */
async function readLedger(run: Run, fingerprints: readonly string[]): Promise<Sources> {
  const { trail, resources, period, progress, dossiers, witness } = run;
  const reasons = Object.fromEntries(REASON_KINDS.map((kind) => [kind, 0])) as Record<ReasonKind, number>;
  let unreadableReasons = 0;
  let read = 0;
  const wide = { fromMs: period.fromMs - REASONS_MARGIN_MS, toMs: period.toMs + REASONS_MARGIN_MS };
  for await (const reason of run.readReasons(wide, (item) => witness?.book.addEntry(item))) {
    read += 1;
    if (read % 1_000 === 0) progress({ step: 'ledger', done: read, total: undefined, events: 0 });
    if (reason === undefined) unreadableReasons += 1;
    else {
      // A charge that opens two records is two reasons, and one charge.
      if (reason.onlyKey !== 'CvcKey') reasons[reason.kind] += 1;
      dossiers.addReason(reason);
    }
  }
  const publicKeys = { ...run.keySource, fingerprints, misnamed: run.misnamedKeys };
  return { trail: trail.location, resources, publicKeys, reasons, unreadableReasons };
}

interface EventsRead {
  readonly reading: ReadingEvidence;
  readonly calls: CallEvidence;
  readonly watch: WatchEvidence;
  readonly changes: ChangeEvidence;
  readonly honey: HoneyEvidence;
}

/**
 * Reads the log files once: compares their hashes with the digests, sums up the events of the period, and puts those that
 * concern one record into its dossier.
 */
async function readEvents(run: Run, promised: Chains['seals'], eventTimes: Chains['eventTimes']): Promise<EventsRead> {
  const { trail, files, period, resources, appendix, progress, book, dossiers } = run;
  const seals = { ...promised, deliveryLagMs: run.deliveryLagMs };
  const calls = new CallBook(appendix);
  const watch = new Watch(resources, appendix);
  const changes = new ChangeBook(appendix);
  const honey = new HoneyWatch(run.honey);
  const logs = files.filter(
    (file): file is LogKey => file.kind === 'log' && isNear(file, period, eventTimes.get(file.key)),
  );
  const tally = newLogTally((verdict) => book.add(verdict));
  const report = () => progress({ step: 'logs', done: tally.files, total: logs.length, events: tally.records });
  let outsidePeriod = 0;
  let unconcerned = 0;
  let newestEventMs: number | undefined;
  const take = (event: TrailEvent): void => {
    if (event.timeMs < period.fromMs || event.timeMs > period.toMs) {
      outsidePeriod += 1;
      if (isBeside(event, period)) putIntoDossier(event, dossiers);
      return;
    }
    newestEventMs = Math.max(newestEventMs ?? event.timeMs, event.timeMs);
    const isWatched = watch.take(event);
    changes.take(event);
    honey.take(event);
    putIntoDossier(event, dossiers);
    if (event.service === 'kms') calls.takeKey(event);
    else if (event.service === 'dynamodb') calls.takeTable(event);
    else if (!isWatched) unconcerned += 1;
  };
  for await (const events of readLogFiles({ trail, logs, seals, resources, tally, report })) events.forEach(take);
  for (const verdict of [...missingLogs(trail, seals), ...foreignFiles(files)]) book.add(verdict);
  const { verdict: _verdict, ...counts } = tally;
  const reading = { ...counts, elsewhere: counts.elsewhere + unconcerned, outsidePeriod, newestEventMs };
  return { reading, calls: calls.finish(), watch: watch.finish(), changes: changes.finish(), honey: honey.finish() };
}

/** So near that it is evidence for a decryption within the period: a step of the same run. */
const isBeside = ({ timeMs }: TrailEvent, { fromMs, toMs }: Period): boolean =>
  timeMs >= fromMs - RUN_MS && timeMs <= toMs + RUN_MS;

function putIntoDossier(event: TrailEvent, dossiers: Dossiers): void {
  if (event.service === 'kms') {
    if (isDecryption(event) || isReEncryption(event)) dossiers.addCardEvent(event);
  } else if (event.service === 'dynamodb') {
    if (concernsToken(event)) dossiers.addTokenWrite(event);
    else if (writesCard(event)) dossiers.addCardWrite(event);
    if (event.table === 'Ledger') dossiers.addEntryWrite(event);
  }
}

/** Without bounds: from the first file's day to now, so that the ledger is asked for days that exist. */
function periodOf(files: readonly TrailKey[], { fromMs, toMs }: AuditOptions, nowMs: number): Period {
  let firstMs = nowMs;
  for (const file of files) if ('timeMs' in file && file.timeMs !== undefined) firstMs = Math.min(firstMs, file.timeMs);
  const earliestMs = nowMs - (MAX_DAYS - 2) * 24 * HOUR_MS;
  return { fromMs: fromMs ?? Math.max(firstMs - MARGIN_MS, earliestMs), toMs: toMs ?? nowMs };
}

/**
 * Whether a file may hold events of the period: as its digest says, else by the time of delivery in its name, which may be
 * a day late; without either it always may.
 */
const isNear = ({ timeMs }: LogKey, { fromMs, toMs }: Period, events: Period | undefined): boolean => {
  if (events !== undefined) return events.toMs >= fromMs && events.fromMs <= toMs;
  return timeMs === undefined || (timeMs >= fromMs - MARGIN_MS && timeMs <= toMs + 24 * HOUR_MS);
};

/** Files in CloudTrail's folders that look like its own and are neither log nor digest. Anything else is left alone. */
const foreignFiles = (files: readonly TrailKey[]): FileVerdict[] =>
  files
    .filter(({ kind, key }) => kind === 'other' && key.endsWith('.json.gz') && `/${key}`.includes('/AWSLogs/'))
    .filter(({ key }) => !/\/CloudTrail-(?:Insight|Aggregated)\//.test(key))
    .map(({ key }) => ({ file: 'other', key, verdict: 'foreign' }));
