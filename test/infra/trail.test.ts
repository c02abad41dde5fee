import { describe, expect, test } from '@jest/globals';
import { TABLES } from '../../shared/base/tables.ts';
import { ADMINISTRATOR, isAllowed } from './evaluate.ts';
import { ACCOUNT, arnOf, at, key, ofType, type SynthesizedPolicy, table } from './template.ts';

const trail = () => at('Vault/Trail/Trail').properties;
const bucket = () => at('FudaAudit/Store/Bucket').properties;

interface Selector {
  readonly FieldSelectors: readonly {
    readonly Field: string;
    readonly Equals?: readonly string[];
    readonly StartsWith?: readonly string[];
    readonly NotEquals?: unknown;
  }[];
}

const selected = (): Readonly<Record<string, readonly string[] | undefined>>[] =>
  (trail().AdvancedEventSelectors as readonly Selector[]).map(({ FieldSelectors }) =>
    Object.fromEntries(FieldSelectors.map(({ Field, Equals, StartsWith }) => [Field, Equals ?? StartsWith])),
  );

describe('the trail', () => {
  test('signs its digests, covers every region and is on', () => {
    expect(trail()).toMatchObject({
      EnableLogFileValidation: true,
      IncludeGlobalServiceEvents: true,
      IsLogging: true,
      IsMultiRegionTrail: true,
      KMSKeyId: arnOf(key('TrailKey')),
      S3BucketName: at('FudaAudit/Store/Bucket').logicalId,
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

  test('records every access to its files', () => {
    expect(selected()[2]).toEqual({
      eventCategory: ['Data'],
      'resources.type': ['AWS::S3::Object'],
      'resources.ARN': [`${arnOf(at('FudaAudit/Store/Bucket'))}/`],
    });
  });

  test('lies in a bucket that refuses deletion, overwriting, the public and plain HTTP', () => {
    expect(bucket()).toMatchObject({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          { ServerSideEncryptionByDefault: { KMSMasterKeyID: arnOf(key('TrailKey')), SSEAlgorithm: 'aws:kms' } },
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
    expect(at('FudaAudit/Store/Bucket').deletionPolicy).toBe('Retain');
    const { Statement } = at('FudaAudit/Store/Bucket/Policy').properties.PolicyDocument as SynthesizedPolicy;
    expect(Statement.filter(({ Effect }) => Effect === 'Deny').map(({ Condition }) => Condition)).toEqual([
      { Bool: { 'aws:SecureTransport': 'false' } },
      { NumericLessThan: { 's3:TlsVersion': 1.2 } },
      undefined,
    ]);
  });

  test('is erased by no role, not even an administrator who may bypass the lock', async () => {
    const bucketArn = arnOf(at('FudaAudit/Store/Bucket'));
    const may = (action: string, resourceArn: string) =>
      isAllowed({
        principalArn: `arn:aws:iam::${ACCOUNT}:role/Administrator`,
        identityPolicies: [ADMINISTRATOR],
        action,
        resourceArn,
        resourcePolicy: at('FudaAudit/Store/Bucket/Policy').properties.PolicyDocument as SynthesizedPolicy,
        context: { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' },
      });
    const object = `${bucketArn}/AWSLogs/${ACCOUNT}/CloudTrail/a.json.gz`;
    expect(await may('s3:GetObject', object)).toBe(true);
    for (const action of ['DeleteObject', 'DeleteObjectVersion', 'PutObjectRetention', 'BypassGovernanceRetention']) {
      expect([action, await may(`s3:${action}`, object)]).toEqual([action, false]);
    }
    expect(await may('s3:DeleteBucket', bucketArn)).toBe(false);
  });

  test('is written by this trail alone', () => {
    const { Statement } = at('FudaAudit/Store/Bucket/Policy').properties.PolicyDocument as SynthesizedPolicy;
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
      DestinationBucketName: at('FudaAudit/Store/AccessLogs').logicalId,
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
