/**
 * Answers to findings: what a person who was asked about one says of it, signed with the person's own key
 * (bundle/answer-file.ts). A finding with an answer stays a finding, and a report of such findings alone is no Pass. An
 * answer names one finding whole, so that none can excuse what its signer has not seen.
 */
import { toRfc3339 } from '../shared/base/clock.ts';
import type { Table } from './base/appendix.ts';
import {
  FINDINGS,
  type Finding,
  type FindingAnswer,
  type FindingCode,
  type Findings,
  type NamedFinding,
} from './finding.ts';

/** An answer from a file, with what is wrong with it by itself. */
export interface GivenAnswer {
  readonly answer: FindingAnswer;
  readonly fault?: 'signature_invalid' | 'signer_unknown' | undefined;
}

/** Why an answer counts for nothing. */
export type UnusedWhy =
  | NonNullable<GivenAnswer['fault']>
  | 'no_such_finding'
  | 'names_several'
  | 'names_no_thing'
  | 'answered_already';

export interface UnusedAnswer {
  readonly answer: FindingAnswer;
  readonly why: UnusedWhy;
}

export interface Answered {
  readonly findings: Findings;
  /** Undefined where no answers were given. */
  readonly unusedAnswers: readonly UnusedAnswer[] | undefined;
}

/**
 * Findings that name no file, event, record or charge: the same words would stand in every report of such a kind, and
 * one answer would excuse all of them.
 */
const NAMES_NO_THING: ReadonlySet<string> = new Set<FindingCode>([
  'keys_refused',
  'no_digests',
  'trail_differs',
  'records_unreadable',
  'reasons_unreadable',
  'interrupted_over_limit',
  'erasure_unrecorded',
]);

export const isAnswerable = ({ code, subject }: Pick<NamedFinding, 'code' | 'subject'>): boolean =>
  subject !== '' && !NAMES_NO_THING.has(code);

export const nameOf = ({ code, reason, subject, atMs }: Finding): NamedFinding => ({
  code,
  reason: reason ?? null,
  subject,
  at: atMs === undefined ? null : toRfc3339(atMs),
});

const keyOf = ({ code, reason, subject, at }: NamedFinding): string => JSON.stringify([code, reason, subject, at]);

/** Puts each answer beside the one finding that it names, and says of each other answer why it counts for nothing. */
export function answerFindings(findings: Findings, given: readonly GivenAnswer[] | undefined): Answered {
  if (given === undefined) return { findings, unusedAnswers: undefined };
  const named = Map.groupBy(findings.items, (finding) => keyOf(nameOf(finding)));
  const answers = new Map<string, FindingAnswer>();
  const unusedAnswers: UnusedAnswer[] = [];
  for (const { answer, fault } of given) {
    const key = keyOf(answer.finding);
    const why = fault ?? faultOf(answer, named.get(key)?.length ?? 0, answers.has(key));
    if (why === undefined) answers.set(key, answer);
    else unusedAnswers.push({ answer, why });
  }
  const items = findings.items.map((finding) => ({ ...finding, answer: answers.get(keyOf(nameOf(finding))) }));
  return { findings: { ...findings, items, answered: answers.size }, unusedAnswers };
}

function faultOf({ finding }: FindingAnswer, found: number, isAnswered: boolean): UnusedWhy | undefined {
  if (!isAnswerable(finding)) return 'names_no_thing';
  if (found === 0) return 'no_such_finding';
  if (found > 1) return 'names_several';
  return isAnswered ? 'answered_already' : undefined;
}

/** The findings that the report lists, numbered as there, each with its answer. */
export const FINDINGS_LISTED: Table<{ readonly number: number; readonly finding: Finding }> = {
  name: 'findings',
  columns: {
    number: ({ number }) => number,
    code: ({ finding }) => finding.code,
    reason: ({ finding }) => finding.reason ?? null,
    subject: ({ finding }) => finding.subject,
    at: ({ finding }) => nameOf(finding).at,
    message: ({ finding }) => FINDINGS[finding.code],
    answer: ({ finding }) => finding.answer?.reason ?? null,
    answered_at: ({ finding }) => (finding.answer ? toRfc3339(finding.answer.answeredAtMs) : null),
    answered_by: ({ finding }) => finding.answer?.signer ?? null,
  },
};
