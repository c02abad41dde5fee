/**
 * The messages to an acquirer, built from the charge alone. Trace number (DE 11), reference (DE 37) and time (DE 7) are
 * derived from the ids and times of charge and operation, so that after a crash the same reversal can be built without
 * a stored counter. ISO 8583:1987. Processing codes and the place of the security code are what acquirers commonly use;
 * compare them with the acquirer's specification first.
 */
import { createHash } from 'node:crypto';
import { base32 } from '../../../base/ids.ts';
import type { Authorization, AuthorizationRequest, ClearCard, OperationRequest } from '../processor.ts';
import { numericCurrency } from './currencies.ts';
import { IsoMessage } from './message.ts';

/** The vault's identity at the acquirer. */
export interface CardAcceptor {
  /** DE 32. */
  readonly acquirerId: string;
  /** DE 41, DE 42, DE 18. */
  readonly terminalId: string;
  readonly merchantId: string;
  readonly categoryCode: string;
}

const PURCHASE = '000000';
const REFUND = '200000';
/** DE 25: electronic commerce. */
const ECOMMERCE = '59';
/** DE 22: card number entered for electronic commerce, or stored on file. */
const ENTRY_MODES = { typed: '810', to_be_stored: '810', stored: '100' } as const;
/** Subelement 22 of DE 48, subfield 05: a card on file, and whether shopper or merchant starts the payment. */
const ON_FILE = { customer: '0504C101', merchant: '0504M101' } as const;
/** DE 39 of a reversal: no response, or a late one. */
const TOO_LATE = '68';

/** Authorization (0100), or purchase (0200) where it captures too. Null for a currency without a code here. */
export function buildAuthorization(
  terminal: CardAcceptor,
  request: AuthorizationRequest,
  card: ClearCard,
): IsoMessage | null {
  const currency = numericCurrency(request.currency);
  if (currency === null) return null;
  const { pan, expiry, cvc } = card;
  const time = timeOf(request.requestedAtMs);
  return new IsoMessage(authorizationType(request), {
    2: pan.digits(),
    3: PURCHASE,
    4: String(request.amountMinor),
    ...namesOf(terminal, request.reference, request.reference, request.requestedAtMs),
    12: time.slice(4),
    13: time.slice(0, 4),
    14: `${String(expiry.year).slice(2)}${String(expiry.month).padStart(2, '0')}`,
    18: terminal.categoryCode,
    22: ENTRY_MODES[request.credential],
    25: ECOMMERCE,
    48: additionalData(request, cvc?.take()),
    49: currency,
  });
}

/**
 * Undoes an authorization: a reversal request (0400) where its response is known, a reversal advice (0420) where it is
 * not. A host must accept an advice, so it can be repeated (0421) until there is a response.
 */
export function buildReversal(terminal: CardAcceptor, request: OperationRequest, isRepeat: boolean): IsoMessage {
  const { authorization } = request;
  const isKnown = authorization.authorizationCode !== undefined;
  return buildFollowUp(terminal, request, `04${isKnown ? '0' : '2'}${isRepeat ? '1' : '0'}`, {
    3: PURCHASE,
    38: authorization.authorizationCode,
    39: isKnown ? undefined : TOO_LATE,
  });
}

/** Captures an authorization: an advice (0220), because the amount is already held. */
export const buildCapture = (terminal: CardAcceptor, request: OperationRequest, isRepeat: boolean): IsoMessage =>
  buildFollowUp(terminal, request, `022${isRepeat ? '1' : '0'}`, {
    3: PURCHASE,
    38: request.authorization.authorizationCode,
  });

/** Refunds (0200 with the processing code of a return). */
export const buildRefund = (terminal: CardAcceptor, request: OperationRequest, isRepeat: boolean): IsoMessage =>
  buildFollowUp(terminal, request, `020${isRepeat ? '1' : '0'}`, {
    3: REFUND,
    38: request.authorization.authorizationCode,
  });

/** Sign-on (001), the first message on a new connection. */
export const buildSignOn = (id: string, nowMs: number): IsoMessage =>
  new IsoMessage('0800', { 7: timeOf(nowMs), 11: traceOf(id), 70: '001' });

/** The response to a host's echo test (0800). */
export const buildNetworkResponse = (asked: IsoMessage): IsoMessage =>
  new IsoMessage('0810', { 7: asked.field(7), 11: asked.field(11), 39: '00', 70: asked.field(70) });

/** A later message about an authorization. The card is gone by then, so DE 37 and DE 90 name the original. */
function buildFollowUp(
  terminal: CardAcceptor,
  request: OperationRequest,
  mti: string,
  fields: Readonly<Record<number, string | undefined>>,
): IsoMessage {
  const { authorization, operation, amountMinor, requestedAtMs } = request;
  return new IsoMessage(mti, {
    4: String(amountMinor),
    ...namesOf(terminal, operation, authorization.reference, requestedAtMs),
    49: numericCurrency(authorization.currency) ?? undefined,
    90: originalOf(terminal, authorization),
    ...fields,
  });
}

const namesOf = (terminal: CardAcceptor, id: string, charge: string, atMs: number) => ({
  7: timeOf(atMs),
  11: traceOf(id),
  32: terminal.acquirerId,
  37: referenceOf(charge),
  41: terminal.terminalId,
  42: terminal.merchantId,
});

const authorizationType = ({ capture }: AuthorizationRequest): string => (capture ? '0200' : '0100');

/** DE 90: type, trace number, time and acquirer of the original message; no forwarding institution. */
const originalOf = ({ acquirerId }: CardAcceptor, original: Authorization): string =>
  [
    authorizationType(original),
    traceOf(original.reference),
    timeOf(original.requestedAtMs),
    acquirerId.padStart(11, '0'),
    '0'.repeat(11),
  ].join('');

/** Twelve characters derived from the charge: 60 bits, so that a merchant's charges do not collide. */
export const referenceOf = (charge: string): string => base32(hashOf('rrn', charge), 12).toUpperCase();

/** 1–999999. Unique only together with the time and the reference. */
const traceOf = (id: string): string => String((hashOf('stan', id).readUInt32BE() % 999_999) + 1).padStart(6, '0');

const hashOf = (purpose: string, id: string): Buffer => createHash('sha256').update(`fuda/${purpose}|${id}`).digest();

/** MMDDhhmmss in UTC. */
const timeOf = (epochMs: number): string => new Date(epochMs).toISOString().replace(/\D/g, '').slice(4, 14);

/** DE 48, its subelements in order: card on file (22), network's id of the initial payment (63), security code (92). */
function additionalData(request: AuthorizationRequest, code: string | undefined): string | undefined {
  const { credential, initiator, initialTransactionId: initial = '' } = request;
  const onFile = credential === 'typed' ? '' : subelement('22', ON_FILE[initiator]);
  const text = onFile + subelement('63', initial.slice(0, 99)) + subelement('92', code ?? '');
  return text === '' ? undefined : text;
}

/** Tag, length, value; nothing for an empty value. */
const subelement = (tag: string, value: string): string =>
  value === '' ? '' : `${tag}${String(value.length).padStart(2, '0')}${value}`;

/** The response to a message type: the third digit is one more. A repeat gets the same type. */
export const responseType = (mti: string): string => `${mti.slice(0, 2)}${Number(mti[2]) + 1}0`;
