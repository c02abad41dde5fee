/** `fuda evidence`: audits a trail against the ledger and writes the report for auditors. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { GivenAnswer } from '../../../audit/answers.ts';
import { audit } from '../../../audit/audit.ts';
import type { AppendixSink } from '../../../audit/base/appendix.ts';
import type { ReportVerdict } from '../../../audit/base/verdict.ts';
import { BundleError, loadSigningKey, type SigningKey } from '../../../audit/bundle/signing-key.ts';
import { refuseOtherFiles } from '../../../audit/bundle/writer.ts';
import { readResidue } from '../../../audit/erasure/residue.ts';
import type { Evidence } from '../../../audit/evidence.ts';
import { FINDINGS } from '../../../audit/finding.ts';
import { readReasons } from '../../../audit/reasons/ledger-reader.ts';
import { BUNDLE_FILES } from '../../../audit/render/appendices.ts';
import { type Counts, countsOf } from '../../../audit/render/counts.ts';
import { LOCALES } from '../../../audit/render/locales.ts';
import type { VaultStatement } from '../../../audit/trail/events.ts';
import { PUBLIC_KEYS_FILE } from '../../../audit/trail/trail-folder.ts';
import { WitnessBook } from '../../../audit/witness-book.ts';
import { toRfc3339 } from '../../../shared/base/clock.ts';
import { getItems } from '../../../shared/base/dynamo.ts';
import type { HoneyRecord } from '../../../shared/base/honey.ts';
import { type ExitCode, type Input, type PlainCommand, UsageError } from '../../core/command.ts';
import type { Connection } from '../../core/connection.ts';
import { columns } from '../../core/help.ts';
import { givenTemplates, ownTemplates } from '../../core/templates.ts';
import { HONEY_FILE, readHoneyFile } from '../honey/file.ts';
import { readAnswersOption } from './answer-option.ts';
import { type Bundle, writeBundle } from './bundle.ts';
import { readListings } from './listings.ts';
import type { Printer } from './pdf.ts';
import { progressLine } from './progress.ts';
import { trailSealed } from './sealed.ts';
import { defaultPlace, type OpenTrail, openTrail, placeOption } from './trail.ts';

/** The local trail writes records within seconds; CloudTrail delivers within about 15 minutes. */
const DELIVERY_LAG_MS = { folder: 30_000, bucket: 20 * 60_000 } as const;
/** Beside the state of the local runtime, which git ignores. */
export const SIGNING_KEY_FILE = '.fuda/evidence-key.pem';
const DAY_MS = 24 * 60 * 60_000;
const SHOWN_FINDINGS = 10;

