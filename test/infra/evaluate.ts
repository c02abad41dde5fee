/**
 * Asks IAM's rules, not the text: would this principal be let through by these policies? The simulator ignores
 * `kms:EncryptionContext:<name>` keys, so they are spelled `aws:RequestTag/<name>` in policy and request alike, a key
 * of the same kind.
 */
import { runSimulation } from '@cloud-copilot/iam-simulate';
import { ACCOUNT, type SynthesizedPolicy } from './template.ts';

export interface Question {
  readonly principalArn: string;
  readonly identityPolicies: readonly SynthesizedPolicy[];
  readonly action: string;
  readonly resourceArn: string;
  readonly resourcePolicy?: SynthesizedPolicy;
  readonly encryptionContext?: Readonly<Record<string, string>>;
  readonly context?: Readonly<Record<string, string>>;
}

const renamed = (text: string): string => text.replaceAll('kms:EncryptionContext:', 'aws:RequestTag/');
const known = new WeakMap<SynthesizedPolicy, SynthesizedPolicy>();

function rewritten(document: SynthesizedPolicy): SynthesizedPolicy {
  const policy = known.get(document) ?? (JSON.parse(renamed(JSON.stringify(document))) as SynthesizedPolicy);
  known.set(document, policy);
  return policy;
}

export async function isAllowed(question: Question): Promise<boolean> {
  const encryptionContext = Object.entries(question.encryptionContext ?? {});
  const response = await runSimulation(
    {
      request: {
        principal: question.principalArn,
        action: question.action,
        resource: { resource: question.resourceArn, accountId: ACCOUNT },
        contextVariables: {
          'aws:PrincipalArn': question.principalArn,
          'aws:PrincipalAccount': ACCOUNT,
          'kms:CallerAccount': ACCOUNT,
          ...question.context,
          ...Object.fromEntries(encryptionContext.map(([name, value]) => [`aws:RequestTag/${name}`, value])),
          ...(encryptionContext.length > 0
            ? { 'kms:EncryptionContextKeys': encryptionContext.map(([name]) => name) }
            : {}),
        },
      },
      identityPolicies: question.identityPolicies.map((policy, index) => ({
        name: `policy-${index}`,
        policy: rewritten(policy),
      })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(question.resourcePolicy ? { resourcePolicy: rewritten(question.resourcePolicy) } : {}),
    },
    {},
  );
  if (response.resultType === 'error') throw new Error(`not simulated: ${JSON.stringify(response.errors)}`);
  return response.overallResult === 'Allowed';
}

/** What an account's administrator holds: everything, as far as IAM alone decides. */
export const ADMINISTRATOR: SynthesizedPolicy = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};
