/** The hosted field in Japanese. Each fault says what to do; none repeats what was typed, and each fits on one line of a phone. */
import type { Texts } from './texts.ts';

export const ja: Texts = {
  title: 'カード情報',
  number: 'カード番号',
  expiry: '有効期限',
  expiryPlaceholder: '月 / 年',
  cvc: 'セキュリティコード',
  assurance: 'カード情報はお店に渡りません。',
  testMode: 'テスト',
  faults: {
    number_missing: 'カード番号を入力してください。',
    number_incomplete: 'カード番号の桁数が足りません。',
    number_invalid: 'カード番号の桁数をご確認ください。',
    number_luhn: 'カード番号に誤りがあります。',
    brand_unknown: 'このカードはご利用いただけません。',
    expiry_missing: '有効期限を入力してください。',
    expiry_incomplete: '有効期限を最後まで入力してください。',
    expiry_invalid: '有効期限をご確認ください。',
    expiry_past: 'このカードは有効期限が切れています。',
    cvc_missing: 'セキュリティコードを入力してください。',
    cvc_incomplete: 'セキュリティコードの桁数が足りません。',
    cvc_invalid: 'セキュリティコードの桁数が多すぎます。',
    test_card_required: 'テスト用カードのみご利用いただけます。',
    test_card_refused: 'テスト用カードはご利用いただけません。',
  },
  troubles: {
    network: '通信できませんでした。接続を確認して、もう一度お試しください。',
    timeout: '応答に時間がかかっています。もう一度お試しください。',
    busy: '混み合っています。少し待ってから、もう一度お試しください。',
    refused: 'カードを登録できませんでした。もう一度お試しいただくか、お店にお問い合わせください。',
  },
};
