/** The lists of calls on keys and tables, by their columns. */
import { toRfc3339 } from '../../shared/base/clock.ts';
import { ofEvent, type Table } from '../base/appendix.ts';
import { CALL, KEY_CALL } from '../trail/call-columns.ts';
import type { CallEvent, KeyEvent } from '../trail/events.ts';
import type { ReEncryptionUse } from './moves.ts';
import type { ExplainedDecryption, UnseenDecryption } from './reconcile.ts';

export interface Administration {
  readonly subject: string;
  readonly event: CallEvent;
}

export const DECRYPTIONS: Table<ExplainedDecryption> = {
  name: 'decryptions',
  columns: {
    ...ofEvent(KEY_CALL),
    explanation: ({ explanation }) => explanation.kind,
    reason_kind: ({ explanation }) => (explanation.kind === 'unexplained' ? null : explanation.reasonKind),
    reason_id: ({ explanation }) => (explanation.kind === 'unexplained' ? null : explanation.reasonId),
    why: ({ explanation }) => (explanation.kind === 'unexplained' ? explanation.reason : null),
    sent_to: ({ explanation }) => (explanation.kind === 'unexplained' ? null : explanation.receivers.join(' ') || null),
  },
};

export const RE_ENCRYPTIONS: Table<ReEncryptionUse> = {
  name: 're_encryptions',
  columns: {
    ...ofEvent(KEY_CALL),
    explanation: ({ explanation }) => explanation.kind,
    destination_key: ({ event: { reEncryption: to } }) => to?.destination ?? to?.destinationReference ?? null,
    destination_record: ({ event }) => event.reEncryption?.destinationContext.record ?? null,
    why: ({ explanation }) => (explanation.kind === 'unexplained' ? explanation.reason : null),
  },
};

export const REFUSED: Table<KeyEvent> = { name: 'refused', columns: KEY_CALL };

export const ADMINISTRATION: Table<Administration> = {
  name: 'administration',
  columns: { ...ofEvent(CALL), subject: ({ subject }) => subject },
};

export const UNSEEN_DECRYPTIONS: Table<UnseenDecryption> = {
  name: 'unseen_decryptions',
  columns: {
    reason_kind: ({ kind }) => kind,
    reason_id: ({ reasonId }) => reasonId,
    key: ({ key }) => key,
    aws_request_id: ({ requestId }) => requestId,
    at: ({ atMs }) => toRfc3339(atMs),
  },
};
