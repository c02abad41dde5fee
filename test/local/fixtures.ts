/**
 * A small vault on paper: one table, two keys and a few functions with a role each, as CloudFormation resources written
 * by hand, so that a test shows exactly which line of a template it depends on.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import type { Credentials } from '../../local/iam/principal.ts';
import { type Runtime, startRuntime } from '../../local/runtime.ts';

export type TemplateResources = Record<string, { Type: string; Properties: Record<string, unknown> }>;

const arnOf = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });
const root = {
  AWS: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }, ':root']] },
};

/** A PAN use must name the merchant and record of the card; the HMAC key takes no context. */
const PAN_CONDITION = {
  StringEquals: { 'kms:EncryptionContext:purpose': 'pan' },
  'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['purpose', 'merchant', 'record'] },
  Null: { 'kms:EncryptionContextKeys': 'false', 'kms:EncryptionContext:merchant': 'false' },
};

const keyPolicy = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: root, Action: 'kms:*', Resource: '*' }],
};

const allow = (Action: string[], Resource: unknown, Condition?: unknown) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition !== undefined && { Condition }),
});

/** Of a function that is to run out of time, and long enough for one that is not. */
export const TIMEOUT_SECONDS = 5;

const lambda = (role: string, entry: string, more: Record<string, unknown> = {}) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    Code: { S3Bucket: 'assets', S3Key: 'bundle.zip' },
    Handler: 'index.handler',
    Runtime: 'nodejs24.x',
    Role: arnOf(role),
    Description: `Fuda ${entry}`,
    Timeout: TIMEOUT_SECONDS,
    MemorySize: 128,
    Environment: { Variables: { TOKENS_TABLE: { Ref: 'Tokens' }, PAN_KEY_ARN: arnOf('PanKey') } },
    ...more,
  },
});

const method = (resource: unknown, httpMethod: string, target: string) => ({
  Type: 'AWS::ApiGateway::Method',
  Properties: {
    HttpMethod: httpMethod,
    ResourceId: resource,
    RestApiId: { Ref: 'Api' },
    Integration: {
      Type: 'AWS_PROXY',
      Uri: {
        'Fn::Join': [
          '',
          [
            'arn:aws:apigateway:',
            { Ref: 'AWS::Region' },
            ':lambda:path/2015-03-31/functions/',
            arnOf(target),
            '/invocations',
          ],
        ],
      },
    },
  },
});

export const resources = (): TemplateResources => ({
  Tokens: {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      KeySchema: [{ AttributeName: 'token_hash', KeyType: 'HASH' }],
      AttributeDefinitions: [
        { AttributeName: 'token_hash', AttributeType: 'S' },
        { AttributeName: 'due_shard', AttributeType: 'S' },
        { AttributeName: 'expires_at_ms', AttributeType: 'N' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'due',
          KeySchema: [
            { AttributeName: 'due_shard', KeyType: 'HASH' },
            { AttributeName: 'expires_at_ms', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    },
  },
  PanKey: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: keyPolicy } },
  SpareKey: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: keyPolicy } },
  LockedKey: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: keyPolicy, Enabled: false } },
  MacKey: {
    Type: 'AWS::KMS::Key',
    Properties: { KeyPolicy: keyPolicy, KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' },
  },
  Role: {
    Type: 'AWS::IAM::Role',
    Properties: { AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] } },
  },
  Policy: {
    Type: 'AWS::IAM::ManagedPolicy',
    Properties: {
      Roles: [{ Ref: 'Role' }],
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          allow(['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'], arnOf('PanKey'), PAN_CONDITION),
          allow(['kms:*'], [arnOf('SpareKey'), arnOf('LockedKey'), arnOf('MacKey')]),
          allow(['dynamodb:PutItem', 'dynamodb:GetItem', 'dynamodb:UpdateItem'], arnOf('Tokens')),
          allow(['dynamodb:Query'], { 'Fn::Join': ['', [arnOf('Tokens'), '/index/due']] }),
        ],
      },
    },
  },
  OperatorPolicy: {
    Type: 'AWS::IAM::ManagedPolicy',
    Properties: {
      PolicyDocument: { Version: '2012-10-17', Statement: [allow(['dynamodb:GetItem'], arnOf('Tokens'))] },
    },
  },
  Echo: lambda('Role', 'api/echo'),
  Ticker: lambda('Role', 'scheduled/tick'),
  Api: { Type: 'AWS::ApiGateway::RestApi', Properties: {} },
  Stage: { Type: 'AWS::ApiGateway::Stage', Properties: { StageName: 'vault', RestApiId: { Ref: 'Api' } } },
  EchoResource: {
    Type: 'AWS::ApiGateway::Resource',
    Properties: { ParentId: { 'Fn::GetAtt': ['Api', 'RootResourceId'] }, PathPart: 'echo' },
  },
  ItemResource: {
    Type: 'AWS::ApiGateway::Resource',
    Properties: { ParentId: { Ref: 'EchoResource' }, PathPart: '{item_id}' },
  },
  EchoPost: method({ Ref: 'EchoResource' }, 'POST', 'Echo'),
  ItemGet: method({ Ref: 'ItemResource' }, 'GET', 'Echo'),
  Invoke: {
    Type: 'AWS::Lambda::Permission',
    Properties: {
      Action: 'lambda:InvokeFunction',
      FunctionName: arnOf('Echo'),
      Principal: 'apigateway.amazonaws.com',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation substitutes it.
      SourceArn: { 'Fn::Sub': 'arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/vault/*' },
    },
  },
  Schedule: {
    Type: 'AWS::Scheduler::Schedule',
    Properties: {
      ScheduleExpression: 'rate(1 hour)',
      Target: { Arn: arnOf('Ticker'), RoleArn: arnOf('SchedulerRole') },
    },
  },
  SchedulerRole: {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] },
      Policies: [
        {
          PolicyName: 'invoke',
          PolicyDocument: { Version: '2012-10-17', Statement: [allow(['lambda:InvokeFunction'], arnOf('Ticker'))] },
        },
      ],
    },
  },
  Trail: {
    Type: 'AWS::CloudTrail::Trail',
    Properties: {
      TrailName: 'paper-trail',
      S3BucketName: 'paper-bucket',
      IsLogging: true,
      EnableLogFileValidation: true,
      AdvancedEventSelectors: [
        { FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] },
        {
          FieldSelectors: [
            { Field: 'eventCategory', Equals: ['Data'] },
            { Field: 'resources.type', Equals: ['AWS::DynamoDB::Table'] },
            { Field: 'resources.ARN', Equals: [arnOf('Tokens')] },
          ],
        },
      ],
    },
  },
});

