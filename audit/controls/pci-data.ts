/** PCI DSS 4.0.1, requirements 1 to 4: the network around card data, stored card data and its keys, transmission. */
import type { Requirement } from './requirement.ts';

export const PCI_DATA: readonly Requirement[] = [
  {
    id: '1.4.1',
    asks: {
      en: 'Controls stand between untrusted networks and the environment of card data.',
      ja: '信頼できないネットワークとカード会員データ環境の間に、セキュリティ制御を設ける。',
    },
    controls: [
      {
        does: {
          en: 'Only API Gateway may call a function of the API, and each for its own path only.',
          ja: 'API の関数を呼び出せるのは API Gateway のみであり、各関数は対応するパスからのみ呼び出せる。',
        },
        where: 'infra/constructs/api.ts',
        resources: ['AWS::ApiGateway::RestApi', 'AWS::Lambda::Permission'],
        test: {
          file: 'test/infra/api.test.ts',
          title: 'API Gateway may call a function for its own path only, and beside an ANY for its own method',
        },
      },
      {
        does: {
          en: 'With the network option, no function that handles cards stands outside its subnets.',
          ja: 'ネットワークオプションを有効にすると、カード情報を扱う関数はすべて専用のサブネット内で動作する。',
        },
        where: 'infra/constructs/network.ts',
        resources: [],
        test: {
          file: 'test/infra/variants.test.ts',
          title: 'lets no function of the cardholder data environment stand outside it',
        },
      },
    ],
    duties: {
      operator: { en: 'Keeps other ways in closed.', ja: '他の接続経路を設けない。' },
      aws: { en: 'Runs API Gateway and Lambda’s isolation.', ja: 'API Gateway を運用し、Lambda の分離を維持する。' },
    },
  },
  {
    id: '3.2.1',
    asks: {
      en: 'As little card data as possible is kept, for as short as possible; each quarter it is shown that what is due is gone.',
      ja: 'カード情報の保存を量・期間とも最小限とし、保管期間を過ぎたデータが削除されていることを四半期ごとに確認する。',
    },
    controls: [
      {
        does: {
          en: 'An unused token loses its ciphertexts at expiry by an explicit write, which CloudTrail records.',
          ja: '未使用のトークンの暗号文は、期限到来時に明示的な書き込みで消去され、CloudTrail に記録される。',
        },
        where: 'shared/vault/tokens.ts',
        resources: ['Tokens'],
        test: {
          file: 'test/flows/sweep.test.ts',
          title: 'an expired token is erased by an explicit write, which the trail shows',
        },
      },
      {
        does: {
          en: 'Nothing caches a response, samples a request or keeps it in a trace.',
          ja: '応答のキャッシュ、リクエストのサンプリング、トレースへの保存を行わない。',
        },
        where: 'infra/constructs/api.ts',
        resources: ['AWS::ApiGateway::Stage'],
        test: { file: 'test/infra/api.test.ts', title: 'hold errors only and no data trace, on every method' },
      },
    ],
    probe: 'residue',
    duties: {
      operator: {
        en: 'Sets token lifetimes, deletes stored cards when their purpose ends, makes this report each quarter.',
        ja: 'トークンの有効期間を定め、利用目的を終えた保存カードを削除し、四半期ごとに本報告書を作成する。',
      },
      merchant: { en: 'Asks for deletion of cards it no longer needs.', ja: '不要になったカードの削除を指示する。' },
    },
  },
  {
    id: '3.3.1',
    asks: {
      en: 'Sensitive authentication data is not kept after authorization, not even encrypted.',
      ja: '機密認証データは、暗号化していてもオーソリゼーション後に保持しない。',
    },
    controls: [
      {
        does: {
          en: 'The write that spends a token removes both ciphertexts, before the card is decrypted and the processor is asked.',
          ja: 'トークンを使用済みにする書き込みが、両方の暗号文を消去する。消去は、カードの復号と決済代行会社などへの送信より前である。',
        },
        where: 'shared/vault/tokens.ts',
        resources: ['Tokens'],
        test: {
          file: 'test/payments/charges/create.test.ts',
          title: 'is spent and erased before the processor is asked, even when the card is declined (V2)',
        },
      },
      {
        does: {
          en: 'The table that may hold security codes until authorization has no recovery, stream, backup or replica, so what is erased stays erased.',
          ja: 'オーソリゼーション前のセキュリティコードを保持しうるテーブルには、復元・ストリーム・バックアップ・レプリカを設けず、消去したデータは復元できない。',
        },
        where: 'infra/constructs/tables.ts',
        resources: ['Tokens'],
        test: {
          file: 'test/infra/tables.test.ts',
          title: '%s has no recovery, stream, backup or replica, so that erased items are gone',
        },
      },
    ],
    probe: 'erasures',
    duties: {
      operator: {
        en: 'Turns on no backup or stream for that table.',
        ja: '当該テーブルのバックアップとストリームを有効にしない。',
      },
      merchant: { en: 'Never sees or keeps a security code.', ja: 'セキュリティコードを取り扱わず、保存しない。' },
    },
  },
  {
    id: '3.3.2',
    asks: {
      en: 'Sensitive authentication data that is kept before authorization is strongly encrypted.',
      ja: 'オーソリゼーション前に保持する機密認証データは、強力な暗号技術で暗号化する。',
    },
    controls: [
      {
        does: {
          en: 'Security codes are encrypted under a separate key. The role that takes them can never decrypt one.',
          ja: 'セキュリティコードは専用の鍵で暗号化する。受け付けるロールは復号できない。',
        },
        where: 'infra/constructs/keys.ts',
        resources: ['CvcKey'],
        test: {
          file: 'test/infra/keys.test.ts',
          title: 'create-token encrypts under %s and can never decrypt',
        },
      },
      {
        does: {
          en: 'Inside lies a second layer that opens only with the live token, which is stored nowhere.',
          ja: '内側にもう一層の暗号化があり、どこにも保存されない有効なトークンでのみ復号できる。',
        },
        where: 'shared/vault/cipher.ts',
        resources: ['CvcKey'],
        test: {
          file: 'test/vault/vault.test.ts',
          title: 'of a CVC stays closed without the live token, even with every KMS key (V13)',
        },
      },
    ],
    probe: 'decryptions',
    duties: {
      operator: {
        en: 'Asks its acquirers and brands whether keeping a code before authorization is allowed at all.',
        ja: 'オーソリゼーション前の保持自体が認められるかを、アクワイアラーと国際ブランドに確認する。',
      },
      aws: { en: 'Runs KMS.', ja: 'KMS を運用する。' },
    },
  },
  {
    id: '3.4.1',
    asks: {
      en: 'A card number that is shown is masked: at most the BIN and the last four digits.',
      ja: 'カード番号を表示するときはマスクし、最大でも BIN と下 4 桁までとする。',
    },
    controls: [
      {
        does: {
          en: 'A token shows brand, first six, last four, expiry and fingerprint of its card, and nothing more.',
          ja: 'トークンの応答に含まれるのは、ブランド、上 6 桁、下 4 桁、有効期限、フィンガープリントのみである。',
        },
        where: 'shared/vault/card-facts.ts',
        resources: [],
        test: {
          file: 'test/vault/vault.test.ts',
          title: 'shows brand, first six, last four and expiry, and nothing more of the card (V3)',
        },
      },
    ],
    duties: { merchant: { en: 'Shows no more than it is given.', ja: '受け取った範囲を超えて表示しない。' } },
  },
  {
    id: '3.5.1',
    asks: {
      en: 'A stored card number is unreadable.',
      ja: '保存するカード番号を読み取り不能にする。',
    },
    controls: [
      {
        does: {
          en: 'Card numbers are encrypted by KMS before they are stored, and nothing else holds one: tables, logs, trail, disk and traffic are searched for them.',
          ja: 'カード番号は保存前に KMS で暗号化し、他のどこにも残さない。テーブル、ログ、証跡、ディスク、通信を検索して確認する。',
        },
        where: 'shared/vault/cipher.ts',
        resources: ['PanKey', 'Tokens', 'Cards'],
        test: { file: 'test/flows/leaks.test.ts', title: 'nothing holds a card number or a security code' },
      },
    ],
    probe: 're_encryptions',
    duties: {
      operator: { en: 'Changes no key policy without a reason.', ja: '理由なく鍵ポリシーを変更しない。' },
      merchant: { en: 'Keeps tokens and card ids only.', ja: 'トークンとカード ID のみを保持する。' },
      aws: { en: 'Runs KMS and DynamoDB.', ja: 'KMS と DynamoDB を運用する。' },
    },
  },
  {
    id: '3.5.1.1',
    asks: {
      en: 'A hash of a card number is a keyed one over the whole number, and its key is managed like any other.',
      ja: 'カード番号のハッシュはカード番号全体に対する鍵付きハッシュとし、その鍵も他の鍵と同様に管理する。',
    },
    controls: [
      {
        does: {
          en: 'The key of fingerprints is an HMAC key of KMS that makes HMAC-SHA-256 only.',
          ja: 'フィンガープリントの鍵は KMS の HMAC 鍵であり、HMAC-SHA-256 の計算にのみ用いられる。',
        },
        where: 'shared/vault/fingerprint.ts',
        resources: ['FingerprintKey'],
        test: {
          file: 'test/infra/keys.test.ts',
          title: 'symmetric keys rotate; the HMAC key makes codes with one algorithm only',
        },
      },
      {
        does: {
          en: 'A fingerprint knows its card again within one merchant, and in no other.',
          ja: 'フィンガープリントは同一加盟店内でのみ一致し、他の加盟店とは一致しない。',
        },
        where: 'shared/vault/fingerprint.ts',
        resources: ['FingerprintKey'],
        test: { file: 'test/vault/vault.test.ts', title: 'knows its card again within one merchant, and in no other' },
      },
    ],
    duties: { aws: { en: 'Keeps the key inside KMS.', ja: '鍵を KMS 内に保持する。' } },
  },
  {
    id: '3.5.1.2',
    asks: {
      en: 'Encryption of disks or whole databases alone does not make a card number unreadable.',
      ja: 'ディスクやデータベース全体の暗号化だけでは、カード番号を読み取り不能にしたことにならない。',
    },
    controls: [
      {
        does: {
          en: 'The tables’ own encryption comes on top of that of each number and is relied on for nothing in 3.5.1.',
          ja: 'テーブルの暗号化は、カード番号ごとの暗号化に重ねて行うものであり、3.5.1 の根拠としない。',
        },
        where: 'infra/constructs/data-key.ts',
        resources: ['DataKey'],
        test: { file: 'test/infra/tables.test.ts', title: '%s is encrypted under the vault’s data key' },
      },
    ],
    duties: { aws: { en: 'Encrypts storage under that key.', ja: 'その鍵でストレージを暗号化する。' } },
  },
  {
    id: '3.6.1',
    asks: {
      en: 'Keys that protect card data are themselves protected from disclosure and misuse.',
      ja: 'カード情報を保護する鍵を、開示と誤用から保護する。',
    },
    controls: [
      {
        does: {
          en: 'Administrators manage keys and can neither use them nor make grants by which others could.',
          ja: '管理者は鍵を管理できるが、使用することも、他者に使用を許すグラントを作ることもできない。',
        },
        where: 'infra/constructs/keys.ts',
        resources: ['PanKey', 'CvcKey', 'FingerprintKey'],
        test: {
          file: 'test/infra/keys.test.ts',
          title: 'administrators and the account root cannot use %s, even with every grant of IAM',
        },
      },
      {
        does: {
          en: 'A use needs both the role’s policy and the key’s, which names that role.',
          ja: '鍵の使用には、ロールのポリシーと、そのロールを明示的に許可する鍵ポリシーの双方を要する。',
        },
        where: 'infra/constructs/keys.ts',
        resources: ['AWS::KMS::Key', 'AWS::IAM::Role'],
        test: {
          file: 'test/infra/keys.test.ts',
          title: 'a function without the key in its own policy is refused even if the key’s policy named it',
        },
      },
    ],
    probe: 'administration',
    duties: {
      operator: {
        en: 'Names few key administrators and reviews their changes.',
        ja: '鍵の管理者を少数に限定し、その変更を確認する。',
      },
      aws: { en: 'Lets no key material out of KMS.', ja: '鍵素材を KMS の外に出さない。' },
    },
  },
  {
    id: '3.6.1.1',
    asks: {
      en: 'A service provider keeps a description of its cryptography: algorithms, strengths, uses, lifetimes and where keys live.',
      ja: 'サービスプロバイダーは、アルゴリズム・強度・用途・暗号期間・保管場所を記した暗号アーキテクチャの文書を維持する。',
    },
    controls: [
      {
        does: {
          en: 'docs/key-architecture.md is made of the template and the table of keys, and a test fails when they disagree.',
          ja: 'docs/key-architecture.ja.md をテンプレートと鍵の表から生成する。不一致はテストで検出される。',
        },
        where: 'audit/key-inventory.ts',
        resources: ['AWS::KMS::Key'],
        test: { file: 'test/tools/docs/controls.test.ts', title: '%s is what `npm run docs` writes' },
      },
    ],
    duties: {
      operator: {
        en: 'Deploys test and production into different accounts.',
        ja: 'テスト環境と本番環境を別のアカウントにデプロイする。',
      },
    },
  },
  {
    id: '3.6.1.2',
    asks: {
      en: 'Keys are stored in one of few safe forms, such as inside a hardware module.',
      ja: '鍵は、ハードウェアモジュール内などの安全な形態でのみ保管する。',
    },
    controls: [
      {
        does: {
          en: 'Every key is one of KMS, which keeps keys inside hardware modules.',
          ja: '鍵はすべて KMS の鍵であり、ハードウェアモジュール内で保管される。',
        },
        where: 'infra/constructs/keys.ts',
        resources: ['AWS::KMS::Key'],
        test: {
          file: 'test/infra/keys.test.ts',
          title: 'every key is made in KMS, and its material goes nowhere',
        },
      },
      {
        does: {
          en: 'A key is kept when its stack goes, and waits thirty days before deletion.',
          ja: '鍵はスタックを削除しても残り、削除までに 30 日の待機期間がある。',
        },
        where: 'infra/constructs/keys.ts',
        resources: ['AWS::KMS::Key'],
        test: {
          file: 'test/infra/keys.test.ts',
          title: 'every key outlives its stack, and waits the longest time before deletion',
        },
      },
    ],
    duties: { aws: { en: 'Runs the hardware modules.', ja: 'ハードウェアモジュールを運用する。' } },
  },
  {
    id: '3.6.1.3',
    asks: {
      en: 'As few people as possible can reach a key, or a part of one, in clear.',
      ja: '平文の鍵コンポーネントにアクセスできる者を最小限にする。',
    },
    controls: [
      {
        does: {
          en: 'Nobody can: KMS makes each key, and the template imports, exports and replicates none.',
          ja: '平文の鍵コンポーネントは存在しない。鍵はすべて KMS が生成し、インポート、エクスポート、複製を行わない。',
        },
        where: 'infra/constructs/keys.ts',
        resources: ['AWS::KMS::Key'],
        test: { file: 'test/infra/keys.test.ts', title: 'every key is made in KMS, and its material goes nowhere' },
      },
    ],
    duties: { aws: { en: 'Lets no key material out of KMS.', ja: '鍵素材を KMS の外に出さない。' } },
  },
  {
    id: '3.7.4',
    asks: {
      en: 'Each kind of key has a defined period of use, and is changed at its end.',
      ja: '鍵の種類ごとに暗号期間を定め、その終わりに鍵を更新する。',
    },
    controls: [
      {
        does: {
          en: 'KMS rotates each encryption key yearly; it cannot rotate the HMAC key.',
          ja: '暗号化鍵は KMS が毎年ローテーションする。HMAC 鍵は KMS ではローテーションできない。',
        },
        where: 'infra/constructs/keys.ts',
        resources: ['AWS::KMS::Key'],
        test: {
          file: 'test/infra/keys.test.ts',
          title: 'symmetric keys rotate; the HMAC key makes codes with one algorithm only',
        },
      },
      {
        does: {
          en: 'One table states the period of every key, inside KMS and outside; docs/key-architecture.md shows it.',
          ja: 'KMS 内外のすべての鍵の暗号期間を 1 つの表で定義し、docs/key-architecture.ja.md に示す。',
        },
        where: 'audit/controls/cryptoperiods.ts',
        resources: [],
        test: {
          file: 'test/audit/cryptoperiods.test.ts',
          title: 'are stated for each key of the vault, and for no other',
        },
      },
    ],
    probe: 'administration',
    duties: {
      operator: {
        en: 'Adopts the periods in its own policy, and sets those that the table leaves to it: old material of PanKey, and the HMAC key.',
        ja: '暗号期間を自社の方針として定める。PanKey の古い鍵素材と HMAC 鍵の期間は、運用者が決定する。',
      },
      merchant: { en: 'Sets the period of its webhook secrets.', ja: 'Webhook シークレットの期間を定める。' },
      aws: { en: 'Carries out the rotation.', ja: 'ローテーションを実行する。' },
    },
  },
  {
    id: '4.2.1',
    asks: {
      en: 'Card numbers cross open networks only under strong cryptography with trusted certificates.',
      ja: '公衆ネットワークでのカード番号の伝送は、信頼できる証明書と強力な暗号技術で保護する。',
    },
    controls: [
      {
        does: {
          en: 'The API speaks TLS 1.2 or later with forward secrecy only.',
          ja: 'API は、前方秘匿性のある TLS 1.2 以上のみを受け付ける。',
        },
        where: 'infra/constructs/api.ts',
        resources: ['AWS::ApiGateway::RestApi'],
        test: { file: 'test/infra/api.test.ts', title: 'speaks TLS 1.2 or later with forward secrecy' },
      },
      {
        does: {
          en: 'The keys to which browsers encrypt cards, inside TLS, are replaced daily; a dropped one opens nothing any more.',
          ja: 'ブラウザーが TLS の内側でカード情報の暗号化に用いる鍵は毎日更新され、破棄された鍵では復号できない。',
        },
        where: 'shared/vault/intake/card-input.ts',
        resources: ['CaptureKey'],
        test: {
          file: 'test/vault/vault.test.ts',
          title: 'rotate daily, keep the one before, and then no longer open what was encrypted',
        },
      },
    ],
    duties: {
      operator: { en: 'Owns the domain and its certificate.', ja: 'ドメインと証明書を管理する。' },
      merchant: { en: 'Serves its own checkout over TLS.', ja: '自社の決済ページを TLS で提供する。' },
      aws: { en: 'Ends TLS at API Gateway.', ja: 'API Gateway で TLS を終端する。' },
    },
  },
];
