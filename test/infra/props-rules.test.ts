import { describe, expect, test } from '@jest/globals';
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
  ['cardExportRecipient is the RFC 7638', { cardExportRecipient: 'their key' }, { cardExportRecipient: THUMBPRINT }],
  [
    'cardExportRecipient waits for panKey.former',
    { cardExportRecipient: THUMBPRINT, panKey: { generation: 2, former: 'opens' } },
    { cardExportRecipient: THUMBPRINT, panKey: { generation: 2, former: 'closed' } },
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
  ['network.egress must be given in production', { production: true, network: {} }, { production: false, network: {} }],
  ['edge limits must be', { edge: { tokensPerAddress: 9 } }, { edge: { tokensPerAddress: 10 } }],
];

describe('props that may not be combined', () => {
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

  test('are none when nothing but the required is given', () => {
    expect([said({ production: true }), said({ production: false })]).toEqual(['', '']);
  });
});
