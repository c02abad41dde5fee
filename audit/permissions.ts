/**
 * The permission matrix: principals, actions, resources and conditions, read from the synthesized CloudFormation
 * templates alone. It is complete, because a policy that it cannot read is an error. For reviews of access (PCI DSS
 * 4.0.1 7.2.1, 7.2.4, 7.2.5.1).
 */
import * as z from 'zod';
import { type NamedResource, type Properties, readResources, type Value } from './template.ts';

/**
 * The policy that a permission comes from: that of the principal (`identity`), or that of the resource. `trust` lists
 * the principals that may assume a role.
 */
type PolicySource =
  | 'identity'
  | 'trust'
  | 'key'
  | 'bucket'
  | 'table'
  | 'function'
  | 'queue'
  | 'topic'
  | 'logs'
  | 'api'
  | 'endpoint'
  | 'secret';

/**
 * `function`: the role of a Lambda function, named by its row in infra/routes.ts. `policy`: principals to which the
 * operator attaches that policy. `account`: principals of the account that IAM allows too. `other`: named by ARN.
 */
type PrincipalKind = 'function' | 'role' | 'policy' | 'account' | 'service' | 'anyone' | 'other';

export interface Condition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

export interface Permission {
  readonly principal: string;
  readonly principalKind: PrincipalKind;
  readonly effect: 'allow' | 'deny';
  /** In the form of IAM, `kms:Decrypt`; `all but …` for a NotAction. */
  readonly actions: readonly string[];
  /** `PanKey`, `Ledger/index/by_owner`, `Vault/Trail/Bucket/AWSLogs/*`; an ARN for a resource outside the templates. */
  readonly resource: string;
  readonly conditions: readonly Condition[];
  readonly source: PolicySource;
}

const oneOrMore = <T extends z.ZodType>(item: T) =>
  z.union([item, z.array(item)]).transform((given): z.output<T>[] => [given].flat() as z.output<T>[]);
const Texts = oneOrMore(z.string());
/** A condition's value may be a number or a boolean; IAM compares text. */
const Scalars = oneOrMore(z.union([z.string(), z.number(), z.boolean()]).transform(String));
const Principals = z.union([z.literal('*'), z.record(z.string(), Texts)]);

const Statement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: Principals.optional(),
  NotPrincipal: Principals.optional(),
  Action: Texts.optional(),
  NotAction: Texts.optional(),
  Resource: Texts.optional(),
  NotResource: Texts.optional(),
  Condition: z.record(z.string(), z.record(z.string(), Scalars)).default({}),
});
type Statement = z.infer<typeof Statement>;

const Document = z.object({ Statement: oneOrMore(Statement) });
const InlinePolicies = z.array(z.object({ PolicyDocument: z.unknown() })).default([]);

interface Who {
  readonly principal: string;
  readonly principalKind: PrincipalKind;
}

/** Resource policies: type of resource → where its policy is, and the resource it protects (itself unless given). */
const RESOURCE_POLICIES: Readonly<
  Record<string, { readonly source: PolicySource; readonly at: readonly string[]; readonly guards?: string }>
> = {
  'AWS::KMS::Key': { source: 'key', at: ['KeyPolicy'] },
  'AWS::DynamoDB::Table': { source: 'table', at: ['ResourcePolicy', 'PolicyDocument'] },
  'AWS::S3::BucketPolicy': { source: 'bucket', at: ['PolicyDocument'], guards: 'Bucket' },
  'AWS::SQS::QueuePolicy': { source: 'queue', at: ['PolicyDocument'], guards: 'Queues' },
  'AWS::SNS::TopicPolicy': { source: 'topic', at: ['PolicyDocument'], guards: 'Topics' },
  'AWS::SecretsManager::ResourcePolicy': { source: 'secret', at: ['ResourcePolicy'], guards: 'SecretId' },
  'AWS::Logs::ResourcePolicy': { source: 'logs', at: ['PolicyDocument'] },
  'AWS::ApiGateway::RestApi': { source: 'api', at: ['Policy'] },
  'AWS::EC2::VPCEndpoint': { source: 'endpoint', at: ['PolicyDocument'] },
};

