/**
 * The key that encrypts tables and logs. Only AWS services use it, each for its own resources; no person and no
 * function has a permission on it. It is a second layer: card numbers are already encrypted under the card keys before
 * they are stored.
 */
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AnyPrincipal, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { managementOnly, viaService } from './keys.ts';

const DATA_KEY_USE = [
  'kms:Decrypt',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

export function createDataKey(scope: Construct, id: string): Key {
  const key = new Key(scope, id, {
    description: 'Fuda DataKey: tables and logs, through AWS services only',
    enableKeyRotation: true,
    policy: managementOnly(),
    pendingWindow: Duration.days(30),
    removalPolicy: RemovalPolicy.RETAIN,
  });
  for (const statement of [...tableStatements(scope), logStatement(scope), alarmStatement(scope)]) {
    key.addToResourcePolicy(statement);
  }
  return key;
}

/** DynamoDB uses the key with its caller's identity, and holds a grant that only AWS services may create. */
function tableStatements(scope: Construct): PolicyStatement[] {
  const throughDynamo = {
    'kms:CallerAccount': Stack.of(scope).account,
    'kms:ViaService': viaService(scope, 'dynamodb'),
  };
  return [
    new PolicyStatement({
      sid: 'TablesThroughDynamoDB',
      principals: [new AnyPrincipal()],
      actions: DATA_KEY_USE,
      resources: ['*'],
      conditions: { StringEquals: throughDynamo },
    }),
    new PolicyStatement({
      sid: 'TableGrantsThroughDynamoDB',
      principals: [new AnyPrincipal()],
      actions: ['kms:CreateGrant'],
      resources: ['*'],
      conditions: { StringEquals: throughDynamo, Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    }),
  ];
}

function logStatement(scope: Construct): PolicyStatement {
  const { partition, region, account } = Stack.of(scope);
  return new PolicyStatement({
    sid: 'LogGroupsThroughCloudWatch',
    principals: [new ServicePrincipal(viaService(scope, 'logs'))],
    actions: [...DATA_KEY_USE, 'kms:DescribeKey'],
    resources: ['*'],
    conditions: {
      ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:log-group:*` },
    },
  });
}

/** CloudWatch publishes alarms to a topic that is encrypted under this key. */
const alarmStatement = (scope: Construct): PolicyStatement =>
  new PolicyStatement({
    sid: 'AlarmsThroughCloudWatch',
    principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    resources: ['*'],
    conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
  });
