/**
 * The texts of the payment page in each language. What a shopper needs to decide comes before the card form. Results
 * say what to do next, and never why a card was refused.
 */
import type { CheckoutStatus } from './session.ts';

/** Text in place of the card form; `unsure` where the page lost the response to a payment, `unknown` for no session. */
type Result = { readonly title: string; readonly text: string };

export interface Words {
  readonly title: string;
  readonly titleOf: (merchant: string) => string;
  readonly to: string;
  /** About the domain: the vault's operator registered it, which proves nothing about its owner. */
  readonly registered: string;
  /** How an amount names its currency: by a sign (¥4,180) or by a word (4,180円). */
  readonly currency: 'symbol' | 'name';
  readonly check: string;
  readonly pay: (amount: string) => string;
  readonly leave: string;
  readonly back: string;
  readonly refused: string;
  /** A payment was sent, and the vault says that it did not happen. */
  readonly unpaid: string;
  /** The page has asked for the outcome as long as it asks. */
  readonly stopped: string;
  readonly noScript: string;
  readonly foot: string;
  readonly results: Readonly<Record<Exclude<CheckoutStatus, 'open'> | 'unsure' | 'used_up' | 'unknown', Result>>;
}

export type PageLocale = 'en' | 'ja';

export const WORDS: Readonly<Record<PageLocale, Words>> = {
  en: {
    title: 'Payment',
    titleOf: (merchant) => `Payment: ${merchant}`,
    to: 'You pay',
    registered: 'registered domain',
    currency: 'symbol',
    check: 'Check that the name and the amount are right before you type anything.',
    pay: (amount) => `Pay ${amount}`,
    leave: 'Back to the shop without paying',
    back: 'Back to the shop',
    refused: 'This card was refused, and nothing was charged. Enter it again, or use another card.',
    unpaid: 'Your payment did not go through, and nothing was charged. Please try again.',
    stopped: 'The outcome is still not known. Reload this page later, or ask the shop before you pay again.',
    noScript: 'This page needs JavaScript to send your card encrypted.',
    foot: 'Cards are encrypted in your browser and go to the payment vault only.',
    results: {
      processing: {
        title: 'Your payment is being confirmed',
        text: 'Please do not pay again. This page shows the outcome as soon as it is known.',
      },
      unsure: {
        title: 'We are checking whether your payment went through',
        text: 'The connection was interrupted. Please do not pay again. This page shows the outcome as soon as it is known.',
      },
      paid: {
        title: 'Paid',
        text: 'Thank you. The shop confirms the payment in its own system; you need not show this page.',
      },
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
    titleOf: (merchant) => `${merchant}へのお支払い`,
    to: 'お支払い先',
    registered: '登録済みのドメイン',
    currency: 'name',
    check: 'ご入力の前に、お店の名前と金額をご確認ください。',
    pay: (amount) => `${amount}を支払う`,
    leave: '支払わずにお店に戻る',
    back: 'お店に戻る',
    refused:
      'このカードは承認されませんでした。請求は発生していません。もう一度入力するか、別のカードをお試しください。',
    unpaid: 'お支払いは完了していません。請求は発生していません。もう一度お試しください。',
    stopped:
      'まだ結果を確認できていません。しばらくしてから画面を再読み込みするか、再度お支払いになる前にお店にお問い合わせください。',
    noScript: 'カード情報を暗号化して送信するため、JavaScript を有効にしてください。',
    foot: 'カード情報はお使いのブラウザーで暗号化され、決済システムにのみ送信されます。',
    results: {
      processing: {
        title: 'お支払いを確認しています',
        text: '二重のお支払いを防ぐため、再度のお支払いはお控えください。結果が分かり次第、この画面に表示します。',
      },
      unsure: {
        title: 'お支払い結果を確認しています',
        text: '通信が中断されました。二重のお支払いを防ぐため、再度のお支払いはお控えください。結果が分かり次第、この画面に表示します。',
      },
      paid: {
        title: 'お支払いが完了しました',
        text: 'ありがとうございました。お支払い結果はお店のシステムで確認されます。この画面の提示は不要です。',
      },
      expired: {
        title: 'このリンクの有効期限が切れました',
        text: '請求は発生していません。新しいリンクをお店にお求めください。',
      },
      canceled: {
        title: 'このお支払いは取り消されました',
        text: '請求は発生していません。お支払いをご希望の場合は、お店にお問い合わせください。',
      },
      used_up: {
        title: 'このリンクではお支払いいただけません',
        text: 'カードの承認が続けて得られなかったため、受付を終了しました。請求は発生していません。別のお支払い方法をお店にお尋ねください。',
      },
      unknown: {
        title: 'お支払いが見つかりません',
        text: 'リンクが途中で切れていないかご確認ください。心当たりのないリンクの場合は、お支払いにならないでください。',
      },
    },
  },
};

/** The supported language that the browser prefers (RFC 9110 §12.5.4); English where it names none. */
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