/**
 * Every permission in the templates, in their order. Throws a ZodError where a policy violates IAM's grammar, and an
 * Error that names a resource with a policy in an unknown place.
 */
export function permissionMatrix(templates: readonly unknown[]): readonly Permission[] {
  const resources = readResources(templates);
  const roles = roleNames(resources);
  return resources.flatMap((resource) => {
    if (resource.type === 'AWS::IAM::Role') return rolePermissions(resource, roles);
    if (/^AWS::IAM::(Managed)?Policy$/.test(resource.type)) return attachedPermissions(resource, roles);
    if (resource.type === 'AWS::Lambda::Permission') return [invocation(resource)];
    const known = RESOURCE_POLICIES[resource.type];
    if (known === undefined && holdsPolicy(resource.properties)) {
      throw new Error(`${resource.name}: a ${resource.type} carries a policy that audit/permissions.ts cannot read`);
    }
    return known === undefined ? [] : resourcePermissions(resource, known, roles);
  });
}

/** A role's name → its principal: the function that runs as it, or the role itself. */
function roleNames(resources: readonly NamedResource[]): ReadonlyMap<string, Who> {
  const roles = resources.filter(({ type }) => type === 'AWS::IAM::Role');
  const functions = resources.filter(({ type }) => type === 'AWS::Lambda::Function');
  return new Map([
    ...roles.map(({ name }): [string, Who] => [name, { principal: name, principalKind: 'role' }]),
    ...functions.map(({ name, properties: { Role, Description } }): [string, Who] => [
      String(Role),
      { principal: /^Fuda (\S+)$/.exec(String(Description))?.[1] ?? name, principalKind: 'function' },
    ]),
  ]);
}

function rolePermissions({ name, properties }: NamedResource, roles: ReadonlyMap<string, Who>): Permission[] {
  const who = roles.get(name) ?? { principal: name, principalKind: 'role' };
  const managed = Texts.default([]).parse(properties.ManagedPolicyArns);
  return [
    ...statementsOf(properties.AssumeRolePolicyDocument).flatMap((statement) =>
      whoIn(statement, roles).map((principal) => permission(principal, statement, name, 'trust')),
    ),
    ...InlinePolicies.parse(properties.Policies).flatMap(({ PolicyDocument }) => grants(who, PolicyDocument)),
    // The templates' own policies are read where they are defined; those of AWS are named only, because their text is
    // not in a template.
    ...managed
      .filter((arn) => arn.startsWith('arn:'))
      .map(
        (arn): Permission => ({
          ...who,
          effect: 'allow',
          actions: [`all in ${arn}`],
          resource: '*',
          conditions: [],
          source: 'identity',
        }),
      ),
  ];
}

function attachedPermissions({ name, properties }: NamedResource, roles: ReadonlyMap<string, Who>): Permission[] {
  const attached = Texts.default([]).parse(properties.Roles);
  const holders = attached.map((role): Who => roles.get(role) ?? { principal: role, principalKind: 'role' });
  const whoever: Who = { principal: name.split('/').at(-1) ?? name, principalKind: 'policy' };
  return (holders.length > 0 ? holders : [whoever]).flatMap((who) => grants(who, properties.PolicyDocument));
}

const grants = (who: Who, document: unknown): Permission[] =>
  statementsOf(document).flatMap((statement) =>
    resourcesOf(statement).map((resource) => permission(who, statement, resource, 'identity')),
  );

function invocation({ properties }: NamedResource): Permission {
  const { Action, FunctionName, Principal, SourceArn, SourceAccount } = properties;
  const condition = (key: string, value: Value | undefined, operator: string): Condition[] =>
    value === undefined ? [] : [{ operator, key, values: [String(value)] }];
  return {
    principal: String(Principal),
    principalKind: 'service',
    effect: 'allow',
    actions: [String(Action)],
    resource: String(FunctionName),
    conditions: [
      ...condition('aws:SourceArn', SourceArn, 'ArnLike'),
      ...condition('aws:SourceAccount', SourceAccount, 'StringEquals'),
    ],
    source: 'function',
  };
}

