import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { AlarmRow, AwsMetric, OwnMetric, TrailEvents } from '../../infra/alarms/alarm.ts';
import { TRAIL_ALARMS } from '../../infra/alarms/trail.ts';
import { VAULT_ALARMS } from '../../infra/alarms/vault.ts';
import { ROUTES, SCHEDULES } from '../../infra/routes.ts';
import { sidFor } from '../../infra/sid.ts';
import { ERRORS } from '../../shared/base/errors.ts';
import { METRICS } from '../../shared/base/metrics.ts';
import { sourceAndName, WATCHED_CALLS, type WatchedCalls, type WatchedName } from '../../shared/base/watched-calls.ts';
import { VECTORS } from '../audit/watch-vectors.ts';
import { matcherOf } from './filter-pattern.ts';
import { arnOf, at, functionPath, key, keyPolicy, ofType, outputs, ROWS, type SynthesizedPolicy } from './template.ts';

interface AlarmProperties {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly AlarmActions: readonly string[];
  readonly OKActions: readonly string[];
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
  readonly TreatMissingData: string;
  readonly Threshold: number;
  readonly Period?: number;
  readonly Metrics?: readonly {
    readonly Expression?: string;
    readonly MetricStat?: {
      readonly Period: number;
      readonly Metric: { readonly MetricName: string; readonly Dimensions: readonly { readonly Value: string }[] };
    };
  }[];
  readonly EvaluationPeriods: number;
}

const alarms = ofType('AWS::CloudWatch::Alarm').map(({ properties }) => properties as unknown as AlarmProperties);
const runbook = readFileSync(join(import.meta.dirname, '../../docs/runbook.md'), 'utf8');
const ALARMS = [...VAULT_ALARMS, ...TRAIL_ALARMS];
const names = ALARMS.map(({ name }) => name);

const alarmsOf = ({ severity, name }: AlarmRow) =>
  alarms.filter(({ AlarmName }) => `${AlarmName}-`.startsWith(`Fuda-${severity}-${name}-`));
/** Of its metric, or of each that it sums up. */
const statsOf = ({ Metrics = [] }: AlarmProperties) => Metrics.flatMap(({ MetricStat }) => MetricStat ?? []);
const periodsOf = (alarm: AlarmProperties) => [alarm.Period ?? [], statsOf(alarm).map(({ Period }) => Period)].flat();
const dimensionsOf = ({ Dimensions = [] }: AlarmProperties) =>
  Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value]));

const own = ALARMS.filter((row): row is AlarmRow & { watches: OwnMetric } => 'own' in row.watches);
const aws = ALARMS.filter((row): row is AlarmRow & { watches: AwsMetric } => 'aws' in row.watches);
const filters = ofType('AWS::Logs::MetricFilter');
const onTrail = ALARMS.filter((row): row is AlarmRow & { watches: TrailEvents } => 'patterns' in row.watches);

describe('docs/runbook.md', () => {
  const sections = new Map(
    runbook
      .split(/^## /m)
      .slice(1)
      .map((section) => [section.slice(0, section.indexOf('\n')), section]),
  );

  test('has a heading for each alarm, in the order of the table, and no other', () => {
    expect([...sections.keys()]).toEqual(names);
  });

  test.each(names)('%s says what it means, how to look and what to do', (name) => {
    expect(
      sections
        .get(name)
        ?.match(/^\*\*\w+\.\*\* \S/gm)
        ?.map((start) => start.slice(2, -5)),
    ).toEqual(['Means', 'Look', 'Do']);
  });
});

describe('alarms', () => {
  test.each(ALARMS.map((row) => [row.name, row] as const))('%s is in the template as its row says', (_, row) => {
    const made = alarmsOf(row);
    const of = 'of' in row.watches ? row.watches.of : '';
    const tens = Math.ceil(ROWS.length / 10);
    expect(made).toHaveLength(of === 'each function' ? ROWS.length : of === 'ten functions' ? tens : 1);
    for (const alarm of made) {
      expect(new Set(periodsOf(alarm))).toEqual(new Set([row.periodMinutes * 60]));
      expect(alarm).toMatchObject({
        Threshold: row.threshold,
        EvaluationPeriods: row.periods,
        TreatMissingData: row.missing,
      });
      expect(alarm.AlarmDescription).toContain(row.says);
    }
  });

  test('that sum up ten functions each cover all of them, once', () => {
    const rows = aws.filter(({ watches }) => watches.of === 'ten functions');
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) {
      const made = alarmsOf(row);
      for (const { Metrics = [] } of made) expect(Metrics.length - 1).toBeLessThanOrEqual(10);
      const watched = made.flatMap(statsOf).map(({ Metric }) => Metric);
      expect(new Set(watched.map(({ MetricName }) => MetricName))).toEqual(new Set([row.watches.metric]));
      const names = ROWS.map(({ entry }) => at(`${functionPath(entry)}/Function`).logicalId);
      expect(watched.map(({ Dimensions }) => Dimensions[0]?.Value).sort()).toEqual(names.sort());
    }
  });

  test('are those of the table, and no other', () => {
    expect(ALARMS.flatMap(alarmsOf)).toHaveLength(alarms.length);
  });

  test('each reaches people when it goes off and when it is over', () => {
    const topic = outputs.AlarmTopicArn;
    for (const alarm of alarms) {
      expect(alarm.AlarmActions).toEqual([topic]);
      expect(alarm.OKActions).toEqual([topic]);
    }
  });

  test('each guards a promise, a clause or the service, and says so in a sentence', () => {
    for (const { guards, says } of ALARMS) {
      expect(guards).toMatch(/^(service|(V\d+|\d+(\.\d+)+)(, (V\d+|\d+(\.\d+)+))*)$/);
      expect(says).toMatch(/^[A-Z].{20,180}\.$/);
    }
  });
});

