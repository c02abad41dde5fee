/**
 * The words of the payment page in each of its languages. What a shopper must decide by stands before anything can be
 * typed; what became of a payment says what to do next, and never why a card was refused.
 */
import type { CheckoutStatus } from './session.ts';

/** What a page says in the place of the card form; `unknown` where there is no such session. */
type Result = { readonly title: string; readonly text: string };

export interface Words {
  readonly title: string;
  readonly to: string;
  readonly verified: string;
  readonly check: string;
  readonly pay: string;
  readonly leave: string;
  readonly back: string;
  readonly refused: string;
  readonly noScript: string;
  readonly foot: string;
  readonly results: Readonly<Record<Exclude<CheckoutStatus, 'open'> | 'used_up' | 'unknown', Result>>;
}

export type PageLocale = 'en' | 'ja';

export const WORDS: Readonly<Record<PageLocale, Words>> = {
  en: {
    title: 'Payment',
    to: 'You pay',
    verified: 'verified domain',
    check: 'Check that the name and the amount are right before you type anything.',
    pay: 'Pay',
    leave: 'Back to the shop without paying',
    back: 'Back to the shop',
    refused: 'This card was refused, and nothing was charged. Check the details, or use another card.',
    noScript: 'This page needs JavaScript to send your card encrypted.',
    foot: 'Cards are encrypted in your browser and go to the payment vault only.',
    results: {
      processing: {
        title: 'Your payment is being confirmed',
        text: 'Please do not pay again. This page says what became of it as soon as it is known.',
      },
      paid: { title: 'Paid', text: 'Thank you. The shop has been told; you need not show this page to anyone.' },
      expired: { title: 'This link has expired', text: 'Nothing was charged. Ask the shop for a new one.' },
      canceled: {
        title: 'This payment was called off',
        text: 'Nothing was charged. Ask the shop if you still want to pay.',
      },
      used_up: {
        title: 'This link takes no more cards',
        text: 'Too many cards were refused, and nothing was charged. Ask the shop for another way to pay.',
      },
      unknown: {
        title: 'There is no such payment',
        text: 'Check that the whole link was opened. If it came from somebody you do not know, do not pay.',
      },
    },
  },
  ja: {
    title: 'お支払い',
    to: 'お支払い先',
    verified: '確認済みのドメイン',
    check: '入力する前に、お店の名前と金額が正しいことをお確かめください。',
    pay: '支払う',
    leave: '支払わずにお店に戻る',
    back: 'お店に戻る',
    refused: 'このカードは承認されず、請求もされていません。内容を確認するか、別のカードをお試しください。',
    noScript: 'カード情報を暗号化して送るため、JavaScript を有効にしてください。',
    foot: 'カード情報はこのブラウザで暗号化され、決済用の保管庫だけに送られます。',
    results: {
      processing: {
        title: 'お支払いを確認しています',
        text: 'もう一度お支払いにならないでください。結果が分かりしだい、この画面に表示します。',
      },
      paid: {
        title: 'お支払いが完了しました',
        text: 'ありがとうございました。お店には通知済みです。この画面を見せる必要はありません。',
      },
      expired: {
        title: 'このリンクは期限が切れました',
        text: '請求はされていません。お店に新しいリンクをお求めください。',
      },
      canceled: {
        title: 'このお支払いは取り消されました',
        text: '請求はされていません。お支払いをご希望の場合は、お店にお問い合わせください。',
      },
      used_up: {
        title: 'このリンクではもうお支払いいただけません',
        text: '承認されなかったカードが続きました。請求はされていません。別のお支払い方法をお店にお尋ねください。',
      },
      unknown: {
        title: 'このお支払いは見つかりません',
        text: 'リンク全体が開かれているかご確認ください。心当たりのない相手から届いたリンクでは、お支払いにならないでください。',
      },
    },
  },
};

/** The first language of ours that the browser asks for (RFC 9110 §12.5.4), in its own order; English otherwise. */
export function pageLocale(acceptLanguage: string | undefined): PageLocale {
  const wishes = (acceptLanguage ?? '').slice(0, 200).split(',').map(readWish);
  const inOrder = wishes.filter(({ weight }) => weight > 0).toSorted((a, b) => b.weight - a.weight);
  return inOrder.map(({ language }) => language).find((language) => language === 'ja' || language === 'en') ?? 'en';
}

function readWish(wish: string): { readonly language: string; readonly weight: number } {
  const [range = '', ...parameters] = wish.trim().toLowerCase().split(';');
  const quality = parameters.map((each) => /^\s*q=([\d.]+)\s*$/.exec(each)?.[1]).find(Boolean);
  return { language: range.split('-')[0] ?? '', weight: Number(quality ?? 1) };
}
