/** The report for programs: the whole evidence, in snake_case with RFC 3339 times. Version 3 of the format. */
import { toRfc3339 } from '../../shared/base/clock.ts';
import { type Columns, rowOf } from '../base/appendix.ts';
import type { Bounded } from '../base/bounded.ts';
import { STANDARDS } from '../controls/controls.ts';
import { evidenceFor } from '../controls/evidence-found.ts';
import type { Requirement } from '../controls/requirement.ts';
import { ERASURES, type ErasureEvidence, type ErasureTimes } from '../erasure/erasure.ts';
import type { Evidence } from '../evidence.ts';
import { FINDINGS, type FindingAnswer } from '../finding.ts';
import type { CallGroup } from '../reasons/access.ts';
import { ADMINISTRATION, DECRYPTIONS, RE_ENCRYPTIONS, REFUSED, UNSEEN_DECRYPTIONS } from '../reasons/tables.ts';
import { CALL } from '../trail/call-columns.ts';
import type { Period } from '../trail/digest-chain.ts';
import type { KeyEvent } from '../trail/events.ts';
import { verdictLine } from '../trail/verdicts.ts';
import { CHANGES } from '../watch/changes.ts';
import { WATCH, type WatchHit } from '../watch/watch.ts';
import { WATCH_RULES } from '../watch/watch-rules.ts';
import { LISTINGS, type WitnessEvidence } from '../witness/evidence.ts';
import { countsOf } from './counts.ts';
import type { TemplateFacts } from './key-sections.ts';

