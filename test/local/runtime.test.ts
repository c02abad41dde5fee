/** The whole embedded AWS on a paper template: credentials, environments, records, schedules, restarts. */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { DecryptCommand, EncryptCommand, GenerateMacCommand, ReEncryptCommand } from '@aws-sdk/client-kms';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyResult } from 'aws-lambda';
import type { InvocationOutcome } from '../../local/functions/instance.ts';
import { takeLock } from '../../local/lock.ts';
import { startRuntime } from '../../local/runtime.ts';
import { eventually } from '../setup/eventually.ts';
import { clientsOf, type PaperVault, startPaperVault, TIMEOUT_SECONDS } from './fixtures.ts';

const CONTEXT = { purpose: 'pan', merchant: 'mer_a', record: '01' };
const TableName = 'Paper-Tokens';

let vault: PaperVault;
beforeAll(async () => {
  vault = await startPaperVault();
});
afterAll(async () => {
  await vault[Symbol.asyncDispose]();
});

const asEcho = () => clientsOf(vault.runtime, vault.runtime.assume('api/echo'));
const bodyOf = (outcome: InvocationOutcome) =>
  JSON.parse(outcome.kind === 'returned' ? (outcome.value as APIGatewayProxyResult).body : 'null');

/** A function's log once it holds `text`: a thread's output arrives a moment after its response. */
async function logOf(entry: string, text: string, { dir } = vault): Promise<string> {
  const path = join(dir, 'logs', `${entry}.log`);
  return eventually(`the log of ${entry} says: ${text}`, () => {
    const log = existsSync(path) ? readFileSync(path, 'utf8') : '';
    return log.includes(text) && log;
  });
}

/** Every record in the trail, after all that is under way is delivered. */
function records(): Record<string, unknown>[] {
  vault.runtime.flushTrail();
  const root = vault.runtime.trailDirectory;
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.includes('/CloudTrail/') && name.endsWith('.json.gz'))
    .flatMap((name) => JSON.parse(gunzipSync(readFileSync(join(root, name))).toString()).Records);
}
const recordOf = (requestId: string | undefined) => records().filter(({ requestID }) => requestID === requestId);

describe('credentials', () => {
  test('that the runtime never issued are refused, and leave no record', async () => {
    const before = records().length;
    const { dynamodb } = clientsOf(vault.runtime, { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'x' });
    const get = new GetItemCommand({ TableName, Key: { token_hash: { S: 'h' } } });
    await expect(dynamodb.send(get)).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
    expect(records()).toHaveLength(before);
  });

  test.each([
    ['another secret', { secretAccessKey: 'wrong' }, 'InvalidSignatureException'],
    ['another session token', { sessionToken: 'wrong' }, 'UnrecognizedClientException'],
  ])('with %s are refused', async (_name, wrong, name) => {
    const { kms } = clientsOf(vault.runtime, { ...vault.runtime.assume('api/echo'), ...wrong });
    const request = new EncryptCommand({ KeyId: vault.runtime.keys.PanKey, Plaintext: Buffer.from('x') });
    await expect(kms.send(request)).rejects.toMatchObject({ name });
  });

  test.each([
    ['without a signature', { 'x-amz-target': 'TrentService.Encrypt' }, 'MissingAuthenticationTokenException'],
    [
      'with a signature of another kind',
      { 'x-amz-target': 'TrentService.Encrypt', authorization: 'Bearer x' },
      'IncompleteSignatureException',
    ],
    ['for another service', { 'x-amz-target': 'AmazonSQS.SendMessage' }, 'UnknownOperationException'],
  ])('a call %s is refused', async (_name, headers, type) => {
    const response = await fetch(vault.runtime.awsEndpointUrl, { method: 'POST', headers, body: '{}' });
    expect([response.status, await response.json()]).toEqual([400, expect.objectContaining({ __type: type })]);
  });
});

