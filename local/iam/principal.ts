/**
 * Principals: a role of the template that its function assumed, or a person on this machine. Each has the policies that
 * decide its calls and the `userIdentity` of its CloudTrail records.
 */
import { createHash } from 'node:crypto';
import { base32, type RandomBytes } from '../../shared/base/ids.ts';
import type { FunctionDefinition, NamedPolicy, RoleDefinition } from '../template/compute.ts';
import type { Account } from '../template/resolve.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Present on the temporary credentials of a role. */
  readonly sessionToken?: string;
}

export interface Principal {
  /** The signing session or user. */
  readonly arn: string;
  /** The session's role, or the user: `aws:PrincipalArn` in conditions. */
  readonly identityArn: string;
  readonly credentials: Credentials;
  readonly policies: readonly NamedPolicy[];
  readonly boundary: NamedPolicy | undefined;
  readonly userIdentity: Readonly<Record<string, unknown>>;
}

/** IAM's unique id of a role or user; stable and not secret. */
const uniqueId = (prefix: 'AROA' | 'AIDA', arn: string): string =>
  prefix + base32(createHash('sha256').update(arn).digest(), 17).toUpperCase();

function newCredentials(random: RandomBytes, temporary: boolean): Credentials {
  const keys = {
    accessKeyId: (temporary ? 'ASIA' : 'AKIA') + base32(random(10), 16).toUpperCase(),
    secretAccessKey: Buffer.from(random(30)).toString('base64'),
  };
  return temporary ? { ...keys, sessionToken: Buffer.from(random(48)).toString('base64') } : keys;
}

interface NewSession {
  readonly account: Account;
  readonly random: RandomBytes;
  /** In the form of times in CloudTrail. */
  readonly created: string;
}

/** A function's session: its role, with the function's name as session name, as Lambda assumes it. */
export function functionPrincipal(
  definition: FunctionDefinition,
  role: RoleDefinition,
  { account, random, created }: NewSession,
): Principal {
  const credentials = newCredentials(random, true);
  const { accountId } = account;
  const arn = `arn:aws:sts::${accountId}:assumed-role/${role.name}/${definition.name}`;
  const roleId = uniqueId('AROA', role.arn);
  return {
    arn,
    identityArn: role.arn,
    credentials,
    policies: role.policies,
    boundary: role.boundary,
    userIdentity: {
      type: 'AssumedRole',
      principalId: `${roleId}:${definition.name}`,
      arn,
      accountId,
      accessKeyId: credentials.accessKeyId,
      sessionContext: {
        sessionIssuer: { type: 'Role', principalId: roleId, arn: role.arn, accountId, userName: role.name },
        attributes: { creationDate: created, mfaAuthenticated: 'false' },
      },
      inScopeOf: { issuerType: 'AWS::Lambda::Function', credentialsIssuedTo: definition.arn },
    },
  };
}

/** A person on this machine, with one policy of the template: the operator of the commands in cli/, or an auditor. */
export function personPrincipal(name: string, policy: NamedPolicy, account: Account, random: RandomBytes): Principal {
  const credentials = newCredentials(random, false);
  const { accountId } = account;
  const arn = `arn:aws:iam::${accountId}:user/${name}`;
  return {
    arn,
    identityArn: arn,
    credentials,
    policies: [policy],
    boundary: undefined,
    userIdentity: {
      type: 'IAMUser',
      principalId: uniqueId('AIDA', arn),
      arn,
      accountId,
      accessKeyId: credentials.accessKeyId,
      userName: name,
    },
  };
}
