/** The texts of the pages that render-controls.ts writes, in each language. */

import type { Standard } from '../../audit/controls/controls.ts';
import type { Found } from '../../audit/controls/evidence-found.ts';
import type { Party } from '../../audit/controls/requirement.ts';
import { japanese as reportInJapanese } from '../../audit/render/messages-ja.ts';

export type DocsLocale = 'en' | 'ja';

export interface ControlWords {
  readonly standards: Readonly<Record<Standard, string>>;
  /** The evidence that the report computes for each requirement. */
  readonly probes: Readonly<Record<Found['kind'], string>>;
  readonly controls: {
    readonly title: string;
    readonly intro: string;
    readonly columns: readonly string[];
    readonly none: string;
    readonly noEvidence: string;
    /** Separator of two kinds of evidence in one cell. */
    readonly between: string;
    readonly closing: string;
  };
  readonly responsibilities: {
    readonly title: string;
    readonly intro: string;
    readonly columns: readonly string[];
    readonly parties: readonly Party[];
  };
  readonly keyPage: {
    readonly title: string;
    readonly intro: string;
    readonly inventory: string;
    readonly columns: readonly string[];
    readonly never: string;
    readonly days: (count: number) => string;
    /** Key → what it protects; for languages other than that of the template's descriptions. */
    readonly protects: Readonly<Record<string, string>>;
    readonly use: string;
    readonly useIntro: string;
    readonly useColumns: readonly string[];
    /** Texts for callers without a name of a function. */
    readonly callers: Readonly<Record<string, string>>;
    /** Follows the name of a caller. */
    readonly through: (services: string) => string;
    readonly periods: string;
    readonly periodsIntro: string;
    readonly periodColumns: readonly string[];
    /** For a key that nothing but a person changes. */
    readonly noPeriod: string;
    /** For a key that is another each time. */
    readonly eachTime: string;
    /** Kind of a key outside KMS → its name. */
    readonly kinds: Readonly<Record<string, string>>;
    readonly lifecycle: string;
    readonly lifecyclePoints: readonly string[];
    readonly outside: string;
    readonly outsidePoints: readonly string[];
  };
}

