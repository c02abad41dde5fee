/**
 * The complete back-end integration: charges a token with the shop's secret key. The shop never has the card number,
 * only the token. Copy this file; it needs only `fetch`. Amounts are in minor units, which for JPY is the yen itself.
 */

export interface Vault {
  readonly apiUrl: string;
  readonly secretKey: string;
  readonly timeoutMs: number;
}

export interface ChargeRequest {
  /** Your own key, one per payment: sent twice it charges once. */
  readonly idempotencyKey: string;
  readonly token: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly orderId: string;
}

/** The part of the vault's charge that a shop reads. */
export interface Charge {
  readonly object: 'charge';
  readonly id: string;
  readonly status: string;
  readonly amount: number;
  readonly currency: string;
  readonly card: { readonly brand: string; readonly last4: string } | null;
  readonly decline_code: string | null;
  readonly failure_code: string | null;
}

/** Charges a token. After any result, a retry with the same key and body is safe. */
export async function createCharge(vault: Vault, charge: ChargeRequest): Promise<Charge> {
  const response = await fetch(`${vault.apiUrl}/v1/charges`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${vault.secretKey}`,
      'content-type': 'application/json',
      'idempotency-key': charge.idempotencyKey,
    },
    body: JSON.stringify({
      source: charge.token,
      amount: charge.amountMinor,
      currency: charge.currency,
      metadata: { order_id: charge.orderId },
    }),
    signal: AbortSignal.timeout(vault.timeoutMs),
  });
  return readResponse(response);
}

/** Reads a charge that was still processing. */
export async function readCharge(vault: Vault, chargeId: string): Promise<Charge> {
  const response = await fetch(`${vault.apiUrl}/v1/charges/${encodeURIComponent(chargeId)}`, {
    headers: { authorization: `Bearer ${vault.secretKey}` },
    signal: AbortSignal.timeout(vault.timeoutMs),
  });
  return readResponse(response);
}

/** The vault responded, but not with a charge: an RFC 9457 problem, or something unreadable. */
export class VaultProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly requestId: string;
  /** The charge that recorded this refusal, where there is one. */
  readonly chargeId: string | null;

  constructor(status: number, body: { code?: unknown; request_id?: unknown; charge?: unknown }) {
    const code = typeof body.code === 'string' ? body.code : 'unreadable_response';
    super(`vault returned ${status} ${code}`);
    this.name = 'VaultProblem';
    this.status = status;
    this.code = code;
    this.requestId = typeof body.request_id === 'string' ? body.request_id : 'unknown';
    this.chargeId = typeof body.charge === 'string' ? body.charge : null;
  }
}

/** A charge in the body is the response, with any HTTP status: a decline is an outcome, not an error. */
async function readResponse(response: Response): Promise<Charge> {
  const body: unknown = await response.json().catch((error: unknown) => {
    if (error instanceof SyntaxError) return {}; // For example a proxy's HTML page.
    throw error;
  });
  if (isCharge(body)) return body;
  throw new VaultProblem(response.status, typeof body === 'object' && body !== null ? body : {});
}

function isCharge(body: unknown): body is Charge {
  if (typeof body !== 'object' || body === null) return false;
  const { object, id, status } = body as Record<string, unknown>;
  return object === 'charge' && typeof id === 'string' && typeof status === 'string';
}