describe('a function', () => {
  test('has the template’s environment, its own credentials and Lambda’s names, and nothing of this process', async () => {
    const { env } = bodyOf(await vault.runtime.invoke('api/echo', {}));
    expect(env).toMatchObject({
      TOKENS_TABLE: TableName,
      PAN_KEY_ARN: vault.runtime.keys.PanKey,
      AWS_REGION: 'ap-northeast-1',
      AWS_ENDPOINT_URL: vault.runtime.awsEndpointUrl,
      AWS_LAMBDA_FUNCTION_NAME: 'Paper-Echo',
      AWS_ACCESS_KEY_ID: expect.stringMatching(/^ASIA/),
      AWS_SESSION_TOKEN: expect.any(String),
    });
    const foreign = Object.keys(env).filter(
      (name) => !/^(AWS_|LAMBDA_|_HANDLER$|TZ$|TOKENS_TABLE$|PAN_KEY_ARN$)/.test(name),
    );
    expect(foreign).toEqual([]);
  });

  test('gets Lambda’s context', async () => {
    const { awsRequestId, functionName, memoryLimitInMB, remainingMs } = bodyOf(
      await vault.runtime.invoke('api/echo', {}),
    );
    expect([functionName, memoryLimitInMB]).toEqual(['Paper-Echo', '128']);
    expect(awsRequestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(remainingMs).toBeGreaterThan(0);
    expect(remainingMs).toBeLessThanOrEqual(TIMEOUT_SECONDS * 1_000);
  });

  test('that throws tells its caller only the type, and its log everything', async () => {
    const outcome = await vault.runtime.invoke('api/echo', { headers: { 'x-do': 'throw' } });
    expect(outcome).toEqual({ kind: 'failed', id: expect.any(String), errorType: 'TypeError' });
    await expect(logOf('api/echo', 'TypeError: as asked')).resolves.toContain('at ');
  });

  test('runs out of time without taking others with it', async () => {
    const hanging = vault.runtime.invoke('api/echo', { headers: { 'x-do': 'hang' } });
    const others = await Promise.all(Array.from({ length: 20 }, () => vault.runtime.invoke('api/echo', {})));
    expect(others.every(({ kind }) => kind === 'returned')).toBe(true);
    expect(await hanging).toEqual({ kind: 'timed out' });
    expect((await vault.runtime.invoke('api/echo', {})).kind).toBe('returned');
  });

  test('that is not in the template cannot be invoked', () => {
    expect(() => vault.runtime.invoke('api/other', {})).toThrow(/no api\/other/);
  });
});

describe('a record', () => {
  test('of a decryption names role, function, key, context and material, and no bytes', async () => {
    const { kms } = asEcho();
    const KeyId = vault.runtime.keys.PanKey;
    const Plaintext = Buffer.from('a very distinctive text');
    const sealed = await kms.send(new EncryptCommand({ KeyId, Plaintext, EncryptionContext: CONTEXT }));
    const opened = await kms.send(
      new DecryptCommand({ CiphertextBlob: sealed.CiphertextBlob, EncryptionContext: CONTEXT }),
    );
    const [record] = recordOf(opened.$metadata.requestId);
    expect(record).toMatchObject({
      eventVersion: '1.11',
      eventSource: 'kms.amazonaws.com',
      eventName: 'Decrypt',
      eventCategory: 'Management',
      readOnly: true,
      requestParameters: { encryptionAlgorithm: 'SYMMETRIC_DEFAULT', keyId: KeyId, encryptionContext: CONTEXT },
      additionalEventData: { keyMaterialId: opened.KeyMaterialId },
      resources: [{ type: 'AWS::KMS::Key', ARN: KeyId, accountId: '000000000000' }],
      userIdentity: {
        type: 'AssumedRole',
        arn: 'arn:aws:sts::000000000000:assumed-role/Paper-Role/Paper-Echo',
        sessionContext: { sessionIssuer: { type: 'Role', userName: 'Paper-Role' } },
        inScopeOf: { issuerType: 'AWS::Lambda::Function' },
      },
    });
    expect(record).not.toHaveProperty('tlsDetails');
    for (const bytes of [Plaintext, Buffer.from(sealed.CiphertextBlob ?? [])]) {
      expect(JSON.stringify(records())).not.toContain(bytes.toString('base64'));
    }
  });

  test('of a ReEncrypt names both contexts, both keys and both materials', async () => {
    const { kms } = asEcho();
    const KeyId = vault.runtime.keys.PanKey;
    const sealed = await kms.send(
      new EncryptCommand({ KeyId, Plaintext: Buffer.from('x'), EncryptionContext: CONTEXT }),
    );
    const moved = { ...CONTEXT, record: '02' };
    const { $metadata } = await kms.send(
      new ReEncryptCommand({
        CiphertextBlob: sealed.CiphertextBlob,
        SourceEncryptionContext: CONTEXT,
        DestinationKeyId: KeyId,
        DestinationEncryptionContext: moved,
      }),
    );
    expect(recordOf($metadata.requestId)).toEqual([
      expect.objectContaining({
        eventName: 'ReEncrypt',
        requestParameters: {
          sourceEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
          sourceEncryptionContext: CONTEXT,
          destinationEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
          destinationEncryptionContext: moved,
          destinationKeyId: KeyId,
        },
        additionalEventData: {
          sourceKeyMaterialId: expect.stringMatching(/^[0-9a-f]{64}$/),
          destinationKeyMaterialId: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
        resources: [expect.objectContaining({ ARN: KeyId }), expect.objectContaining({ ARN: KeyId })],
      }),
    ]);
  });

  test('of a MAC has neither context nor material', async () => {
    const { kms } = asEcho();
    const KeyId = vault.runtime.keys.MacKey;
    const request = new GenerateMacCommand({ KeyId, Message: Buffer.from('x'), MacAlgorithm: 'HMAC_SHA_256' });
    const { $metadata } = await kms.send(request);
    const [record] = recordOf($metadata.requestId);
    expect(record?.requestParameters).toEqual({ macAlgorithm: 'HMAC_SHA_256', keyId: KeyId });
    expect(record).not.toHaveProperty('additionalEventData');
  });

  test('of a write names table, key and attributes, and no value', async () => {
    const { dynamodb } = asEcho();
    const Item = { token_hash: { S: 'hash-1' }, pan: { S: 'a very distinctive value' } };
    const { $metadata } = await dynamodb.send(
      new PutItemCommand({ TableName, Item, ConditionExpression: 'attribute_not_exists(token_hash)' }),
    );
    expect($metadata.requestId).toMatch(/^[A-Z2-7]{52}$/);
    const [record] = recordOf($metadata.requestId);
    expect(record).toMatchObject({
      eventName: 'PutItem',
      eventCategory: 'Data',
      managementEvent: false,
      readOnly: false,
      apiVersion: '2012-08-10',
      requestParameters: {
        tableName: TableName,
        key: { token_hash: 'hash-1' },
        item: ['token_hash', 'pan'],
        conditionExpression: 'attribute_not_exists(token_hash)',
      },
    });
    expect(JSON.stringify(records())).not.toContain('distinctive value');
  });

  test('of a refused call says why, and not with what', async () => {
    const { kms } = asEcho();
    const wrong = { ...CONTEXT, purpose: 'cvc' };
    const encrypt = new EncryptCommand({
      KeyId: vault.runtime.keys.PanKey,
      Plaintext: Buffer.from('x'),
      EncryptionContext: wrong,
    });
    const error = await kms.send(encrypt).catch((thrown) => thrown);
    expect(recordOf(error.$metadata.requestId)).toEqual([
      expect.objectContaining({
        errorCode: 'AccessDenied',
        errorMessage: expect.stringContaining('is not authorized to perform: kms:Encrypt'),
        requestParameters: null,
      }),
    ]);
  });

  test('of a failed condition is one too', async () => {
    const { dynamodb } = asEcho();
    const update = new UpdateItemCommand({
      TableName,
      Key: { token_hash: { S: 'absent' } },
      UpdateExpression: 'SET #s = :s',
      ConditionExpression: 'attribute_exists(token_hash)',
      ExpressionAttributeNames: { '#s': 'status' },
      ExpressionAttributeValues: { ':s': { S: 'x' } },
    });
    const error = await dynamodb.send(update).catch((thrown) => thrown);
    expect(recordOf(error.$metadata.requestId)).toEqual([
      expect.objectContaining({ errorCode: 'ConditionalCheckFailedException', eventName: 'UpdateItem' }),
    ]);
  });
});

describe('a schedule', () => {
  test('has run once when the runtime is up, and runs when asked, with EventBridge’s event', async () => {
    await using fresh = await startPaperVault();
    expect((await logOf('scheduled/tick', 'handled', fresh)).match(/handled/g)).toHaveLength(1);
    const { event } = bodyOf(await fresh.runtime.runSchedule('scheduled/tick'));
    expect(event).toMatchObject({ source: 'aws.scheduler', 'detail-type': 'Scheduled Event', account: '000000000000' });
  });

  test('of a function that has none cannot be run', async () => {
    await expect(vault.runtime.runSchedule('api/echo')).rejects.toThrow(/no schedule/);
  });
});

describe('a restart', () => {
  test('loses nothing: items, keys and the trail are still there', async () => {
    const { kms, dynamodb } = asEcho();
    const sealed = await kms.send(
      new EncryptCommand({
        KeyId: vault.runtime.keys.PanKey,
        Plaintext: Buffer.from('kept'),
        EncryptionContext: CONTEXT,
      }),
    );
    await dynamodb.send(new PutItemCommand({ TableName, Item: { token_hash: { S: 'kept' } } }));
    const before = records().map(({ eventID }) => eventID);
    await vault.restart();
    const again = asEcho();
    const opened = await again.kms.send(
      new DecryptCommand({ CiphertextBlob: sealed.CiphertextBlob, EncryptionContext: CONTEXT }),
    );
    expect(Buffer.from(opened.Plaintext ?? []).toString()).toBe('kept');
    const got = await again.dynamodb.send(new GetItemCommand({ TableName, Key: { token_hash: { S: 'kept' } } }));
    expect(got.Item).toEqual({ token_hash: { S: 'kept' } });
    expect(records().map(({ eventID }) => eventID)).toEqual(expect.arrayContaining(before));
  });

  test('is the only way in: a second runtime on the same folder is refused and harms nothing', async () => {
    const second = startRuntime({ dir: vault.dir, assembly: vault.assembly, port: 0 });
    await expect(second).rejects.toThrow(/already runs a vault/);
    expect((await vault.runtime.invoke('api/echo', {})).kind).toBe('returned');
  });

  test('state is for its owner alone', () => {
    for (const name of ['', 'dynamodb', 'kms', 'trail', 'logs']) {
      expect([name, statSync(join(vault.dir, name)).mode & 0o077]).toEqual([name, 0]);
    }
    expect(statSync(join(vault.dir, 'kms/keys.json')).mode & 0o777).toBe(0o600);
  });

  test('went without a failure inside the runtime', () => {
    expect(vault.failures).toEqual([]);
  });
});

describe('a lock', () => {
  const path = () => join(vault.dir, 'locks/own');

  test('is held by one at a time, and free once released', () => {
    const lock = takeLock(path());
    expect(() => takeLock(path())).toThrow(/already runs/);
    lock.release();
    takeLock(path()).release();
    expect(existsSync(path())).toBe(false);
  });

  test('held by another living process is respected, and by a dead one taken over', () => {
    mkdirSync(join(vault.dir, 'locks'), { recursive: true });
    writeFileSync(path(), `${process.ppid}\n`);
    expect(() => takeLock(path())).toThrow(/already runs/);
    writeFileSync(path(), '999999999\n');
    takeLock(path()).release();
  });
});
