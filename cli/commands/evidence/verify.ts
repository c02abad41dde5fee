/** `fuda evidence verify`: checks a bundle that `fuda evidence` wrote, offline and without a vault (V12). */
import type { Manifest } from '../../../audit/bundle/manifest.ts';
import { FAULTS, type Verification, verifyBundle } from '../../../audit/bundle/verify.ts';
import type { ExitCode, PlainCommand } from '../../core/command.ts';
import { columns } from '../../core/help.ts';
import { readFingerprint } from './fingerprint.ts';

const SHOWN_PROBLEMS = 50;

export const evidenceVerify: PlainCommand = {
  name: 'evidence verify',
  summary: 'Check that an evidence bundle is whole and as it was signed.',
  positionals: [{ name: 'bundle', about: 'the folder that the evidence command wrote' }],
  options: {
    signer: { value: 'fingerprint', about: 'SHA-256 of the key that must have signed it, as its owner told you' },
  },
  notes: [
    'Works offline and needs neither the vault nor AWS. Any changed, missing, added or reordered file or record is a problem.',
    'Files that file browsers leave (.DS_Store, Thumbs.db, desktop.ini, ._*) are ignored, and named.',
    'Without --signer the bundle is only compared with itself: anyone who can replace every file can sign them again.',
    'It is then CONSISTENT and not VERIFIED, and the exit code is 3.',
    'The signature says who made the bundle. What it says of AWS rests on CloudTrail’s signatures, which the evidence command checks.',
    'Exit code 1 means that the bundle is not what was signed.',
  ],
  examples: ['evidence verify report', 'evidence verify report --signer 3f6c…'],
  async run(input) {
    const folder = input.positional('bundle');
    const expected = readFingerprint('signer', input.optional('signer'));
    const found = await verifyBundle(folder, expected);
    const result = resultOf(found, expected);
    return {
      text: summary(found, expected),
      json: {
        result,
        verified: result === 'verified',
        signer: found.fingerprint ?? null,
        signer_expected: expected ?? null,
        ignored: found.ignored,
        problems: found.problems.map(({ file, fault }) => ({ file, fault, message: `${file} ${FAULTS[fault]}` })),
      },
      exitCode: RESULTS[result].exitCode,
    };
  },
};

type Result = 'verified' | 'consistent' | 'not_verified';

const RESULTS: Readonly<Record<Result, { readonly exitCode: ExitCode; says(files: number): string }>> = {
  verified: { exitCode: 0, says: (files) => `VERIFIED: ${files} files, as the expected key signed them` },
  consistent: {
    exitCode: 3,
    says: (files) =>
      `CONSISTENT: ${files} files, as the key among them signed them; --signer says whether it is the right one`,
  },
  not_verified: { exitCode: 1, says: () => 'NOT VERIFIED' },
};

function resultOf({ problems }: Verification, expected: string | undefined): Result {
  if (problems.length > 0) return 'not_verified';
  return expected === undefined ? 'consistent' : 'verified';
}

function verdictOf({ verdict, passed, findings }: Manifest): string {
  const answered = findings === 0 ? '' : `: ${findings} finding(s), each answered by a person`;
  if (verdict === 'answered' || verdict === 'unvouched') return `${verdict.toUpperCase()}${answered}`;
  return passed ? 'PASS' : `FAIL with ${findings} finding(s)`;
}

function summary(found: Verification, expected: string | undefined): string {
  const { problems, ignored, fingerprint, manifest } = found;
  const shown = problems.slice(0, SHOWN_PROBLEMS).map(({ file, fault }) => `  - ${printable(file)} ${FAULTS[fault]}`);
  const rest = problems.length - shown.length;
  return [
    RESULTS[resultOf(found, expected)].says(manifest?.files.length ?? 0),
    ...shown,
    ...(rest > 0 ? [`  - and ${rest} more`] : []),
    ...columns([
      ...(manifest === undefined
        ? []
        : ([
            ['report says', verdictOf(manifest)],
            ['period', `${manifest.period.from} to ${manifest.period.to}`],
            ['made', manifest.created_at],
          ] as const)),
      ...(ignored.length === 0 ? [] : [['ignored', `${ignored.join(', ')}, left by a file browser`] as const]),
      ['signer', fingerprint ?? 'none'],
      ...(expected === undefined && fingerprint !== undefined
        ? ([['', 'compare it with the fingerprint its owner gave you, or pass that with --signer']] as const)
        : []),
    ]),
  ].join('\n');
}

/** Replaces control characters in names of added files, so that none can steer the terminal. */
const printable = (name: string): string => name.replaceAll(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '?').slice(0, 100);