export const OUTPUTS = {
  TokensTableName: { Value: { Ref: 'Tokens' } },
  PanKeyArn: { Value: arnOf('PanKey') },
  SpareKeyArn: { Value: arnOf('SpareKey') },
  LockedKeyArn: { Value: arnOf('LockedKey') },
  MacKeyArn: { Value: arnOf('MacKey') },
  OperatorPolicyArn: { Value: { Ref: 'OperatorPolicy' } },
};

/** What the functions of the paper vault do, chosen by the request's `x-do` header. */
const BUNDLE = `
  let events = 0;
  export const handler = async (event, context) => {
    const wish = event.headers?.['x-do'];
    events += 1;
    if (wish === 'throw') throw new TypeError('as asked');
    if (wish === 'hang') await new Promise((resolve) => setTimeout(resolve, 60_000));
    if (wish === 'die') setImmediate(() => { throw new Error('died'); });
    if (wish === 'die') await new Promise((resolve) => setTimeout(resolve, 60_000));
    if (wish === 'malformed') return 'a text';
    console.log('handled ' + event.resource);
    const remainingMs = context.getRemainingTimeInMillis();
    const { awsRequestId, functionName, memoryLimitInMB } = context;
    const body = JSON.stringify({ event, env: process.env, events, remainingMs, awsRequestId, functionName, memoryLimitInMB });
    return { statusCode: 200, headers: { 'content-type': 'application/json' }, multiValueHeaders: { 'x-two': ['a', 'b'] }, body };
  };
`;

export interface PaperVault extends AsyncDisposable {
  readonly runtime: Runtime;
  readonly dir: string;
  readonly assembly: string;
  /** Messages the runtime logged about itself. */
  readonly failures: readonly string[];
  /** Stops and starts again on the same state, perhaps with another template. */
  restart(changed?: TemplateResources): Promise<Runtime>;
}

export async function startPaperVault(given: TemplateResources = resources()): Promise<PaperVault> {
  const home = mkdtempSync(join(tmpdir(), 'fuda-paper-'));
  const [dir, assembly] = [join(home, 'state'), join(home, 'assembly')];
  const failures: string[] = [];
  const start = (template: TemplateResources) => {
    writeAssembly(assembly, template);
    return startRuntime({ dir, assembly, port: 0, log: (message) => failures.push(message) });
  };
  let runtime = await start(given);
  return {
    get runtime() {
      return runtime;
    },
    dir,
    assembly,
    failures,
    restart: async (changed = given) => {
      await runtime.stop();
      runtime = await start(changed);
      return runtime;
    },
    async [Symbol.asyncDispose]() {
      await runtime.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** A cloud assembly as `cdk synth` lays it out. */
function writeAssembly(directory: string, template: TemplateResources): void {
  mkdirSync(join(directory, 'asset.bundle'), { recursive: true });
  const write = (name: string, content: unknown) => writeFileSync(join(directory, name), JSON.stringify(content));
  writeFileSync(join(directory, 'asset.bundle/index.mjs'), BUNDLE);
  write('Paper.template.json', { Resources: template, Outputs: OUTPUTS });
  write('Paper.assets.json', {
    files: { bundle: { source: { path: 'asset.bundle' }, destinations: { here: { objectKey: 'bundle.zip' } } } },
  });
  write('manifest.json', {
    artifacts: {
      'Paper.assets': { type: 'cdk:asset-manifest', properties: { file: 'Paper.assets.json' } },
      Paper: { type: 'aws:cloudformation:stack', properties: { templateFile: 'Paper.template.json' } },
    },
  });
}

/** The real SDK clients, signed in with the given credentials; nothing is tried twice. */
export function clientsOf(runtime: Runtime, credentials: Credentials): { kms: KMSClient; dynamodb: DynamoDBClient } {
  const config = { endpoint: runtime.awsEndpointUrl, region: runtime.region, credentials, maxAttempts: 1 };
  return { kms: new KMSClient(config), dynamodb: new DynamoDBClient(config) };
}
