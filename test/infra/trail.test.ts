import { describe, expect, test } from '@jest/globals';
import { TABLES } from '../../shared/base/tables.ts';
import { arnOf, at, key, ofType, type PolicyDocument, table } from './template.ts';

const trail = () => at('Vault/Trail/Trail').properties;
const bucket = () => at('Vault/Trail/Bucket').properties;

interface Selector {
  readonly FieldSelectors: readonly {
    readonly Field: string;
    readonly Equals?: readonly string[];
    readonly NotEquals?: unknown;
  }[];
}

const selected = (): Readonly<Record<string, readonly string[] | undefined>>[] =>
  (trail().AdvancedEventSelectors as readonly Selector[]).map(({ FieldSelectors }) =>
    Object.fromEntries(FieldSelectors.map(({ Field, Equals }) => [Field, Equals])),
  );

describe('the trail', () => {
  test('signs its digests, covers every region and is on', () => {
    expect(trail()).toMatchObject({
      EnableLogFileValidation: true,
      IncludeGlobalServiceEvents: true,
      IsLogging: true,
      IsMultiRegionTrail: true,
      KMSKeyId: arnOf(key('DataKey')),
    });
  });

  test('records every management event, the uses of KMS keys included', () => {
    expect(selected()[0]).toEqual({ eventCategory: ['Management'] });
    expect(JSON.stringify(trail())).not.toMatch(/NotEquals|NotStartsWith|ExcludeManagementEventSources/);
  });

  test('records every read and write of every table', () => {
    expect(selected()[1]).toEqual({
      eventCategory: ['Data'],
      'resources.type': ['AWS::DynamoDB::Table'],
      'resources.ARN': Object.keys(TABLES).map((name) => arnOf(table(name))),
    });
  });

  test('lies in a bucket that refuses deletion, overwriting, the public and plain HTTP', () => {
    expect(bucket()).toMatchObject({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          { ServerSideEncryptionByDefault: { KMSMasterKeyID: arnOf(key('DataKey')), SSEAlgorithm: 'aws:kms' } },
        ],
      },
      ObjectLockConfiguration: { Rule: { DefaultRetention: { Days: 400, Mode: 'GOVERNANCE' } } },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      VersioningConfiguration: { Status: 'Enabled' },
    });
    expect(at('Vault/Trail/Bucket').deletionPolicy).toBe('Retain');
    const { Statement } = at('Vault/Trail/Bucket/Policy').properties.PolicyDocument as PolicyDocument;
    expect(Statement.filter(({ Effect }) => Effect === 'Deny').map(({ Condition }) => Condition)).toEqual([
      { Bool: { 'aws:SecureTransport': 'false' } },
      { NumericLessThan: { 's3:TlsVersion': 1.2 } },
    ]);
  });

  test('is written by this trail alone', () => {
    const { Statement } = at('Vault/Trail/Bucket/Policy').properties.PolicyDocument as PolicyDocument;
    for (const { Principal, Condition } of Statement.filter(({ Effect }) => Effect === 'Allow')) {
      expect(Principal).toEqual({ Service: 'cloudtrail.amazonaws.com' });
      expect(Condition?.StringEquals?.['aws:SourceArn']).toMatch(/:trail\/Fuda-trail$/);
    }
  });

  test('is copied to CloudWatch Logs at once', () => {
    expect(trail().CloudWatchLogsLogGroupArn).toContain(`:log-group:${at('Vault/Trail/Logs').logicalId}`);
    expect(trail().CloudWatchLogsRoleArn).toBe(arnOf(at('Vault/Trail/LogsRole')));
  });

  test('records who reads it', () => {
    expect(bucket().LoggingConfiguration).toEqual({
      DestinationBucketName: at('Vault/Trail/AccessLogs').logicalId,
      LogFilePrefix: 'trail/',
    });
  });

  test('is kept for at least a year wherever it lies', () => {
    const [rule] = (bucket().LifecycleConfiguration as { Rules: readonly { ExpirationInDays: number }[] }).Rules;
    expect(rule?.ExpirationInDays).toBeGreaterThan(400);
  });
});

describe('log groups', () => {
  test('every one is encrypted and kept for at least a year', () => {
    const groups = ofType('AWS::Logs::LogGroup');
    expect(groups.length).toBeGreaterThan(0);
    for (const { path, properties, deletionPolicy } of groups) {
      expect([path, properties.KmsKeyId, deletionPolicy]).toEqual([path, arnOf(key('DataKey')), 'Retain']);
      expect(properties.RetentionInDays).toBeGreaterThanOrEqual(365);
    }
  });
});
