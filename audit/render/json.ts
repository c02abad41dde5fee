/** The report for machines: everything the audit found, in snake_case with RFC 3339 times. Version 2 of its shape. */
import { toRfc3339 } from '../../shared/base/clock.ts';
import type { Bounded } from '../base/bounded.ts';
import type { Requirement } from '../controls/control.ts';
import { STANDARDS } from '../controls/controls.ts';
import { evidenceFor } from '../controls/evidence-found.ts';
import type { Erasure, ErasureEvidence, ErasureTimes } from '../erasure/erasure.ts';
import type { Evidence } from '../evidence.ts';
import { FINDINGS } from '../finding.ts';
import type { CallGroup } from '../reasons/access.ts';
import type { ExplainedDecryption, ReEncryptionUse } from '../reasons/reconcile.ts';
import { callRow } from '../trail/call-rows.ts';
import type { Period } from '../trail/digest-chain.ts';
import type { KeyEvent } from '../trail/events.ts';
import { verdictLine } from '../trail/verdicts.ts';
import type { WatchHit } from '../watch/watch.ts';
import { WATCH_RULES } from '../watch/watch-rules.ts';
import { countsOf } from './counts.ts';
import type { TemplateFacts } from './key-sections.ts';

export function reportJson(evidence: Evidence, template?: TemplateFacts): string {
  const report = {
    object: 'evidence_report',
    version: 2,
    generated_at: toRfc3339(evidence.generatedAtMs),
    passed: evidence.passed,
    period: periodJson(evidence.period),
    proven_by_digests: evidence.proven ? periodJson(evidence.proven) : null,
    sources: sourcesJson(evidence),
    counts: snakeKeys(countsOf(evidence)),
    reading: snakeKeys({ ...evidence.reading, newestEventMs: undefined }),
    findings: evidence.findings.items.map(({ code, reason, subject, atMs }) => ({
      code,
      reason: reason ?? null,
      subject,
      at: timeJson(atMs),
      message: FINDINGS[code],
    })),
    findings_by_code: evidence.findings.byCode,
    ...accessJson(evidence.access),
    erasure: erasureJson(evidence.erasure),
    watch: watchEvidenceJson(evidence.watch),
    honey: {
      planted: evidence.honey.planted ?? null,
      touches: boundedJson(evidence.honey.touches, ({ kind, record, event }) => ({
        kind,
        record,
        ...callRow(event),
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

const sourcesJson = ({ sources }: Evidence) => ({
  trail: sources.trail,
  public_key_fingerprints: sources.publicKeyFingerprints,
  keys: sources.resources.keyArns,
  tables: sources.resources.tableNames,
  reasons: sources.reasons,
  unreadable_reasons: sources.unreadableReasons,
});

const accessJson = (access: Evidence['access']) => ({
  decryption_groups: access.groups.map(({ firstMs, lastMs, ...group }) => ({ ...group, ...seenJson(firstMs, lastMs) })),
  decryptions: boundedJson(access.examples, decryptionJson),
  unexplained: boundedJson(access.unexplained, decryptionJson),
  refused: boundedJson(access.refused, eventJson),
  re_encryptions: access.reEncryptions,
  unexplained_re_encryptions: boundedJson(access.unexplainedReEncryptions, reEncryptionJson),
  key_calls: access.keyCalls.map(callJson),
  table_calls: access.tableCalls.map(callJson),
  origins: access.origins.map(({ firstMs, lastMs, ...origin }) => ({
    ...(snakeKeys(origin) as object),
    ...seenJson(firstMs, lastMs),
  })),
  administration: boundedJson(access.administration, ({ subject, event }) => ({ subject, ...callRow(event) })),
  unseen_decryptions: boundedJson(access.unseenDecryptions, ({ kind, reasonId, key, requestId, atMs }) => ({
    reason_kind: kind,
    reason_id: reasonId,
    key,
    aws_request_id: requestId,
    at: toRfc3339(atMs),
  })),
});

const watchEvidenceJson = (watch: Evidence['watch']) => ({
  broken: boundedJson(watch.broken, watchJson),
  attempts: boundedJson(watch.attempts, watchJson),
  asked: watch.asked,
  not_asked: watch.notAsked,
});

const integrityJson = ({ files, chains, gaps }: Evidence['integrity']) => ({
  files: {
    counts: files.counts,
    invalid: boundedJson(files.invalid, (verdict) => ({ ...verdict, line: verdictLine(verdict) })),
    unsealed: boundedJson(files.unsealed, ({ key }) => key),
  },
  chains: chains.map(({ chain, digests, covered }) => ({
    chain,
    digests,
    covered: covered === undefined ? null : periodJson(covered),
  })),
  gaps: boundedJson(gaps, (gap) => ({ chain: gap.chain, ...periodJson(gap) })),
});

const boundedJson = <T, Row>({ items, total }: Bounded<T>, row: (item: T) => Row) => ({ total, items: items.map(row) });
const timeJson = (timeMs: number | undefined) => (timeMs === undefined ? null : toRfc3339(timeMs));
const seenJson = (firstMs: number, lastMs: number) => ({ first: toRfc3339(firstMs), last: toRfc3339(lastMs) });
const callJson = ({ firstMs, lastMs, ...group }: CallGroup) => ({ ...group, ...seenJson(firstMs, lastMs) });

const watchJson = ({ rule, subject, event }: WatchHit) => ({
  rule,
  message: WATCH_RULES[rule].says,
  clause: WATCH_RULES[rule].clause,
  subject,
  ...callRow(event),
});

function erasureJson(erasure: ErasureEvidence) {
  const { made, spent, expired, answered, leastBeforeAnswerMs, residue } = erasure;
  return {
    made,
    spent: timesJson(spent),
    expired: timesJson(expired),
    answered,
    least_before_answer_seconds: leastBeforeAnswerMs === undefined ? null : leastBeforeAnswerMs / 1000,
    after_answer: boundedJson(erasure.afterAnswer, endJson),
    late: boundedJson(erasure.late, endJson),
    unseen: boundedJson(erasure.unseen, ({ record, madeAtMs, reasonId }) => ({
      record,
      made_at: timeJson(madeAtMs),
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
  longest: longest === undefined ? null : endJson(longest),
});

const endJson = ({ record, how, madeAtMs, erasedAtMs, eventId, reasonId }: Erasure) => ({
  record,
  how,
  made_at: timeJson(madeAtMs),
  erased_at: toRfc3339(erasedAtMs),
  event_id: eventId,
  reason_id: reasonId ?? null,
});

const periodJson = ({ fromMs, toMs }: Period) => ({ from: toRfc3339(fromMs), to: toRfc3339(toMs) });

const eventJson = (event: KeyEvent) => ({ ...callRow(event), key: event.key, encryption_context: event.context });

const decryptionJson = ({ event, explanation }: ExplainedDecryption) => ({
  ...eventJson(event),
  explanation: explanation.kind,
  reason_kind: explanation.kind === 'unexplained' ? null : explanation.reasonKind,
  reason_id: explanation.kind === 'unexplained' ? null : explanation.reasonId,
  why: explanation.kind === 'unexplained' ? explanation.reason : null,
});

const reEncryptionJson = ({ event, explanation }: ReEncryptionUse) => ({
  ...eventJson(event),
  why: explanation.kind === 'unexplained' ? explanation.reason : null,
  destination_key: event.reEncryption?.destination ?? null,
  destination_reference: event.reEncryption?.destinationReference ?? null,
  destination_context: event.reEncryption?.destinationContext ?? {},
});

const snakeKeys = (figures: object): object =>
  Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value,
    ]),
  );
