/**
 * Fills the built payment page for one session. Text of a merchant is escaped. The name, the domain and the amount come
 * from the vault's current records, because they tell the shopper which merchant is paid and how much.
 */
import { escapeHtml } from '../../base/html.ts';
import { currencyExponent } from '../../base/money.ts';
import type { Merchant } from '../../merchants/merchant.ts';
import { isOwn } from './request.ts';
import { type CheckoutItem, type CheckoutStatus, statusAt } from './session.ts';
import { type PageLocale, pageLocale, WORDS, type Words } from './words.ts';

/** A session and the merchant it pays. */
export interface Offer {
  readonly item: CheckoutItem;
  readonly merchant: Merchant;
}

/**
 * A session that leads back to an origin its merchant no longer has is not shown, because the merchant does not vouch
 * for it.
 */
export const isVouchedFor = ({ item: { success_url: successUrl, cancel_url: cancelUrl }, merchant }: Offer): boolean =>
  isOwn(merchant, successUrl) && (cancelUrl === undefined || isOwn(merchant, cancelUrl));

/** Throws where the page has a gap that nothing fills. */
export function paymentPage(
  template: string,
  offer: Offer | null,
  nowMs: number,
  acceptLanguage: string | undefined,
): string {
  const locale = offer?.item.locale ?? pageLocale(acceptLanguage);
  const gaps = offer === null ? strangerGaps(WORDS[locale]) : sessionGaps(offer, nowMs, locale);
  const all: Readonly<Record<string, string>> = { ...wordGaps(WORDS[locale]), ...gaps };
  return template
    .replace('<html lang="en"', `<html lang="${locale}"`)
    .replaceAll(/\{\{(\w+)\}\}/g, (_gap, name: string) => {
      const text = all[name];
      if (text === undefined) throw new Error(`the payment page has a gap that nothing fills: ${name}`);
      return escapeHtml(text);
    });
}

const wordGaps = (words: Words) => ({
  to: words.to,
  registered: words.registered,
  check: words.check,
  refused: words.refused,
  unpaid: words.unpaid,
  stopped: words.stopped,
  leave_label: words.leave,
  back_label: words.back,
  no_script: words.noScript,
  foot: words.foot,
});

function sessionGaps({ item, merchant }: Offer, nowMs: number, locale: PageLocale) {
  const words = WORDS[locale];
  const status = statusAt(item, nowMs);
  const amount = amountText(item.amount_minor, item.currency, locale);
  const result = resultOf(item, status, words);
  const isOver = status === 'expired' || status === 'canceled';
  const backUrl = isOver ? item.cancel_url : withId(item.success_url, item);
  return {
    title: words.titleOf(merchant.name),
    session: item.entry_id,
    status,
    mode: item.mode,
    order: 'yes',
    merchant: merchant.name,
    domain: new URL(item.success_url).host,
    amount,
    currency: item.currency,
    description: item.description ?? '',
    pay: words.pay(amount),
    ask: shownIf(status === 'open'),
    leave: shownIf(item.cancel_url !== undefined),
    leave_url: item.cancel_url ?? '',
    result: shownIf(status !== 'open'),
    result_title: result.title,
    result_text: result.text,
    back: shownIf(backUrl !== undefined),
    back_url: backUrl ?? '',
  };
}

function strangerGaps({ title, results }: Words) {
  const nothing = {
    session: '',
    mode: '',
    merchant: '',
    domain: '',
    amount: '',
    currency: '',
    description: '',
    pay: '',
  };
  return {
    ...nothing,
    title,
    status: 'unknown',
    order: 'no',
    ask: 'no',
    leave: 'no',
    leave_url: '',
    result: 'yes',
    result_title: results.unknown.title,
    result_text: results.unknown.text,
    back: 'no',
    back_url: '',
  };
}

const shownIf = (condition: boolean): 'yes' | 'no' => (condition ? 'yes' : 'no');

function resultOf(item: CheckoutItem, status: CheckoutStatus, { results }: Words) {
  // Shown by the page's script when it has lost the response to a payment.
  if (status === 'open') return results.unsure;
  return item.canceled_because === 'payments_used_up' ? results.used_up : results[status];
}

/** A return URL proves nothing, so it carries only the id of the session to ask the vault about. */
function withId(url: string, { entry_id: id }: CheckoutItem): string {
  const whole = new URL(url);
  whole.searchParams.set('checkout_session', id);
  return whole.href;
}

/** The exact amount in the form of currency and language: ¥4,180, $41.80, KWD 41.800; 4,180円, 41.80米ドル. */
export function amountText(amountMinor: number, currency: string, locale: PageLocale): string {
  const exponent = currencyExponent(currency) ?? 0;
  const digits = String(amountMinor).padStart(exponent + 1, '0');
  const whole = digits.slice(0, digits.length - exponent);
  const decimal = exponent === 0 ? whole : `${whole}.${digits.slice(-exponent)}`;
  const format = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    currencyDisplay: WORDS[locale].currency,
    minimumFractionDigits: exponent,
    maximumFractionDigits: exponent,
  });
  return format.format(decimal as Intl.StringNumericLiteral);
}
