/** Reads an acquirer's responses. Pure functions from a message to a result of the port; DE 39 decides. */
import { DECLINES, type DeclineCode } from '../declines.ts';
import type { AuthorizationResponse, OperationResponse } from '../processor.ts';
import type { IsoMessage } from './message.ts';
import { NOTHING_TO_REVERSE, RESPONSE_CODES, TRY_AGAIN } from './response-codes.ts';

const isDecline = (meaning: string): meaning is DeclineCode => meaning in DECLINES;

/** Without a code, or with another amount than requested, the outcome is unknown. */
export function readAuthorization(response: IsoMessage, amountMinor: number): AuthorizationResponse {
  const code = response.field(39);
  const amount = response.field(4);
  if (code === undefined || (amount !== undefined && Number(amount) !== amountMinor)) return { outcome: 'unknown' };
  const meaning = RESPONSE_CODES[code] ?? 'generic_decline';
  if (isDecline(meaning)) return { outcome: 'declined', declineCode: meaning, rawCode: code };
  if (meaning === 'unknown') return { outcome: 'unknown' };
  const processorReference = response.field(37);
  return {
    outcome: 'approved',
    authorizationCode: response.field(38)?.trim() || null,
    networkTransactionId: response.field(63)?.trim() || null,
    ...(processorReference !== undefined && { processorReference }),
  };
}

export function readOperation(response: IsoMessage): OperationResponse {
  const code = response.field(39);
  if (code === undefined || TRY_AGAIN.includes(code)) return { outcome: 'unknown' };
  return { outcome: RESPONSE_CODES[code] === 'approved' ? 'done' : 'refused' };
}

/** A reversal also succeeds where the host does not have the message, or has reversed it before. */
export const readReversal = (response: IsoMessage): OperationResponse =>
  NOTHING_TO_REVERSE.includes(response.field(39) ?? '') ? { outcome: 'done' } : readOperation(response);