export const evidence: PlainCommand = {
  name: 'evidence',
  summary: 'Check the CloudTrail trail, match every decryption to its reason, and write the signed report.',
  positionals: [],
  options: {
    trail: {
      value: 'place',
      about: 's3://bucket/prefix, or a folder with a copy of it (default: the trail of the stack or local runtime)',
    },
    'public-keys': {
      value: 'file',
      about: `output of aws cloudtrail list-public-keys (default: ${PUBLIC_KEYS_FILE} of a named folder, else CloudTrail is asked)`,
    },
    'trail-name': {
      value: 'name',
      about: 'the trail that must have written it, where it is not the stack’s own, such as the organization’s',
    },
    covers: {
      value: 'account/region',
      about: 'must be sealed for the whole period too, such as 111122223333/us-east-1; the vault’s Region always is',
      isMultiple: true,
    },
    honey: {
      value: 'file',
      about: `list of planted cards and tokens, as honey plant writes it (default: ${HONEY_FILE}, if there)`,
    },
    processor: {
      value: 'file',
      about:
        'a processor’s listing of charges and refunds (docs/reference/processor-listing.md), matched with the ledger',
      isMultiple: true,
    },
    from: { value: 'time', about: 'RFC 3339 time or date in UTC (default: the trail’s beginning)' },
    to: { value: 'time', about: 'RFC 3339 time or date, inclusive (default: now)' },
    answers: { value: 'file', about: 'answers to findings, as evidence answer writes them; needs --answered-by' },
    'answered-by': {
      value: 'fingerprint',
      about: 'SHA-256 of the key of a person who may answer, as that person told you',
      isMultiple: true,
    },
    out: { value: 'folder', about: 'the bundle: report, appendices and signed manifest (default: report)' },
    'signing-key': {
      value: 'file',
      about: `Ed25519 key that signs the bundle, made if it is not there (default: ${SIGNING_KEY_FILE})`,
    },
    template: {
      value: 'file',
      about: 'a deployed CloudFormation template, for keys and permissions (default: the stack’s or the local one’s)',
      isMultiple: true,
    },
    operator: {
      value: 'name',
      about: 'a user or role that may change merchants and keys; a change by any other caller is then a finding',
      isMultiple: true,
    },
    pdf: { about: 'also print report.pdf, with the Chromium that comes in the packages of a clone' },
    locale: { value: LOCALES.join('|'), about: 'language of report.html (default: en)' },
  },
  notes: [
    'A listing begins a day before the period and ends a day after it; several must not overlap.',
    'Exit code 1 means that the report has findings: an unexplained decryption, or a trail that is altered or incomplete.',
    'Exit code 3 means Unvouched: the public keys lay with the trail, whose writer may have made both. Nothing is proven.',
    'Exit code 4 means Answered: there are findings, and a person whom --answered-by names has answered each. It is no Pass.',
    'A bucket is read in place, of a period only its days. To audit without AWS later, keep a copy; its newest digest',
    'also needs its object metadata beside it:',
    '  aws s3 sync s3://<bucket> trail/',
    '  aws cloudtrail list-public-keys --start-time <from> > keys.json',
    '  aws s3api head-object --bucket <bucket> --key <digest> --query Metadata > trail/<digest>.metadata.json',
  ],
  examples: [
    'evidence',
    'evidence --locale ja --out report',
    'evidence --stack Fuda --operator VaultOperator --from 2026-11-01 --to 2026-11-30',
    'evidence --stack Fuda --trail s3://company-trail/vault --from 2026-11-01',
    'evidence --stack Fuda --trail trail/ --public-keys keys.json --from 2026-11-01 --to 2026-11-30',
  ],
  async run(input, connect) {
    const locale = input.oneOf('locale', LOCALES, 'en');
    const out = resolve(input.optional('out') ?? 'report');
    refuseOtherFiles(out, new Set(BUNDLE_FILES));
    const given = givenTemplates(input);
    const signer = loadSigningKey(resolve(input.optional('signing-key') ?? SIGNING_KEY_FILE));
    const printer = input.has('pdf') ? await openPrinter(locale) : undefined;
    const answers = readAnswersOption(input);
    using book = new WitnessBook();
    const witness = await readListings(input.all('processor'), book);
    let bundle: Bundle;
    try {
      const { connection, source, period } = await openSource(input, connect);
      const templates = given ?? (await ownTemplates(connection));
      bundle = await writeBundle(
        { out, signer, locale, printer, templates, publicKeys: source.publicKeys },
        (appendix) => runAudit(connection, { ...source, witness, answers }, period, appendix),
      );
    } finally {
      await printer?.close();
    }
    const { found, page } = bundle;
    const counts = countsOf(found);
    return {
      text: summary(found, counts, page, signer),
      json: {
        verdict: found.verdict,
        passed: found.passed,
        counts,
        findings: found.findings.items,
        unused_answers: found.unusedAnswers ?? null,
        bundle: out,
        signer: signer.fingerprint,
      },
      exitCode: EXIT_CODES[found.verdict],
    };
  },
};

