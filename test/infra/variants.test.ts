/** The vault as another team's app builds it: with and without a name, mutual TLS and a network, each held to the packs. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { ACKNOWLEDGEMENTS, type Answerer } from '../../infra/acknowledgements.ts';
import { DESTINATIONS_BYTES_MAX } from '../../infra/destinations.ts';
import { ROUTES, SCHEDULES, UPKEEP } from '../../infra/routes.ts';
import { DESTINATION_NAME, readDestinations } from '../../shared/base/destinations.ts';
import { runCdk } from '../setup/cdk.ts';
import { answeredBy } from './answered-by.ts';
import type { Built } from './variants.ts';

let variants: Built['variants'];
let raisedByOptions: Built['raisedByOptions'];
let secondInOneStack: Built['secondInOneStack'];

beforeAll(() => {
  // From elsewhere, as another team's app runs: nothing may depend on the folder one stands in.
  const printed = runCdk(join(import.meta.dirname, 'variants.ts'), { cwd: tmpdir() });
  ({ variants, raisedByOptions, secondInOneStack } = JSON.parse(printed) as Built);
});

type Properties = Readonly<Record<string, unknown>>;

const ofType = (variant: string, type: string): [id: string, properties: Properties][] =>
  Object.entries(variants[variant]?.template.Resources ?? {})
    .filter(([, { Type }]) => Type === type)
    .map(([id, { Properties }]) => [id, Properties]);
const only = (variant: string, type: string): Properties => {
  const found = ofType(variant, type);
  expect([type, found.length]).toEqual([type, 1]);
  return found[0]?.[1] ?? {};
};
const text = (value: unknown): string => JSON.stringify(value);
const lambdaOf = (variant: string, entry: string): Properties =>
  ofType(variant, 'AWS::Lambda::Function').find(([, { Description }]) => Description === `Fuda ${entry}`)?.[1] ?? {};

describe('the rule packs', () => {
  test.each(['Plain', 'Prod', 'Mutual', 'Closed', 'Destined', 'Network', 'Evidence', 'Apart'])(
    'leave nothing unanswered in %s',
    (name) => {
      expect(variants[name]?.unanswered).toEqual([]);
    },
  );

  test('raise each finding that a network or a live destination answers, at its place', () => {
    const places: Partial<Record<Answerer, string>> = {
      Network: 'Network/Payments/Network/',
      Egress: 'Network/Payments/Network/',
      FunctionsInNetwork: 'Network/Payments/Functions/',
      FunctionsOfDestinations: 'Destined/Payments/Functions/',
    };
    const rows = ACKNOWLEDGEMENTS.filter(({ of }) => places[of] !== undefined);
    expect(rows.length).toBeGreaterThan(3);
    expect(rows.filter((row) => !raisedByOptions.some((one) => answeredBy(row, places).test(one)))).toEqual([]);
  });
});

describe('a vault in another app', () => {
  test('has its own trail and store, under names that differ from those of another vault', () => {
    const names = ['Plain', 'Prod', 'Network'].map((name) => only(name, 'AWS::CloudTrail::Trail').TrailName);
    expect(new Set(names).size).toBe(3);
    expect(ofType('Plain', 'AWS::S3::Bucket')).toHaveLength(2);
  });

  test('has its own stack, and metrics and alarms under that stack’s name', () => {
    expect(secondInOneStack).toEqual(['', expect.stringContaining('a stack holds one vault')]);
  });

  test('keeps its logs and its trail for the configured time', () => {
    for (const [, { RetentionInDays }] of ofType('Prod', 'AWS::Logs::LogGroup')) expect(RetentionInDays).toBe(731);
    expect(text(ofType('Prod', 'AWS::S3::Bucket'))).toContain('"DefaultRetention":{"Days":731,"Mode":"COMPLIANCE"}');
  });
});

describe('where live cards may go (V14)', () => {
  const listOf = (variant: string, entry: string): string | undefined =>
    (lambdaOf(variant, entry).Environment as { Variables: Record<string, string> }).Variables.LIVE_DESTINATIONS;

  test('is a resource for each host and account, named by them', () => {
    const names = ofType('Destined', 'AWS::SSM::Parameter').map(([, { Name, Type, Tier }]) => [Name, Type, Tier]);
    expect(names.toSorted()).toEqual(
      [
        'export/cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s',
        `forward/api.psp.example/443/sha256-${'b'.repeat(32)}`,
        `processor/api.stripe.com/443/sha256-${'a'.repeat(32)}`,
        'processor/auth.acquirer.example/7001/123456.TERM0001.CHAYA0000000001',
        'processor/auth.acquirer.example/7001/123456.TERM0002.CHAYA0000000001',
      ].map((name) => [`/fuda/Destined/destinations/${name}`, 'String', 'Standard']),
    );
    for (const [name] of names) expect(name).toMatch(DESTINATION_NAME);
    expect(ofType('Prod', 'AWS::SSM::Parameter')).toEqual([]);
  });

  test('is given to the functions that send cards there, each its own kind, and to no other', () => {
    const kindsOf = (entry: string) =>
      readDestinations(listOf('Destined', entry)).map(({ kind, name }) => `${kind} ${name}`);
    for (const { entry, ...row } of [...ROUTES, ...SCHEDULES, UPKEEP.exportCards]) {
      const expected = {
        processor: ['processor stripe', 'processor acquirer'],
        forward: ['forward psp'],
        export: ['export new-vault'],
        none: [],
      }['sendsTo' in row ? row.sendsTo : 'none'];
      expect([entry, kindsOf(entry)]).toEqual([entry, expected]);
      if (entry !== UPKEEP.exportCards.entry) expect([entry, listOf('Prod', entry)]).toEqual([entry, undefined]);
    }
  });

  test('leaves room in the environment of each function, with the longest list (AWS Lambda quotas: 4 KB)', () => {
    const senders = [...ROUTES, ...SCHEDULES, UPKEEP.exportCards].filter((row) => 'sendsTo' in row);
    for (const { entry } of senders) {
      const { Variables } = lambdaOf('Destined', entry).Environment as { Variables: Record<string, unknown> };
      const { LIVE_DESTINATIONS: _, ...others } = Variables;
      // Names and ARNs of resources are known once they are deployed; an ARN of a key has 75 characters.
      const bytes = Object.entries(others).map(
        ([name, value]) => name.length + (typeof value === 'string' ? value.length : 128),
      );
      const sum = bytes.reduce((all, each) => all + each, 'LIVE_DESTINATIONS'.length + DESTINATIONS_BYTES_MAX);
      expect([entry, sum <= 4_096]).toEqual([entry, true]);
    }
  });

  test('changes only by a deployment: no policy of the stack can write these names or an environment', () => {
    const policies = ofType('Destined', 'AWS::IAM::ManagedPolicy').concat(ofType('Destined', 'AWS::IAM::Policy'));
    expect(policies.length).toBeGreaterThan(10);
    const readers = policies.filter((policy) => text(policy).includes('"ssm:GetParameter"')).map(([id]) => id);
    expect(readers).toEqual([expect.stringContaining('ScheduledDeliverWebhooks')]);
    expect(text(policies)).not.toMatch(/"ssm:(?!GetParameter")|lambda:Update|lambda:Create|"lambda:\*|"\*:\*"/);
  });

  test('is nothing that the operator’s policy can widen: it invokes no function, so an export takes another policy', () => {
    const policies = ofType('Destined', 'AWS::IAM::ManagedPolicy');
    type Document = {
      readonly Statement: readonly { readonly Action: string | string[]; readonly Resource: unknown }[];
    };
    const operator = policies.filter(([id]) => id.includes('OperatorPolicy'));
    expect(operator).toHaveLength(1);
    const rights = operator
      .flatMap(([, { PolicyDocument }]) => (PolicyDocument as Document).Statement)
      .flatMap(({ Action, Resource }) => [Action].flat().map((action) => [action, text(Resource)] as const));
    expect([...new Set(rights.map(([action]) => action))].sort()).toEqual([
      'dynamodb:BatchGetItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:UpdateItem',
      'kms:Encrypt',
    ]);
    // Of entries it reads, and of cards and tokens only how many are due.
    for (const [action, on] of rights) {
      if (/Update|Put/.test(action)) expect(on).not.toMatch(/Ledger|Cards|Tokens/);
      if (/Cards|Tokens/.test(on)) expect([action, on]).toEqual(['dynamodb:Query', expect.stringContaining('/index/')]);
    }
    const exporter = policies.filter(([id]) => id.includes('CardExporterPolicy')).map(text);
    expect(exporter).toEqual([expect.stringContaining('"lambda:InvokeFunction"')]);
  });

  test('is what the firewall lets through, by name and port, and nothing else', () => {
    const rules = text(ofType('Destined', 'AWS::NetworkFirewall::RuleGroup'));
    expect(rules.match(/pass tls/g)).toHaveLength(3);
    for (const [host, port] of [
      ['api.stripe.com', 443],
      ['api.psp.example', 443],
      ['auth.acquirer.example', 7001],
    ]) {
      expect(rules).toMatch(new RegExp(`EXTERNAL_NET ${port} \\(tls.sni; content:[^;]*${host}`));
    }
    expect(text(ofType('Destined', 'AWS::Route53Resolver::FirewallDomainList'))).toContain('"auth.acquirer.example"');
  });
});

describe('evidence in another account', () => {
  test('is written by the vault’s trail alone, under its account, and neither stack refers to the other', () => {
    const trail = 'arn:aws:cloudtrail:eu-west-1:111122223333:trail/Apart-trail';
    const policy = text(ofType('Evidence', 'AWS::S3::BucketPolicy')).replaceAll('{"Ref":"AWS::Partition"}', '"aws"');
    const parts = ['cloudtrail:eu-west-1:111122223333:trail/Apart-trail', '/AWSLogs/111122223333/*'];
    for (const part of parts) expect(policy).toContain(part);
    expect(text(ofType('Evidence', 'AWS::KMS::Key'))).toContain(trail.slice('arn:aws:'.length));
    expect(only('Apart', 'AWS::CloudTrail::Trail')).toMatchObject({
      S3BucketName: 'evidence-of-apart',
      TrailName: 'Apart-trail',
    });
    for (const name of ['Evidence', 'Apart'])
      expect(text(variants[name]?.template)).not.toMatch(/Fn::(ImportValue|GetStackOutput)/);
  });

  test('is read by named auditors with a second factor', () => {
    const role = ofType('Evidence', 'AWS::IAM::Role').find(
      ([, { Description }]) => Description === 'Fuda auditor',
    )?.[1];
    expect(text(role?.AssumeRolePolicyDocument)).toContain('"Bool":{"aws:MultiFactorAuthPresent":"true"}');
    expect(text(role?.AssumeRolePolicyDocument)).toContain('arn:aws:iam::444455556666:role/Auditor');
  });
});

describe('a domain name', () => {
  test('closes API Gateway’s own address, and speaks TLS 1.2 or later with forward secrecy', () => {
    expect(only('Prod', 'AWS::ApiGateway::RestApi').DisableExecuteApiEndpoint).toBe(true);
    expect(only('Plain', 'AWS::ApiGateway::RestApi').DisableExecuteApiEndpoint).toBe(false);
    expect(only('Prod', 'AWS::ApiGateway::DomainName')).toMatchObject({
      DomainName: 'vault.example.com',
      EndpointAccessMode: 'STRICT',
      SecurityPolicy: 'SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09',
    });
    expect(variants.Prod?.template.Outputs.ApiUrl?.Value).toBe('https://vault.example.com/');
  });

  test('for servers asks for a certificate, and secret keys work there only', () => {
    const mutual = ofType('Mutual', 'AWS::ApiGateway::DomainName').find(([, { DomainName }]) =>
      String(DomainName).startsWith('servers.'),
    )?.[1];
    expect(mutual?.MutualTlsAuthentication).toEqual({
      TruststoreUri: 's3://example-truststore/merchants.pem',
      TruststoreVersion: 'v1',
    });
    for (const { entry, key } of ROUTES) {
      const { Variables } = lambdaOf('Mutual', entry).Environment as { Variables: Record<string, string> };
      expect([entry, Variables.CLIENT_CERTIFICATE]).toEqual([entry, key === 'secret' ? 'required' : undefined]);
    }
    expect(text(variants.Prod)).not.toContain('CLIENT_CERTIFICATE');
  });

  test('for browsers is the one in responses to merchants’ servers, which call another', () => {
    for (const route of ROUTES) {
      const { Variables } = lambdaOf('Mutual', route.entry).Environment as { Variables: Record<string, string> };
      const name = 'tellsUrls' in route ? expect.stringMatching(/^https:\/\/(?!servers\.)[a-z.]+\/$/) : undefined;
      expect([route.entry, Variables.PUBLIC_URL]).toEqual([route.entry, name]);
    }
  });
});

describe('a network', () => {
  test('has no way to Lambda, so the schedule alone starts the deliverer', () => {
    for (const row of [...ROUTES, ...SCHEDULES]) {
      expect([row.entry, text(lambdaOf('Network', row.entry)).includes('DELIVERER')]).toEqual([row.entry, false]);
    }
  });

  const groupOf = (entry: string): string => text(lambdaOf('Network', entry).VpcConfig ?? null);

  test.each([...ROUTES, ...SCHEDULES].map((row) => [row.entry, 'reaches' in row ? row.reaches : undefined] as const))(
    'places %s by what it reaches: %s',
    (entry, reaches) => {
      if (reaches === 'internet') expect(groupOf(entry)).toBe('null');
      else expect(groupOf(entry)).toContain(reaches === 'processors' ? 'ProcessorsSubnet' : 'IsolatedSubnet');
    },
  );

  test('lets no function of the cardholder data environment stand outside it', () => {
    const outside = [...ROUTES, ...SCHEDULES].filter(({ entry }) => groupOf(entry) === 'null');
    expect(outside.filter(({ entry }) => entry.startsWith('cde/'))).toEqual([]);
  });

  test('has endpoints that serve this account, these keys and these tables, and no other action', () => {
    const endpoints = ofType('Network', 'AWS::EC2::VPCEndpoint');
    expect(endpoints).toHaveLength(2);
    for (const [, { PolicyDocument }] of endpoints) {
      const { Statement } = PolicyDocument as { Statement: Record<string, unknown>[] };
      for (const { Action, Resource, Condition } of Statement) {
        expect(text(Action)).not.toContain('*');
        expect(text(Resource)).not.toMatch(/"\*"|key\/\*/);
        expect(Condition).toEqual({ StringEquals: { 'aws:PrincipalAccount': { Ref: 'AWS::AccountId' } } });
      }
    }
  });

  test('opens security groups in pairs: what one lets out to KMS, the other lets in', () => {
    const ingress = ofType('Network', 'AWS::EC2::SecurityGroupIngress').map(([, properties]) => properties);
    const egress = ofType('Network', 'AWS::EC2::SecurityGroupEgress').map(([, properties]) => properties);
    expect(ingress).toHaveLength(2);
    const pairs = ingress.map(({ GroupId, SourceSecurityGroupId }) => text([SourceSecurityGroupId, GroupId]));
    expect(
      egress.map(({ GroupId, DestinationSecurityGroupId }) => text([GroupId, DestinationSecurityGroupId])).sort(),
    ).toEqual(pairs.sort());
  });

  test('binds keys, tables and roles to itself', () => {
    const keys = text(ofType('Network', 'AWS::KMS::Key'));
    expect(keys).toContain('"aws:SourceVpc":{"Ref":"PaymentsNetworkVpc');
    const policies = ofType('Network', 'AWS::IAM::ManagedPolicy').filter(
      ([, { Description }]) => Description === 'Fuda cde/create-token',
    );
    expect(text(policies)).toContain('"StringNotEquals":{"aws:SourceVpc"');
    expect(text(variants.Plain)).not.toContain('aws:SourceVpc');
  });

  test('without processors has no way out at all', () => {
    for (const type of ['InternetGateway', 'NatGateway']) expect(ofType('Closed', `AWS::EC2::${type}`)).toEqual([]);
    expect(ofType('Closed', 'AWS::EC2::Route')).toEqual([]);
    expect(ofType('Closed', 'AWS::NetworkFirewall::Firewall')).toEqual([]);
  });

  test('with processors has one, through a firewall in each zone, there and back', () => {
    const routes = ofType('Network', 'AWS::EC2::Route').filter(([, { VpcEndpointId }]) => VpcEndpointId !== undefined);
    expect(routes.map(([id]) => /Egress(\w+?\d)/.exec(id)?.[1]).sort()).toEqual(['Back0', 'Back1', 'Out0', 'Out1']);
    expect(only('Network', 'AWS::NetworkFirewall::FirewallPolicy').FirewallPolicy).toMatchObject({
      StatefulDefaultActions: ['aws:drop_established', 'aws:alert_established'],
      StatelessFragmentDefaultActions: ['aws:drop'],
    });
    const { RuleGroup } = only('Network', 'AWS::NetworkFirewall::RuleGroup') as {
      RuleGroup: { RulesSource: { RulesString: string } };
    };
    expect(RuleGroup.RulesSource.RulesString.split('\n')).toEqual([
      'pass tls $HOME_NET any -> $EXTERNAL_NET 443 (tls.sni; content:"api.stripe.com"; nocase; startswith; endswith; flow:to_server, established; sid:1; rev:1;)',
      'pass tls $HOME_NET any -> $EXTERNAL_NET 443 (tls.sni; dotprefix; content:".psp.example"; nocase; endswith; flow:to_server, established; sid:2; rev:1;)',
      'pass tcp $HOME_NET any -> 203.0.113.16/32 5000 (flow:to_server; sid:3; rev:1;)',
    ]);
  });

  test('resolves the names of AWS here and of its processors only', () => {
    const lists = ofType('Network', 'AWS::Route53Resolver::FirewallDomainList').map(([, { Domains }]) => text(Domains));
    expect(lists).toEqual([
      '[{"Fn::Join":["",["*.",{"Ref":"AWS::Region"},".amazonaws.com"]]},"api.stripe.com","*.psp.example"]',
      '["*"]',
    ]);
    expect(text(only('Network', 'AWS::Route53Resolver::FirewallRuleGroup'))).toMatch(
      /"ALLOW".*"BLOCK","BlockResponse":"NXDOMAIN"/,
    );
  });

  test('writes down what came and went, encrypted', () => {
    expect(only('Network', 'AWS::EC2::FlowLog').TrafficType).toBe('ALL');
    for (const [id, { KmsKeyId }] of ofType('Network', 'AWS::Logs::LogGroup'))
      expect([id, KmsKeyId]).toEqual([id, expect.anything()]);
  });
});

describe('the edge', () => {
  const rules = (variant: string) =>
    only(variant, 'AWS::WAFv2::WebACL').Rules as { Name: string; Statement: unknown; OverrideAction?: unknown }[];

  test('counts bots where asked, and refuses none for being one', () => {
    const bots = rules('Mutual').find(({ Name }) => Name === 'AWSManagedRulesBotControlRuleSet');
    expect(bots?.OverrideAction).toEqual({ Count: {} });
    expect(rules('Plain').map(({ Name }) => Name)).not.toContain('AWSManagedRulesBotControlRuleSet');
  });

  test('takes its limits from the props', () => {
    expect(text(rules('Mutual').find(({ Name }) => Name === 'TokensPerAddress')?.Statement)).toContain('"Limit":100');
  });
});
