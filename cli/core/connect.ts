/**
 * Connects a command to the local runtime, described by `.fuda/local.json`, or to a deployment, described by the
 * outputs of its CloudFormation stack. A deployment must be named, so that none is reached by accident.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import {
  CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { scopesOfIam } from '../../audit/trail/coverage.ts';
import type { VaultStatement } from '../../audit/trail/events.ts';
import { systemClock } from '../../shared/base/clock.ts';
import type { Deps } from '../../shared/base/deps.ts';
import { openerRoles, roleOutput } from '../../shared/base/entries.ts';
import { KEYS, type KeyName, TABLES, type TableName } from '../../shared/base/tables.ts';
import { UsageError } from './command.ts';
import type { AuditorClients, Connection } from './connection.ts';
import { type StackResource, statementOf } from './statement.ts';
import { assemblyTemplates } from './templates.ts';

export interface Target {
  readonly local: string | undefined;
  readonly stack: string | undefined;
  readonly region: string | undefined;
}

const LOCAL_FILE = '.fuda/local.json';
/** For every AWS call: at most three tries of ten seconds. */
const LIMITS = {
  maxAttempts: 3,
  // Without `throwOnRequestTimeout` the SDK only prints a warning at the time limit and goes on waiting.
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
} as const;

/** A page of cards may take the function's whole minute, and a retry would decrypt twice. */
const EXPORT_LIMITS = {
  maxAttempts: 1,
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 65_000, throwOnRequestTimeout: true },
} as const;

const credentialsSchema = z.object({ access_key_id: z.string().min(1), secret_access_key: z.string().min(1) });

const localSchema = z.object({
  trail_dir: z.string().min(1),
  assembly_dir: z.string().optional(),
  aws_endpoint_url: z.url({ protocol: /^https?$/, hostname: /^(127\.0\.0\.1|localhost|\[::1\])$/ }),
  region: z.string().min(1),
  operator: credentialsSchema,
  auditor: credentialsSchema.optional(),
  exporter: credentialsSchema.extend({ function_name: z.string().min(1) }).optional(),
  api_url: z.url({ protocol: /^https?$/, hostname: /^(127\.0\.0\.1|localhost|\[::1\])$/ }).optional(),
  tables: z.record(z.string(), z.string()),
  keys: z.record(z.string(), z.string()),
  older_pan_keys: z.array(z.string()).optional(),
  /** The stack's roles, by name. */
  roles: z.array(z.string()).optional(),
  /** Function that opens cards → the name of its role. */
  opener_roles: z.record(z.string(), z.string()).optional(),
  /** The users that may change merchants. */
  operators: z.array(z.string()).optional(),
});

export async function connect(target: Target): Promise<Connection> {
  if (target.local !== undefined && target.stack !== undefined) {
    throw new UsageError('--local and --stack name two places; give one.');
  }
  if (target.stack !== undefined) return connectStack(target.stack, target.region);
  return connectLocal(target.local);
}

function connectLocal(file: string | undefined): Connection {
  const path = resolve(file ?? LOCAL_FILE);
  if (!existsSync(path)) {
    throw new UsageError(
      file === undefined
        ? `There is no ${LOCAL_FILE} in this folder. Start the local runtime here with npm start, or name a deployment with --stack <name>.`
        : '--local names a file that does not exist.',
    );
  }
  const local = readLocalFile(path);
  const configOf = ({ access_key_id, secret_access_key }: z.infer<typeof credentialsSchema>) => ({
    ...LIMITS,
    region: local.region,
    endpoint: local.aws_endpoint_url,
    credentials: { accessKeyId: access_key_id, secretAccessKey: secret_access_key },
  });
  const config = configOf(local.operator);
  return {
    deps: depsOf(new DynamoDBClient(config), new KMSClient(config), local),
    resources: {
      tableNames: local.tables,
      keyArns: local.keys,
      olderPanKeyArns: local.older_pan_keys,
      openerRoles: local.opener_roles,
    },
    label: `the local runtime (${path})`,
    trail: { kind: 'folder', folder: resolve(dirname(path), local.trail_dir) },
    auditor: auditorOf(configOf(local.auditor ?? local.operator)),
    // The local runtime has no second factor and no VPC, so neither is stated.
    stated: async () => ({ roleNames: local.roles, operatorNames: local.operators, region: local.region }),
    templates: async () =>
      local.assembly_dir === undefined ? [] : assemblyTemplates(resolve(dirname(path), local.assembly_dir)),
    exporter: local.exporter && {
      lambda: new LambdaClient({ ...configOf(local.exporter), ...EXPORT_LIMITS }),
      functionName: local.exporter.function_name,
    },
    apiUrl: local.api_url,
  };
}

