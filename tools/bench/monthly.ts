/**
 * The monthly cost of an idle deployment: every resource of its templates with a separate price, and the calls of the
 * schedules every minute. Other resources cost nothing while unused.
 */
import { METRICS } from '../../shared/base/metrics.ts';
import { SHARDS } from '../../shared/base/tables.ts';
import { PRICES } from './prices.ts';

type PriceName = keyof typeof PRICES;

export interface MonthlyLine {
  readonly what: string;
  readonly count: number;
  readonly usd: number;
  readonly price: (typeof PRICES)[PriceName];
}

interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

const many = (value: unknown): number => (Array.isArray(value) ? value.length : 0);

const metricsOfAlarm = (properties: object): number => {
  const { Metrics = [{ MetricStat: {} }] } = properties as { Metrics?: readonly { MetricStat?: object }[] };
  return Metrics.filter(({ MetricStat }) => MetricStat !== undefined).length;
};

/** Resource type → its prices, with a quantity for each. */
const PRICED: Readonly<Record<string, readonly (readonly [string, PriceName, (properties: object) => number])[]>> = {
  'AWS::KMS::Key': [['KMS keys', 'key', () => 1]],
  // Each metric of an alarm is charged as an alarm.
  'AWS::CloudWatch::Alarm': [['alarms', 'alarm', metricsOfAlarm]],
  'AWS::CloudWatch::Dashboard': [['dashboards', 'dashboard', () => 1]],
  'AWS::Logs::MetricFilter': [['metrics of the trail', 'customMetric', () => 1]],
  'AWS::WAFv2::WebACL': [
    ['firewall', 'firewall', () => 1],
    ['bot signals', 'botControl', (properties) => Number(JSON.stringify(properties).includes('BotControl'))],
    ['firewall rules', 'firewallRule', (properties) => many((properties as { Rules?: unknown }).Rules)],
  ],
  'AWS::EC2::VPCEndpoint': [
    [
      'interface endpoints, by zone',
      'interfaceEndpoint',
      (properties) => many((properties as { SubnetIds?: unknown }).SubnetIds),
    ],
  ],
  'AWS::EC2::NatGateway': [['NAT gateways', 'natGateway', () => 1]],
  'AWS::NetworkFirewall::Firewall': [
    [
      'network firewall, by zone',
      'networkFirewall',
      (properties) => many((properties as { SubnetMappings?: unknown }).SubnetMappings),
    ],
  ],
};

/** Several filters may count into one metric, which is paid once. */
function oncePerMetric(resources: readonly Resource[]): Resource[] {
  const metrics = new Set<string>();
  return resources.filter(({ Type, Properties }) => {
    if (Type !== 'AWS::Logs::MetricFilter') return true;
    const metric = JSON.stringify(Properties?.MetricTransformations);
    return !metrics.has(metric) && metrics.add(metric);
  });
}

/** The sweep queries each shard, the deliverer both sides of each and the endpoints. */
const IDLE_CALLS_A_MINUTE = SHARDS.due + SHARDS.open + 2 * SHARDS.outbox + 1;
const MINUTES_A_MONTH = 60 * 730;
const RUNS_A_MINUTE = 2;
/** Size of a CloudTrail record in CloudWatch, and of the log lines of a run. */
const KB = { call: 1.3, run: 1.2 } as const;

export function monthlyBill(templates: readonly unknown[]): readonly MonthlyLine[] {
  const resources = templates.flatMap((template) =>
    Object.values((template as { readonly Resources: Readonly<Record<string, Resource>> }).Resources),
  );
  const counts = new Map<string, readonly [PriceName, number]>();
  for (const { Type, Properties = {} } of oncePerMetric(resources)) {
    for (const [what, name, times] of PRICED[Type] ?? []) {
      counts.set(what, [name, (counts.get(what)?.[1] ?? 0) + times(Properties)]);
    }
  }
  const calls = IDLE_CALLS_A_MINUTE * MINUTES_A_MONTH;
  const runs = RUNS_A_MINUTE * MINUTES_A_MONTH;
  // About fifteen combinations of dimensions; other metrics have one value each.
  counts.set('metrics of the vault, about', ['customMetric', Object.keys(METRICS).length + 15]);
  counts.set('trail of the idle schedules', ['trailDataEvent', calls]);
  counts.set('reads of the idle schedules', ['readUnit', calls / 2]);
  counts.set('logs of the idle schedules, kB', ['logKb', Math.round(KB.call * calls + KB.run * runs)]);
  return [...counts]
    .filter(([, [, count]]) => count > 0)
    .map(([what, [name, count]]) => ({
      what,
      count,
      usd: (PRICES[name].usd / PRICES[name].per) * count,
      price: PRICES[name],
    }));
}
