/**
 * The auditor: reads the trail, runs the queries over it, and can neither open a card, nor read a table, nor change what
 * is read. Each line is asked of IAM's own rules, the policies of keys and buckets included.
 */
import { describe, expect, test } from '@jest/globals';
import { isAllowed } from './evaluate.ts';
import { ACCOUNT, arnOf, at, key, keyPolicy, ofType, REGION, type SynthesizedPolicy } from './template.ts';

const policy = () => at('FudaAudit/AuditorPolicy').properties.PolicyDocument as SynthesizedPolicy;
const bucketPolicy = (path: string) => at(`${path}/Policy`).properties.PolicyDocument as SynthesizedPolicy;
const STORE = 'FudaAudit/Store/Bucket';
const RESULTS = 'FudaAudit/Queries/Results';
const store = arnOf(at(STORE));
const results = arnOf(at(RESULTS));
const workGroup = `arn:aws:athena:${REGION}:${ACCOUNT}:workgroup/FudaAudit-audit`;
const SECURE = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' };
const THROUGH_S3 = { 'kms:ViaService': `s3.${REGION}.amazonaws.com` };

const may = (action: string, resourceArn: string, more: object = {}) =>
  isAllowed({
    principalArn: `arn:aws:iam::${ACCOUNT}:role/Auditor`,
    identityPolicies: [policy()],
    action,
    resourceArn,
    ...more,
  });
const onStore = { resourcePolicy: bucketPolicy(STORE), context: SECURE };
const onResults = { resourcePolicy: bucketPolicy(RESULTS), context: SECURE };
const trailKey = { resourcePolicy: keyPolicy('TrailKey'), context: THROUGH_S3 };

describe('the auditor may', () => {
  test.each([
    ['list the trail', 's3:ListBucket', store, onStore],
    ['read a log file', 's3:GetObject', `${store}/AWSLogs/${ACCOUNT}/CloudTrail/x.json.gz`, onStore],
    [
      'read what the vault says of its decryptions',
      's3:GetObject',
      `${store}/decryptions/2026/11/25/07.ndjson.gz`,
      onStore,
    ],
    ['open them through S3', 'kms:Decrypt', arnOf(key('TrailKey')), trailKey],
    ['fetch the keys that signed the digests', 'cloudtrail:ListPublicKeys', '*', {}],
    ['start a query', 'athena:StartQueryExecution', workGroup, {}],
    ['find the saved ones', 'athena:ListNamedQueries', workGroup, {}],
    ['read its result', 's3:GetObject', `${results}/result.csv`, onResults],
    ['have Athena write it', 's3:PutObject', `${results}/result.csv`, onResults],
    ['encrypted', 'kms:GenerateDataKey', arnOf(key('TrailKey')), trailKey],
  ])('%s', async (_title, action, resourceArn, more) => {
    expect(await may(action, resourceArn, more)).toBe(true);
  });
});

describe('the auditor may not', () => {
  test.each([
    ['change a log file', 's3:PutObject', `${store}/AWSLogs/x.json.gz`, onStore],
    ['add to what the vault says of its decryptions', 's3:PutObject', `${store}/decryptions/x.ndjson.gz`, onStore],
    ['delete either', 's3:DeleteObject', `${store}/AWSLogs/x.json.gz`, onStore],
    ['shorten their retention', 's3:PutObjectRetention', `${store}/AWSLogs/x.json.gz`, onStore],
    [
      'read them over plain HTTP',
      's3:GetObject',
      `${store}/AWSLogs/x`,
      { ...onStore, context: { 'aws:SecureTransport': 'false' } },
    ],
    ['use the trail’s key other than through S3', 'kms:Decrypt', arnOf(key('TrailKey')), { ...trailKey, context: {} }],
    [
      'run queries in another workgroup',
      'athena:StartQueryExecution',
      workGroup.replace('FudaAudit-audit', 'primary'),
      {},
    ],
    ['lift the workgroup’s limits', 'athena:UpdateWorkGroup', workGroup, {}],
    ['change a table of the catalogue', 'glue:UpdateTable', `arn:aws:glue:${REGION}:${ACCOUNT}:catalog`, {}],
    ['stop the trail', 'cloudtrail:StopLogging', `arn:aws:cloudtrail:${REGION}:${ACCOUNT}:trail/Fuda-trail`, {}],
  ])('%s', async (_title, action, resourceArn, more) => {
    expect(await may(action, resourceArn, more)).toBe(false);
  });

  test.each(ofType('AWS::DynamoDB::Table').map((table) => [table.path, arnOf(table)]))(
    'read or write %s',
    async (_path, arn) => {
      for (const action of ['GetItem', 'BatchGetItem', 'Query', 'Scan', 'PutItem', 'ExportTableToPointInTime']) {
        expect([action, await may(`dynamodb:${action}`, arn)]).toEqual([action, false]);
      }
    },
  );

  test.each(
    ofType('AWS::KMS::Key')
      .filter((found) => found.path !== 'FudaAudit/Store/TrailKey')
      .map((found) => [found.path, found] as const),
  )('open anything with %s, through S3 or not', async (_path, found) => {
    const resourcePolicy = found.properties.KeyPolicy as SynthesizedPolicy;
    for (const purpose of ['pan', 'cvc', 'secret', 'capture']) {
      const encryptionContext = { purpose, merchant: 'mer_a', record: 'r1' };
      for (const context of [{}, THROUGH_S3]) {
        expect(await may('kms:Decrypt', arnOf(found), { resourcePolicy, encryptionContext, context })).toBe(false);
      }
    }
  });
});

describe('queries', () => {
  const workGroupSettings = () =>
    at('FudaAudit/Queries/WorkGroup').properties.WorkGroupConfiguration as Record<string, unknown>;

  test('cannot leave the workgroup’s bounds: encrypted results, and a limit on what is read', () => {
    expect(workGroupSettings()).toMatchObject({
      EnforceWorkGroupConfiguration: true,
      BytesScannedCutoffPerQuery: 1024 ** 4,
      ResultConfiguration: {
        OutputLocation: `s3://${at(RESULTS).logicalId}/`,
        EncryptionConfiguration: { EncryptionOption: 'SSE_KMS', KmsKey: arnOf(key('TrailKey')) },
      },
    });
  });

  test('find each day’s files by their folder', () => {
    const [trail, recorded] = ofType('AWS::Glue::Table').map(
      ({ properties }) => properties.TableInput as { Name: string; Parameters: Record<string, string> },
    );
    const bucket = at(STORE).logicalId;
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Athena substitutes it.
    const [regionDay, day] = ['${region}/${day}', '${day}'];
    expect([trail?.Name, trail?.Parameters['storage.location.template']]).toEqual([
      'cloudtrail',
      `s3://${bucket}/AWSLogs/${ACCOUNT}/CloudTrail/${regionDay}`,
    ]);
    expect([recorded?.Name, recorded?.Parameters['storage.location.template']]).toEqual([
      'recorded_decryptions',
      `s3://${bucket}/decryptions/${day}`,
    ]);
    for (const table of [trail, recorded]) expect(table?.Parameters['projection.enabled']).toBe('true');
  });
});