/** Loaded only for --pdf, because the npm package lacks the browser and everything else works without it. */
async function openPrinter(locale: string): Promise<Printer> {
  const pdf = await import('./pdf.ts').catch(() => {
    throw new BundleError(
      'Only the command line of a clone prints a PDF. Leave out --pdf; report.html prints from any browser.',
    );
  });
  return pdf.openPrinter(locale);
}

interface AskedPeriod {
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
}

interface AskedTrail extends OpenTrail {
  /** What the command line states of the trail and the operators. */
  readonly stated: VaultStatement;
  readonly honey: readonly HoneyRecord[] | undefined;
}

interface AskedAudit extends AskedTrail {
  /** Undefined where no listing was given. */
  readonly witness: WitnessBook | undefined;
  readonly answers: readonly GivenAnswer[] | undefined;
}

/** Checks the command line before it connects and lists the trail. */
async function openSource(
  input: Input,
  connect: () => Promise<Connection>,
): Promise<{ readonly connection: Connection; readonly source: AskedTrail; readonly period: AskedPeriod }> {
  const fromMs = timeOption(input, 'from', 0);
  const toMs = timeOption(input, 'to', DAY_MS - 1);
  if (fromMs !== undefined && toMs !== undefined && fromMs > toMs) throw new UsageError('--from is later than --to.');
  const keysFile = input.optional('public-keys');
  if (keysFile !== undefined && !existsSync(keysFile))
    throw new UsageError('--public-keys names a file that does not exist.');
  const honeyFile = input.optional('honey');
  const honey = readHoneyFile(honeyFile ?? HONEY_FILE);
  if (honeyFile !== undefined && honey === undefined) throw new UsageError('--honey names a file that does not exist.');
  const stated = statedOptions(input);
  const given = placeOption(input);
  const connection = await connect();
  const place = given ?? defaultPlace(connection);
  if (given === undefined && place.kind === 'folder') await sealLocalTrail(connection, place.folder);
  const keys = { keysFile, isNamed: given !== undefined };
  const opened = await openTrail(place, connection.auditor, keys, { fromMs, toMs });
  // Another trail writes to another bucket than the stack’s; a copy of the stack’s own still names the stack’s.
  const isOther = stated.trailNames !== undefined && place.kind === 'bucket';
  const inBucket = isOther ? { trailBucket: place.place.bucket } : {};
  const source = { ...opened, stated: { ...stated, ...inBucket }, honey: honey?.map((planted) => planted.honey) };
  return { connection, source, period: { fromMs, toMs } };
}

async function runAudit(
  { deps, resources, stated, trail }: Connection,
  { witness, answers, ...source }: AskedAudit,
  period: AskedPeriod,
  appendix: AppendixSink,
): Promise<Evidence> {
  const progress = progressLine(process.stderr, deps.clock);
  const found = await audit(
    {
      clock: deps.clock,
      ...source,
      resources: { ...resources, stated: withGiven(await stated(), source.stated) },
      readReasons: (asked, see) => readReasons(deps, asked, see),
      witness: witness && { book: witness, readCharges: (ids) => getItems<object>(deps, 'Ledger', ids) },
      readResidue: () => readResidue(deps),
      answers,
      appendix,
      progress: progress.report,
    },
    { ...period, deliveryLagMs: DELIVERY_LAG_MS[trail.kind] },
  );
  progress.end(process.resourceUsage().maxRSS * 1024);
  return found;
}

function statedOptions(input: Input): VaultStatement {
  const name = input.optional('trail-name');
  const covers = input.all('covers');
  if (covers.some((scope) => !/^\d{12}\/[a-z]{2}(?:-[a-z]+)+-\d$/.test(scope))) {
    throw new UsageError('--covers must look like 111122223333/us-east-1: an account and a Region.');
  }
  const operatorNames = input.all('operator');
  return {
    covers,
    ...(name !== undefined && { trailNames: [name], trailHome: undefined }),
    ...(operatorNames.length > 0 && { operatorNames }),
  };
}

