/**
 * The one file of a forward that has the card in clear: the values for the request, and the masker for the response.
 */
import { needs } from '../../base/errors.ts';
import type { Secret } from '../../merchants/secret.ts';
import type { OpenedParts } from '../../vault/source.ts';
import { type Masker, makeMasker } from './mask.ts';
import { fillRequest, type RequestTemplate } from './request.ts';
import type { CardPlaceholder, Values } from './template.ts';

/** Values for the request, and the masker for the response. Takes the security code, so it works once. */
export function inClear(
  { clear: { pan, cvc, expiry }, facts: { bin, last4 } }: Pick<OpenedParts, 'clear' | 'facts'>,
  secrets: ReadonlyMap<string, Secret>,
): { readonly values: Values; readonly mask: Masker } {
  const [number, code] = [pan?.digits(), cvc?.take()];
  const [month, year] = [String(expiry.month).padStart(2, '0'), String(expiry.year)];
  const card: Readonly<Record<CardPlaceholder, string | undefined>> = {
    number,
    cvc: code,
    bin,
    last4,
    exp_month: month,
    exp_year: year,
    expiry: `${year}-${month}`,
  };
  const texts = new Map([...secrets].map(([name, secret]) => [name, secret.clearText()]));
  return {
    values: { card: (field) => known(card[field]), secret: (name) => known(texts.get(name)) },
    mask: makeMasker({ number, cvc: code, secrets: [...texts.values()] }),
  };
}

/**
 * Fills in everything except the card, so that a mistake in a secret shows before a token is spent: `header_refused`.
 */
export function rehearse(template: RequestTemplate, secrets: ReadonlyMap<string, Secret>): void {
  fillRequest(template, { card: () => '0', secret: (name) => known(secrets.get(name)?.clearText()) });
}

/** A request with a placeholder that has no value was refused before. */
function known(value: string | undefined): string {
  needs(value !== undefined, 'a placeholder that was accepted has a value');
  return value;
}
