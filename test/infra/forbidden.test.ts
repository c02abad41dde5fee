/** Every call that must be refused is refused, by IAM's rules on the policies of the template (V1, V2, V5). */
import { describe, expect, test } from '@jest/globals';
import { KEYS, type KeyName, TABLES, type TableName } from '../../shared/base/tables.ts';
import { ADMINISTRATOR, isAllowed } from './evaluate.ts';
import { contextOf, DECRYPTERS, FORBIDDEN, type Forbidden, type Who } from './forbidden.ts';
import {
  ACCOUNT,
  arnOf,
  at,
  key,
  keyPolicy,
  policyOf,
  ROWS,
  roleOf,
  type SynthesizedPolicy,
  table,
} from './template.ts';

const STRANGERS = '999999999999';
const BUCKET = 'FudaAudit/Store/Bucket';

interface Caller {
  readonly name: string;
  readonly arn: string;
  readonly policies: readonly SynthesizedPolicy[];
  readonly account: string;
}

const ofFunction = (entry: string): Caller => ({
  name: entry,
  arn: arnOf(roleOf(entry)),
  policies: [policyOf(entry)],
  account: ACCOUNT,
});
const person = (name: string, path: string): Caller => ({
  name,
  arn: `arn:aws:iam::${ACCOUNT}:user/${name}`,
  policies: [at(path).properties.PolicyDocument as SynthesizedPolicy],
  account: ACCOUNT,
});
const all = (account: string, name: string, resource: string): Caller => ({
  name,
  arn: `arn:aws:iam::${account}:${resource}`,
  policies: [ADMINISTRATOR],
  account,
});

const ENTRIES = ROWS.map(({ entry }) => entry);
const PEOPLE: Partial<Record<Who, () => readonly Caller[]>> = {
  'every function': () => ENTRIES.map(ofFunction),
  'every function but those that decrypt': () =>
    ENTRIES.filter((entry) => !DECRYPTERS.some((decrypter) => decrypter === entry)).map(ofFunction),
  'every function outside cde': () => ENTRIES.filter((entry) => !entry.startsWith('cde/')).map(ofFunction),
  'those that decrypt': () => DECRYPTERS.map(ofFunction),
  'every function but the two that audit': () =>
    ENTRIES.filter((entry) => !['scheduled/reconcile', 'scheduled/review-hours'].includes(entry)).map(ofFunction),
  operator: () => [person('operator', 'Vault/OperatorPolicy')],
  auditor: () => [person('auditor', 'FudaAudit/AuditorPolicy')],
  administrator: () => [all(ACCOUNT, 'administrator', 'role/Administrator')],
  'account root': () => [all(ACCOUNT, 'account root', 'root')],
  outsider: () => [all(STRANGERS, 'outsider', 'role/Administrator')],
};
const callers = (who: Who): readonly Caller[] => PEOPLE[who]?.() ?? [ofFunction(who)];

interface Target {
  readonly arns: readonly string[];
  readonly policy?: SynthesizedPolicy;
  readonly contexts: readonly Readonly<Record<string, string>>[];
}

/** A table is read through its indexes too. */
function targetOf(name: Forbidden['on'][number], { actions, except = [] }: Forbidden): Target {
  if (name === 'trail’s bucket') return { arns: [arnOf(at(BUCKET))], contexts: [{}] };
  if (name === 'trail’s files') return { arns: [`${arnOf(at(BUCKET))}/AWSLogs/x`], contexts: [{}] };
  if (name in TABLES) {
    const reads = actions.includes('dynamodb:Scan') || actions.includes('dynamodb:Query');
    const indexes = reads ? TABLES[name as keyof typeof TABLES].indexes : {};
    const arn = arnOf(table(name));
    const asked = Object.keys(indexes).filter((index) => !except.includes(`${name as TableName}/${index}`));
    return { arns: [arn, ...asked.map((index) => `${arn}/index/${index}`)], contexts: [{}] };
  }
  const contexts = name in KEYS ? [contextOf(name as KeyName)] : [{}];
  return { arns: [arnOf(key(name))], policy: keyPolicy(name), contexts };
}

interface Call {
  readonly caller: Caller;
  readonly action: string;
  readonly arn: string;
  readonly policy?: SynthesizedPolicy;
  readonly context: Readonly<Record<string, string>>;
}

const callsOf = (row: Forbidden): Call[] => {
  const { who, actions, on, contexts } = row;
  return who
    .flatMap(callers)
    .flatMap((caller) =>
      on
        .map((name) => targetOf(name, row))
        .flatMap(({ arns, policy, contexts: own }) =>
          arns.flatMap((arn) =>
            actions.flatMap((action) =>
              (contexts ?? own).map((context) => ({ caller, action, arn, context, ...(policy && { policy }) })),
            ),
          ),
        ),
    );
};

const decide = ({ caller, action, arn, policy, context }: Call): Promise<boolean> =>
  isAllowed({
    principalArn: caller.arn,
    identityPolicies: caller.policies,
    action,
    resourceArn: arn,
    ...(policy && { resourcePolicy: policy }),
    encryptionContext: context,
    context: {
      'aws:PrincipalAccount': caller.account,
      'kms:CallerAccount': caller.account,
      'kms:MacAlgorithm': 'HMAC_SHA_256',
    },
  });

describe('forbidden', () => {
  test.each(FORBIDDEN.map((row) => [row.sentence, row] as const))('%s', async (_sentence, row) => {
    const calls = callsOf(row);
    expect(calls.length).toBeGreaterThan(0);
    const allowed: string[] = [];
    for (const call of calls) {
      if (await decide(call)) allowed.push(`${call.caller.name} ${call.action} ${call.arn}`);
    }
    expect(allowed).toEqual([]);
  });

  test('the calls are counted', () => {
    const decided = FORBIDDEN.flatMap(callsOf).length;
    process.stdout.write(`\n${FORBIDDEN.length} promises, ${decided} forbidden calls decided\n`);
    expect(decided).toBeGreaterThan(1_000);
  });
});

/** So that the list above does not hold because nothing is ever allowed. */
describe('allowed, by the same reckoning', () => {
  test.each<[who: Who, action: string, on: Forbidden['on'][number]]>([
    ['cde/create-charge', 'kms:Decrypt', 'PanKey'],
    ['cde/forward-request', 'kms:Decrypt', 'CvcKey'],
    ['cde/pay-checkout', 'kms:Decrypt', 'CvcKey'],
    ['cde/create-token', 'kms:Encrypt', 'PanKey'],
    ['cde/create-token', 'kms:GenerateMac', 'FingerprintKey'],
    ['cde/create-card', 'kms:ReEncryptFrom', 'PanKey'],
    ['administrator', 'kms:PutKeyPolicy', 'PanKey'],
    ['operator', 'kms:Encrypt', 'SecretKey'],
    ['operator', 'dynamodb:PutItem', 'Merchants'],
    ['scheduled/reconcile', 'kms:Decrypt', 'HoneyKey'],
    ['auditor', 's3:GetObject', 'trail’s files'],
    ['auditor', 's3:ListBucket', 'trail’s bucket'],
    ['api/get-token', 'dynamodb:GetItem', 'Tokens'],
  ])('%s may %s on %s', async (who, action, on) => {
    const calls = callsOf({ sentence: '', who: [who], actions: [action], on: [on] });
    const responses = await Promise.all(calls.map(decide));
    expect(responses).toContain(true);
  });
});
