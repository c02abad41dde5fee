/** Japanese. */
import type { Texts } from '../hosted/texts.ts';
import type { PageTexts } from '../sdk/texts.ts';

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
  sending: 'カード情報を保護しています…',
  stillSending: '時間がかかっています。お待ちください…',
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
    name_missing: 'カード名義を入力してください。',
    name_invalid: 'カード名義をご確認ください。',
    test_card_required: 'テスト用カードのみご利用いただけます。',
    test_card_refused: 'テスト用カードはご利用いただけません。',
  },
  troubles: {
    network: '接続を確認し、もう一度お試しください。',
    timeout: '応答がありません。もう一度お試しください。',
    busy: '混雑しています。少し待ってお試しください。',
    refused: '登録できません。お店にお問い合わせください。',
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
    frame_not_ready: 'カードの入力欄を表示できませんでした。ページを再読み込みして、もう一度お試しください。',
    timeout: 'カードの入力欄から応答がありません。もう一度お試しください。',
    destroyed: 'カードの入力欄がページからなくなりました。ページを再読み込みして、もう一度お試しください。',
  },
};
