/** `fuda evidence`: audits a trail against the ledger and writes the report for auditors. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { audit } from '../../../audit/audit.ts';
import type { AppendixSink } from '../../../audit/base/appendix.ts';
import { BundleError, loadSigningKey, type SigningKey } from '../../../audit/bundle/signing-key.ts';
import { refuseOtherFiles } from '../../../audit/bundle/writer.ts';
import { readResidue } from '../../../audit/erasure/residue.ts';
import type { Evidence } from '../../../audit/evidence.ts';
import { FINDINGS } from '../../../audit/finding.ts';
import { readReasons } from '../../../audit/reasons/ledger-reader.ts';
import { BUNDLE_FILES } from '../../../audit/render/appendices.ts';
import { type Counts, countsOf } from '../../../audit/render/counts.ts';
import { LOCALES } from '../../../audit/render/locales.ts';
import { PUBLIC_KEYS_FILE } from '../../../audit/trail/trail-folder.ts';
import { toRfc3339 } from '../../../shared/base/clock.ts';
import type { HoneyRecord } from '../../../shared/base/honey.ts';
import { type Input, type PlainCommand, UsageError } from '../../core/command.ts';
import type { Connection } from '../../core/connection.ts';
import { columns } from '../../core/help.ts';
import { givenTemplates, ownTemplates } from '../../core/templates.ts';
import { HONEY_FILE, readHoneyFile } from '../honey/file.ts';
import { type Bundle, writeBundle } from './bundle.ts';
import type { Printer } from './pdf.ts';
import { progressLine } from './progress.ts';
import { trailSealed } from './sealed.ts';
import { defaultPlace, type OpenTrail, openTrail, placeOption } from './trail.ts';

/** The local trail writes records within seconds; CloudTrail delivers within about 15 minutes. */
const DELIVERY_LAG_MS = { folder: 30_000, bucket: 20 * 60_000 } as const;
/** Beside the state of the local runtime, which git ignores. */
const SIGNING_KEY_FILE = '.fuda/evidence-key.pem';
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
      about: `output of aws cloudtrail list-public-keys (default: ${PUBLIC_KEYS_FILE} of a folder, else CloudTrail is asked)`,
    },
    honey: {
      value: 'file',
      about: `list of planted cards and tokens, as honey plant writes it (default: ${HONEY_FILE}, if there)`,
    },
    from: { value: 'time', about: 'RFC 3339 time or date in UTC (default: the trail’s beginning)' },
    to: { value: 'time', about: 'RFC 3339 time or date, inclusive (default: now)' },
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
    'Exit code 1 means that the report has findings: an unexplained decryption, or a trail that is altered or incomplete.',
    'A bucket is read in place, of a period only its days. To audit without AWS later, keep a copy; its newest digest',
    'also needs its object metadata beside it:',
    '  aws s3 sync s3://<bucket> trail/',
    '  aws cloudtrail list-public-keys --start-time <from> > trail/public-keys.json',
    '  aws s3api head-object --bucket <bucket> --key <digest> --query Metadata > trail/<digest>.metadata.json',
  ],
  examples: [
    'evidence',
    'evidence --locale ja --out report',
    'evidence --stack Fuda --operator VaultOperator --from 2026-11-01 --to 2026-11-30',
    'evidence --stack Fuda --trail s3://company-trail/vault --from 2026-11-01',
    'evidence --stack Fuda --trail trail/ --from 2026-11-01 --to 2026-11-30',
  ],
  async run(input, connect) {
    const locale = input.oneOf('locale', LOCALES, 'en');
    const out = resolve(input.optional('out') ?? 'report');
    refuseOtherFiles(out, new Set(BUNDLE_FILES));
    const given = givenTemplates(input);
    const signer = loadSigningKey(resolve(input.optional('signing-key') ?? SIGNING_KEY_FILE));
    const printer = input.has('pdf') ? await openPrinter(locale) : undefined;
    let bundle: Bundle;
    try {
      const { connection, source, period } = await openSource(input, connect);
      const templates = given ?? (await ownTemplates(connection));
      bundle = await writeBundle(
        { out, signer, locale, printer, templates, publicKeys: source.publicKeys },
        (appendix) => runAudit(connection, source, period, appendix),
      );
    } finally {
      await printer?.close();
    }
    const { found, page } = bundle;
    const counts = countsOf(found);
    return {
      text: summary(found, counts, page, signer),
      json: {
        passed: found.passed,
        counts,
        findings: found.findings.items,
        bundle: out,
        signer: signer.fingerprint,
      },
      exitCode: found.passed ? 0 : 1,
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
  /** Undefined where none is named. */
  readonly operatorNames: readonly string[] | undefined;
  readonly honey: readonly HoneyRecord[] | undefined;
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
  const given = placeOption(input);
  const connection = await connect();
  const place = given ?? defaultPlace(connection);
  if (given === undefined && place.kind === 'folder') await sealLocalTrail(connection, place.folder);
  const opened = await openTrail(place, connection.auditor, keysFile, { fromMs, toMs });
  const operators = input.all('operator');
  const operatorNames = operators.length === 0 ? undefined : operators;
  const source = { ...opened, operatorNames, honey: honey?.map((planted) => planted.honey) };
  return { connection, source, period: { fromMs, toMs } };
}

async function runAudit(
  { deps, resources, stated, trail }: Connection,
  source: AskedTrail,
  period: AskedPeriod,
  appendix: AppendixSink,
): Promise<Evidence> {
  const progress = progressLine(process.stderr, deps.clock);
  const known = await stated();
  const statement = { ...known, operatorNames: source.operatorNames ?? known.operatorNames };
  const found = await audit(
    {
      clock: deps.clock,
      ...source,
      resources: { ...resources, stated: statement },
      readReasons: (asked) => readReasons(deps, asked),
      readResidue: () => readResidue(deps),
      appendix,
      progress: progress.report,
    },
    { ...period, deliveryLagMs: DELIVERY_LAG_MS[trail.kind] },
  );
  progress.end(process.resourceUsage().maxRSS * 1024);
  return found;
}

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

function summary(found: Evidence, counts: Counts, page: string, signer: SigningKey): string {
  const shown = found.findings.items.slice(0, SHOWN_FINDINGS).map(({ code, reason, subject }) => {
    const about = [reason, subject].filter(Boolean).join(' · ');
    return `  - ${FINDINGS[code]}${about ? ` (${about})` : ''}`;
  });
  const rest = found.findings.total - shown.length;
  return [
    found.passed ? 'PASS' : `FAIL: ${found.findings.total} finding${found.findings.total === 1 ? '' : 's'}`,
    ...shown,
    ...(rest > 0 ? [`  - and ${rest} more in the report`] : []),
    ...columns([
      ['period', `${toRfc3339(found.period.fromMs)} to ${toRfc3339(found.period.toMs)}`],
      [
        'decryptions',
        `${counts.decryptions}: ${counts.matched} matched, ${counts.interrupted} interrupted, ${counts.unexplained} unexplained; ${counts.denied} calls denied`,
      ],
      ['digest files', `${counts.digestsValid} valid, ${counts.digestsInvalid} invalid`],
      ['log files', `${counts.logsValid} valid, ${counts.logsInvalid} invalid, ${counts.logsUnsealed} not yet sealed`],
      ['report', page],
      [
        'signed by',
        `${signer.fingerprint}${signer.isNew ? ' (a new key; keep it, and tell the reader its fingerprint)' : ''}`,
      ],
    ]),
  ].join('\n');
}