function resourcePermissions(
  { name, properties }: NamedResource,
  { source, at, guards }: (typeof RESOURCE_POLICIES)[string],
  roles: ReadonlyMap<string, Who>,
): Permission[] {
  const document = at.reduce<Value | undefined>((found, key) => (found as Properties | undefined)?.[key], properties);
  if (document === undefined) return [];
  const guarded = guards === undefined ? [name] : Texts.parse(properties[guards]);
  // In a resource's own policy `*` is that resource; in an endpoint's policy it is everything behind the endpoint.
  const meant = (resource: string) => (resource === '*' && source !== 'endpoint' ? guarded : [resource]);
  return statementsOf(document).flatMap((statement) =>
    whoIn(statement, roles).flatMap((who) =>
      resourcesOf(statement)
        .flatMap(meant)
        .map((resource) => permission(who, statement, resource, source)),
    ),
  );
}

/** CloudWatch Logs takes its policy as text. */
const statementsOf = (document: unknown): readonly Statement[] =>
  Document.parse(typeof document === 'string' ? JSON.parse(document) : document).Statement;

const isRole = ({ principalKind }: Who): boolean => principalKind === 'function' || principalKind === 'role';

const resourcesOf = ({ Resource, NotResource }: Statement): readonly string[] =>
  Resource ?? [`all but ${(NotResource ?? []).join(', ')}`];

function permission(
  who: Who,
  { Effect, Action, NotAction, Condition }: Statement,
  resource: string,
  source: PolicySource,
): Permission {
  return {
    ...who,
    effect: Effect === 'Allow' ? 'allow' : 'deny',
    actions: Action ?? [`all but ${(NotAction ?? []).join(', ')}`],
    resource,
    conditions: Object.entries(Condition).flatMap(([operator, keys]) =>
      Object.entries(keys)
        // The principal already names the caller.
        .filter(([key]) => !(source !== 'identity' && isRole(who) && CALLER[operator] === key))
        .map(([key, values]) => ({ operator, key, values })),
    ),
    source,
  };
}

/** To IAM `arn:aws:iam::…:root` means “this account, as far as its own policies allow”. */
const ACCOUNT = /^(?:arn:aws:iam::<accountId>:root|<accountId>)$/;
const CALLER: Readonly<Record<string, string>> = { ArnEquals: 'aws:PrincipalArn', StringEquals: 'aws:PrincipalArn' };

function whoIn(statement: Statement, roles: ReadonlyMap<string, Who>): Who[] {
  const { Principal, NotPrincipal } = statement;
  if (NotPrincipal !== undefined) {
    return [{ principal: `all but ${JSON.stringify(NotPrincipal)}`, principalKind: 'anyone' }];
  }
  if (Principal === undefined || Principal === '*') return [{ principal: 'anyone', principalKind: 'anyone' }];
  return Object.entries(Principal).flatMap(([kind, names]) =>
    names.flatMap((name): readonly Who[] => {
      if (name === '*') return [{ principal: 'anyone', principalKind: 'anyone' }];
      if (kind === 'Service') return [{ principal: name, principalKind: 'service' }];
      if (kind === 'AWS' && ACCOUNT.test(name)) {
        return namedCallers(statement, roles) ?? [{ principal: 'the account', principalKind: 'account' }];
      }
      return [roles.get(name) ?? { principal: name, principalKind: 'other' }];
    }),
  );
}

/** The only roles that a statement for the account allows; undefined where it allows others too. */
function namedCallers({ Condition }: Statement, roles: ReadonlyMap<string, Who>): readonly Who[] | undefined {
  const narrowing = Object.entries(CALLER).find(([operator, key]) => Condition[operator]?.[key] !== undefined);
  if (narrowing === undefined) return undefined;
  const [operator, key] = narrowing;
  const callers = (Condition[operator]?.[key] ?? []).map((arn) => roles.get(arn));
  return callers.every((caller) => caller !== undefined) ? callers : undefined;
}

/** Whether the value contains something like a policy statement. */
function holdsPolicy(value: Value | undefined): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(holdsPolicy);
  const { Effect, Action, NotAction } = value as Properties;
  if (Effect !== undefined && (Action ?? NotAction) !== undefined) return true;
  return Object.values(value).some(holdsPolicy);
}
