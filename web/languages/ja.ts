/** Japanese. */
import type { PageTexts, Texts } from '../texts.ts';

export const field: Texts = {
  direction: 'ltr',
  title: 'カード情報',
  number: 'カード番号',
  expiry: '有効期限',
  expiryPlaceholder: '月 / 年',
  cvc: 'セキュリティコード',
  name: 'カード名義',
  assurance: 'カード情報はお店に渡りません。',
  testMode: 'テスト',
  sending: 'カード情報を安全に処理しています…',
  stillSending: '時間がかかっています。このままお待ちください…',
  faults: {
    number_missing: 'カード番号を入力してください。',
    number_incomplete: 'カード番号の桁数が足りません。',
    number_invalid: 'カード番号の桁数をご確認ください。',
    number_luhn: 'カード番号に誤りがあります。ご確認ください。',
    brand_unknown: 'ご利用いただけないカードです。別のカードをお試しください。',
    expiry_missing: '有効期限を入力してください。',
    expiry_incomplete: '有効期限を最後まで入力してください。',
    expiry_invalid: '有効期限をご確認ください。',
    expiry_past: '有効期限が切れています。別のカードをお試しください。',
    cvc_missing: 'セキュリティコードを入力してください。',
    cvc_incomplete: 'セキュリティコードの桁数が足りません。',
    cvc_invalid: 'セキュリティコードの桁数が多すぎます。',
    name_missing: 'カード名義を入力してください。',
    name_invalid: 'カードの表記どおりに名義を入力してください。',
    test_card_required: 'テスト用カードのみご利用いただけます。',
    test_card_refused: 'テスト用カードはご利用いただけません。',
  },
  troubles: {
    network: '通信環境をご確認のうえ、もう一度お試しください。',
    timeout: '応答がありませんでした。もう一度お試しください。',
    busy: '混み合っています。しばらくしてからお試しください。',
    refused: 'カード情報を送信できませんでした。お店にお問い合わせください。',
  },
};

export const page: PageTexts = {
  titles: {
    card: 'カード情報の入力欄',
    number: 'カード番号の入力欄',
    expiry: '有効期限の入力欄',
    cvc: 'セキュリティコードの入力欄',
    name: 'カード名義の入力欄',
  },
  errors: {
    frame_not_ready: 'カード情報の入力欄を表示できませんでした。ページを再読み込みして、もう一度お試しください。',
    timeout: 'カード情報の入力欄から応答がありませんでした。もう一度お試しください。',
    destroyed: 'カード情報の入力欄がページ上にありません。ページを再読み込みして、もう一度お試しください。',
  },
};
