/**
 * Japan: the measures of the Credit Card Security Guidelines (クレジットカード・セキュリティガイドライン, published by the Credit
 * Transaction Security Measures Council under the Installment Sales Act) that concern a vault and its shops.
 * Paraphrased from edition 6.0 of 2025-03-04, with numbers of this map. The Council revises them each March, so that a
 * later edition may ask for more; the pages state the edition.
 */
import type { Requirement } from './requirement.ts';

export const JAPAN: readonly Requirement[] = [
  {
    id: 'JP-1',
    asks: {
      en: 'A shop neither stores, processes nor passes card numbers on its own equipment, or else meets PCI DSS (非保持化).',
      ja: '加盟店は自社の機器・ネットワークでカード情報を保存・処理・通過させない（非保持化）。または PCI DSS に準拠する。',
    },
    controls: [
      {
        does: {
          en: 'The number goes from the vault’s own field in the browser to the vault; the shop’s page and server receive a token.',
          ja: 'カード番号は保管庫の入力欄からブラウザー経由で保管庫へ直接送信され、加盟店のページとサーバーにはトークンのみが渡る。',
        },
        where: 'web/hosted/main.ts',
        resources: [],
        test: {
          file: 'test/web/card-frame.test.ts',
          title: 'hold no digit of the card from the first key to the token',
        },
      },
      {
        does: {
          en: 'Every route for shops’ servers refuses a request that holds a card number.',
          ja: '加盟店のサーバー向けのすべてのエンドポイントは、カード番号を含むリクエストを拒否する。',
        },
        where: 'functions/runtime/pipeline.ts',
        resources: [],
        test: {
          file: 'test/functions/parsers.test.ts',
          title: 'A random card number is refused in any place of a body and any spelling',
        },
      },
    ],
    duties: {
      merchant: {
        en: 'Takes cards through the field only: none by mail, form or telephone into its systems.',
        ja: 'カード情報の受付は入力欄に限定し、メール・フォーム・電話で受け付けて自社システムに取り込まない。',
      },
      operator: {
        en: 'Holds card numbers, so it must meet PCI DSS itself; keeping none is not open to it.',
        ja: 'カード番号を保持するため、自ら PCI DSS に準拠する。非保持化は選択できない。',
      },
    },
  },
  {
    id: 'JP-2',
    asks: {
      en: 'A company that holds card numbers for shops meets PCI DSS.',
      ja: 'カード番号等を取り扱う事業者は PCI DSS に準拠する。',
    },
    controls: [],
    probe: 'decryptions',
    duties: {
      operator: {
        en: 'Has itself assessed. This project has not been assessed by anyone.',
        ja: 'PCI DSS の審査を受ける。本プロジェクト自体は審査を受けていない。',
      },
    },
  },
  {
    id: 'JP-3',
    asks: {
      en: 'Shop weakness 1: administration screens are reachable by few, and their accounts are managed.',
      ja: '脆弱性対策 1：システム管理画面へのアクセスを制限し、管理者の ID・パスワードを適切に管理する。',
    },
    controls: [
      {
        does: {
          en: 'The vault has no administration screen; operators use a command line under AWS’s own sign-in.',
          ja: '保管庫に管理画面はなく、運用者は AWS の認証を経てコマンドラインを使用する。',
        },
        where: 'infra/card-vault.ts',
        resources: ['AWS::IAM::ManagedPolicy'],
        test: { file: 'test/flows/permissions.test.ts', title: 'the operator, who makes merchants, can open nothing' },
      },
    ],
    duties: { merchant: { en: 'Its own administration screens.', ja: '自社サイトの管理画面を保護する。' } },
  },
  {
    id: 'JP-4',
    asks: {
      en: 'Shop weakness 2: no data directory is exposed by misconfiguration.',
      ja: '脆弱性対策 2：データディレクトリの露見につながる設定不備を防ぐ。',
    },
    controls: [
      {
        does: {
          en: 'The trail’s bucket refuses the public and plain HTTP.',
          ja: '証跡のバケットは、公開アクセスと平文 HTTP を拒否する。',
        },
        where: 'infra/constructs/trail-store.ts',
        resources: ['AWS::S3::Bucket'],
        test: {
          file: 'test/infra/trail.test.ts',
          title: 'lies in a bucket that refuses deletion, overwriting, the public and plain HTTP',
        },
      },
    ],
    duties: { merchant: { en: 'Its own web server and storage.', ja: '自社の Web サーバーとストレージを保護する。' } },
  },
  {
    id: 'JP-5',
    asks: {
      en: 'Shop weakness 3: weaknesses of web applications are looked for and fixed.',
      ja: '脆弱性対策 3：Web アプリケーションの脆弱性を診断し、対策する。',
    },
    controls: [
      {
        does: {
          en: 'Synthesis fails on any finding of the rule packs that has no written answer.',
          ja: 'ルール検査の指摘に、文書化された受容理由のないものがあると、テンプレートの生成が失敗する。',
        },
        where: 'infra/acknowledgements.ts',
        resources: [],
        test: { file: 'test/infra/acknowledgements.test.ts', title: 'none is left without an answer' },
      },
    ],
    duties: {
      operator: {
        en: 'Has the deployed vault tested from outside.',
        ja: 'デプロイした保管庫について、外部からの脆弱性診断を受ける。',
      },
      merchant: { en: 'Its own site, regularly.', ja: '自社サイトの脆弱性診断を定期的に行う。' },
    },
  },
  {
    id: 'JP-6',
    asks: { en: 'Shop weakness 4: protection from malware.', ja: '脆弱性対策 4：マルウェア対策。' },
    controls: [],
    duties: {
      operator: { en: 'The machines from which it deploys.', ja: 'デプロイに用いる端末を保護する。' },
      merchant: { en: 'Its servers and terminals.', ja: '自社のサーバーと端末を保護する。' },
      aws: { en: 'The machines beneath Lambda.', ja: 'Lambda の基盤を保護する。' },
    },
  },
  {
    id: 'JP-7',
    asks: {
      en: 'Shop weakness 5: malicious validity checks and the trying-out of card numbers are countered (credit master).',
      ja: '脆弱性対策 5：悪質な有効性確認・クレジットマスターへの対策。',
    },
    controls: [
      {
        does: {
          en: 'Attempts to send a card are counted by address, those that make a token also by merchant and BIN; over a ceiling they are refused until the window ends.',
          ja: 'カード情報の送信を送信元アドレスごとに数え、トークンを作成したものは加盟店と BIN ごとにも数える。上限を超えた送信は、集計期間が終わるまで拒否する。',
        },
        where: 'shared/risk/attempts.ts',
        resources: ['Counters'],
        test: {
          file: 'test/risk/attempts.test.ts',
          title: 'from one address, until the window ends, and other addresses and merchants go on',
        },
      },
      {
        does: {
          en: 'Near a ceiling an attempt must bring a proof of work.',
          ja: '上限に近づいた送信には、プルーフオブワークを求める。',
        },
        where: 'shared/risk/attempts.ts',
        resources: ['Counters'],
        test: {
          file: 'test/risk/attempts.test.ts',
          title: 'must bring a proof of work on its own JWE, and learns the difficulty',
        },
      },
      {
        does: {
          en: 'The firewall limits by address how often tokens are tried. All of this slows such attacks and does not end them.',
          ja: 'WAF が送信元アドレスごとに試行回数を制限する。以上の対策は攻撃を遅らせるが、完全には防止しない。',
        },
        where: 'infra/constructs/firewall.ts',
        resources: ['AWS::WAFv2::WebACL'],
        test: { file: 'test/infra/api.test.ts', title: 'limits by address how often tokens are tried' },
      },
    ],
    duties: {
      operator: {
        en: 'Watches rates of declines and blocks.',
        ja: 'オーソリゼーションの拒否率と、WAF の遮断率を監視する。',
      },
      merchant: { en: 'Limits attempts in its own checkout.', ja: '自社の決済画面で試行を制限する。' },
    },
  },
  {
    id: 'JP-8',
    asks: {
      en: 'Misuse is countered before, at and after payment: sign-in protection, EMV 3-D Secure, watching of orders.',
      ja: '決済前・決済時・決済後の不正利用対策を行う（不正ログイン対策、EMV 3-D セキュア、注文の監視）。',
    },
    controls: [],
    duties: {
      merchant: {
        en: 'Protects sign-in, uses EMV 3-D Secure through its processor, watches orders.',
        ja: '不正ログイン対策、決済代行会社を通じた EMV 3-D セキュア、注文の監視を行う。',
      },
    },
  },
];
