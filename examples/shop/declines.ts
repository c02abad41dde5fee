/**
 * The shopper's message for each decline code: what to do next, never why the bank is suspicious. A card reported lost
 * or stolen gets the same words as a plain refusal, because the shopper may be a thief.
 */
import type { Locale } from './texts.ts';

type Words = Readonly<Record<Locale, string>>;

const PLAIN: Words = {
  ja: 'カード会社の承認が得られませんでした。別のカードをお試しいただくか、カード会社にお問い合わせください。',
  en: 'Your card company did not approve the payment. Please try another card, or ask your card company.',
};

const FUNDS: Words = {
  ja: 'カードの残高またはご利用可能枠が不足しています。別のカードをお試しください。',
  en: 'The card does not have enough funds or credit for this order. Please try another card.',
};

const LIMIT: Words = {
  ja: 'カードのご利用限度額を超えています。別のカードをお試しください。',
  en: 'This order is over the card’s limit. Please try another card.',
};

const EXPIRED: Words = {
  ja: 'カードの有効期限が切れています。別のカードをお試しください。',
  en: 'The card has expired. Please try another card.',
};

const DETAILS: Words = {
  ja: '入力されたカード情報が、カード会社の登録内容と一致しませんでした。もう一度入力してください。',
  en: 'The card details did not match your card company’s records. Please enter them again.',
};

const UNSUPPORTED: Words = {
  ja: 'このカードは、このお支払いにはお使いいただけません。別のカードをお試しください。',
  en: 'This card cannot be used for this kind of payment. Please try another card.',
};

const BUSY: Words = {
  ja: 'カード会社と通信できませんでした。時間をおいて、もう一度お試しください。',
  en: 'Your card company could not be reached. Please try again in a little while.',
};

const WORDS: Readonly<Record<string, Words>> = {
  insufficient_funds: FUNDS,
  card_velocity_exceeded: LIMIT,
  expired_card: EXPIRED,
  incorrect_cvc: DETAILS,
  not_permitted: UNSUPPORTED,
  processing_error: BUSY,
  issuer_unavailable: BUSY,
};

export const declineMessage = (code: string, locale: Locale): string =>
  ((Object.hasOwn(WORDS, code) ? WORDS[code] : undefined) ?? PLAIN)[locale];

/** The vault refused the request itself: usually a token that waited too long, else the shop's own fault. */
export function refusalMessage(code: string, locale: Locale): string {
  if (code === 'token_expired' || code === 'token_spent' || code === 'token_not_found') {
    return {
      ja: 'カード情報の入力から時間が経ちました。お手数ですが、もう一度入力してください。',
      en: 'The card details were entered too long ago. Please enter them once more.',
    }[locale];
  }
  return {
    ja: 'ただいまお支払いを受け付けられません。時間をおいて、もう一度お試しください。',
    en: 'We cannot take this payment right now. Please try again a little later.',
  }[locale];
}
