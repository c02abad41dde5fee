/** The report for machines: everything the audit found, in snake_case with RFC 3339 times. Version 1 of its shape. */
import { toRfc3339 } from '../../base/clock.ts';
import type { Evidence } from '../audit.ts';
import type { Period } from '../digest-chain.ts';
import type { KeyEvent } from '../events.ts';
import { FINDINGS } from '../findings.ts';
import type { Decryption } from '../reconcile.ts';
import { verdictLine } from '../verdicts.ts';
import { countsOf } from './counts.ts';

export function reportJson(evidence: Evidence): string {
  const { reconciliation: found, sources } = evidence;
  const report = {
    object: 'evidence_report',
    version: 1,
    generated_at: toRfc3339(evidence.generatedAtMs),
    passed: evidence.passed,
    period: periodJson(evidence.period),
    proven_by_digests: evidence.proven ? periodJson(evidence.proven) : null,
    sources: {
      trail: sources.trail,
      public_key_fingerprints: sources.publicKeyFingerprints,
      keys: sources.resources.keyArns,
      tables: sources.resources.tableNames,
      charges: sources.chargeCount,
      unreadable_charges: sources.unreadableCharges,
    },
    counts: snakeKeys(countsOf(evidence)),
    skipped: evidence.logs.skipped,
    findings: evidence.findings.map(({ code, reason, subject, atMs }) => ({
      code,
      reason: reason ?? null,
      subject,
      at: atMs === undefined ? null : toRfc3339(atMs),
      message: FINDINGS[code],
    })),
    decryptions: found.decryptions.map(decryptionJson),
    refused: found.refused.map(eventJson),
    unexplained_re_encryptions: found.unexplainedReEncryptions.map(({ event, reason }) => ({
      ...eventJson(event),
      reason,
      destination_key: event.reEncryption?.destination ?? null,
      destination_reference: event.reEncryption?.destinationReference ?? null,
      destination_context: event.reEncryption?.destinationContext ?? {},
    })),
    key_uses: Object.fromEntries(found.keyUses),
    key_administration: found.keyAdministration.map(eventJson),
    table_uses: [...found.tableUses.values()].map(({ event, count, refused }) => ({
      table: event.table,
      call: event.name,
      caller: event.caller,
      count,
      refused,
    })),
    unseen_reveals: found.unseenReveals.map(({ chargeId, key, requestId, atMs }) => ({
      charge: chargeId,
      key,
      aws_request_id: requestId,
      at: toRfc3339(atMs),
    })),
    files: evidence.verdicts.map((verdict) => ({ ...verdict, line: verdictLine(verdict) })),
    gaps: evidence.gaps.map(periodJson),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

const periodJson = ({ fromMs, toMs }: Period) => ({ from: toRfc3339(fromMs), to: toRfc3339(toMs) });

const eventJson = (event: KeyEvent) => ({
  at: toRfc3339(event.timeMs),
  call: event.name,
  key: event.key,
  encryption_context: event.context,
  caller: event.caller,
  caller_arn: event.callerArn,
  source_address: event.sourceAddress,
  user_agent: event.userAgent,
  aws_request_id: event.requestId,
  event_id: event.eventId,
  error_code: event.errorCode ?? null,
  file: event.file,
});

const decryptionJson = ({ event, explanation }: Decryption) => ({
  ...eventJson(event),
  explanation: explanation.kind,
  charge: explanation.kind === 'unexplained' ? null : explanation.chargeId,
  reason: explanation.kind === 'unexplained' ? explanation.reason : null,
});

const snakeKeys = (figures: object): object =>
  Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value,
    ]),
  );
