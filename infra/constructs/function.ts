/**
 * One row of `routes.ts` as one Lambda function with one role. The role's policy and the function's environment contain
 * what the row says and no more, so the table of routes is the permission matrix (PCI DSS 4.0.1 7.2.1, 7.2.5).
 */
import { join } from 'node:path';
import { Aws, Duration, Size, Stack } from 'aws-cdk-lib';
import { Effect, ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { DECRYPTIONS_ATTRIBUTE, OPENERS, prefixesOf } from '../../shared/base/entries.ts';
import {
  type KeyName,
  keyVariable,
  OLDER_PAN_KEYS_VARIABLE,
  type TableName,
  tableVariable,
} from '../../shared/base/tables.ts';
import type { FunctionRow, KeyAction, TableAction } from '../routes.ts';
import { sidFor } from '../sid.ts';
import { type CardKeys, useStatement, viaService } from './keys.ts';
import { createLogGroup, type LogKeeping } from './logs.ts';
import type { VaultNetwork } from './network.ts';
import type { VaultTables } from './tables.ts';
import type { ITrailStore } from './trail-store.ts';

const DEFAULT_MEMORY_MB = 256;
const DEFAULT_TIMEOUT_SECONDS = 15;

export interface VaultFunctionProps {
  readonly row: FunctionRow;
  readonly tables: VaultTables;
  readonly keys: CardKeys;
  readonly logs: LogKeeping;
  readonly network: VaultNetwork | undefined;
  readonly trailStore: ITrailStore;
  /** Where the role must be known while it does not exist; CloudFormation names it otherwise. */
  readonly roleName?: string | undefined;
  /** The folder with `<entry>/index.mjs`. */
  readonly bundles: string;
  /** The function that delivers webhooks, if this one starts it. */
  readonly deliverer?: LambdaFunction | undefined;
  /** Of the resources of live destinations, if this function asks when they were deployed. */
  readonly destinationFolder?: string | undefined;
  /** Further environment variables; never a secret. */
  readonly settings?: Readonly<Record<string, string>>;
}

export class VaultFunction extends Construct {
  readonly lambda: LambdaFunction;

  constructor(scope: Construct, id: string, props: VaultFunctionProps) {
    super(scope, id);
    const { row, tables, keys, network, bundles, settings } = props;
    const place = network?.placeOf(row);
    const logs = createLogGroup(this, 'Logs', props.logs);
    const role = new Role(this, 'Role', {
      ...(props.roleName !== undefined && { roleName: props.roleName }),
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `Fuda ${row.entry}: what infra/routes.ts grants it, nothing else`,
    });
    // A managed policy, because key policies name the role, and an inline policy would make role and keys depend on
    // each other.
    const policy = new ManagedPolicy(this, 'Policy', {
      description: `Fuda ${row.entry}`,
      roles: [role],
      statements: [
        ...tableStatements(row, tables),
        ...keyStatements(row, keys),
        ...trailStatements(this, props),
        ...startStatements(props),
        ...destinationStatements(this, props),
        logStatement(logs),
        ...(place ? networkStatements(place.vpc.vpcId) : []),
      ],
    });
    for (const [name, actions] of keyGrants(row, keys)) {
      keys.allowUse(name, actions, { role, sid: sidFor(row.entry), vpcId: place?.vpc.vpcId });
    }

    this.lambda = new LambdaFunction(this, 'Function', {
      description: `Fuda ${row.entry}`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(join(bundles, row.entry)),
      memorySize: row.memoryMb ?? DEFAULT_MEMORY_MB,
      ...(row.diskMb !== undefined && { ephemeralStorageSize: Size.mebibytes(row.diskMb) }),
      timeout: Duration.seconds(row.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS),
      environment: { METRICS_NAMESPACE: metricsNamespace(this), ...environmentOf(props), ...settings },
      role,
      logGroup: logs,
      ...place,
    });
    this.lambda.node.addDependency(policy);
  }
}

/** Separate per stack, so that metrics of two vaults in one account and region do not mix. */
export const metricsNamespace = (scope: Construct): string => `Fuda/${Stack.of(scope).stackName}`;

const tableEntries = (row: FunctionRow) => Object.entries(row.tables) as [TableName, readonly TableAction[]][];
const keyEntries = (row: FunctionRow) => Object.entries(row.keys) as [KeyName, readonly KeyAction[]][];

/** The rights on the former PAN key that follow from a right on the current one; never Encrypt. */
const WITH_FORMER_KEY: Partial<Record<KeyAction, KeyAction>> = { Decrypt: 'Decrypt', ReEncrypt: 'ReEncryptFrom' };

/** The row's keys. While cards move to a new PAN key, functions that decrypt cards may do so under both keys. */
function keyGrants(row: FunctionRow, keys: CardKeys): [KeyName, readonly KeyAction[]][] {
  const granted = keyEntries(row);
  if (!keys.formerOpens || row.keys.FormerPanKey !== undefined) return granted;
  const actions = (row.keys.PanKey ?? []).flatMap((action) => WITH_FORMER_KEY[action] ?? []);
  return actions.length === 0 ? granted : [...granted, ['FormerPanKey', actions]];
}

/**
 * Functions that read the trail get all table names and key ARNs to recognise them in records, and the one that writes
 * the list of decryptions the ARN of the PAN key, for its account and Region; that grants no access.
 */
function environmentOf(props: VaultFunctionProps): Record<string, string> {
  const { row, tables, keys, trailStore, deliverer, destinationFolder } = props;
  const knowsAll = row.trail === 'read' || row.trail === 'review';
  const tableNames = (knowsAll ? Object.keys(tables.byName) : Object.keys(row.tables)) as TableName[];
  const older = knowsAll ? keys.olderPanKeys.map(({ keyArn }) => keyArn).join(',') : '';
  const opened = row.trail === 'export' ? ['PanKey'] : [];
  const keyNames = (knowsAll ? Object.keys(keys.byName) : [...Object.keys(row.keys), ...opened]) as KeyName[];
  return Object.fromEntries([
    ...tableNames.map((name) => [tableVariable(name), tables.byName[name].tableName]),
    ...keyNames.map((name) => [keyVariable(name), keys.named(name).keyArn]),
    ...(older === '' ? [] : [[OLDER_PAN_KEYS_VARIABLE, older]]),
    ...(row.trail === undefined ? [] : [['TRAIL_BUCKET', trailStore.bucketName]]),
    ...(deliverer === undefined ? [] : [['DELIVERER', deliverer.functionName]]),
    ...(destinationFolder === undefined ? [] : [['DESTINATIONS_FOLDER', destinationFolder]]),
  ]);
}

/**
 * The trail's bucket by folder, and its key through S3 only; if the store is in another account, it also allows this
 * one.
 */
function trailStatements(scope: Construct, { row, trailStore }: VaultFunctionProps): PolicyStatement[] {
  if (row.trail === undefined) return [];
  const bucket = `arn:${Stack.of(scope).partition}:s3:::${trailStore.bucketName}`;
  const { reads, writes }: { readonly reads?: string; readonly writes?: string } = TRAIL_RIGHTS[row.trail];
  const folders = [reads, writes].filter((folder) => folder !== undefined).map((folder) => `${folder}*`);
  return [
    new PolicyStatement({
      actions: ['s3:ListBucket'],
      resources: [bucket],
      conditions: { StringLike: { 's3:prefix': folders.length === 1 ? folders[0] : folders } },
    }),
    ...(reads ? [new PolicyStatement({ actions: ['s3:GetObject'], resources: [`${bucket}/${reads}*`] })] : []),
    ...(writes ? [new PolicyStatement({ actions: ['s3:PutObject'], resources: [`${bucket}/${writes}*`] })] : []),
    new PolicyStatement({
      actions: [...(reads ? ['kms:Decrypt'] : []), ...(writes ? ['kms:GenerateDataKey'] : [])],
      resources: [trailStore.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': viaService(scope, 's3') } },
    }),
    ...(reads ? [new PolicyStatement({ actions: ['cloudtrail:ListPublicKeys'], resources: ['*'] })] : []),
  ];
}

/** The folders of the trail's bucket that a function lists and reads, or lists and adds to. */
const TRAIL_RIGHTS = {
  read: { reads: 'AWSLogs/' },
  review: { reads: 'AWSLogs/', writes: 'reviews/' },
  export: { writes: 'decryptions/' },
} as const satisfies Record<NonNullable<FunctionRow['trail']>, { readonly reads?: string; readonly writes?: string }>;

const startStatements = ({ deliverer }: VaultFunctionProps): PolicyStatement[] =>
  deliverer === undefined
    ? []
    : [new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [deliverer.functionArn] })];

