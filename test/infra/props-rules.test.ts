import { describe, expect, test } from '@jest/globals';
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
