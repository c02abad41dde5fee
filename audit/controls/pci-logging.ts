/** PCI DSS 4.0.1, requirements 10 to 12 and appendix A1: logs, tests, policy, and vaults that serve several merchants. */
import type { Requirement } from './requirement.ts';

export const PCI_LOGGING: readonly Requirement[] = [
  {
    id: '10.2.1.1',
    asks: {
      en: 'Every access of a person to card data is logged. Here: every access of anyone, program or person.',
      ja: 'カード情報への利用者のアクセスをすべて記録する。本保管庫では、プログラムを含むすべてのアクセスを記録する。',
    },
    controls: [
      {
        does: {
          en: 'Every read and write of every table is recorded.',
          ja: 'すべてのテーブルの読み書きを記録する。',
        },
        where: 'infra/constructs/trail.ts',
        resources: ['AWS::CloudTrail::Trail'],
        test: { file: 'test/infra/trail.test.ts', title: 'records every read and write of every table' },
      },
      {
        does: {
          en: 'AWS’s own records show the business reason of each decryption before it, and its note after it.',
          ja: 'AWS 自身の記録により、各復号の前に業務上の理由が、後にその記録があることを示す。',
        },
        where: 'audit/reasons/reconcile.ts',
        resources: [],
        test: {
          file: 'test/flows/story.test.ts',
          title: 'matches every decryption to a charge, over a chain of valid digests',
        },
      },
    ],
    probe: 'decryptions',
    duties: {
      operator: { en: 'Resolves every finding of this report.', ja: '本報告書の指摘事項をすべて解決する。' },
      aws: { en: 'Writes CloudTrail.', ja: 'CloudTrail に記録する。' },
    },
  },
  {
    id: '10.2.1.2',
    asks: { en: 'Everything administrators do is logged.', ja: '管理者の操作をすべて記録する。' },
    controls: [
      {
        does: {
          en: 'Every management event is recorded, uses of KMS keys included.',
          ja: 'KMS の鍵の使用を含む、すべての管理イベントを記録する。',
        },
        where: 'infra/constructs/trail.ts',
        resources: ['AWS::CloudTrail::Trail'],
        test: {
          file: 'test/infra/trail.test.ts',
          title: 'records every management event, the uses of KMS keys included',
        },
      },
    ],
    probe: 'administration',
    duties: {
      operator: { en: 'Compares each change with an approved one.', ja: '各変更を承認済みの変更と照合する。' },
    },
  },
  {
    id: '10.2.1.3',
    asks: { en: 'Access to the logs is logged.', ja: '監査ログへのアクセスを記録する。' },
    controls: [
      {
        does: {
          en: 'The trail records every access to its own files, as data events.',
          ja: '証跡は、自身のファイルへのすべてのアクセスをデータイベントとして記録する。',
        },
        where: 'infra/constructs/trail.ts',
        resources: ['AWS::CloudTrail::Trail'],
        test: { file: 'test/infra/trail.test.ts', title: 'records every access to its files' },
      },
      {
        does: {
          en: 'A separate bucket logs reads of the trail’s bucket too.',
          ja: '証跡のバケットの閲覧を、別のバケットにも記録する。',
        },
        where: 'infra/constructs/trail-store.ts',
        resources: ['AWS::S3::Bucket'],
        test: { file: 'test/infra/trail.test.ts', title: 'records who reads it' },
      },
    ],
    duties: {
      aws: {
        en: 'Records data events; delivers S3’s access logs by best effort.',
        ja: 'データイベントを記録する。S3 のアクセスログはベストエフォートで配信される。',
      },
    },
  },
  {
    id: '10.2.1.4',
    asks: { en: 'Refused attempts are logged.', ja: '拒否されたアクセスの試行を記録する。' },
    controls: [
      {
        does: {
          en: 'A refused call on a key is in the trail and in this report.',
          ja: '鍵に対する呼び出しの拒否を、証跡と本報告書に記載する。',
        },
        where: 'audit/reasons/access.ts',
        resources: ['AWS::CloudTrail::Trail'],
        test: {
          file: 'test/flows/permissions.test.ts',
          title: 'the trail has the refusal, and nothing else was refused',
        },
      },
    ],
    probe: 'refused',
    duties: { operator: { en: 'Asks why each was tried.', ja: '試行の理由を確認する。' } },
  },
  {
    id: '10.2.1.5',
    asks: {
      en: 'Changes of accounts and of their rights and credentials are logged.',
      ja: 'アカウントとその権限・認証情報の変更を記録する。',
    },
    controls: [
      {
        does: {
          en: 'Every call on IAM is a management event, and the trail leaves none out.',
          ja: 'IAM に対する呼び出しはすべて管理イベントであり、証跡は除外せずに記録する。',
        },
        where: 'infra/constructs/trail.ts',
        resources: ['AWS::CloudTrail::Trail'],
        test: {
          file: 'test/infra/trail.test.ts',
          title: 'records every management event, the uses of KMS keys included',
        },
      },
      {
        does: {
          en: 'API keys of merchants are made and revoked by writes of a table, each of which is recorded.',
          ja: '加盟店の API キーの発行と失効はテーブルへの書き込みであり、すべて記録する。',
        },
        where: 'infra/constructs/trail.ts',
        resources: ['Merchants'],
        test: { file: 'test/infra/trail.test.ts', title: 'records every read and write of every table' },
      },
    ],
    probe: 'tables',
    duties: {
      operator: {
        en: 'Has the sign-in system of its people logged too; this trail sees what they do in AWS.',
        ja: '利用者の認証基盤のログも取得する。本証跡が示すのは AWS 内の操作である。',
      },
    },
  },
  {
    id: '10.2.1.6',
    asks: {
      en: 'The start, stop and pause of logging is logged.',
      ja: 'ログの記録の開始・停止・一時停止を記録する。',
    },
    controls: [
      {
        does: {
          en: 'Calls that stop, change or delete the trail are management events; each raises an alarm.',
          ja: '証跡の停止・変更・削除の呼び出しは管理イベントであり、それぞれアラームで通知する。',
        },
        where: 'infra/alarms/trail.ts',
        resources: ['AWS::Logs::MetricFilter', 'AWS::CloudWatch::Alarm'],
        test: { file: 'test/infra/alarms.test.ts', title: '%s is counted in the trail’s log group' },
      },
    ],
    duties: { operator: { en: 'Answers the alarm trail-changed.', ja: 'アラーム trail-changed に対応する。' } },
  },
  {
    id: '10.2.1.7',
    asks: {
      en: 'The making and deletion of system objects is logged.',
      ja: 'システムレベルオブジェクトの作成と削除を記録する。',
    },
    controls: [
      {
        does: {
          en: 'Tables, keys, functions, roles and buckets are made and deleted by management events, all recorded.',
          ja: 'テーブル、鍵、関数、ロール、バケットの作成と削除は管理イベントであり、すべて記録する。',
        },
        where: 'infra/constructs/trail.ts',
        resources: ['AWS::CloudTrail::Trail'],
        test: {
          file: 'test/infra/trail.test.ts',
          title: 'records every management event, the uses of KMS keys included',
        },
      },
    ],
    probe: 'administration',
    duties: {
      operator: { en: 'Compares each change with an approved one.', ja: '各変更を承認済みの変更と照合する。' },
    },
  },
  {
    id: '10.2.2',
    asks: {
      en: 'Each record says who, what, when, from where, on what, and whether it worked.',
      ja: '各記録に、主体、操作の種類、日時、送信元、対象、成否を含める。',
    },
    controls: [
      {
        does: {
          en: 'The API’s access logs hold time, route, result, origin and request id, and nothing of the request itself.',
          ja: 'API のアクセスログは、日時、ルート、結果、送信元、リクエスト ID を含み、リクエストの内容を含まない。',
        },
        where: 'infra/constructs/api.ts',
        resources: ['AWS::ApiGateway::Stage'],
        test: {
          file: 'test/infra/api.test.ts',
          title: 'name the route, never the path, the query, a header, a key or a body',
        },
      },
    ],
    probe: 'trail',
    duties: { aws: { en: 'Defines CloudTrail’s records.', ja: 'CloudTrail の記録形式を定める。' } },
  },
  {
    id: '10.3.1',
    asks: { en: 'Only people who need logs for their work can read them.', ja: 'ログの閲覧は業務上必要な者に限る。' },
    controls: [
      {
        does: {
          en: 'Auditors read the trail, and can open nothing of the vault with any key.',
          ja: '監査人は証跡を閲覧できるが、保管庫のデータをいずれの鍵でも復号できない。',
        },
        where: 'infra/constructs/auditor.ts',
        resources: ['AWS::IAM::ManagedPolicy'],
        test: { file: 'test/infra/auditor.test.ts', title: 'open anything with %s, through S3 or not' },
      },
    ],
    duties: { operator: { en: 'Decides who is an auditor.', ja: '監査人を指定する。' } },
  },
  {
    id: '10.3.2',
    asks: { en: 'Logs cannot be changed by people.', ja: 'ログを利用者が変更できないようにする。' },
    controls: [
      {
        does: {
          en: 'The trail’s files are in a separate stack, which can be in the auditors’ account; no role may delete one.',
          ja: '証跡のファイルは独立したスタックにあり、監査人のアカウントに置くこともできる。誰も削除できない。',
        },
        where: 'infra/audit-stack.ts',
        resources: ['AWS::S3::Bucket', 'AWS::S3::BucketPolicy'],
        test: {
          file: 'test/infra/trail.test.ts',
          title: 'is erased by no role, not even an administrator who may bypass the lock',
        },
      },
      {
        does: {
          en: 'Object Lock and versions keep the trail from deletion and overwriting.',
          ja: 'オブジェクトロックとバージョニングにより、証跡の削除と上書きを防ぐ。',
        },
        where: 'infra/constructs/trail-store.ts',
        resources: ['AWS::S3::Bucket'],
        test: {
          file: 'test/infra/trail.test.ts',
          title: 'lies in a bucket that refuses deletion, overwriting, the public and plain HTTP',
        },
      },
    ],
    probe: 'digests',
    duties: { aws: { en: 'Enforces Object Lock.', ja: 'オブジェクトロックを強制する。' } },
  },
  {
    id: '10.3.3',
    asks: {
      en: 'Logs are copied at once to a central place that is hard to alter.',
      ja: 'ログを、変更の困難な中央の保管先に速やかに複製する。',
    },
    controls: [
      {
        does: {
          en: 'The trail is copied to CloudWatch Logs as it is written, beside the bucket.',
          ja: '証跡を、バケットへの書き込みと同時に CloudWatch Logs にも複製する。',
        },
        where: 'infra/constructs/trail.ts',
        resources: ['AWS::CloudTrail::Trail', 'AWS::Logs::LogGroup'],
        test: { file: 'test/infra/trail.test.ts', title: 'is copied to CloudWatch Logs at once' },
      },
    ],
    duties: {
      operator: {
        en: 'May keep the bucket in a separate account.',
        ja: 'バケットを別のアカウントに置くことができる。',
      },
    },
  },
  {
    id: '10.3.4',
    asks: { en: 'A change of a log is noticed.', ja: 'ログの変更を検知する。' },
    controls: [
      {
        does: {
          en: 'Log files are hashed and their digests signed in a chain, so any change shows.',
          ja: 'ログファイルのハッシュ値と、署名されて連鎖するダイジェストにより、変更を検出できる。',
        },
        where: 'infra/constructs/trail.ts',
        resources: ['AWS::CloudTrail::Trail'],
        test: { file: 'test/infra/trail.test.ts', title: 'signs its digests, covers every region and is on' },
      },
      {
        does: {
          en: 'This report is a signed bundle; any later change makes its verification fail.',
          ja: '本報告書は署名付きの証跡一式に含まれ、後からの変更は検証で検出できる。',
        },
        where: 'audit/bundle/verify.ts',
        resources: [],
        test: { file: 'test/audit/bundle.test.ts', title: 'is refused (V12)' },
      },
    ],
    probe: 'digests',
    duties: { aws: { en: 'Signs the digests.', ja: 'ダイジェストに署名する。' } },
  },
  {
    id: '10.4.1',
    asks: {
      en: 'Logs are reviewed daily, by automated means (10.4.1.1).',
      ja: 'ログを、自動化された手段で毎日レビューする（10.4.1.1）。',
    },
    controls: [
      {
        does: {
          en: 'The reconciliation runs without a person and has an exit code.',
          ja: '照合は人手を介さずに実行でき、終了コードで結果を返す。',
        },
        where: 'audit/audit.ts',
        resources: [],
        test: {
          file: 'test/cli/evidence.test.ts',
          title: 'reports a decryption with stolen credentials as unexplained, and fails',
        },
      },
      {
        does: {
          en: 'Alarms watch the trail for refused uses of keys, and for changes of keys, tables, roles, code and logs.',
          ja: '鍵の使用の拒否と、鍵・テーブル・ロール・コード・ログの変更を証跡から検知し、アラームで通知する。',
        },
        where: 'infra/alarms/trail.ts',
        resources: ['AWS::CloudWatch::Alarm', 'AWS::Logs::MetricFilter'],
        test: { file: 'test/infra/alarms.test.ts', title: '%s is counted in the trail’s log group' },
      },
    ],
    probe: 'decryptions',
    duties: { operator: { en: 'Acts on its alarms.', ja: 'アラームに対応する。' } },
  },
  {
    id: '10.5.1',
    asks: {
      en: 'Logs are kept for at least twelve months, the last three immediately available.',
      ja: 'ログを 12 か月以上保存し、直近 3 か月分は直ちに利用できるようにする。',
    },
    controls: [
      {
        does: {
          en: 'Every log group is kept for at least a year.',
          ja: 'すべてのロググループを 1 年以上保存する。',
        },
        where: 'infra/constructs/logs.ts',
        resources: ['AWS::Logs::LogGroup', 'AWS::S3::Bucket'],
        test: { file: 'test/infra/trail.test.ts', title: 'every one is encrypted and kept for at least a year' },
      },
      {
        does: {
          en: 'The trail’s files are kept for more than 400 days.',
          ja: '証跡のファイルを 400 日を超えて保存する。',
        },
        where: 'infra/constructs/trail-store.ts',
        resources: ['AWS::S3::Bucket'],
        test: { file: 'test/infra/trail.test.ts', title: 'is kept for at least a year wherever it lies' },
      },
    ],
    probe: 'trail',
    duties: { aws: { en: 'Stores them.', ja: '保管する。' } },
  },
  {
    id: '10.7.2',
    asks: {
      en: 'The failure of a security control, logging among them, is noticed and answered.',
      ja: 'ログの記録を含む重要なセキュリティ制御の停止を検知し、対応する。',
    },
    controls: [
      {
        does: {
          en: 'A missing digest is a finding of this report.',
          ja: 'ダイジェストの欠落は本報告書の指摘事項となる。',
        },
        where: 'audit/trail/digest-chain.ts',
        resources: ['AWS::CloudTrail::Trail'],
        test: { file: 'test/audit/digest-chain.test.ts', title: 'when a digest in the middle is missing (V12)' },
      },
      {
        does: {
          en: 'Each alarm, those of a silent trail and of stopped schedules among them, reaches people when it goes off and when it is over.',
          ja: '証跡の途絶や定期処理の停止を含む各アラームを、発生時と復旧時に担当者へ通知する。',
        },
        where: 'infra/constructs/alarms.ts',
        resources: ['AWS::CloudWatch::Alarm', 'AWS::SNS::Topic'],
        test: {
          file: 'test/infra/alarms.test.ts',
          title: 'each reaches people when it goes off and when it is over',
        },
      },
    ],
    probe: 'digests',
    duties: {
      operator: { en: 'Answers alarms and restores logging.', ja: 'アラームに対応し、ログの記録を復旧する。' },
    },
  },
  {
    id: '10.7.3',
    asks: {
      en: 'A failed security control is restored at once; cause, duration and remedy are written down.',
      ja: '停止したセキュリティ制御を速やかに復旧し、原因、期間、対処を文書化する。',
    },
    controls: [
      {
        does: {
          en: 'For each alarm the runbook says what it means, how to look and what to do.',
          ja: 'アラームごとに、意味、確認方法、対処を手順書に記載する。',
        },
        where: 'docs/runbook.md',
        resources: [],
        test: { file: 'test/infra/alarms.test.ts', title: '%s says what it means, how to look and what to do' },
      },
    ],
    duties: {
      operator: {
        en: 'Acts, and records cause, duration and what was done; answers the findings that remain in the report.',
        ja: '対応し、原因、期間、対処を記録する。報告書に残る指摘事項に回答する。',
      },
    },
  },
  {
    id: '11.5.1',
    asks: {
      en: 'Intrusions into the network are detected or prevented.',
      ja: 'ネットワークへの侵入を検知または防止する。',
    },
    controls: [],
    duties: {
      operator: {
        en: 'Turns on intrusion detection for the account, such as GuardDuty; the template has none.',
        ja: 'GuardDuty などの侵入検知をアカウントで有効にする。テンプレートには含まれない。',
      },
      aws: { en: 'Watches its own network.', ja: '自社のネットワークを監視する。' },
    },
  },
  {
    id: '11.5.2',
    asks: {
      en: 'Unauthorized changes of critical files are noticed, and the files compared at least weekly.',
      ja: '重要なファイルの不正な変更を検知し、少なくとも毎週比較する。',
    },
    controls: [
      {
        does: {
          en: 'A change of a function’s code or settings, or of a role, in the trail raises an alarm. Nothing here compares the deployed code with the built one.',
          ja: '関数のコード・設定、またはロールの変更を証跡から検知し、アラームで通知する。デプロイ済みのコードとビルド結果の比較は行わない。',
        },
        where: 'infra/alarms/trail.ts',
        resources: ['AWS::Logs::MetricFilter', 'AWS::CloudWatch::Alarm'],
        test: { file: 'test/infra/alarms.test.ts', title: '%s is counted in the trail’s log group' },
      },
    ],
    probe: 'administration',
    duties: {
      operator: {
        en: 'Compares the stack with its template at least weekly (CloudFormation’s drift detection).',
        ja: 'スタックとテンプレートを少なくとも毎週比較する（CloudFormation のドリフト検出）。',
      },
    },
  },
  {
    id: '11.6.1',
    asks: {
      en: 'Unauthorized changes of a payment page, as browsers receive it, are noticed.',
      ja: 'ブラウザーが受信する決済ページの不正な変更を検知する。',
    },
    controls: [
      {
        does: {
          en: 'Every hour each page and script is fetched as a browser would and compared with what was built: content byte for byte, headers one by one. A difference raises an alarm.',
          ja: '毎時、各ページとスクリプトをブラウザーと同様に取得し、内容をバイト単位で、ヘッダーを項目ごとにビルド結果と照合する。差異はアラームで通知する。',
        },
        where: 'shared/pages/check.ts',
        resources: ['AWS::Scheduler::Schedule', 'AWS::CloudWatch::Alarm'],
        test: { file: 'test/pages/check.test.ts', title: 'finds %s' },
      },
      {
        does: {
          en: 'Browsers report what a page’s policy made them refuse; the report is kept without card data for as long as all logs, and many raise an alarm.',
          ja: 'ページの CSP による拒否はブラウザーから報告される。報告はカード情報を除いて、他のログと同じ期間保存する。多発はアラームで通知する。',
        },
        where: 'functions/api/report-violations.ts',
        resources: ['AWS::Logs::LogGroup'],
        test: {
          file: 'test/web/whole-vault.test.ts',
          title:
            'reaches the log and its metric, as the page, the directive and the site, without the rest of the address',
        },
      },
    ],
    duties: {
      operator: {
        en: 'Answers the alarms page-changed and page-violations.',
        ja: 'アラーム page-changed と page-violations に対応する。',
      },
      merchant: {
        en: 'Has its own page checked at least weekly, unless the vault’s confirmation takes the place of that (docs/saq-a.md).',
        ja: '自社のページを少なくとも毎週確認する。保管庫の運用者の確認書がこれに代わる場合を除く（docs/saq-a.ja.md）。',
      },
    },
  },
  {
    id: '12.8.5',
    asks: {
      en: 'It is written down which requirements the provider meets and which its customer (12.9.2 from the provider’s side).',
      ja: 'サービスプロバイダーと委託元のどちらが各要件を満たすかを文書化する（サービスプロバイダー側の要件は 12.9.2）。',
    },
    controls: [
      {
        does: {
          en: 'docs/responsibilities.md is made of this map.',
          ja: 'docs/responsibilities.ja.md をこの一覧から生成する。',
        },
        where: 'audit/controls/controls.ts',
        resources: [],
        test: { file: 'test/tools/docs/controls.test.ts', title: '%s is what `npm run docs` writes' },
      },
    ],
    duties: {
      operator: { en: 'Gives the matrix to its merchants.', ja: '責任分担表を加盟店に渡す。' },
      merchant: { en: 'Reads it, and meets its part.', ja: 'それを確認し、自らの分担を果たす。' },
      aws: { en: 'Publishes its own matrix in AWS Artifact.', ja: '自らの責任分担表を AWS Artifact で公開する。' },
    },
  },
  {
    id: '12.10.7',
    asks: {
      en: 'There is a procedure for card numbers found where none should be.',
      ja: 'カード番号が想定外の場所で見つかった場合の対応手順を定める。',
    },
    controls: [],
    probe: 'residue',
    duties: { operator: { en: 'Keeps and rehearses the procedure.', ja: '手順を維持し、訓練する。' } },
  },
  {
    id: 'A1.1.1',
    asks: {
      en: 'The provider and its customers reach each other’s environments only with authorization.',
      ja: 'プロバイダーと顧客は、許可なく互いの環境にアクセスできない。',
    },
    controls: [
      {
        does: {
          en: 'The operator, who makes merchants, can open none of their cards, tokens or secrets.',
          ja: '加盟店を登録する運用者は、加盟店のカード、トークン、シークレットを復号できない。',
        },
        where: 'infra/card-vault.ts',
        resources: ['AWS::IAM::ManagedPolicy'],
        test: { file: 'test/flows/permissions.test.ts', title: 'the operator, who makes merchants, can open nothing' },
      },
      {
        does: {
          en: 'A merchant reaches the vault by the paths of its API, each with its own function behind it.',
          ja: '加盟店が到達できるのは API のパスのみであり、各パスの背後には専用の関数がある。',
        },
        where: 'infra/constructs/api.ts',
        resources: ['AWS::Lambda::Permission'],
        test: {
          file: 'test/infra/api.test.ts',
          title: 'API Gateway may call a function for its own path only, and beside an ANY for its own method',
        },
      },
    ],
    probe: 'refused',
    duties: {
      operator: {
        en: 'Deploys by people other than its operators: who deploys can change what a function does.',
        ja: 'デプロイは運用者以外が行う。デプロイの権限を持つ者は、関数の動作を変更できる。',
      },
    },
  },
  {
    id: 'A1.1.2',
    asks: {
      en: 'A customer can reach its own card data and environment only.',
      ja: '顧客がアクセスできるのは、自らのカード情報と環境に限る。',
    },
    controls: [
      {
        does: {
          en: 'A ciphertext moved to another record or merchant does not open.',
          ja: '他のレコードや加盟店に移した暗号文は復号できない。',
        },
        where: 'shared/vault/cipher.ts',
        resources: ['PanKey', 'CvcKey'],
        test: { file: 'test/vault/vault.test.ts', title: 'moved to another record or merchant does not open (V10)' },
      },
      {
        does: {
          en: 'No role decrypts without naming purpose, merchant and record.',
          ja: '目的、加盟店、レコードをすべて指定しない復号は、どのロールにも許可されない。',
        },
        where: 'infra/constructs/keys.ts',
        resources: ['PanKey', 'CvcKey'],
        test: { file: 'test/infra/keys.test.ts', title: 'is refused without %s' },
      },
      {
        does: {
          en: 'A token of one merchant is refused to another, and stays usable for its own.',
          ja: '他の加盟店のトークンは拒否され、本来の加盟店では引き続き使用できる。',
        },
        where: 'shared/vault/tokens.ts',
        resources: ['Tokens'],
        test: {
          file: 'test/payments/charges/create.test.ts',
          title: 'of another merchant is refused, and stays usable for its own (V10)',
        },
      },
    ],
    probe: 'decryptions',
    duties: { merchant: { en: 'Keeps its own keys to itself.', ja: '自社の API キーを他者に渡さない。' } },
  },
];
