/** The watch rules on the records of watch-vectors.ts, and what the watch makes of them. */
import { describe, expect, test } from '@jest/globals';
import { rowOf } from '../../audit/base/appendix.ts';
import { readEvent, type TrailEvent } from '../../audit/trail/events.ts';
import { Watch } from '../../audit/watch/watch.ts';
import { WATCH_RULE_NAMES, type WatchRuleName } from '../../audit/watch/watch-rules.ts';
import { RESOURCES } from './trail-maker.ts';
import { call, key, person, VAULT, VECTORS } from './watch-vectors.ts';

function eventOf(record: unknown): TrailEvent | undefined {
  const event = readEvent(record, VAULT, 'log');
  return typeof event === 'string' ? undefined : event;
}

function rulesBroken(record: unknown, resources = VAULT): readonly WatchRuleName[] {
  const watch = new Watch(resources, () => {});
  const event = eventOf(record);
  if (event !== undefined) watch.take(event);
  const { broken, listed } = watch.finish();
  return [...broken.items, ...listed.items].map(({ rule }) => rule);
}

describe.each(WATCH_RULE_NAMES)('the rule %s', (rule) => {
  const { compliant, violating } = VECTORS[rule];

  test('is broken by every violating record', () => {
    expect(violating.length).toBeGreaterThan(0);
    expect(violating.filter((record) => !rulesBroken(record).includes(rule))).toEqual([]);
  });

  test('and by no compliant one', () => {
    expect(compliant.length).toBeGreaterThan(0);
    expect(compliant.filter((record) => rulesBroken(record).includes(rule))).toEqual([]);
  });
});

describe('a watched call', () => {
  test.each([
    ['lambda', 'UpdateFunctionCode20150331v2', { functionName: 'Fuda-CreateCharge:live' }],
    ['iam', 'PutRolePolicy', { roleName: 'Fuda-CreateCharge' }],
  ])('of %s names what is ours alone or inside an ARN', (service, name, parameters) => {
    expect(rulesBroken(call(service, name, parameters))).toHaveLength(1);
    const longer = Object.fromEntries(Object.keys(parameters).map((member) => [member, 'Fuda-CreateCharge-2']));
    expect(rulesBroken(call(service, name, longer))).toEqual([]);
  });

  test('that names nothing counts as ours', () => {
    expect(rulesBroken(call('logs', 'DeleteLogGroup', {}))).toEqual(['logs_changed']);
    expect(rulesBroken(call('monitoring', 'DeleteAlarms', { alarmNames: 'none', other: 7 }))).toEqual([]);
  });
});

describe('the watch', () => {
  test('lists what AWS refused as refused, without a finding', () => {
    const watch = new Watch(VAULT, () => {});
    const event = eventOf(key('PutKeyPolicy', { errorCode: 'AccessDenied' }));
    if (event !== undefined) watch.take(event);
    const { broken, refused } = watch.finish();
    expect([broken.total, refused.items.map(({ rule }) => rule)]).toEqual([0, ['key_policy_changed']]);
  });

  test('lists a deployed destination and its deployer, without a finding', () => {
    const rows: object[] = [];
    const watch = new Watch(VAULT, ({ columns }, hit) => void rows.push(rowOf(columns, hit)));
    const name = '/fuda/Fuda/destinations/export/cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s';
    const event = eventOf(call('ssm', 'PutParameter', { name }, { sourceIPAddress: 'cloudformation.amazonaws.com' }));
    if (event !== undefined) watch.take(event);
    const { broken, listed } = watch.finish();
    expect([broken.total, listed.items.map(({ subject }) => subject)]).toEqual([0, [name]]);
    expect(rows).toEqual([expect.objectContaining({ severity: 'listed', subject: name, rule: 'destination_changed' })]);
  });

  test('lists what a deployment changed, except where it changes what must never change', () => {
    const deployed = { userIdentity: { ...person, invokedBy: 'cloudformation.amazonaws.com' } };
    const severities = (record: unknown) => {
      const watch = new Watch({ ...VAULT, stated: { ...VAULT.stated, requiresMfa: undefined } }, () => {});
      const event = eventOf(record);
      if (event !== undefined) watch.take(event);
      const { broken, listed } = watch.finish();
      return [...broken.items.map(({ rule }) => rule), ...listed.items.map(({ rule }) => `listed: ${rule}`)];
    };
    const changesCode = { functionName: 'Fuda-CreateCharge', zipFile: '' };
    expect(severities(call('lambda', 'UpdateFunctionCode20150331v2', changesCode))).toEqual(['code_changed']);
    expect(severities(call('lambda', 'UpdateFunctionCode20150331v2', changesCode, deployed))).toEqual([
      'listed: code_changed',
    ]);
    expect(severities(key('PutKeyPolicy', deployed))).toEqual(['listed: key_policy_changed']);
    expect(severities(key('ScheduleKeyDeletion', deployed))).toEqual(['key_disabled']);
    expect(severities(call('cloudtrail', 'StopLogging', { name: 'fuda-trail' }, deployed))).toEqual([
      'logging_stopped',
    ]);
  });

  test('says which rules it could not ask, for want of a statement', () => {
    const { notAsked, asked } = new Watch(RESOURCES, () => {}).finish();
    expect(notAsked).toEqual([
      'trail_bucket_changed',
      'trail_files_written',
      'logs_changed',
      'logs_forwarded',
      'alarms_silenced',
      'alarms_unheard',
      'role_changed',
      'policy_changed',
      'policy_attached',
      'code_changed',
      'role_passed',
      'api_changed',
      'domain_changed',
      'firewall_changed',
      'firewall_detached',
      'schedule_changed',
      'stranger',
      'ledger_written',
      'merchants_written',
      'no_mfa',
      'outside_region',
      'outside_vpc',
    ]);
    expect(asked).toHaveLength(WATCH_RULE_NAMES.length - notAsked.length);
  });

  test('keeps a thousand of what was done, counts the rest, and hands on every one', () => {
    let rows = 0;
    const watch = new Watch(VAULT, () => {
      rows += 1;
    });
    const event = eventOf(key('PutKeyPolicy', { requestParameters: { keyId: RESOURCES.keyArns.PanKey, policy: 'x' } }));
    for (let again = 0; again < 1_200; again += 1) if (event !== undefined) watch.take(event);
    const { broken } = watch.finish();
    expect([broken.items.length, broken.total, rows]).toEqual([1_000, 1_200, 1_200]);
    expect(broken.items[0]?.event.parameters).toEqual({});
  });
});
