/** The policy statements of a resource, and what they allow on the vault's keys. */
import type { KeyName } from '../../shared/base/tables.ts';
import { keyName, list, object, type Resource, texts } from './rule.ts';

export const IDENTITY_TYPES = ['AWS::IAM::Role', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::Policy'];
export const POLICY_TYPES = [...IDENTITY_TYPES, 'AWS::KMS::Key'];

export interface Allowance {
  readonly actions: readonly string[];
  readonly resources: readonly unknown[];
  readonly conditions: Readonly<Record<string, unknown>>;
}

/** Every Allow in the policies of roles, people and keys. Trust policies are not read. */
export function allowances({ properties }: Resource): readonly Allowance[] {
  const inline = list(properties.Policies).map((policy) => object(policy).PolicyDocument);
  const documents = [properties.PolicyDocument, properties.KeyPolicy, ...inline];
  return documents
    .flatMap((document) => list(object(document).Statement).map(object))
    .filter(({ Effect }) => Effect === 'Allow')
    .map(({ Action, NotAction, Resource, NotResource, Condition }) => ({
      // NotAction and NotResource allow everything they do not list.
      actions: NotAction === undefined ? texts(Action) : ['*'],
      resources: NotResource === undefined ? list(Resource) : ['*'],
      conditions: object(Condition),
    }));
}

const OPENS = /^(?:\*|kms:(?:\*|.*\*|Encrypt|Decrypt|ReEncrypt\w+|GenerateDataKey\w*|GenerateMac|VerifyMac))$/i;

/** Allows encrypting, decrypting or signing, not only managing the key. */
export const usesKeys = ({ actions }: Allowance): boolean => actions.some((action) => OPENS.test(action));

/** `arn:aws:kms:*:*:key/*`. */
const isAnyKey = (target: string): boolean =>
  target.includes(':kms:') && target.lastIndexOf('*') > target.indexOf(':kms:');

/** The vault's keys it covers; `any` for a wildcard. */
export function keysIn(resource: Resource, { resources }: Allowance): readonly (KeyName | 'any')[] {
  if (resource.type === 'AWS::KMS::Key') return [keyName(resource.path) ?? []].flat();
  return resources.flatMap((target) => {
    const isOpen = typeof target === 'string' && (target === '*' || isAnyKey(target));
    return isOpen ? ['any' as const] : (keyName(resource.refersTo(target)) ?? []);
  });
}

/** Paths of the roles it applies to: those the policy is attached to, or those a key's policy names. */
export function rolesOf(resource: Resource, { conditions }: Allowance): readonly string[] {
  if (resource.type === 'AWS::IAM::Role') return [resource.path];
  const named =
    resource.type === 'AWS::KMS::Key'
      ? list(object(conditions.ArnEquals)['aws:PrincipalArn'])
      : list(resource.properties.Roles);
  return named.map((role) => resource.refersTo(role) ?? '');
}
