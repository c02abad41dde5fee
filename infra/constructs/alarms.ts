/**
 * CloudWatch alarms made from the rows of `infra/alarms/`, and the topic that notifies people. An alarm's name begins
 * with the stack and its severity, so that a subscription can filter by it. The messages contain metric values and no
 * card data.
 */
import { Duration, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { AlarmRow, AwsMetric } from '../alarms/alarm.ts';
import { sidFor } from '../sid.ts';
import { metricsNamespace } from './function.ts';

/** The resources that the rows watch; each is required only if a row watches it. */
export interface WatchedResources {
  readonly api?: { readonly ApiName: string; readonly Stage: string };
  /** By entry of routes.ts. */
  readonly functions?: ReadonlyMap<string, IFunction>;
  readonly firewall?: { readonly WebACL: string };
  readonly trailLogs?: ILogGroup;
}

export interface AlarmsProps {
  readonly rows: readonly AlarmRow[];
  readonly watched: WatchedResources;
  readonly topic: ITopic;
}

/** How much of a stack's name the names of its roles begin with; CloudFormation gives a role's name 64 characters. */
const ROLE_PREFIX_CHARS = 20;

export class Alarms extends Construct {
  readonly all: readonly Alarm[];
  private readonly watched: WatchedResources;

  constructor(scope: Construct, id: string, { rows, watched, topic }: AlarmsProps) {
    super(scope, id);
    this.watched = watched;
    const action = new SnsAction(topic);
    this.all = rows.flatMap((row) =>
      this.metricsOf(row).map(([suffix, metric]) => {
        const alarm = this.alarm(row, suffix, metric);
        alarm.addAlarmAction(action);
        alarm.addOkAction(action);
        return alarm;
      }),
    );
  }

  private alarm(row: AlarmRow, suffix: string, metric: IMetric): Alarm {
    const above = row.alarmsWhen === 'above';
    return new Alarm(this, sidFor(row.name) + suffix, {
      alarmName: [Stack.of(this).stackName, row.severity, row.name, suffix].filter(Boolean).join('-'),
      alarmDescription: `${row.says} Guards ${row.guards}; see ${row.name} in docs/runbook.md.`,
      metric,
      comparisonOperator: above ? ComparisonOperator.GREATER_THAN_THRESHOLD : ComparisonOperator.LESS_THAN_THRESHOLD,
      threshold: row.threshold,
      evaluationPeriods: row.periods,
      treatMissingData: row.missing === 'breaching' ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
  }

  /** One suffix and metric for each alarm of the row. */
  private metricsOf(row: AlarmRow): readonly (readonly [suffix: string, metric: IMetric])[] {
    const { watches, statistic } = row;
    const common = { statistic, period: Duration.minutes(row.periodMinutes) };
    const namespace = metricsNamespace(this);
    if ('own' in watches) {
      return [['', new Metric({ ...common, namespace, metricName: watches.own, dimensionsMap: { ...watches.where } })]];
    }
    if ('patterns' in watches) {
      const metricName = sidFor(row.name);
      // CloudFormation shortens a long stack's name in the names of roles.
      const rolePrefix = `${Stack.of(this).stackName}-`.slice(0, ROLE_PREFIX_CHARS);
      for (const [at, pattern] of watches.patterns.entries()) {
        new MetricFilter(this, `${metricName}Filter${at === 0 ? '' : at + 1}`, {
          logGroup: needed(this.watched.trailLogs, row),
          filterPattern: FilterPattern.literal(pattern.replaceAll('{{stack}}', rolePrefix)),
          metricNamespace: `${namespace}/trail`,
          metricName,
          metricValue: '1',
        });
      }
      return [['', new Metric({ ...common, namespace: `${namespace}/trail`, metricName })]];
    }
    const metrics = this.dimensionsOf(row, watches).map(([suffix, dimensionsMap]) => {
      const metric = new Metric({ ...common, namespace: watches.aws, metricName: watches.metric, dimensionsMap });
      return [suffix, metric] as const;
    });
    return watches.of === 'ten functions' ? sumsOfTen(metrics.map(([, metric]) => metric)) : metrics;
  }

  private dimensionsOf(row: AlarmRow, { of }: AwsMetric): readonly (readonly [string, Record<string, string>])[] {
    const { api, functions, firewall, trailLogs } = this.watched;
    if (of === 'each function' || of === 'ten functions') {
      return [...needed(functions, row)].map(([entry, { functionName }]) => [
        sidFor(entry),
        { FunctionName: functionName },
      ]);
    }
    if (of === 'firewall') return [['', { ...needed(firewall, row), Region: Stack.of(this).region, Rule: 'ALL' }]];
    if (of === 'trail logs') return [['', { LogGroupName: needed(trailLogs, row).logGroupName }]];
    if (of === 'api') return [['', { ...needed(api, row) }]];
    return [['', { FunctionName: needed(functions?.get(of), row).functionName }]];
  }
}

/** CloudWatch’s limit on the metrics of one alarm. */
const METRICS_MAX = 10;

function sumsOfTen(metrics: readonly Metric[]): readonly (readonly [suffix: string, metric: IMetric])[] {
  const groups = Map.groupBy(metrics, (metric) => Math.floor(metrics.indexOf(metric) / METRICS_MAX));
  return [...groups].map(([index, some]) => {
    const usingMetrics = Object.fromEntries(some.map((metric, at) => [`m${at}`, metric]));
    const expression = Object.keys(usingMetrics).join(' + ');
    const [{ period } = {}] = some;
    return [String(index + 1), new MathExpression({ expression, usingMetrics, ...(period && { period }) })] as const;
  });
}

function needed<T>(part: T | undefined, { name }: AlarmRow): T {
  if (part === undefined) throw new Error(`infra/alarms: ${name} watches something that this stack does not have`);
  return part;
}

/** Encrypted. Only CloudWatch may publish, for alarms of this account and over TLS. */
export function createAlarmTopic(scope: Construct, id: string, dataKey: IKey): Topic {
  const topic = new Topic(scope, id, { masterKey: dataKey, enforceSSL: true });
  topic.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AlarmsPublish',
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
  );
  return topic;
}