/** A trail that the command line names may have another home Region than the stack’s. */
const withGiven = (ofVault: VaultStatement, given: VaultStatement): VaultStatement => ({
  ...ofVault,
  ...given,
  covers: [...(ofVault.covers ?? []), ...(given.covers ?? [])],
});

/** Reading the ledger for today is itself recorded, so a digest over this moment will follow. */
async function sealLocalTrail({ deps }: Connection, folder: string): Promise<void> {
  const nowMs = deps.clock.nowMs();
  const ask = async () => {
    for await (const _reason of readReasons(deps, { fromMs: nowMs, toMs: nowMs })) break;
  };
  if (!(await trailSealed(folder, nowMs, deps.clock, ask))) {
    process.stderr.write('The trail was not sealed in time; the newest calls may be missing from the report.\n');
  }
}

/** A date is its first moment plus `dateEndMs`. */
function timeOption(input: Input, name: 'from' | 'to', dateEndMs: number): number | undefined {
  const value = input.optional(name);
  if (value === undefined) return undefined;
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(value);
  const isTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(value);
  const timeMs = isDate || isTime ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(timeMs))
    throw new UsageError(`--${name} must be a time like 2026-11-23T09:00:00Z or a date like 2026-11-23.`);
  return isDate ? timeMs + dateEndMs : timeMs;
}

const EXIT_CODES: Readonly<Record<ReportVerdict, ExitCode>> = { pass: 0, unvouched: 3, answered: 4, fail: 1 };

function headline({ verdict, findings: { total, answered } }: Evidence): string {
  const findings = total === 0 ? 'no finding' : `${total} finding${total === 1 ? '' : 's'}`;
  if (verdict === 'pass') return 'PASS';
  if (verdict === 'answered') return `ANSWERED: ${findings}, each answered by a person`;
  const rest = total === 0 ? '' : ', each answered by a person';
  if (verdict === 'unvouched')
    return `UNVOUCHED: ${findings}${rest}, but the public keys lay with the trail (see --public-keys)`;
  return `FAIL: ${findings}${answered > 0 ? `, ${answered} answered` : ''}`;
}

function summary(found: Evidence, counts: Counts, page: string, signer: SigningKey): string {
  const shown = found.findings.items.slice(0, SHOWN_FINDINGS).map(({ code, reason, subject, answer }, at) => {
    const about = [reason, subject].filter(Boolean).join(' · ');
    return `  ${at + 1}. ${FINDINGS[code]}${about ? ` (${about})` : ''}${answer ? ' [answered]' : ''}`;
  });
  const unused = found.unusedAnswers ?? [];
  const rest = found.findings.total - shown.length;
  return [
    headline(found),
    ...shown,
    ...(rest > 0 ? [`  and ${rest} more in the report`] : []),
    ...unused.slice(0, SHOWN_FINDINGS).map(({ answer, why }) => `  unused answer: ${why} (${answer.finding.code})`),
    ...columns([
      ['period', `${toRfc3339(found.period.fromMs)} to ${toRfc3339(found.period.toMs)}`],
      [
        'decryptions',
        `${counts.decryptions}: ${counts.proven} proven, ${counts.interrupted} interrupted, ${counts.claimed} claimed, ${counts.unexplained} unexplained; ${counts.denied} calls denied`,
      ],
      ['digest files', `${counts.digestsValid} valid, ${counts.digestsInvalid} invalid`],
      ['log files', `${counts.logsValid} valid, ${counts.logsInvalid} invalid, ${counts.logsUnsealed} not yet sealed`],
      ...(found.witness === undefined
        ? []
        : ([['listings', `${found.witness.rows} rows, ${found.witness.rowsRight} as the ledger says`]] as const)),
      ['report', page],
      [
        'signed by',
        `${signer.fingerprint}${signer.isNew ? ' (a new key; keep it, and tell the reader its fingerprint)' : ''}`,
      ],
    ]),
  ].join('\n');
}
