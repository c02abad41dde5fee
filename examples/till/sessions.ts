/**
 * The complete integration: makes a link and its QR code for a sale, with the shop's secret key, and reads whether it
 * is paid. Copy this file; it needs only `fetch`. Amounts are in minor units, which for JPY is the yen itself.
 */

export interface Vault {
  readonly apiUrl: string;
  readonly secretKey: string;
  readonly timeoutMs: number;
}

export interface Sale {
  /** Your own id, one per sale: sent twice it makes one session. */
  readonly id: string;
  readonly amountMinor: number;
  readonly description: string;
}

/** The part of the vault's session that a till reads. */
export interface Session {
  readonly id: string;
  readonly status: 'open' | 'processing' | 'paid' | 'expired' | 'canceled';
  readonly amount: number;
  readonly currency: string;
  readonly url: string;
  /** The text of an SVG image. */
  readonly qr_code: string;
}

export const createSession = (vault: Vault, sale: Sale, successUrl: string): Promise<Session> =>
  ask(vault, 'POST', '/v1/checkout_sessions', {
    idempotencyKey: `sale-${sale.id}`,
    body: {
      amount: sale.amountMinor,
      currency: 'JPY',
      description: sale.description,
      success_url: successUrl,
      expires_in_minutes: 10,
      metadata: { sale: sale.id },
    },
  });

export const readSession = (vault: Vault, id: string): Promise<Session> =>
  ask(vault, 'GET', `/v1/checkout_sessions/${encodeURIComponent(id)}`);

export const cancelSession = (vault: Vault, id: string): Promise<Session> =>
  ask(vault, 'POST', `/v1/checkout_sessions/${encodeURIComponent(id)}/cancel`);

async function ask(
  vault: Vault,
  method: string,
  path: string,
  sent: { readonly idempotencyKey?: string; readonly body?: object } = {},
): Promise<Session> {
  const response = await fetch(vault.apiUrl + path, {
    method,
    headers: {
      authorization: `Bearer ${vault.secretKey}`,
      ...(sent.body && { 'content-type': 'application/json' }),
      ...(sent.idempotencyKey && { 'idempotency-key': sent.idempotencyKey }),
    },
    ...(sent.body && { body: JSON.stringify(sent.body) }),
    signal: AbortSignal.timeout(vault.timeoutMs),
  });
  const body = (await response.json()) as Session & { readonly code?: string };
  if (!response.ok) throw new Error(`the vault returned ${response.status} ${body.code}`);
  return body;
}