describe('what the alarms watch', () => {
  test.each(own.map((row) => [row.name, row] as const))('%s is a metric the functions make', (_, row) => {
    const { own: metric, where } = row.watches;
    const [alarm] = alarmsOf(row);
    expect(alarm).toMatchObject({ MetricName: metric });
    expect(alarm && dimensionsOf(alarm)).toEqual(where);
    // CloudWatch finds a metric by exactly the dimensions it was put with.
    expect(METRICS[metric].by.map((set) => [...set].sort())).toContainEqual(Object.keys(where).sort());
    const { function: entry, code } = where as { readonly function?: string; readonly code?: string };
    if (entry !== undefined) expect(SCHEDULES.map((schedule) => schedule.entry)).toContain(entry);
    if (code !== undefined) expect(Object.keys(ERRORS)).toContain(code);
  });

  test('the functions put their metrics where their alarms look', () => {
    const looked = new Set(own.flatMap(alarmsOf).map(({ Namespace }) => Namespace));
    const put = ROWS.map(({ entry }) => {
      const { Environment } = at(`${functionPath(entry)}/Function`).properties as {
        readonly Environment: { readonly Variables: Readonly<Record<string, string>> };
      };
      return Environment.Variables.METRICS_NAMESPACE;
    });
    expect([...looked]).toEqual([...new Set(put)]);
  });

  test.each(SCHEDULES.map(({ entry }) => entry))('the silence of %s is an alarm', (entry) => {
    const watching = own.filter(
      ({ watches, missing }) =>
        missing === 'breaching' &&
        (watches.own === 'CaptureKeyAgeSeconds'
          ? entry === 'scheduled/rotate-capture-keys'
          : (watches.where as { readonly function?: string }).function === entry),
    );
    expect(watching).toHaveLength(1);
  });

  test('of the API is this API as a whole, without paid metrics for each method', () => {
    const { Name } = at('Vault/Api/Rest').properties;
    const [alarm, ...others] = aws.filter(({ watches }) => watches.of === 'api').flatMap(alarmsOf);
    expect(others).toEqual([]);
    const [stage] = ofType('AWS::ApiGateway::Stage');
    expect(alarm && dimensionsOf(alarm)).toEqual({ ApiName: Name, Stage: stage?.properties.StageName });
    expect(JSON.stringify(stage?.properties)).not.toContain('"MetricsEnabled":true');
  });

  test('of one function is that function', () => {
    const watched = aws.filter(({ watches }) => watches.of.startsWith('cde/'));
    expect(watched.length).toBeGreaterThan(0);
    for (const row of watched) {
      const [alarm] = alarmsOf(row);
      expect(ROUTES.map(({ entry }) => entry)).toContain(row.watches.of);
      expect(JSON.stringify(alarm && dimensionsOf(alarm))).toContain(sidFor(row.watches.of));
    }
  });

  test('of the firewall is this firewall', () => {
    const { VisibilityConfig } = at('Vault/Firewall/Acl').properties as {
      readonly VisibilityConfig: { readonly MetricName: string };
    };
    const [alarm] = aws.filter(({ watches }) => watches.of === 'firewall').flatMap(alarmsOf);
    expect(alarm && dimensionsOf(alarm)).toMatchObject({ WebACL: VisibilityConfig.MetricName, Rule: 'ALL' });
  });

  test.each(onTrail.map((row) => [row.name, row] as const))('%s is counted in the trail’s log group', (_, row) => {
    const [alarm] = alarmsOf(row);
    for (const pattern of row.watches.patterns) {
      const made = pattern.replaceAll('{{stack}}', 'Fuda-');
      const [filter, ...more] = filters.filter(({ properties }) => properties.FilterPattern === made);
      expect(more).toEqual([]);
      expect(filter?.properties.LogGroupName).toBe(at('Vault/Trail/Logs').logicalId);
      expect(filter?.properties.MetricTransformations).toEqual([
        { MetricNamespace: alarm?.Namespace, MetricName: alarm?.MetricName, MetricValue: '1' },
      ]);
      // CloudWatch's own limit, and balanced brackets.
      expect(made.length).toBeLessThanOrEqual(1024);
      expect(pattern.split('(')).toHaveLength(pattern.split(')').length);
    }
  });

  test('the filters of the trail’s log group are fewer than CloudWatch allows', () => {
    // CloudWatch Logs user guide, "CloudWatch Logs quotas": 100 metric filters for each log group.
    expect(filters.length).toBeLessThanOrEqual(100);
  });

  test.each(Object.entries(WATCHED_CALLS))('every call of %s sets off its alarm, at its severity', (_, row) => {
    const { alarm, severity, clause, calls } = row as WatchedCalls;
    const found = onTrail.find(({ name }) => name === alarm);
    expect(found).toMatchObject({ severity });
    expect(found?.guards.split(', ')).toContain(clause);
    for (const [source, name] of Object.keys(calls).map(sourceAndName)) {
      // A star stands for the version of Lambda's names.
      const named = new RegExp(String.raw`\(\$\.eventName = "${name}\*?"\)`);
      const naming = found?.watches.patterns.filter((pattern) => named.test(pattern));
      expect(naming?.map((pattern) => pattern.includes(`($.eventSource = "${source}")`))).toContain(true);
    }
  });
});

