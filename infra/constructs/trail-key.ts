/**
 * The key of the trail's bucket, apart from the vault's own keys so that it can lie in the auditors' account. CloudTrail
 * may write with it for one trail; whoever else reads or writes comes through S3 and needs IAM's permission as well.
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

/** The trail that writes: in its home region, and as it is called in any other. */
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
        // Files of other regions carry the ARN the trail has there.
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
    // Its scheduled functions read the trail and put down their account of reveals; S3 asks the bucket's policy too.
    ...(trail.account === account ? [] : [throughS3(scope, 'VaultThroughS3', trail.account)]),
  ];
  for (const statement of statements) key.addToResourcePolicy(statement);
  return key;
}

/** Reading and writing objects, whose names the bucket's policy and IAM decide about. */
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
