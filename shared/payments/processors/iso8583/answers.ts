/** Reads an acquirer's responses. Pure functions from a message to a result of the port; DE 39 decides. */
import { DECLINES, type DeclineCode } from '../declines.ts';
import type { AuthorizationAnswer, OperationAnswer } from '../processor.ts';
import type { IsoMessage } from './message.ts';
import { NOTHING_TO_REVERSE, RESPONSE_CODES, TRY_AGAIN } from './response-codes.ts';

const isDecline = (meaning: string): meaning is DeclineCode => meaning in DECLINES;

/** Without a code, or with another amount than requested, the outcome is unknown. */
export function readAuthorization(answer: IsoMessage, amountMinor: number): AuthorizationAnswer {
  const code = answer.field(39);
  const amount = answer.field(4);
  if (code === undefined || (amount !== undefined && Number(amount) !== amountMinor)) return { outcome: 'unknown' };
  const meaning = RESPONSE_CODES[code] ?? 'generic_decline';
  if (isDecline(meaning)) return { outcome: 'declined', declineCode: meaning, rawCode: code };
  if (meaning === 'unknown') return { outcome: 'unknown' };
  const processorReference = answer.field(37);
  return {
    outcome: 'approved',
    authorizationCode: answer.field(38)?.trim() || null,
    networkTransactionId: answer.field(63)?.trim() || null,
    ...(processorReference !== undefined && { processorReference }),
  };
}

export function readOperation(answer: IsoMessage): OperationAnswer {
  const code = answer.field(39);
  if (code === undefined || TRY_AGAIN.includes(code)) return { outcome: 'unknown' };
  return { outcome: RESPONSE_CODES[code] === 'approved' ? 'done' : 'refused' };
}

/** A reversal also succeeds where the host does not have the message, or has reversed it before. */
export const readReversal = (answer: IsoMessage): OperationAnswer =>
  NOTHING_TO_REVERSE.includes(answer.field(39) ?? '') ? { outcome: 'done' } : readOperation(answer);