export function reportJson(evidence: Evidence, template?: TemplateFacts): string {
  const report = {
    object: 'evidence_report',
    version: 3,
    generated_at: toRfc3339(evidence.generatedAtMs),
    verdict: evidence.verdict,
    passed: evidence.passed,
    period: periodJson(evidence.period),
    proven_by_digests: evidence.integrity.coverage.proven.map(periodJson),
    sources: sourcesJson(evidence),
    counts: snakeKeys(countsOf(evidence)),
    reading: snakeKeys({ ...evidence.reading, newestEventMs: undefined }),
    findings: evidence.findings.items.map(({ code, reason, subject, atMs, answer }) => ({
      code,
      reason: reason ?? null,
      subject,
      at: timeJson(atMs),
      message: FINDINGS[code],
      answer: answer === undefined ? null : answerJson(answer),
    })),
    findings_answered: evidence.findings.answered,
    unused_answers:
      evidence.unusedAnswers?.map(({ answer, why }) => ({ why, finding: answer.finding, ...answerJson(answer) })) ??
      null,
    findings_by_code: evidence.findings.byCode,
    ...accessJson(evidence.access),
    erasure: erasureJson(evidence.erasure),
    listings: evidence.witness === undefined ? null : witnessJson(evidence.witness),
    watch: watchEvidenceJson(evidence.watch),
    changes: changesJson(evidence.changes),
    honey: {
      planted: evidence.honey.planted ?? null,
      touches: boundedJson(evidence.honey.touches, ({ kind, record, event }) => ({
        kind,
        record,
        ...rowOf(CALL, event),
      })),
    },
    ...integrityJson(evidence.integrity),
    keys: template?.keys.map((key) => snakeKeys(key)) ?? null,
    requirements: Object.values(STANDARDS).flatMap((all: readonly Requirement[]) =>
      all.map((requirement) => ({ id: requirement.id, evidence: evidenceFor(requirement, evidence) })),
    ),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

const answerJson = ({ reason, answeredAtMs, signer }: FindingAnswer) => ({
  reason,
  answered_at: toRfc3339(answeredAtMs),
  signer,
});

const sourcesJson = ({ sources }: Evidence) => ({
  trail: sources.trail,
  public_keys: snakeKeys(sources.publicKeys),
  keys: sources.resources.keyArns,
  tables: sources.resources.tableNames,
  reasons: sources.reasons,
  unreadable_reasons: sources.unreadableReasons,
});

const accessJson = (access: Evidence['access']) => ({
  decryption_groups: access.groups.map(({ firstMs, lastMs, ...group }) => ({ ...group, ...seenJson(firstMs, lastMs) })),
  receivers: access.receivers.map(({ firstMs, lastMs, firstUse, ...group }) => ({
    ...group,
    ...seenJson(firstMs, lastMs),
    first_use: firstUse && { deployed_at: firstUse.deployedAtMs === null ? null : toRfc3339(firstUse.deployedAtMs) },
  })),
  decryptions: listJson(access.examples, DECRYPTIONS, contextJson),
  interrupted_max: access.interruptedMax,
  undecided: access.undecided,
  claimed: listJson(access.claimed, DECRYPTIONS, contextJson),
  unexplained: listJson(access.unexplained, DECRYPTIONS, contextJson),
  refused: listJson(access.refused, REFUSED, (event) => contextJson({ event })),
  re_encryptions: access.reEncryptions,
  unexplained_re_encryptions: listJson(access.unexplainedReEncryptions, RE_ENCRYPTIONS, (use) => ({
    ...contextJson(use),
    destination_key: use.event.reEncryption?.destination ?? null,
    destination_reference: use.event.reEncryption?.destinationReference ?? null,
    destination_context: use.event.reEncryption?.destinationContext ?? {},
  })),
  key_calls: access.keyCalls.map(callJson),
  table_calls: access.tableCalls.map(callJson),
  origins: access.origins.map(({ firstMs, lastMs, ...origin }) => ({
    ...(snakeKeys(origin) as object),
    ...seenJson(firstMs, lastMs),
  })),
  administration: listJson(access.administration, ADMINISTRATION),
  unseen_decryptions: listJson(access.unseenDecryptions, UNSEEN_DECRYPTIONS),
});

const witnessJson = ({ listings, rows, rowsRight, rowsOutside, ...witness }: WitnessEvidence) => ({
  files: listings,
  rows,
  rows_right: rowsRight,
  rows_outside_period: rowsOutside,
  accounts: witness.accounts.map((account) => snakeKeys(account)),
  charges_without_funds: witness.unmoved,
  not_listed: listJson(witness.unlisted, LISTINGS),
  not_in_ledger: listJson(witness.unknown, LISTINGS),
  differing: listJson(witness.differing, LISTINGS),
});

const watchEvidenceJson = (watch: Evidence['watch']) => ({
  broken: listJson(watch.broken, WATCH, ruleJson),
  listed: listJson(watch.listed, WATCH, ruleJson),
  refused: listJson(watch.refused, WATCH, ruleJson),
  asked: watch.asked,
  not_asked: watch.notAsked,
});

const changesJson = ({ changes, byKind }: Evidence['changes']) => ({ by_kind: byKind, ...listJson(changes, CHANGES) });

const integrityJson = ({ files, chains, gaps, coverage }: Evidence['integrity']) => ({
  files: {
    counts: files.counts,
    invalid: boundedJson(files.invalid, (verdict) => ({ ...verdict, line: verdictLine(verdict) })),
    unsealed: boundedJson(files.unsealed, ({ key }) => key),
  },
  chains: chains.map(({ chain, digests, covered }) => ({
    chain,
    digests,
    covered: covered.map(periodJson),
  })),
  coverage: {
    scopes: coverage.scopes.map(({ scope, isHome, chain, covered, holes }) => ({
      scope,
      home: isHome,
      chain: chain ?? null,
      covered: covered.map(periodJson),
      holes: holes.map(periodJson),
    })),
    other_trails: coverage.otherTrails,
  },
  gaps: boundedJson(gaps, (gap) => ({ chain: gap.chain, ...periodJson(gap) })),
});

const boundedJson = <T, Row>({ items, total }: Bounded<T>, row: (item: T) => Row) => ({ total, items: items.map(row) });
const listJson = <T>(list: Bounded<T>, { columns }: { columns: Columns<T> }, more: (item: T) => object = () => ({})) =>
  boundedJson(list, (item) => ({ ...rowOf(columns, item), ...more(item) }));
const timeJson = (timeMs: number | undefined) => (timeMs === undefined ? null : toRfc3339(timeMs));
const seenJson = (firstMs: number, lastMs: number) => ({ first: toRfc3339(firstMs), last: toRfc3339(lastMs) });
const callJson = ({ firstMs, lastMs, ...group }: CallGroup) => ({ ...group, ...seenJson(firstMs, lastMs) });

const ruleJson = ({ rule }: WatchHit) => ({ message: WATCH_RULES[rule].says, clause: WATCH_RULES[rule].clause });
const contextJson = ({ event }: { readonly event: KeyEvent }) => ({ encryption_context: event.context });

function erasureJson(erasure: ErasureEvidence) {
  const { made, spent, expired, responded, leastBeforeResponseMs, residue } = erasure;
  return {
    made,
    spent: timesJson(spent),
    expired: timesJson(expired),
    responded,
    least_before_response_seconds: leastBeforeResponseMs === undefined ? null : leastBeforeResponseMs / 1000,
    after_response: listJson(erasure.afterResponse, ERASURES),
    late: listJson(erasure.late, ERASURES),
    unseen: boundedJson(erasure.unseen, ({ record, madeAtMs, reasonId }) => ({
      record,
      made_at: timeJson(madeAtMs),
      reason_id: reasonId ?? null,
    })),
    undone: boundedJson(erasure.undone, ({ record, atMs, eventId, caller, reasonId }) => ({
      record,
      at: toRfc3339(atMs),
      event_id: eventId,
      caller,
      reason_id: reasonId ?? null,
    })),
    residue: residue && {
      scanned_at: toRfc3339(residue.scannedAtMs),
      overdue: boundedJson(residue.overdue, ({ record, expiresAtMs }) => ({
        record,
        expires_at: toRfc3339(expiresAtMs),
      })),
    },
  };
}

const timesJson = ({ count, longest, longestMs }: ErasureTimes) => ({
  count,
  longest_seconds: longestMs === undefined ? null : longestMs / 1000,
  longest: longest === undefined ? null : rowOf(ERASURES.columns, longest),
});

const periodJson = ({ fromMs, toMs }: Period) => ({ from: toRfc3339(fromMs), to: toRfc3339(toMs) });

const snakeKeys = (figures: object): object =>
  Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value,
    ]),
  );