function destinationStatements(scope: Construct, { destinationFolder }: VaultFunctionProps): PolicyStatement[] {
  if (destinationFolder === undefined) return [];
  // The pseudo parameters, also where a stack's place is known: the finding is acknowledged in one spelling.
  const { partition } = Stack.of(scope);
  const resource = `arn:${partition}:ssm:${Aws.REGION}:${Aws.ACCOUNT_ID}:parameter${destinationFolder}/*`;
  return [new PolicyStatement({ actions: ['ssm:GetParameter'], resources: [resource] })];
}

/** If a row lists indexes of a table, Query is allowed on those indexes and not on the table. */
function tableStatements(row: FunctionRow, tables: VaultTables): PolicyStatement[] {
  return tableEntries(row).flatMap(([name, actions]) => {
    const { tableArn } = tables.byName[name];
    const indexArns = (row.indexes ?? [])
      .filter((index) => index.startsWith(`${name}/`))
      .map((index) => `${tableArn}/index/${index.slice(name.length + 1)}`);
    const isLimited = (action: TableAction) => name === 'Ledger' && WRITES.includes(action);
    const onTable = actions.filter((action) => (action !== 'Query' || indexArns.length === 0) && !isLimited(action));
    return [
      ...(onTable.length > 0 ? [dynamoStatement(onTable, [tableArn])] : []),
      ...ledgerStatements(row.entry, actions.filter(isLimited), tableArn),
      ...(indexArns.length > 0 ? [dynamoStatement(['Query'], indexArns)] : []),
    ];
  });
}

