/** Roles with all their policies, functions with their bundle and environment, and schedules. */
import { z } from 'zod';
import { PolicyDocument } from './policy.ts';
import type { TemplateSource } from './source.ts';

const InlinePolicy = z.object({ PolicyName: z.string(), PolicyDocument });

const RoleProperties = z.object({
  AssumeRolePolicyDocument: PolicyDocument,
  ManagedPolicyArns: z.array(z.string()).default([]),
  Policies: z.array(InlinePolicy).default([]),
  PermissionsBoundary: z.string().optional(),
});

const AttachedPolicy = z.object({ PolicyDocument, Roles: z.array(z.string()).default([]) });

export interface NamedPolicy {
  readonly name: string;
  readonly document: PolicyDocument;
}

export interface RoleDefinition {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly policies: readonly NamedPolicy[];
  readonly boundary: NamedPolicy | undefined;
}

/** Managed policies of AWS that concern only services the local runtime does not have (logs, networking, tracing). */
const HARMLESS_AWS_POLICIES = [
  'service-role/AWSLambdaBasicExecutionRole',
  'service-role/AWSLambdaVPCAccessExecutionRole',
  'service-role/AmazonAPIGatewayPushToCloudWatchLogs',
  'AWSXRayDaemonWriteAccess',
  'CloudWatchLambdaInsightsExecutionRolePolicy',
];

export function readManagedPolicies(source: TemplateSource): Map<string, NamedPolicy> {
  const policies = source.ofType('AWS::IAM::ManagedPolicy').map(({ logicalId, properties }) => ({
    name: source.arn(logicalId),
    document: AttachedPolicy.parse(properties).PolicyDocument,
  }));
  return new Map(policies.map((policy) => [policy.name, policy]));
}

export function readRoles(source: TemplateSource): RoleDefinition[] {
  const managed = readManagedPolicies(source);
  const attached = source.ofType('AWS::IAM::ManagedPolicy', 'AWS::IAM::Policy').map(({ logicalId, properties }) => ({
    name: logicalId,
    ...AttachedPolicy.parse(properties),
  }));
  return source.ofType('AWS::IAM::Role').map(({ logicalId, properties }) => {
    const { Policies, ManagedPolicyArns, PermissionsBoundary } = RoleProperties.parse(properties);
    const name = source.physicalId(logicalId);
    const inline = Policies.map((policy) => ({ name: policy.PolicyName, document: policy.PolicyDocument }));
    const byRole = attached
      .filter((policy) => policy.Roles.includes(name))
      .map((policy) => ({ name: policy.name, document: policy.PolicyDocument }));
    const byArn = ManagedPolicyArns.flatMap((arn) => managedPolicy(arn, managed, logicalId));
    const [boundary] = PermissionsBoundary === undefined ? [] : managedPolicy(PermissionsBoundary, managed, logicalId);
    return { logicalId, name, arn: source.arn(logicalId), policies: [...inline, ...byRole, ...byArn], boundary };
  });
}

function managedPolicy(arn: string, own: ReadonlyMap<string, NamedPolicy>, role: string): NamedPolicy[] {
  const policy = own.get(arn);
  if (policy) return [policy];
  if (HARMLESS_AWS_POLICIES.some((name) => arn === `arn:aws:iam::aws:policy/${name}`)) return [];
  throw new Error(`${role}: the text of managed policy ${arn} is not in the template`);
}

const FunctionProperties = z.object({
  Code: z.object({ S3Key: z.string() }),
  Handler: z.string(),
  Runtime: z.string(),
  Role: z.string(),
  Timeout: z.number().default(3),
  MemorySize: z.number().default(128),
  Description: z.string().default(''),
  Environment: z.object({ Variables: z.record(z.string(), z.string()).default({}) }).default({ Variables: {} }),
});

export interface FunctionDefinition {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  /** Its name in infra/routes.ts and in its description: `cde/create-token`. */
  readonly entry: string;
  readonly bundleDirectory: string;
  /** File and export, as in `index.handler`. */
  readonly handler: string;
  readonly runtime: string;
  readonly roleArn: string;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
}

/** The functions with our bundles: their code is an asset and their runtime is Node. */
export function readFunctions(source: TemplateSource): FunctionDefinition[] {
  return source.ofType('AWS::Lambda::Function').flatMap(({ logicalId, properties }) => {
    const parsed = FunctionProperties.safeParse(properties);
    const bundleDirectory = parsed.success ? source.assembly.assets.get(parsed.data.Code.S3Key) : undefined;
    // Inline code and other languages belong to the CDK's custom resources, which run only in a deployment.
    if (!parsed.success || bundleDirectory === undefined || !parsed.data.Runtime.startsWith('nodejs')) return [];
    const { Handler, Runtime, Role, Timeout, MemorySize, Description, Environment } = parsed.data;
    return {
      logicalId,
      name: source.physicalId(logicalId),
      arn: source.arn(logicalId),
      entry: /^Fuda (\S+)$/.exec(Description)?.[1] ?? logicalId,
      bundleDirectory,
      handler: Handler,
      runtime: Runtime,
      roleArn: Role,
      timeoutMs: Timeout * 1000,
      memoryMb: MemorySize,
      environment: Environment.Variables,
    };
  });
}

const ScheduleProperties = z.object({
  ScheduleExpression: z.string(),
  State: z.string().default('ENABLED'),
  Target: z.object({ Arn: z.string(), RoleArn: z.string().optional(), Input: z.string().optional() }),
});

const RuleProperties = z.object({
  ScheduleExpression: z.string().optional(),
  State: z.string().default('ENABLED'),
  Targets: z.array(ScheduleProperties.shape.Target).default([]),
});

export interface ScheduleDefinition {
  readonly logicalId: string;
  readonly everyMs: number;
  readonly functionArn: string;
  readonly input: string | undefined;
  /**
   * The role that EventBridge Scheduler assumes to invoke; EventBridge rules use a permission on the function instead.
   */
  readonly roleArn: string | undefined;
}

export function readSchedules(source: TemplateSource): ScheduleDefinition[] {
  const scheduler = source.ofType('AWS::Scheduler::Schedule').map(({ logicalId, properties }) => {
    const { Target, ...rest } = ScheduleProperties.parse(properties);
    return { logicalId, ...rest, Targets: [Target] };
  });
  const rules = source.ofType('AWS::Events::Rule').map(({ logicalId, properties }) => ({
    logicalId,
    ...RuleProperties.parse(properties),
  }));
  return [...scheduler, ...rules].flatMap(({ logicalId, ScheduleExpression, State, Targets }) => {
    if (ScheduleExpression === undefined || State !== 'ENABLED') return [];
    const everyMs = rateMs(ScheduleExpression, logicalId);
    return Targets.filter(({ Arn }) => Arn.includes(':function:')).map(({ Arn, RoleArn, Input }) => ({
      logicalId,
      everyMs,
      functionArn: Arn,
      input: Input,
      roleArn: RoleArn,
    }));
  });
}

const UNITS_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/** `rate(5 minutes)` in milliseconds. Source: EventBridge Scheduler user guide, rate-based schedules. */
export function rateMs(expression: string, where: string): number {
  const match = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression);
  const unit = match?.[2];
  if (unit !== 'minute' && unit !== 'hour' && unit !== 'day') {
    throw new Error(`${where}: only rate(…) schedules run locally, not ${expression}`);
  }
  return Number(match?.[1]) * UNITS_MS[unit];
}
