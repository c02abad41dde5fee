/**
 * Compares the AWS calls of the tests with the permissions of the template, both ways: the template must allow each
 * call of domain code to the roles that run it, and a test must have used each right of a function or the operator (PCI
 * DSS 4.0.1 7.2.5). Calls of deployed bundles were decided as they were made.
 */
import type { Permission } from '../../audit/permissions.ts';
import { Authorizer } from '../../local/iam/authorizer.ts';
import type { NamedPolicy } from '../../local/template/compute.ts';
import type { PolicyDocument } from '../../local/template/policy.ts';
import type { Stack } from '../../local/template/stack.ts';
import type { KeyName } from '../../shared/base/tables.ts';
import type { PermissionUse } from './permission-uses.ts';

export interface Verdicts {
  /** AWS calls in all. */
  readonly calls: number;
  /** Kinds of calls that the policies allow, by role, action and resource. */
  readonly kinds: number;
  /** Calls that were refused, as their tests wanted. */
  readonly refused: number;
  /** Calls that lack a permission, as sentences. */
  readonly missing: readonly string[];
  readonly granted: number;
  /** `cde/create-charge kms:Decrypt PanKey`, for each right that no test used. */
  readonly unused: readonly string[];
}

/** What is known of the template that decides. */
export interface Deployed {
  readonly stack: Stack;
  readonly matrix: readonly Permission[];
  /** Verb → those who run it. */
  readonly holders: ReadonlyMap<string, ReadonlySet<string>>;
}

export async function judge(uses: readonly PermissionUse[], deployed: Deployed): Promise<Verdicts> {
  const isAllowed = simulator(deployed.stack);
  const used = new Set<string>();
  const missing = new Set<string>();
  // What a test asks by itself is the test's, not the vault's.
  for (const use of uses.filter(({ who, resource }) => who !== '' && resource !== LATER)) {
    const right = `${use.action} ${use.resource}`;
    if (use.by === 'function') {
      if (use.isAllowed) used.add(`${use.who} ${right}`);
      continue;
    }
    const runners = runnersOf(use, deployed);
    const able: string[] = [];
    for (const who of runners.who) if (await isAllowed(who, use)) able.push(who);
    for (const who of able) used.add(`${who} ${right}`);
    const unable = runners.who.filter((who) => !able.includes(who));
    if (runners.each || able.length === 0) {
      for (const who of unable) missing.add(`${who} may not ${right}, which ${use.who} does`);
    }
  }
  const rights = grantedRights(deployed.matrix);
  const total = (some: readonly PermissionUse[]) => some.reduce((sum, { calls }) => sum + calls, 0);
  return {
    calls: total(uses),
    kinds: used.size,
    refused: total(uses.filter((use) => !use.isAllowed)),
    missing: [...missing].sort(),
    granted: rights.length,
    unused: rights.filter((right) => !isUsed(right, used)),
  };
}

/**
 * The roles that run the outermost verb on the stack: each must be allowed. Where the stack was lost on the way (a
 * promise with its own `catch`), it begins below the verb, and one allowed role is enough.
 */
function runnersOf(
  { who }: PermissionUse,
  { holders, stack }: Deployed,
): { readonly who: readonly string[]; readonly each: boolean } {
  const deployed = new Set([...stack.functions.map(({ entry }) => entry), OPERATOR]);
  const verb = who.split(' > ').find((name) => holders.has(name));
  const runners = [...(holders.get(verb ?? '') ?? [])];
  if (runners.length === 0) return { who: [...deployed], each: false };
  // What is deployed only while it is needed has no role in this template.
  return { who: runners.filter((runner) => deployed.has(runner)), each: true };
}

const OPERATOR = 'OperatorPolicy';
/** In the template only while cards are moved away from it (infra/constructs/keys.ts). */
const LATER: KeyName = 'FormerPanKey';

/** Would the template let this function, or the operator, make this call? */
function simulator(stack: Stack): (who: string, use: PermissionUse) => Promise<boolean> {
  const authorizer = new Authorizer(stack.account.accountId);
  return async (who, { action, resource, context }) => {
    const [name = '', ...below] = resource.split('/');
    const target = targetOf(stack, name);
    if (target === undefined) throw new Error(`a test used ${resource}, but the template has no such table or key`);
    const { arn, policies } = principalOf(stack, who);
    const request = {
      principal: { arn, identityArn: arn, policies, boundary: undefined },
      action,
      resourceArn: [target.arn, ...below].join('/'),
      resourcePolicy: target.policy,
      context: { ...context, 'kms:CallerAccount': stack.account.accountId },
    };
    return authorizer.authorize(request).then(
      () => true,
      () => false,
    );
  };
}

function targetOf(
  { tables, keys, outputs }: Stack,
  name: string,
): { arn: string; policy: PolicyDocument | undefined } | undefined {
  return (
    tables.find((table) => table.name === outputs[`${name}TableName`]) ??
    keys.find(({ arn }) => arn === outputs[`${name}Arn`])
  );
}

function principalOf(stack: Stack, who: string): { arn: string; policies: readonly NamedPolicy[] } {
  const definition = stack.functions.find(({ entry }) => entry === who);
  const role = stack.roles.find(({ arn }) => arn === definition?.roleArn);
  if (role !== undefined) return role;
  const policy = stack.managedPolicies.get(stack.outputs.OperatorPolicyArn ?? '');
  if (who !== OPERATOR || policy === undefined) throw new Error(`the template has no ${who}`);
  return { arn: `arn:aws:iam::${stack.account.accountId}:user/operator`, policies: [policy] };
}

/** The logs are written by Lambda itself, and a key is used by S3 itself, each in the function's name and out of its sight. */
const isOwnUse = ({ actions, conditions }: Permission): boolean =>
  !actions.some((action) => action.startsWith('logs:')) && !conditions.some(({ key }) => key === 'kms:ViaService');

/** What functions and the operator hold. */
const grantedRights = (matrix: readonly Permission[]): string[] =>
  matrix
    .filter(
      ({ source, principalKind, principal }) =>
        source === 'identity' && (principalKind === 'function' || principal === OPERATOR),
    )
    .filter(isOwnUse)
    .flatMap(({ principal, actions, resource }) => actions.map((action) => `${principal} ${action} ${resource}`));

/** A right on a pattern is used by a call on anything it covers. */
const isUsed = (right: string, used: ReadonlySet<string>): boolean =>
  right.endsWith('*') ? [...used].some((use) => use.startsWith(right.slice(0, -1))) : used.has(right);