function readLocalFile(path: string): z.infer<typeof localSchema> {
  const refusal = new UsageError(`${path} is not what the local runtime writes. Start it again with npm start.`);
  try {
    const parsed = localSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    if (parsed.success) return parsed.data;
  } catch {
    // Unreadable or not JSON: the same advice applies. Without the cause, which could quote the file's secrets.
  }
  throw refusal;
}

async function connectStack(stack: string, region: string | undefined): Promise<Connection> {
  const config = { ...LIMITS, ...(region && { region }) };
  const client = new CloudFormationClient(config);
  const response = await client.send(new DescribeStacksCommand({ StackName: stack }));
  const outputs = new Map(
    (response.Stacks?.[0]?.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]),
  );
  const named = <T extends string>(names: readonly T[], suffix: string): Partial<Record<T, string>> => {
    const found: Partial<Record<T, string>> = {};
    for (const name of names) {
      const value = outputs.get(name + suffix);
      if (value !== undefined) found[name] = value;
    }
    return found;
  };
  const tables = named(Object.keys(TABLES) as TableName[], 'TableName');
  const keys = named([...Object.keys(KEYS), 'FormerPanKey'] as KeyName[], 'Arn');
  const olderPanKeyArns: string[] = [];
  for (let past = 1; outputs.has(`PanKey${past}Arn`); past += 1)
    olderPanKeyArns.push(outputs.get(`PanKey${past}Arn`) ?? '');
  const functionName = outputs.get('CardExportFunctionName');
  if (tables.Merchants === undefined || tables.Ledger === undefined) {
    throw new UsageError('--stack names a stack without a vault’s outputs (MerchantsTableName, LedgerTableName).');
  }
  return {
    deps: depsOf(new DynamoDBClient(config), new KMSClient(config), { tables, keys }),
    resources: {
      tableNames: tables,
      keyArns: keys,
      olderPanKeyArns,
      openerRoles: openerRoles((opener) => outputs.get(roleOutput(opener))),
    },
    label: `the stack ${stack}`,
    trail: { kind: 'bucket', bucket: outputs.get('TrailBucketName') ?? '' },
    auditor: auditorOf(config),
    stated: async () => ({ ...(await stackStatement(client, stack, outputs)), covers: scopesOfIam({ keyArns: keys }) }),
    templates: () => stackTemplate(client, stack),
    exporter:
      functionName === undefined
        ? undefined
        : { lambda: new LambdaClient({ ...config, ...EXPORT_LIMITS }), functionName },
    apiUrl: outputs.get('ApiUrl'),
  };
}

async function stackStatement(
  client: CloudFormationClient,
  stack: string,
  outputs: ReadonlyMap<string | undefined, string | undefined>,
): Promise<VaultStatement> {
  const resources: StackResource[] = [];
  for await (const page of paginateListStackResources({ client }, { StackName: stack })) {
    resources.push(...(page.StackResourceSummaries ?? []));
  }
  const region = await client.config.region();
  return { ...statementOf(resources, outputs), trailHome: region, region };
}

/** The deployed template; the CDK deploys JSON. */
async function stackTemplate(client: CloudFormationClient, stack: string): Promise<readonly unknown[]> {
  const { TemplateBody = '' } = await client.send(new GetTemplateCommand({ StackName: stack }));
  return TemplateBody.startsWith('{') ? [JSON.parse(TemplateBody)] : [];
}

const auditorOf = (config: object): AuditorClients => ({
  // The bucket may be in another Region than the stack.
  s3: new S3Client({ ...config, followRegionRedirects: true }),
  cloudTrail: (region) => new CloudTrailClient({ ...config, region }),
});

function depsOf(
  dynamodb: DynamoDBClient,
  kms: KMSClient,
  names: { readonly tables: Readonly<Record<string, string>>; readonly keys: Readonly<Record<string, string>> },
): Deps {
  const physical = (group: Readonly<Record<string, string>>, name: string): string => {
    const value = group[name];
    if (value === undefined) throw new Error(`the connected vault names no ${name}`);
    return value;
  };
  return {
    clock: systemClock,
    random: (byteLength) => randomBytes(byteLength),
    dynamodb,
    kms,
    table: (name) => physical(names.tables, name),
    key: (name) => physical(names.keys, name),
  };
}