const WRITES: readonly TableAction[] = ['PutItem', 'UpdateItem', 'DeleteItem'];

/**
 * Writes on the Ledger: only entries of the function's own kinds, and only functions that open cards may note a decryption
 * (shared/base/entries.ts), so that no other role can give a decryption a reason (V5). `ForAllValues` alone would also hold
 * for a request without the keys. Source: DynamoDB developer guide, "Using IAM policy conditions for fine-grained access
 * control".
 */
function ledgerStatements(entry: string, writes: readonly TableAction[], tableArn: string): PolicyStatement[] {
  const { put, change } = prefixesOf(entry);
  const isOpener = OPENERS.includes(entry);
  return writes.map((action) => {
    const prefixes = action === 'PutItem' ? put : action === 'UpdateItem' ? change : [];
    if (prefixes.length === 0)
      throw new Error(`${entry} may ${action} no kind of ledger entry (shared/base/entries.ts)`);
    return new PolicyStatement({
      actions: [`dynamodb:${action}`],
      resources: [tableArn],
      conditions: {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': prefixes.map((prefix) => `${prefix}*`) },
        Null: { 'dynamodb:LeadingKeys': 'false', 'dynamodb:Attributes': 'false' },
        ...(!isOpener && { 'ForAllValues:StringNotEquals': { 'dynamodb:Attributes': [DECRYPTIONS_ATTRIBUTE] } }),
      },
    });
  });
}

export const dynamoStatement = (actions: readonly TableAction[], resources: string[]): PolicyStatement =>
  new PolicyStatement({ actions: actions.map((action) => `dynamodb:${action}`), resources });

const keyStatements = (row: FunctionRow, keys: CardKeys): PolicyStatement[] =>
  keyGrants(row, keys).map(([name, actions]) => useStatement(name, actions, keys.named(name).keyArn));

/** Not the managed AWSLambdaBasicExecutionRole, which allows writing to every log group of the account. */
const logStatement = (logs: LogGroup): PolicyStatement =>
  new PolicyStatement({
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    // CloudFormation's ARN of a log group ends in `:*`, which includes its streams.
    resources: [logs.logGroupArn],
  });

/**
 * Lambda attaches network interfaces with the function's role; the second statement denies the same to the function's
 * code. The third denies tables and keys from outside the network, except for calls that AWS services make. Source:
 * Lambda developer guide, "Giving Lambda functions access to resources in an Amazon VPC".
 */
const networkStatements = (vpcId: string): PolicyStatement[] => [
  new PolicyStatement({ actions: INTERFACES, resources: ['*'] }),
  new PolicyStatement({
    effect: Effect.DENY,
    actions: INTERFACES,
    resources: ['*'],
    conditions: { Null: { 'lambda:SourceFunctionArn': 'false' } },
  }),
  new PolicyStatement({
    effect: Effect.DENY,
    actions: ['dynamodb:*', 'kms:*'],
    resources: ['*'],
    conditions: { StringNotEquals: { 'aws:SourceVpc': vpcId }, BoolIfExists: { 'aws:ViaAWSService': 'false' } },
  }),
];

const INTERFACES = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
];
