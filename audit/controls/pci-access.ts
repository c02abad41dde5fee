/** PCI DSS 4.0.1, requirements 6 to 8: software, payment pages, access and accounts. */
import type { Requirement } from './requirement.ts';

export const PCI_ACCESS: readonly Requirement[] = [
  {
    id: '6.2.4',
    asks: {
      en: 'Software is built so that common attacks on it fail.',
      ja: '一般的な攻撃が成立しないようにソフトウェアを開発する。',
    },
    controls: [
      {
        does: {
          en: 'What the gateway refuses by itself quotes no input.',
          ja: 'API Gateway 自身によるエラー応答に入力値を含めない。',
        },
        where: 'infra/constructs/gateway-responses.ts',
        resources: ['AWS::ApiGateway::GatewayResponse'],
        test: {
          file: 'test/infra/api.test.ts',
          title: 'all are problem documents that no cache may keep and that quote no input',
        },
      },
      {
        does: {
          en: 'What a merchant sends is in no log of any function.',
          ja: '加盟店が送った内容は、どの関数のログにも現れない。',
        },
        where: 'shared/base/log.ts',
        resources: ['AWS::Logs::LogGroup'],
        test: { file: 'test/flows/bad-input.test.ts', title: 'no log of any function repeats what a caller sent' },
      },
    ],
    duties: { operator: { en: 'Reviews changes before it deploys them.', ja: '変更をデプロイ前にレビューする。' } },
  },
  {
    id: '6.4.2',
    asks: {
      en: 'A technical solution detects and prevents attacks on public web applications.',
      ja: '公開 Web アプリケーションへの攻撃を自動的に検知・防止する。',
    },
    controls: [
      {
        does: {
          en: 'A web application firewall before the API limits by address how often tokens are tried.',
          ja: 'API の前段の WAF が、トークン化の試行回数を送信元アドレスごとに制限する。',
        },
        where: 'infra/constructs/firewall.ts',
        resources: ['AWS::WAFv2::WebACL'],
        test: { file: 'test/infra/api.test.ts', title: 'limits by address how often tokens are tried' },
      },
    ],
    duties: {
      operator: { en: 'Watches what the firewall blocks.', ja: 'WAF の遮断状況を監視する。' },
      aws: { en: 'Maintains the managed rules.', ja: 'マネージドルールを維持する。' },
    },
  },
  {
    id: '6.4.3',
    asks: {
      en: 'Scripts of a payment page are authorized, their integrity is assured, and each has a reason.',
      ja: '決済ページのスクリプトを承認し、完全性を確保し、それぞれの必要性を文書化する。',
    },
    controls: [
      {
        does: {
          en: 'The hosted field runs one script and one style, both named by hash in its content security policy, and loads nothing.',
          ja: 'ホスト型入力欄のスクリプトとスタイルは 1 つずつで、いずれも CSP にハッシュで指定され、外部から何も読み込まない。',
        },
        where: 'shared/pages/page.ts',
        resources: [],
        test: {
          file: 'test/pages/page.test.ts',
          title: 'the policy names the one script and the one style by hash, and nothing unsafe',
        },
      },
      {
        does: {
          en: 'Every script has a row with its reason, of which the build, the policies and docs/payment-page-scripts.md, the inventory with hashes, are made.',
          ja: 'すべてのスクリプトを必要性とともに 1 つの表に定義し、ビルド、CSP、ハッシュ付き一覧 docs/payment-page-scripts.md をその表から生成する。',
        },
        where: 'web/outputs.ts',
        resources: [],
        test: {
          file: 'test/web/build.test.ts',
          title: 'docs/payment-page-scripts.md is what `npm run docs` writes',
        },
      },
      {
        does: {
          en: 'A merchant’s page can load fuda.js from the address of its hash, with integrity; a changed one does not run.',
          ja: '加盟店のページは、ハッシュを含むアドレスから fuda.js を integrity 付きで読み込める。変更されたスクリプトは実行されない。',
        },
        where: 'functions/api/sdk-script.ts',
        resources: [],
        test: {
          file: 'test/web/whole-vault.test.ts',
          title: 'loads in a page that pins its hash, and not with one bit of the hash changed',
        },
      },
    ],
    duties: {
      operator: { en: 'Answers for the scripts inside the field.', ja: '入力欄内のスクリプトに責任を負う。' },
      merchant: {
        en: 'Answers for every script of the page around the field (docs/saq-a.md).',
        ja: '入力欄を囲むページのすべてのスクリプトに責任を負う（docs/saq-a.ja.md）。',
      },
    },
  },
  {
    id: '6.5.5',
    asks: {
      en: 'No live card numbers in environments before production.',
      ja: '本番前の環境で実在のカード番号を使用しない。',
    },
    controls: [
      {
        does: {
          en: 'A test key takes a published test card and no other.',
          ja: 'テスト用キーは、公開されたテスト用カードのみを受け付ける。',
        },
        where: 'shared/vault/intake/card-input.ts',
        resources: [],
        test: { file: 'test/vault/vault.test.ts', title: 'a test key takes published test cards and no other' },
      },
    ],
    duties: {
      merchant: { en: 'Uses test keys in its own test systems.', ja: '自社のテスト環境ではテスト用キーを使用する。' },
    },
  },
  {
    id: '6.5.6',
    asks: {
      en: 'Test data and test accounts are removed before a system goes into production.',
      ja: 'テストデータとテスト用アカウントは、本番稼働前に削除する。',
    },
    controls: [
      {
        does: {
          en: 'A live key refuses published test cards. Each merchant keeps its test keys, though, and what they make lies in the production tables beside live entries, marked by its mode. Nothing removes it.',
          ja: '本番用キーは公開されたテスト用カードを拒否する。ただし、テスト用キーは各加盟店に残り、テスト用キーによるデータは、本番のテーブルにモードで区別して保存される。自動では削除されない。',
        },
        where: 'shared/vault/intake/card-input.ts',
        resources: [],
        test: {
          file: 'test/flows/bad-input.test.ts',
          title: 'a live key refuses published test cards in any request to the function',
        },
      },
    ],
    duties: {
      operator: {
        en: 'Revokes the test keys of production merchants, or justifies keeping them.',
        ja: '本番の加盟店のテスト用キーを失効させる。残す場合は理由を文書化する。',
      },
    },
  },
  {
    id: '7.2.1',
    asks: {
      en: 'An access model says who needs what, and grants no more.',
      ja: '必要な者に必要な権限だけを与えるアクセスモデルを定める。',
    },
    controls: [
      {
        does: {
          en: 'One role per function, holding exactly the rights of its row in the table of routes.',
          ja: '関数ごとに 1 つのロールがあり、権限はルート定義の該当行と厳密に一致する。',
        },
        where: 'infra/constructs/function.ts',
        resources: ['AWS::IAM::Role', 'AWS::IAM::ManagedPolicy'],
        test: { file: 'test/infra/functions.test.ts', title: '%s holds exactly the rights of its row' },
      },
    ],
    probe: 'refused',
    duties: {
      operator: {
        en: 'Reviews the permission matrix at least every six months (7.2.4, 7.2.5.1).',
        ja: '権限一覧を少なくとも半年ごとに確認する（7.2.4、7.2.5.1）。',
      },
    },
  },
  {
    id: '7.2.2',
    asks: {
      en: 'People get the least access their work needs.',
      ja: '利用者の権限は職務に必要な最小限とする。',
    },
    controls: [
      {
        does: {
          en: 'Operators manage merchants and their API keys, seal secrets and read the ledger. Their policy reads no record of a card or token and decrypts nothing.',
          ja: '運用者は加盟店とその API キーの管理、シークレットの暗号化、台帳の閲覧ができる。そのポリシーではカードやトークンのレコードを読めず、何も復号できない。',
        },
        where: 'infra/card-vault.ts',
        resources: ['AWS::IAM::ManagedPolicy'],
        test: { file: 'test/flows/permissions.test.ts', title: 'the operator, who makes merchants, can open nothing' },
      },
      {
        does: {
          en: 'Charges and forwards send live cards only to hosts and accounts that the deployment names; the operator chooses among them.',
          ja: '決済と転送における本番カードの送信先は、デプロイで指定されたホストとアカウントに限られる。運用者はその中から選ぶことしかできない。',
        },
        where: 'infra/destinations.ts',
        resources: ['AWS::Lambda::Function'],
        test: {
          file: 'test/flows/operator.test.ts',
          title: 'gets no card by writing records and secrets past the command line (V14)',
        },
      },
      {
        does: {
          en: 'An export takes a policy that the operator does not have.',
          ja: 'エクスポートには、運用者が持たない別のポリシーが必要である。',
        },
        where: 'infra/card-vault.ts',
        resources: ['AWS::IAM::ManagedPolicy'],
        test: {
          file: 'test/infra/variants.test.ts',
          title:
            'is nothing that the operator’s policy can widen: it invokes no function, so an export takes another policy',
        },
      },
    ],
    duties: {
      operator: {
        en: 'Decides which people hold that policy, and gives none of them the right to deploy.',
        ja: 'そのポリシーを誰に付与するかを決定し、同じ者にデプロイの権限を与えない。',
      },
    },
  },
  {
    id: '7.2.5',
    asks: {
      en: 'Programs get the least access their work needs.',
      ja: 'プログラムの権限は処理に必要な最小限とする。',
    },
    controls: [
      {
        does: {
          en: 'No wildcard in any function’s policy, except the streams of its log group and the trail’s files.',
          ja: '関数のポリシーにワイルドカードを使用しない（自身のロググループのストリームと証跡のファイルを除く）。',
        },
        where: 'infra/constructs/function.ts',
        resources: ['AWS::IAM::ManagedPolicy'],
        test: {
          file: 'test/infra/functions.test.ts',
          title: 'no function’s policy has a wildcard, except the streams of its log group and the trail’s files',
        },
      },
      {
        does: {
          en: 'Only the code of the cardholder data environment may use the keys of card numbers and security codes.',
          ja: 'カード番号とセキュリティコードの鍵を使用できるのは、カード会員データ環境のコードだけである。',
        },
        where: 'infra/routes.ts',
        resources: ['PanKey', 'CvcKey'],
        test: {
          file: 'test/infra/functions.test.ts',
          title: 'only functions in functions/cde hold a right on the keys of card numbers and security codes',
        },
      },
    ],
    probe: 'tables',
    duties: {},
  },
  {
    id: '7.2.6',
    asks: {
      en: 'People query stored card data through programs and roles only; few administrators may do so directly.',
      ja: '保存されたカード情報への照会は、プログラムとロールを通じてのみ行い、直接照会できる管理者を限定する。',
    },
    controls: [
      {
        does: {
          en: 'The operator’s policy reads no record of a card or token; the command line has no query of them.',
          ja: '運用者のポリシーではカードとトークンのレコードを読めず、コマンドラインにもその照会機能はない。',
        },
        where: 'infra/card-vault.ts',
        resources: ['AWS::IAM::ManagedPolicy'],
        test: { file: 'test/flows/permissions.test.ts', title: 'the operator, who makes merchants, can open nothing' },
      },
      {
        does: {
          en: 'Auditors can read or write no table.',
          ja: '監査人はどのテーブルも読み書きできない。',
        },
        where: 'infra/constructs/auditor.ts',
        resources: ['AWS::IAM::ManagedPolicy'],
        test: { file: 'test/infra/auditor.test.ts', title: 'read or write %s' },
      },
    ],
    probe: 'tables',
    duties: {
      operator: {
        en: 'Grants other principals of the account no read of the tables Tokens and Cards, which IAM could.',
        ja: 'アカウント内の他の主体に、テーブル Tokens と Cards の読み取りを許可しない（IAM では許可できる）。',
      },
    },
  },
  {
    id: '7.3.3',
    asks: { en: 'What is not granted is denied.', ja: '許可されていないものはすべて拒否する。' },
    controls: [
      {
        does: {
          en: 'No statement lets anyone use a card key without its whole encryption context.',
          ja: '暗号化コンテキストをすべて指定しない限り、カード情報の鍵の使用を許可するステートメントはない。',
        },
        where: 'infra/constructs/keys.ts',
        resources: ['AWS::KMS::Key'],
        test: {
          file: 'test/infra/keys.test.ts',
          title: 'is required by every statement that lets anyone use a card key',
        },
      },
    ],
    probe: 'refused',
    duties: { aws: { en: 'IAM denies by default.', ja: 'IAM は既定で拒否する。' } },
  },
  {
    id: '8.2.2',
    asks: {
      en: 'Accounts are not shared by people, except for a limited time with a reason on record.',
      ja: 'アカウントを複数の利用者で共用しない。例外は理由を記録し、期間を限定する。',
    },
    controls: [],
    probe: 'tables',
    duties: {
      operator: {
        en: 'Gives each person an identity in AWS; the vault has no accounts of people. The report names callers by role and session.',
        ja: '利用者ごとに AWS の ID を付与する。保管庫には利用者のアカウントがない。報告書は呼び出し元をロールとセッションで示す。',
      },
      merchant: {
        en: 'Gives each of its programs an API key and no person one.',
        ja: 'API キーはプログラムごとに発行し、個人には付与しない。',
      },
    },
  },
  {
    id: '8.3.2',
    asks: {
      en: 'Secrets by which callers prove who they are cannot be read where they are stored.',
      ja: '認証に用いる秘密情報は、保存先で判読できないようにする。',
    },
    controls: [
      {
        does: {
          en: 'API keys are stored by their SHA-256, and never in clear.',
          ja: 'API キーは SHA-256 ハッシュで保存し、平文では保存しない。',
        },
        where: 'shared/merchants/merchant-store.ts',
        resources: ['Merchants'],
        test: { file: 'test/merchants/merchants.test.ts', title: 'has no key stored in clear' },
      },
    ],
    duties: {
      merchant: {
        en: 'Keeps its secret keys secret and rotates them.',
        ja: 'シークレットキーを秘匿し、定期的に更新する。',
      },
    },
  },
  {
    id: '8.4.2',
    asks: {
      en: 'People reach the environment of card data only with more than one factor.',
      ja: 'カード会員データ環境への人のアクセスには多要素認証を用いる。',
    },
    controls: [],
    duties: {
      operator: {
        en: 'Requires MFA of everyone who signs in to the account; nothing in the template can.',
        ja: 'アカウントにサインインする全員に多要素認証を必須とする。テンプレートでは強制できない。',
      },
    },
  },
  {
    id: '8.6.2',
    asks: {
      en: 'No password or key of a program is written into code or configuration.',
      ja: 'プログラムの認証情報をコードや設定に書き込まない。',
    },
    controls: [
      {
        does: {
          en: 'Functions take credentials from Lambda’s environment and contain no code for other ways.',
          ja: '関数は Lambda の環境からのみ認証情報を取得し、他の取得手段のコードを含まない。',
        },
        where: 'infra/env-credentials.ts',
        resources: ['AWS::Lambda::Function'],
        test: {
          file: 'test/infra/bundle.test.ts',
          title: 'none can take credentials from a profile, a program, SSO or instance metadata',
        },
      },
    ],
    duties: {
      aws: { en: 'Issues short-lived credentials to each role.', ja: '各ロールに有効期間の短い認証情報を発行する。' },
    },
  },
];
