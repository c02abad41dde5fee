/** `fuda evidence answer`: signs what a person says of one finding, for the next report to state beside it. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { isAnswerable } from '../../../audit/answers.ts';
import { addAnswer, signAnswer } from '../../../audit/bundle/answer-file.ts';
import { BundleError, loadSigningKey } from '../../../audit/bundle/signing-key.ts';
import { verifyBundle } from '../../../audit/bundle/verify.ts';
import type { NamedFinding } from '../../../audit/finding.ts';
import { systemClock } from '../../../shared/base/clock.ts';
import { fuda } from '../../../shared/base/command.ts';
import { type PlainCommand, UsageError } from '../../core/command.ts';
import { columns } from '../../core/help.ts';
import { readAnswerFile, writeAnswerFile } from './answer-option.ts';
import { SIGNING_KEY_FILE } from './evidence.ts';

const ANSWERS_FILE = 'answers.json';
const FINDING_NUMBER_MAX = 1_000_000;

const ReportFindings = z.object({
  findings: z.array(
    z.object({ code: z.string(), reason: z.string().nullable(), subject: z.string(), at: z.string().nullable() }),
  ),
});

export const evidenceAnswer: PlainCommand = {
  name: 'evidence answer',
  summary: 'Answer one finding of a report with a reason, signed with your key.',
  positionals: [{ name: 'bundle', about: 'the folder that the evidence command wrote' }],
  options: {
    finding: { value: 'number', about: 'the finding, by its number in the report' },
    reason: { value: 'text', about: 'what happened, in a sentence that an auditor can check' },
    answers: { value: 'file', about: `takes the answer beside those it has (default: ${ANSWERS_FILE})` },
    'signing-key': {
      value: 'file',
      about: `your Ed25519 key, made if it is not there (default: ${SIGNING_KEY_FILE})`,
    },
  },
  notes: [
    'An answer stands beside the finding that it names in the next report, with your words and your key. The finding does not',
    'go away: a report of answered findings says Answered and never Pass. An answer names one finding whole: its kind, its',
    'reason, what it is about, and its time. Findings that name no single thing, such as a trail without digests, have none.',
  ],
  examples: ['evidence answer report --finding 1 --reason "Our own test of the honey record"'],
  async run(input) {
    const folder = input.positional('bundle');
    const number = input.wholeNumber('finding', 1, FINDING_NUMBER_MAX);
    if (number === undefined) throw new UsageError('--finding is missing.');
    const reason = input.required('reason');
    const finding = await findingOf(folder, number);
    const path = resolve(input.optional('answers') ?? ANSWERS_FILE);
    const before = readAnswerFile(path);
    const key = loadSigningKey(resolve(input.optional('signing-key') ?? SIGNING_KEY_FILE));
    const signed = signAnswer(key, { finding, reason, nowMs: systemClock.nowMs() });
    writeAnswerFile(path, addAnswer(before, signed));
    return {
      text: [
        `Answered: ${finding.code}`,
        ...columns([
          ['answers', path],
          ['signed by', `${key.fingerprint}${key.isNew ? ' (a new key; keep it)' : ''}`],
          [
            'state it with',
            fuda(`evidence --answers ${input.optional('answers') ?? ANSWERS_FILE} --answered-by ${key.fingerprint}`),
          ],
        ]),
      ].join('\n'),
      json: { finding, answers: path, signer: key.fingerprint },
    };
  },
};

/** Of a bundle that is as it was signed, so that each answer is to what a report said. */
async function findingOf(folder: string, number: number): Promise<NamedFinding> {
  const { problems } = await verifyBundle(folder);
  if (problems.length > 0) throw new BundleError('The bundle is not as it was signed; evidence verify says why.');
  const path = join(folder, 'report.json');
  const report = existsSync(path) ? ReportFindings.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data : undefined;
  if (report === undefined) throw new BundleError('The bundle holds no report of this version.');
  const finding = report.findings[number - 1];
  if (finding === undefined) throw new UsageError('--finding is more than the report lists.');
  if (!isAnswerable(finding))
    throw new BundleError('This finding names no single thing, so that it cannot be answered.');
  return finding;
}