const english: ControlWords = {
  standards: { pci: 'PCI DSS 4.0.1', japan: 'Credit Card Security Guidelines (Japan)' },
  probes: {
    decryptions: 'decryptions, each with its reason',
    re_encryptions: 're-encryptions, each from a token to a card of one merchant',
    erasures: 'erasures, with times',
    residue: 'erasures, and expired tokens with ciphertext',
    refused: 'calls that AWS refused',
    administration: 'changes of keys and tables',
    tables: 'accesses to tables, by role',
    digests: 'signed digests of the trail',
    watch: 'events that the watch rules look for',
    trail: 'the records themselves',
  },
  controls: {
    title: 'Controls',
    intro: `For an assessor: the requirements of PCI DSS 4.0.1 and of the Japanese Credit Card Security Guidelines on a vault, what this one
does for each, the file and the resource of the template that implement it, and the test that fails without it. The
last column says what \`node cli/fuda.mjs evidence\` finds about it in the trail of a period; the report shows the figures. Tests and
template need no AWS account (\`npm run cdk -- synth\`).

Requirements are paraphrased, those of PCI DSS from version 4.0.1 (June 2024) and those of Japan from edition 6.0 (4 March
2025; the Council revises it each March, so look for a later one); the standards' texts decide. Nothing else is claimed: policies, training,
physical security and most of chapters 1, 2, 5, 9, 11 and 12 are the operator's. **This code has not been assessed.** The responsible parties
are in [responsibilities](responsibilities.md), the keys are in [key architecture](key-architecture.md). 日本語版：[controls.ja.md](controls.ja.md)`,
    columns: ['requirement', 'asks', 'control', 'where', 'proven by', 'evidence in the trail'],
    none: 'nothing here meets it; see responsibilities',
    noEvidence: 'none: rests on template and test',
    between: '; ',
    closing: `## What the controls do not do

- An administrator who may change a key’s policy can allow themselves its use. That change is itself an event in the
  trail, which they cannot alter; alarm on \`PutKeyPolicy\`, and let few people hold it.
- The firewall counts by source address. It slows the testing of stolen card numbers and does not end it.
- What API Gateway or the firewall refuses by itself carries the code \`internal\` when no better one exists; its
  \`request_id\` leads to the entry in the access log, which says what it was.
- S3 delivers access logs by best effort: the log of reads of the trail may miss one.
- Findings of the rule packs that are acknowledged instead of fixed are in \`infra/acknowledgements.ts\` with their
  reasons. Synthesis fails on any other.`,
  },
  responsibilities: {
    title: 'Responsibilities',
    intro: `The party responsible for each part of a requirement (PCI DSS 4.0.1 12.8.5 and 12.9.2): the code and template of this repository, the
company that runs the vault, the merchants who charge through it, and AWS. An operator gives this page to its merchants, with
its own agreements beside it. A merchant that runs the vault for itself alone has both parts. AWS’s own matrix, in AWS
Artifact, takes precedence over this page. 日本語版：[responsibilities.ja.md](responsibilities.ja.md)`,
    columns: ['requirement', 'asks', 'the code does', 'the operator', 'the merchant', 'AWS'],
    parties: ['operator', 'merchant', 'aws'],
  },
  keyPage: {
    title: 'Key architecture',
    intro: `The description of cryptography that PCI DSS 4.0.1 3.6.1.1 asks of a service provider, read from the synthesized template and
\`shared/base/tables.ts\`: algorithms, strengths, uses, periods, where keys live and who may use them. Key ids, which differ by
deployment, are in the report. 日本語版：[key-architecture.ja.md](key-architecture.ja.md)`,
    inventory: 'Inventory',
    columns: ['key', 'protects', 'algorithm and strength', 'encryption context', 'rotation', 'wait before deletion'],
    never: 'none: KMS cannot rotate it',
    days: (count) => `${count} day${count === 1 ? '' : 's'}`,
    protects: {},
    use: 'Use of the keys',
    useIntro: 'The callers that each key’s own policy allows; a role needs its own policy too. All others are refused.',
    useColumns: ['key', 'who', 'may'],
    callers: { anyone: 'any caller', 'the account': 'principals that IAM in the account allows' },
    through: (services) => ` through ${services} only`,
    periods: 'Cryptoperiods',
    periodsIntro:
      'How long new data is encrypted under one key material, and until when that material may still open it (3.7.4). A period that the table leaves open is the operator’s or the merchant’s to set and to justify.',
    periodColumns: ['key', 'new material', 'opens until', 'change'],
    noPeriod: 'by a person',
    eachTime: 'each time',
    kinds: {},
    lifecycle: 'Life of a key',
    lifecyclePoints: [
      'Every key is made inside the hardware modules of AWS KMS and never leaves them, so no person handles key material: there are no components, custodians or ceremonies (3.6.1.2, 3.7.1 to 3.7.3, 3.7.6). AWS publishes the modules’ validation.',
      'KMS rotates by adding key material: new ciphertexts use the newest, old ones open with theirs. When the operator wants old ciphertexts gone from old material, stored cards move to a new key by `ReEncrypt` (3.7.4, 3.7.5).',
      'Each ciphertext names its key, and a decryption names key and encryption context, so neither can be swapped for another (3.7.7).',
      'A key that is to be deleted waits, and the call is in the trail and in the report.',
      'Test and production are different stacks with different keys; deploy them into different accounts (3.6.1.1).',
    ],
    outside: 'Cryptography outside KMS',
    outsidePoints: [
      'Inside a security code’s KMS ciphertext lies AES-256-GCM under a key that HKDF-SHA-256 derives from the live token (`shared/vault/cipher.ts`).',
      'Browsers encrypt cards by JWE, ECDH-ES on P-256 with A256GCM, to a key pair that is replaced daily and wrapped by `CaptureKey` (`shared/vault/intake/capture-keys.ts`).',
      'Tokens and API keys are looked up by SHA-256; webhooks are signed with HMAC-SHA-256; evidence bundles with Ed25519.',
      'TLS ends at API Gateway, under a certificate of AWS Certificate Manager.',
    ],
  },
};

