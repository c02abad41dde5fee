/** One overview page: the state of every alarm, then metrics of the vault and of AWS. */
import { Duration, Stack } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IAlarm,
  type IMetric,
  MathExpression,
  Metric,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { MetricName } from '../../shared/base/metrics.ts';
import { metricsNamespace } from './function.ts';

export interface DashboardProps {
  readonly alarms: readonly IAlarm[];
  readonly api: { readonly ApiName: string; readonly Stage: string };
}

const WIDTH = 8;
const period = Duration.minutes(5);

export function createDashboard(scope: Construct, id: string, { alarms, api }: DashboardProps): Dashboard {
  const namespace = metricsNamespace(scope);
  const own = (metricName: MetricName, statistic: 'Sum' | 'Maximum'): IMetric =>
    new Metric({ namespace, metricName, statistic, period });
  const ofApi = (metricName: string, statistic: string): IMetric =>
    new Metric({ namespace: 'AWS/ApiGateway', metricName, statistic, period, dimensionsMap: api });
  /** A search over all values of a dimension, so that none is listed here. */
  const each = (metricName: MetricName, dimensions: string): IMetric =>
    new MathExpression({
      expression: `SEARCH('{"${namespace}",${dimensions}} MetricName="${metricName}"', 'Sum', ${period.toSeconds()})`,
      label: '',
      period,
      usingMetrics: {},
    });
  const graph = (title: string, ...left: IMetric[]) => new GraphWidget({ title, left, width: WIDTH });

  const dashboard = new Dashboard(scope, id, { dashboardName: Stack.of(scope).stackName });
  dashboard.addWidgets(new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 3 * WIDTH, height: 8 }));
  dashboard.addWidgets(
    graph('Requests', ofApi('Count', 'Sum')),
    graph('Refused and failed requests', ofApi('4XXError', 'Sum'), ofApi('5XXError', 'Sum')),
    graph('Time to respond, ms', ofApi('Latency', 'p50'), ofApi('Latency', 'p99')),
  );
  dashboard.addWidgets(
    graph('Charges', each('Charges', 'mode,outcome')),
    graph('Refusals', each('Refusals', 'code')),
    graph('Calls to AWS repeated', each('Retries', 'service')),
  );
  dashboard.addWidgets(
    graph('Overdue, seconds', own('TokensOverdueSeconds', 'Maximum'), own('UnresolvedSeconds', 'Maximum')),
    graph('Swept', own('TokensErased', 'Sum'), own('EntriesResolved', 'Sum')),
    graph('Webhooks', own('DeliveriesMade', 'Sum'), own('DeliveriesFailed', 'Sum'), own('DeliveriesDead', 'Sum')),
  );
  return dashboard;
}
