/**
 * How long each key is used, and what ends it (PCI DSS 4.0.1 3.7.4): one row for each key of KMS and for each kind of key
 * outside it. A test compares the rows with the keys that exist, and the days with the template and the code.
 */
import type { Localized } from './requirement.ts';

export interface Cryptoperiod {
  /** Of shared/base/tables.ts or of the template; of keys outside KMS the kind. */
  readonly key: string;
  /** After how many days new data is encrypted under other key material; null where only a person ends it. */
  readonly days: number | null;
  /** For how long what was made under it may still be opened or compared. */
  readonly until: Localized;
  readonly change: Localized;
}

const ROTATED: Localized = { en: 'KMS adds key material by itself.', ja: 'KMS が自動で鍵素材を追加する。' };

export const CRYPTOPERIODS: readonly Cryptoperiod[] = [
  {
    key: 'PanKey',
    days: 365,
    until: {
      en: 'As long as a card is stored. The operator states a limit for old material.',
      ja: 'カードの保存期間中。古い鍵素材の使用期限は運用者が定める。',
    },
    change: {
      en: 'KMS adds key material by itself; a second key takes all cards by `ReEncrypt` (docs/operate.md).',
      ja: 'KMS が自動で鍵素材を追加する。2 つ目の鍵へは、全カードを `ReEncrypt` で移行する（docs/operate.md）。',
    },
  },
  {
    key: 'FormerPanKey',
    days: 365,
    until: { en: 'Until the last card is moved.', ja: '最後のカードを移行するまで。' },
    change: { en: 'Encrypts nothing new; closed after the move.', ja: '新規の暗号化には使用せず、移行後に閉じる。' },
  },
  {
    key: 'CvcKey',
    days: 365,
    until: { en: 'The life of a token, an hour at most.', ja: 'トークンの有効期間（最長 1 時間）。' },
    change: ROTATED,
  },
  {
    key: 'CaptureKey',
    days: 365,
    until: { en: 'Two days: as long as a key pair it wraps.', ja: '2 日（保護する鍵ペアの有効期間）。' },
    change: ROTATED,
  },
  {
    key: 'FingerprintKey',
    days: null,
    until: { en: 'As long as a card is stored.', ja: 'カードの保存期間中。' },
    change: {
      en: 'KMS cannot rotate an HMAC key, and another key matches no stored fingerprint. The operator sets the period and what follows: new fingerprints for all cards, or none compared across the change.',
      ja: 'HMAC 鍵は KMS ではローテーションできず、鍵を替えると保存済みのフィンガープリントと一致しない。期間と、終了時の扱い（全カードの再計算、または変更前後の照合の中止）は運用者が定める。',
    },
  },
  {
    key: 'SecretKey',
    days: 365,
    until: { en: 'As long as the secret is set.', ja: 'シークレットの登録期間中。' },
    change: {
      en: 'KMS adds key material by itself; setting a secret anew encrypts it under the newest.',
      ja: 'KMS が自動で鍵素材を追加する。シークレットを再登録すると、最新の鍵素材で暗号化される。',
    },
  },
  {
    key: 'HoneyKey',
    days: 365,
    until: { en: 'As long as the list is kept.', ja: 'おとりの一覧の保持期間中。' },
    change: ROTATED,
  },
  {
    key: 'DataKey',
    days: 365,
    until: { en: 'As long as tables and logs are kept.', ja: 'テーブルとログの保存期間中。' },
    change: ROTATED,
  },
  {
    key: 'TrailKey',
    days: 365,
    until: { en: 'As long as the trail is kept.', ja: '証跡の保存期間中。' },
    change: ROTATED,
  },
];

/** Keys outside KMS. */
export const OTHER_CRYPTOPERIODS: readonly Cryptoperiod[] = [
  {
    key: 'capture key pairs',
    days: 1,
    until: { en: 'One more day, for pages that are open.', ja: '開いているページのため、さらに 1 日。' },
    change: {
      en: 'A schedule makes the next pair and drops the last but one.',
      ja: '定期処理が次の鍵ペアを作成し、2 つ前の鍵ペアを破棄する。',
    },
  },
  {
    key: 'inner key of a security code',
    days: 0,
    until: { en: 'The life of its token, from which it is derived.', ja: '導出元のトークンの有効期間。' },
    change: { en: 'Each token has another.', ja: 'トークンごとに異なる。' },
  },
  {
    key: 'key of the attempt counters',
    days: 1,
    until: { en: 'Its day; DynamoDB deletes it within days after.', ja: '当日限り。DynamoDB が数日以内に削除する。' },
    change: { en: 'The first attempt of a day makes it at random.', ja: 'その日の最初の試行時に無作為に生成する。' },
  },
  {
    key: 'webhook secrets',
    days: null,
    until: { en: 'Until the merchant has it replaced.', ja: '加盟店が更新するまで。' },
    change: {
      en: '`webhook rotate-secret`; the period is the merchant’s.',
      ja: '`webhook rotate-secret`。期間は加盟店が定める。',
    },
  },
  {
    key: 'signing keys of evidence and answers',
    days: null,
    until: { en: 'As long as bundles are verified.', ja: '証跡一式の検証期間中。' },
    change: {
      en: 'The person makes another and tells its fingerprint.',
      ja: '署名者が新しい鍵を作成し、フィンガープリントを通知する。',
    },
  },
];
