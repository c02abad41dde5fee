/**
 * The key of the trail's bucket, separate from the vault's keys because it may be in the auditors' account. CloudTrail
 * may write with it for one trail; all other callers need S3 and a permission in IAM.
 */
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  AccountPrincipal,
  AccountRootPrincipal,
  type IPrincipal,
  PolicyStatement,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { managementOnly, viaService } from './keys.ts';

/** The trail: its ARN in the home region, and a pattern for its ARN in any region. */
export interface TrailWriter {
  readonly account: string;
  readonly arn: string;
  readonly arnAnywhere: string;
}

export function createTrailKey(scope: Construct, id: string, trail: TrailWriter): Key {
  const key = new Key(scope, id, {
    description: 'Fuda TrailKey: the trail’s files, through CloudTrail and S3 only',
    enableKeyRotation: true,
    policy: managementOnly(),
    pendingWindow: Duration.days(30),
    removalPolicy: RemovalPolicy.RETAIN,
  });
  const cloudTrail = [new ServicePrincipal('cloudtrail.amazonaws.com')];
  const { account } = Stack.of(scope);
  const statements = [
    new PolicyStatement({
      sid: 'WriteTrail',
      principals: cloudTrail,
      actions: ['kms:GenerateDataKey'],
      resources: ['*'],
      conditions: {
        StringEquals: { 'aws:SourceArn': trail.arn },
        // Files from other regions carry that region's ARN of the trail.
        ArnLike: { 'kms:EncryptionContext:aws:cloudtrail:arn': trail.arnAnywhere },
      },
    }),
    new PolicyStatement({
      sid: 'DescribeForTrail',
      principals: cloudTrail,
      actions: ['kms:DescribeKey'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:SourceAccount': trail.account } },
    }),
    throughS3(scope, 'AuditorsThroughS3', account, new AccountRootPrincipal()),
    // The vault's scheduled functions read the trail and write the list of decryptions; the bucket's policy limits them.
    ...(trail.account === account ? [] : [throughS3(scope, 'VaultThroughS3', trail.account)]),
  ];
  for (const statement of statements) key.addToResourcePolicy(statement);
  return key;
}

/** Use of the key through S3; the bucket's policy and IAM decide on objects. */
const throughS3 = (
  scope: Construct,
  sid: string,
  account: string,
  principal: IPrincipal = new AccountPrincipal(account),
) =>
  new PolicyStatement({
    sid,
    principals: [principal],
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    resources: ['*'],
    conditions: { StringEquals: { 'kms:CallerAccount': account, 'kms:ViaService': viaService(scope, 's3') } },
  });
