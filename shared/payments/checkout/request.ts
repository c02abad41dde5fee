/** The merchant's request for a checkout session, checked completely before anything is written. */
import * as z from 'zod/mini';
import { VaultError } from '../../base/errors.ts';
import { isSeenWhole } from '../../base/shown-text.ts';
import type { Caller, Merchant } from '../../merchants/merchant.ts';
import { parsePageUrl } from '../../merchants/origin.ts';
import { ChargeRequest } from '../charges/create.ts';
import { hasProcessor } from '../processors/registry.ts';
import { type CheckoutTerms, LIFE_MINUTES } from './session.ts';

const URL_MAX = 2_000;
const DESCRIPTION_MAX = 200;
const { amount, currency, capture, save_card, metadata, processor } = ChargeRequest.shape;

const ReturnUrl = z
  .string({ error: 'return_url_invalid' })
  .check(
    z.maxLength(URL_MAX, { error: 'return_url_invalid' }),
    z.describe(
      'An https URL of an origin that is registered for the merchant; that origin is shown as the shop’s own.',
    ),
  );

/** Body of POST /v1/checkout_sessions. `amount` in minor units of `currency`. */
export const CheckoutRequest = z.strictObject({
  amount,
  currency,
  description: z.optional(
    z
      .string()
      .check(
        z.maxLength(DESCRIPTION_MAX),
        z.refine(isSeenWhole),
        z.describe('What is paid for, as the shopper reads it: one line, without characters that cannot be seen.'),
      ),
  ),
  success_url: ReturnUrl,
  cancel_url: z.optional(ReturnUrl),
  expires_in_minutes: z.optional(
    z
      .int()
      .check(
        z.gte(LIFE_MINUTES.min),
        z.lte(LIFE_MINUTES.max),
        z.describe(`How long it can be paid; ${LIFE_MINUTES.default} unless said.`),
      ),
  ),
  capture,
  save_card,
  metadata,
  locale: z.optional(z.enum(['ja', 'en']).check(z.describe('Of the page; the browser’s language unless said.'))),
  processor,
});

/** Body of POST /v1/checkout_sessions/{checkout_session_id}/pay. */
export const PayRequest = z.strictObject({
  token: z.string().check(z.describe('A token that was made with the session’s id in the place of a publishable key.')),
});

/** Reads the terms from the request alone, without its merchant's settings. Throws `return_url_invalid`, naming the field. */
export function readTerms(wanted: z.infer<typeof CheckoutRequest>): CheckoutTerms {
  return {
    amount_minor: wanted.amount,
    currency: wanted.currency.toUpperCase(),
    capture: wanted.capture ?? true,
    save_card: wanted.save_card ?? false,
    success_url: readReturnUrl(wanted.success_url, 'success_url'),
    life_minutes: wanted.expires_in_minutes ?? LIFE_MINUTES.default,
    ...(wanted.cancel_url !== undefined && { cancel_url: readReturnUrl(wanted.cancel_url, 'cancel_url') }),
    ...(wanted.locale !== undefined && { locale: wanted.locale }),
    ...(wanted.processor !== undefined && { processor: wanted.processor }),
    ...(wanted.description !== undefined && { description: wanted.description }),
    ...(wanted.metadata !== undefined && { metadata: wanted.metadata }),
  };
}

/**
 * Allows registered origins only: the page shows the origin as the shop's, so a thief with a stolen secret key cannot
 * send shoppers to another site. Throws `processor_unavailable` or `return_url_unregistered`, each naming its field.
 */
export function checkTerms(caller: Caller, merchant: Merchant, terms: CheckoutTerms): void {
  if (!hasProcessor(merchant, caller.mode, terms.processor)) {
    throw new VaultError('processor_unavailable', { param: 'processor' });
  }
  for (const param of ['success_url', 'cancel_url'] as const) {
    const url = terms[param];
    if (url !== undefined && !isOwn(merchant, url)) throw new VaultError('return_url_unregistered', { param });
  }
}

function readReturnUrl(text: string, param: string): string {
  const url = parsePageUrl(text);
  if (url === null) throw new VaultError('return_url_invalid', { param });
  return url.href;
}

/** Whether a URL is of an origin that is registered for the merchant now. */
export const isOwn = ({ allowed_origins: origins }: Merchant, text: string): boolean => {
  const url = parsePageUrl(text);
  return url !== null && origins.includes(url.origin);
};
