/** Permissions: a call passes only where the template's policies let it, with the conditions they state. */

import {
  BatchGetItemCommand,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { DecryptCommand, EncryptCommand, ReEncryptCommand } from '@aws-sdk/client-kms';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Authorizer, type RequestContext } from '../../local/iam/authorizer.ts';
import type { PolicyDocument } from '../../local/template/policy.ts';
import { clientsOf, type PaperVault, resources, startPaperVault, type TemplateResources } from './fixtures.ts';

const ACCOUNT = '000000000000';
const KEY = `arn:aws:kms:ap-northeast-1:${ACCOUNT}:key/11111111-2222-8333-8444-555555555555`;
const TABLE = `arn:aws:dynamodb:ap-northeast-1:${ACCOUNT}:table/T`;
const ROLE = `arn:aws:iam::${ACCOUNT}:role/R`;

type Statement = PolicyDocument['Statement'][number];
const policy = (...Statement: Statement[]): PolicyDocument => ({ Version: '2012-10-17', Statement });

const keyPolicy = (more: Partial<Statement> = {}): PolicyDocument =>
  policy({
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
    Action: 'kms:*',
    Resource: '*',
    ...more,
  });

interface Question {
  readonly identity: PolicyDocument;
  readonly resource?: PolicyDocument;
  readonly boundary?: PolicyDocument;
  readonly action: string;
  readonly resourceArn: string;
  readonly context?: RequestContext;
}

const authorizer = new Authorizer(ACCOUNT);
const ask = ({ identity, resource, boundary, action, resourceArn, context = {} }: Question): Promise<void> =>
  authorizer.authorize({
    principal: {
      arn: `arn:aws:sts::${ACCOUNT}:assumed-role/R/f${JSON.stringify([identity, boundary]).length}`,
      identityArn: ROLE,
      policies: [{ name: 'own', document: identity }],
      boundary: boundary && { name: 'boundary', document: boundary },
    },
    action,
    resourceArn,
    resourcePolicy: resource,
    context,
  });

const decrypts = (Condition?: Statement['Condition']): Statement => ({
  Effect: 'Allow',
  Action: 'kms:Decrypt',
  Resource: KEY,
  ...(Condition && { Condition }),
});
const use = { action: 'kms:Decrypt', resourceArn: KEY };
const pan = { 'kms:EncryptionContext:purpose': 'pan', 'kms:EncryptionContextKeys': ['purpose'] };

describe('a key', () => {
  test('is used where identity and key policy both allow', async () => {
    await expect(ask({ ...use, identity: policy(decrypts()), resource: keyPolicy() })).resolves.toBeUndefined();
  });

  test('is not used when the identity has no permission, in the words of IAM', async () => {
    await expect(ask({ ...use, identity: policy(), resource: keyPolicy() })).rejects.toMatchObject({
      code: 'AccessDeniedException',
      trailCode: 'AccessDenied',
      message: expect.stringMatching(
        /^User: arn:aws:sts::0+:assumed-role\/R\/\S+ is not authorized to perform: kms:Decrypt on resource: \S+ because no identity-based policy allows the kms:Decrypt action$/,
      ),
    });
  });

  test('is not used when its own policy names another role', async () => {
    const condition = { ArnEquals: { 'aws:PrincipalArn': `${ROLE}-other` } };
    const question = { ...use, identity: policy(decrypts()) };
    await expect(ask({ ...question, resource: keyPolicy({ Condition: condition }) })).rejects.toThrow(
      /no resource-based/,
    );
    const own = { ArnEquals: { 'aws:PrincipalArn': ROLE } };
    await expect(ask({ ...question, resource: keyPolicy({ Condition: own }) })).resolves.toBeUndefined();
  });

  test('is not used where a statement denies, although another allows', async () => {
    const identity = policy(decrypts(), { Effect: 'Deny', Action: 'kms:*', Resource: '*' });
    await expect(ask({ ...use, identity, resource: keyPolicy() })).rejects.toThrow(/explicit deny/);
  });

  test('is not used beyond a permissions boundary', async () => {
    const boundary = policy({ Effect: 'Allow', Action: 'dynamodb:*', Resource: '*' });
    await expect(ask({ ...use, identity: policy(decrypts()), boundary, resource: keyPolicy() })).rejects.toThrow();
  });

  test.each([
    ['the right context', pan, true],
    ['another purpose', { ...pan, 'kms:EncryptionContext:purpose': 'cvc' }, false],
    ['another spelling', { ...pan, 'kms:EncryptionContext:purpose': 'PAN' }, false],
    ['no context', {}, false],
    ['one more name', { ...pan, 'kms:EncryptionContextKeys': ['purpose', 'extra'] }, false],
  ])('bound to a context: %s', async (_name, context, allowed) => {
    const identity = policy(
      decrypts({
        StringEquals: { 'kms:EncryptionContext:purpose': 'pan' },
        'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['purpose', 'record'] },
        Null: { 'kms:EncryptionContextKeys': 'false' },
      }),
    );
    const response = ask({ ...use, identity, resource: keyPolicy(), context });
    await (allowed ? expect(response).resolves.toBeUndefined() : expect(response).rejects.toThrow());
  });
});

describe('a key that is used for records only', () => {
  const identity = policy(decrypts({ Null: { 'kms:EncryptionContext:record': 'false' } }));
  const record = (value: string): RequestContext => ({ 'kms:EncryptionContext:record': value });
  const any = keyPolicy();
  const first = keyPolicy({ Condition: { StringEquals: { 'kms:EncryptionContext:record': '01' } } });

  test.each<[string, RequestContext, PolicyDocument, boolean]>([
    ['one record', record('01'), any, true],
    ['another', record('02'), any, true],
    ['none', {}, any, false],
    ['the record that its own policy names', record('01'), first, true],
    ['another than that', record('02'), first, false],
  ])('decides for %s', async (_name, context, resource, allowed) => {
    const response = ask({ ...use, identity, resource, context });
    await (allowed ? expect(response).resolves.toBeUndefined() : expect(response).rejects.toThrow());
  });
});