describe('a filter of the trail’s log group', () => {
  const matches = (name: string, record: unknown): boolean =>
    onTrail
      .filter((row) => row.name === name)
      .flatMap(({ watches }) => watches.patterns)
      .some((pattern) => matcherOf(pattern.replaceAll('{{stack}}', 'Fuda-'))(record));

  test.each(Object.keys(WATCHED_CALLS) as WatchedName[])('matches every record that breaks %s', (name) => {
    const { alarm } = WATCHED_CALLS[name];
    expect(VECTORS[name].violating.filter((record) => !matches(alarm, record))).toEqual([]);
  });

  test('leaves out what CloudTrail and the vault write beside the trail, and other parameters', () => {
    const quiet = VECTORS.trail_files_written.compliant.filter((record) => matches('trail-files-written', record));
    // An object of another bucket counts: the trail records no objects but its own.
    expect(quiet).toEqual(VECTORS.trail_files_written.compliant.slice(-1));
    expect(VECTORS.destination_changed.compliant.filter((record) => matches('destination-changed', record))).toEqual(
      [],
    );
  });

  test('of strangers matches what the report finds, and no role of the stack', () => {
    const found = [...VECTORS.stranger.violating, ...VECTORS.ledger_written.violating];
    const missed = found.filter((record) => !matches('stranger-used', record)) as { eventName: string }[];
    // Reads of tables, the key of secrets, and a role with the stack's prefix in another account.
    const ofAnotherAccount = ['Decrypt', 'UpdateItem'];
    expect(missed.map(({ eventName }) => eventName).sort()).toEqual(
      [...ofAnotherAccount, 'Decrypt', 'GetItem', 'Scan'].sort(),
    );
    const { stranger, ledger_written: ledger, merchants_written: merchants } = VECTORS;
    const allowed = [...stranger.compliant, ...ledger.compliant, ...merchants.compliant];
    expect(allowed.filter((record) => matches('stranger-used', record))).toEqual([]);
  });

  test('matches the root user, unless a service acts for it', () => {
    const root = { userIdentity: { type: 'Root' }, eventType: 'AwsApiCall' };
    expect(matches('root-used', root)).toBe(true);
    expect(matches('root-used', { ...root, userIdentity: { type: 'Root', invokedBy: 'x.amazonaws.com' } })).toBe(false);
    expect(matches('root-used', { ...root, eventType: 'AwsServiceEvent' })).toBe(false);
  });
});

describe('the topic of alarms', () => {
  test('is encrypted under the vault’s data key, and takes no message without TLS', () => {
    expect(at('Vault/AlarmTopic').properties.KmsMasterKeyId).toBe(arnOf(key('DataKey')));
    const { Statement } = at('Vault/AlarmTopic/Policy').properties.PolicyDocument as SynthesizedPolicy;
    expect(Statement).toContainEqual(
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    );
  });

  test('is published to by CloudWatch, for this account only', () => {
    const { Statement } = at('Vault/AlarmTopic/Policy').properties.PolicyDocument as SynthesizedPolicy;
    const allowed = [...Statement, ...keyPolicy('DataKey').Statement].filter(
      ({ Effect, Principal }) => Effect === 'Allow' && Principal?.Service === 'cloudwatch.amazonaws.com',
    );
    expect(allowed.map(({ Action }) => Action)).toEqual(['sns:Publish', ['kms:Decrypt', 'kms:GenerateDataKey']]);
    for (const { Condition } of allowed)
      expect(Condition).toEqual({ StringEquals: { 'aws:SourceAccount': '111122223333' } });
  });
});
