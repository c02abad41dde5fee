/**
 * Prints, as JSON, what the rule packs leave unanswered in each way a vault can be put together, as another team's app
 * would do it, and the templates themselves. A separate script, as findings.ts is; variants.test.ts starts it once,
 * from a folder outside this project.
 */
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks, type NagPack, PCIDSS321Checks, ServerlessChecks } from 'cdk-nag';
import { AuditStack, bundleVault, CardVault, type CardVaultProps, VaultChecks, VaultStack } from '../../infra/index.ts';

interface Variant {
  /** Each as `rule at path`. */
  readonly unanswered: readonly string[];
  readonly template: {
    readonly Resources: Readonly<
      Record<string, { readonly Type: string; readonly Properties: Readonly<Record<string, unknown>> }>
    >;
    readonly Outputs: Readonly<Record<string, { readonly Value: unknown }>>;
  };
}

export interface Built {
  readonly variants: Readonly<Record<string, Variant>>;
  /** What `Network` and `Destined` would leave unanswered if nothing had been answered. */
  readonly raisedByOptions: readonly string[];
  /** What is said to the first and the second vault of one stack. */
  readonly secondInOneStack: readonly string[];
}

const CERTIFICATE = 'arn:aws:acm:eu-west-1:111122223333:certificate/11111111-1111-4111-8111-111111111111';
const domain = { name: 'vault.example.com', certificateArn: CERTIFICATE };

/** By the id of the stack in the other team's app. */
const VARIANTS: Readonly<Record<string, Omit<CardVaultProps, 'bundles'>>> = {
  Plain: { production: false },
  Prod: { production: true, retentionDays: 731, domain },
  Mutual: {
    production: true,
    domain: {
      ...domain,
      mutualTls: {
        name: 'servers.vault.example.com',
        certificateArn: CERTIFICATE,
        truststoreUri: 's3://example-truststore/merchants.pem',
        truststoreVersion: 'v1',
      },
    },
    edge: { botSignals: true, tokensPerAddress: 100 },
  },
  Closed: { production: false, network: {} },
  Destined: {
    production: true,
    network: {},
    destinations: [
      { name: 'stripe', kind: 'processor', hosts: ['api.stripe.com'], accounts: [`sha256-${'a'.repeat(32)}`] },
      {
        name: 'acquirer',
        kind: 'processor',
        hosts: ['auth.acquirer.example:7001'],
        accounts: ['123456.TERM0001.CHAYA0000000001', '123456.TERM0002.CHAYA0000000001'],
      },
      {
        name: 'psp',
        kind: 'forward',
        hosts: ['api.psp.example'],
        accounts: [`sha256-${'b'.repeat(32)}`],
        paths: ['/v1/payments'],
        methods: ['POST'],
        fields: { number: ['/card/number'] },
        credentialAt: 'header:authorization',
      },
      { name: 'new-vault', kind: 'export', thumbprint: 'cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s' },
    ],
  },
  Network: {
    production: true,
    network: {
      cidr: '10.9.0.0/22',
      egress: { hosts: ['api.stripe.com', '.psp.example'], lines: [{ cidr: '203.0.113.16/32', port: 5_000 }] },
    },
  },
};

function findings(stack: Stack, change: object = {}): string[] {
  const packs: readonly NagPack[] = [
    new VaultChecks(),
    new AwsSolutionsChecks(),
    new PCIDSS321Checks(),
    new ServerlessChecks(),
  ];
  return packs.flatMap((pack) =>
    Object.assign(pack, change)
      .validateScope(stack)
      .violations.flatMap(({ ruleName, violatingResources }) =>
        violatingResources.map(({ constructPath }) => `${ruleName} at ${constructPath}`),
      ),
  );
}

function whatIsSaidOf(act: () => void): string {
  try {
    act();
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

// Built from wherever this runs, as another team's app would.
const bundles = await bundleVault();
const app = new App();
const stacks = Object.entries(VARIANTS).map(([id, props]): Stack => {
  const stack = new Stack(app, id);
  new CardVault(stack, 'Payments', { bundles, ...props }).publishOutputs(stack);
  return stack;
});
const VAULT_ACCOUNT = '111122223333';
stacks.push(
  new AuditStack(app, 'Evidence', {
    env: { account: '444455556666', region: 'eu-west-1' },
    trail: { account: VAULT_ACCOUNT, region: 'eu-west-1', name: 'Apart-trail' },
    production: true,
    auditorArns: ['arn:aws:iam::444455556666:role/Auditor'],
  }),
  new VaultStack(
    app,
    'Apart',
    {
      bundles,
      production: true,
      trailName: 'Apart-trail',
      // What the first stack printed when it was deployed.
      trailStore: {
        bucketName: 'evidence-of-apart',
        keyArn: 'arn:aws:kms:eu-west-1:444455556666:key/11111111-1111-4111-8111-111111111111',
      },
    },
    { env: { account: VAULT_ACCOUNT, region: 'eu-west-1' } },
  ),
);
const optional = stacks.filter(({ stackName }) => ['Network', 'Destined'].includes(stackName));
const variants = stacks.map((stack): [string, Variant] => [
  stack.stackName,
  {
    unanswered: findings(stack),
    template: Template.fromStack(stack).toJSON() as Variant['template'],
  },
]);
const crowded = new Stack(new App(), 'Crowded');
const vaultIn = (id: string) => () => void new CardVault(crowded, id, { bundles, production: false });
const built: Built = {
  variants: Object.fromEntries(variants),
  raisedByOptions: optional.flatMap((stack) => findings(stack, { isAcknowledged: () => false })),
  secondInOneStack: [vaultIn('One'), vaultIn('Two')].map(whatIsSaidOf),
};
process.stdout.write(JSON.stringify(built));