describe('a table', () => {
  const item = (action: string, Condition: Statement['Condition']) =>
    policy({ Effect: 'Allow', Action: `dynamodb:${action}`, Resource: TABLE, Condition });

  test.each([
    [['a'], true],
    [['a', 'b'], true],
    [['a', 'z'], false],
    [['z'], false],
  ])('bound to leading keys decides for %j: %s', async (keys, allowed) => {
    const identity = item('BatchGetItem', { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['a', 'b'] } });
    const context = { 'dynamodb:LeadingKeys': keys };
    const response = ask({ identity, action: 'dynamodb:BatchGetItem', resourceArn: TABLE, context });
    await (allowed ? expect(response).resolves.toBeUndefined() : expect(response).rejects.toThrow());
  });

  test('bound to attributes refuses a request that names another', async () => {
    const identity = item('GetItem', { 'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['id', 'status'] } });
    const question = { identity, action: 'dynamodb:GetItem', resourceArn: TABLE };
    await expect(ask({ ...question, context: { 'dynamodb:Attributes': ['id', 'status'] } })).resolves.toBeUndefined();
    await expect(ask({ ...question, context: { 'dynamodb:Attributes': ['id', 'pan_ct'] } })).rejects.toThrow();
  });
});

describe('through the endpoint', () => {
  let vault: PaperVault;
  beforeAll(async () => {
    vault = await startPaperVault();
  });
  afterAll(async () => {
    await vault[Symbol.asyncDispose]();
  });

  const denied = { name: 'AccessDeniedException' };
  const CONTEXT = { purpose: 'pan', merchant: 'mer_a', record: '01' };
  const asEcho = () => clientsOf(vault.runtime, vault.runtime.assume('api/echo'));
  const TableName = 'Paper-Tokens';
  const Key = { token_hash: { S: 'h' } };

  test('each table action needs its own permission', async () => {
    const { dynamodb } = asEcho();
    await expect(dynamodb.send(new PutItemCommand({ TableName, Item: Key }))).resolves.toBeDefined();
    await expect(dynamodb.send(new GetItemCommand({ TableName, Key }))).resolves.toMatchObject({ Item: Key });
    await expect(dynamodb.send(new DeleteItemCommand({ TableName, Key }))).rejects.toMatchObject(denied);
    await expect(dynamodb.send(new ScanCommand({ TableName }))).rejects.toMatchObject(denied);
    const batch = new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [Key] } } });
    await expect(dynamodb.send(batch)).rejects.toMatchObject(denied);
  });

  test('a permission on an index does not cover its table', async () => {
    const query = {
      TableName,
      KeyConditionExpression: '#k = :v',
      ExpressionAttributeNames: { '#k': 'due_shard' },
      ExpressionAttributeValues: { ':v': { S: '0' } },
    };
    const { dynamodb } = asEcho();
    await expect(dynamodb.send(new QueryCommand({ ...query, IndexName: 'due' }))).resolves.toMatchObject({ Count: 0 });
    await expect(dynamodb.send(new QueryCommand(query))).rejects.toMatchObject(denied);
  });

  test('a table outside the template does not exist', async () => {
    const get = new GetItemCommand({ TableName: 'Other', Key });
    await expect(asEcho().dynamodb.send(get)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('ReEncrypt needs the source and the destination, each under its own context', async () => {
    const { kms } = asEcho();
    const KeyId = vault.runtime.keys.PanKey;
    const sealed = await kms.send(
      new EncryptCommand({ KeyId, Plaintext: Buffer.from('x'), EncryptionContext: CONTEXT }),
    );
    const move = (DestinationEncryptionContext: Record<string, string>) =>
      kms.send(
        new ReEncryptCommand({
          CiphertextBlob: sealed.CiphertextBlob,
          SourceEncryptionContext: CONTEXT,
          DestinationKeyId: KeyId,
          DestinationEncryptionContext,
        }),
      );
    await expect(move({ ...CONTEXT, record: '02' })).resolves.toBeDefined();
    await expect(move({ ...CONTEXT, purpose: 'other' })).rejects.toMatchObject({
      ...denied,
      message: expect.stringContaining('kms:ReEncryptTo'),
    });
  });

  test('the operator cannot decrypt', async () => {
    const { kms } = asEcho();
    const KeyId = vault.runtime.keys.PanKey;
    const sealed = await kms.send(
      new EncryptCommand({ KeyId, Plaintext: Buffer.from('x'), EncryptionContext: CONTEXT }),
    );
    const operator = clientsOf(vault.runtime, vault.runtime.operator).kms;
    const decrypt = new DecryptCommand({ CiphertextBlob: sealed.CiphertextBlob, EncryptionContext: CONTEXT });
    await expect(operator.send(decrypt)).rejects.toMatchObject(denied);
  });

  test('a permission removed from the template is refused after the next start', async () => {
    const text = JSON.stringify(resources()).replace('"dynamodb:GetItem",', '');
    const without = JSON.parse(text) as TemplateResources;
    await vault.restart(without);
    try {
      const { dynamodb } = asEcho();
      await expect(dynamodb.send(new GetItemCommand({ TableName, Key }))).rejects.toMatchObject(denied);
      await expect(dynamodb.send(new PutItemCommand({ TableName, Item: Key }))).resolves.toBeDefined();
    } finally {
      await vault.restart(resources());
    }
  });
});