const japanese: ControlWords = {
  standards: { pci: 'PCI DSS 4.0.1', japan: 'クレジットカード・セキュリティガイドライン' },
  probes: {
    decryptions: '復号とその理由',
    re_encryptions: '再暗号化（同一加盟店のトークンからカードへ）',
    erasures: '消去とその時刻',
    residue: '消去と、期限切れのトークンに残る暗号文',
    refused: 'AWS が拒否した呼び出し',
    administration: '鍵とテーブルの変更',
    tables: 'テーブルへのアクセス（ロール別）',
    digests: '署名されたダイジェスト',
    watch: '監視ルールに該当する事象',
    trail: '証跡の記録そのもの',
  },
  controls: {
    title: '管理策一覧',
    intro: `審査者向けの文書です。PCI DSS 4.0.1 とクレジットカード・セキュリティガイドラインのうち保管庫が満たすべき要件、本保管庫の管理策、それを実現するファイルと
テンプレートのリソース、管理策が失われたときに失敗するテストを示します。最後の列は、\`node cli/fuda.mjs evidence\` が対象期間の証跡から確認する内容です。
件数は報告書にあります。テストの実行とテンプレートの生成に AWS アカウントは不要です（\`npm run cdk -- synth\`）。

要件は、PCI DSS 4.0.1（2024 年 6 月）と、クレジットカード・セキュリティガイドライン 6.0 版（2025 年 3 月 4 日。例年 3 月に改訂されるため、最新版を確認してください）を本プロジェクトが要約したものです。
原文は各基準を参照してください。記載のない要件への対応は表明しません。方針、教育、物理的セキュリティ、および
1・2・5・9・11・12 章の大半は運用者の責任です。**本コードはいかなる審査も受けていません。**
責任分担は[責任分担表](responsibilities.ja.md)、鍵は[鍵の設計](key-architecture.ja.md)にあります。English: [controls.md](controls.md)`,
    columns: ['要件', '要求事項', '管理策', '実現箇所', '証明するテスト', '証跡で確認できること'],
    none: '本リポジトリに管理策はない。責任分担表を参照',
    noEvidence: 'なし（テンプレートとテストに基づく）',
    between: '<br>',
    closing: `## 管理策の限界

- 鍵ポリシーを変更できる管理者は、自らに鍵の使用を許可できます。その変更は、本人が改変できない証跡に記録されます。\`PutKeyPolicy\` をアラームで監視し、権限を持つ者を少数に限定してください。
- WAF は送信元アドレスごとに回数を数えます。カード番号の試行を遅らせますが、完全には防止しません。
- API Gateway や WAF 自身による拒否は、該当するコードがない場合 \`internal\` になります。内容は \`request_id\` に対応するアクセスログで確認できます。
- S3 のアクセスログはベストエフォートで配信されるため、証跡の閲覧が記録されないことがあります。
- ルール検査の指摘のうち、修正せずに受容したものは、理由とともに \`infra/acknowledgements.ts\` に記載しています。それ以外の指摘があると、テンプレートの生成が失敗します。`,
  },
  responsibilities: {
    title: '責任分担表',
    intro: `各要件を誰が担うかを、本リポジトリのコードとテンプレート、保管庫の運用者、保管庫を利用する加盟店、AWS に分けて示します（PCI DSS 4.0.1 12.8.5・12.9.2）。
運用者は、この表を契約書とともに加盟店に渡してください。自社専用に運用する加盟店は、運用者と加盟店の両方を担います。
AWS については、AWS Artifact にある AWS 自身の責任分担表が優先します。English: [responsibilities.md](responsibilities.md)`,
    columns: ['要件', '要求事項', 'コードによる管理策', '運用者', '加盟店', 'AWS'],
    parties: ['operator', 'merchant', 'aws'],
  },
  keyPage: {
    title: '鍵の設計',
    intro: `PCI DSS 4.0.1 3.6.1.1 がサービスプロバイダーに求める、暗号アーキテクチャの文書です。アルゴリズム、強度、用途、暗号期間、保管場所、使用者を、生成したテンプレートと
\`shared/base/tables.ts\` から読み取って示します。デプロイごとに異なる鍵 ID は報告書にあります。English: [key-architecture.md](key-architecture.md)`,
    inventory: '鍵の一覧',
    columns: ['鍵', '保護するもの', 'アルゴリズムと強度', '暗号化コンテキスト', 'ローテーション', '削除までの待機期間'],
    never: 'なし（KMS では不可）',
    days: (count) => `${count} 日`,
    protects: reportInJapanese.keyPurposes,
    use: '鍵を使用できる主体',
    useIntro:
      '各鍵のポリシーが使用を許可する主体です。ロールには、自身のポリシーによる許可も必要です。それ以外はすべて拒否されます。',
    useColumns: ['鍵', '主体', '操作'],
    callers: { anyone: '任意の呼び出し元', 'the account': 'アカウント内で IAM が許可する主体' },
    through: (services) => `（${services} 経由に限る）`,
    periods: '暗号期間',
    periodsIntro:
      '同じ鍵素材で新規データを暗号化する期間と、その鍵素材による復号を認める期限です（3.7.4）。表で定めていない期間は、運用者または加盟店が理由とともに定めてください。',
    periodColumns: ['鍵', '鍵素材の更新', '復号・照合の期限', '更新の方法'],
    noPeriod: '人手による',
    eachTime: '都度',
    kinds: {
      'capture key pairs': 'カード情報の暗号化用の鍵ペア',
      'inner key of a security code': 'セキュリティコードの内側の鍵',
      'key of the attempt counters': '試行回数の集計用の鍵',
      'webhook secrets': 'Webhook シークレット',
      'signing keys of evidence and answers': '証跡一式と回答の署名鍵',
    },
    lifecycle: '鍵のライフサイクル',
    lifecyclePoints: [
      'すべての鍵は AWS KMS のハードウェアモジュール内で生成され、外に出ません。鍵素材を扱う人はいないため、鍵の分割保管、鍵管理者、鍵生成の手続きはいずれもありません（3.6.1.2、3.7.1〜3.7.3、3.7.6）。モジュールが取得した第三者認証は AWS が公表しています。',
      'KMS のローテーションでは鍵素材が追加されます。新しいデータは最新の鍵素材で暗号化し、古い暗号文は元の鍵素材で復号します。古い鍵素材の使用をやめるには、保存カードを `ReEncrypt` で新しい鍵に移行します（3.7.4、3.7.5）。',
      '暗号文には鍵の識別子が含まれ、復号では鍵と暗号化コンテキストを指定するため、いずれもすり替えられません（3.7.7）。',
      '鍵の削除には待機期間があり、削除の呼び出しは証跡と報告書に記載されます。',
      'テスト環境と本番環境は別のスタックであり、別の鍵を用います。別のアカウントにデプロイしてください（3.6.1.1）。',
    ],
    outside: 'KMS 以外の暗号',
    outsidePoints: [
      'セキュリティコードの KMS 暗号文の内側は、有効なトークンから HKDF-SHA-256 で導いた鍵による AES-256-GCM です（`shared/vault/cipher.ts`）。',
      'ブラウザーは JWE（P-256 の ECDH-ES と A256GCM）でカード情報を暗号化します。鍵ペアは毎日更新され、`CaptureKey` で保護されます（`shared/vault/intake/capture-keys.ts`）。',
      'トークンと API キーは SHA-256 で照合し、Webhook は HMAC-SHA-256、証跡一式は Ed25519 で署名します。',
      'TLS は API Gateway で、AWS Certificate Manager の証明書により終端します。',
    ],
  },
};

export const CONTROL_WORDS: Readonly<Record<DocsLocale, ControlWords>> = { en: english, ja: japanese };
