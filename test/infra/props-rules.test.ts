import { describe, expect, test } from '@jest/globals';
import type { LiveDestination } from '../../infra/index.ts';
import type { EgressProps } from '../../infra/props.ts';
import { checkProps, PROPS_RULES, type RuledProps } from '../../infra/props-rules.ts';

const said = (props: RuledProps): string => {
  try {
    checkProps(props);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};

const store = { bucketName: 'trail', keyArn: 'arn:aws:kms:ap-northeast-1:111122223333:key/1' };

/** Of the EC key of RFC 7517, appendix A.1, by RFC 7638. */
const THUMBPRINT = 'cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s';
const certificateArn = 'arn:aws:acm:ap-northeast-1:111122223333:certificate/1';
const domain = { name: 'vault.example', certificateArn };
const mutualTls = {
  name: 'servers.vault.example',
  certificateArn,
  truststoreUri: 's3://truststore/ca.pem',
  truststoreVersion: '1',
};
const mutual = (changed: Partial<typeof mutualTls>): RuledProps => ({
  domain: { ...domain, mutualTls: { ...mutualTls, ...changed } },
});
const egress = (given: EgressProps): RuledProps => ({ network: { egress: given } });
const line = (cidr: string, port: number): RuledProps => egress({ hosts: ['a.example'], lines: [{ cidr, port }] });

const PROCESSOR = {
  name: 'stripe',
  kind: 'processor',
  hosts: ['api.stripe.com'],
  accounts: [`sha256-${'a'.repeat(32)}`],
} as const;
const PSP = {
  name: 'psp',
  kind: 'forward',
  hosts: ['api.psp.example:8443'],
  accounts: ['CHAYA.01'],
  paths: ['/v1'],
  methods: ['POST'],
  fields: { number: ['/card/number', 'header:x-card'], cvc: ['/card/cvc'] },
  credentialAt: 'header:authorization',
} as const;
const EXPORT = { name: 'new-vault', kind: 'export', thumbprint: THUMBPRINT } as const;
const MANY = Array.from({ length: 40 }, (_, index) => `psp-${index}`);

const WRONG_DESTINATIONS: readonly unknown[] = [
  { ...EXPORT, thumbprint: 'their key' },
  { ...EXPORT, hosts: ['api.psp.example'] },
  { ...PROCESSOR, kind: 'webhook' },
  { ...PROCESSOR, name: 'Stripe' },
  { ...PROCESSOR, hosts: [] },
  { ...PROCESSOR, hosts: ['.stripe.com'] },
  { ...PROCESSOR, hosts: ['*.stripe.com'] },
  { ...PROCESSOR, hosts: ['https://api.stripe.com'] },
  { ...PROCESSOR, hosts: ['api.stripe.com:443'] },
  { ...PROCESSOR, hosts: ['203.0.113.1'] },
  { ...PROCESSOR, accounts: [] },
  { ...PROCESSOR, merchants: [] },
  { ...PROCESSOR, merchants: ['chaya'] },
  { ...PROCESSOR, accounts: ['sha256-abc/x'] },
  { ...PROCESSOR, caSha256: 'AB:CD' },
  { ...PROCESSOR, thumbprint: THUMBPRINT },
  { ...PSP, credentialAt: 'authorization' },
  { ...PSP, credentialAt: undefined },
  { ...PSP, paths: ['v1'] },
  { ...PSP, methods: ['GET'] },
  { ...PSP, fields: { number: ['card.number'] } },
  { ...PSP, fields: { pin: ['/card/pin'] } },
  { ...PSP, headers: ['X-Account'] },
];

/** What a rule says begins so; props that break it; the nearest props that do not. */
const ROWS: readonly (readonly [says: string, broken: RuledProps, mended: RuledProps])[] = [
  ['retentionDays must be a period', { retentionDays: 364 }, { retentionDays: 365 }],
  [
    'retentionDays must be at least 365 in production',
    { production: true, retentionDays: 180 },
    { production: false, retentionDays: 180 },
  ],
  ['trailStore needs trailName', { trailStore: store }, { trailStore: store, trailName: 'Fuda-trail' }],
  [
    'panKey.generation counts from 1',
    { panKey: { generation: 0, former: 'closed' } },
    { panKey: { generation: 1, former: 'closed' } },
  ],
  ...WRONG_DESTINATIONS.map((wrong): readonly [string, RuledProps, RuledProps] => [
    'destinations must each have the form',
    { destinations: [wrong as LiveDestination] },
    { destinations: [PROCESSOR, PSP, EXPORT] },
  ]),
  [
    'destinations must each have the form',
    { destinations: [PSP, PSP] },
    { destinations: [PSP, { ...PSP, name: 'b' }] },
  ],
  [
    'destinations must fit into a function’s environment',
    { destinations: MANY.map((name) => ({ ...PSP, name })) },
    { destinations: MANY.slice(0, 5).map((name) => ({ ...PSP, name })) },
  ],
  [
    'destinations of kind export wait for panKey.former',
    { destinations: [EXPORT], panKey: { generation: 2, former: 'opens' } },
    { destinations: [EXPORT], panKey: { generation: 2, former: 'closed' } },
  ],
  ['domain.name and domain.mutualTls.name must be', { domain: { ...domain, name: 'Vault.example' } }, { domain }],
  [
    'domain.mutualTls.name must differ',
    { domain: { ...domain, mutualTls: { ...mutualTls, name: domain.name } } },
    { domain: { ...domain, mutualTls } },
  ],
  [
    'domain.certificateArn and',
    { domain: { ...domain, certificateArn: 'arn:aws:iam::1:server-certificate/a' } },
    { domain },
  ],
  ['domain.mutualTls.truststoreUri', mutual({ truststoreUri: 'https://bucket/ca.pem' }), mutual({})],
  ['domain.mutualTls.truststoreVersion', mutual({ truststoreVersion: '' }), mutual({})],
  ['network.cidr must be', { network: { cidr: '203.0.113.0/22' } }, { network: { cidr: '192.168.4.0/22' } }],
  ['network.cidr must be', { network: { cidr: '10.0.0.0/24' } }, { network: { cidr: '10.0.0.0/16' } }],
  ['network.egress.hosts must be', egress({ hosts: ['*'] }), egress({ hosts: ['.psp.example'] })],
  ['network.egress.hosts must be', egress({ hosts: ['.com'] }), egress({ hosts: ['api.stripe.com'] })],
  ['network.egress.hosts must be', egress({ hosts: ['203.0.113.1'] }), egress({ hosts: ['api.stripe.com'] })],
  ['network.egress.lines must', line('0.0.0.0/0', 443), line('203.0.113.0/24', 443)],
  ['network.egress.lines must', line('203.0.113.1/32', 0), line('203.0.113.1/32', 5_000)],
  ['network.egress must name', egress({ hosts: [] }), egress({ hosts: ['api.stripe.com'] })],
  [
    'network needs destinations or network.egress',
    { production: true, network: {} },
    { production: false, network: {} },
  ],
  [
    'network needs destinations or network.egress',
    { production: true, network: {}, destinations: [EXPORT] },
    { production: true, network: {}, destinations: [PROCESSOR] },
  ],
  ['edge limits must be', { edge: { tokensPerAddress: 9 } }, { edge: { tokensPerAddress: 10 } }],
];

describe('props that may not be combined', () => {
  test('says of destinations that do not fit how many of which kind do', () => {
    const many = MANY.map((name) => ({ ...PSP, name }));
    const [, fit] = /\(forward: \d+ bytes, of 40 rows the first (\d+) fit\)/.exec(said({ destinations: many })) ?? [];
    expect(Number(fit)).toBeGreaterThan(5);
    expect(said({ destinations: many.slice(0, Number(fit)) })).toBe('');
    expect(said({ destinations: many.slice(0, Number(fit) + 1) })).toContain(`the first ${fit} fit`);
  });

  test.each(ROWS)('%s …', (says, broken, mended) => {
    expect(said(broken)).toContain(`\n- ${says}`);
    expect(said(mended)).toBe('');
  });

  test('have a row here for each rule', () => {
    const unproven = PROPS_RULES.filter((rule) => !ROWS.some(([says]) => rule.says.startsWith(says)));
    expect(unproven.map(({ says }) => says)).toEqual([]);
  });

  test('are all said at once', () => {
    const everything = said({ production: true, retentionDays: 1, trailStore: store });
    expect(everything.split('\n- ')).toHaveLength(3);
  });

  test('are absent when only the required props are given', () => {
    expect([said({ production: true }), said({ production: false })]).toEqual(['', '']);
  });
});
