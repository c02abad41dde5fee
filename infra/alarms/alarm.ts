/**
 * What a row of the tables of alarms says: what is watched, from when on somebody is told, how soon, and which promise or
 * clause it guards. The alarms of the template and the dashboard follow from the rows; each name is a heading of
 * docs/runbook.md, which says what it means, how to look and what to do.
 */
import type { METRICS, MetricName } from '../../shared/base/metrics.ts';

export interface AlarmRow {
  readonly name: string;
  /** High: somebody gets up at night. Low: somebody looks on the next working day. */
  readonly severity: 'high' | 'low';
  /** The promise of INVARIANTS.md, the clause of PCI DSS 4.0.1, or the service as such. */
  readonly guards: string;
  /** One sentence, which goes out with the alarm. */
  readonly says: string;
  readonly watches: OwnMetric | AwsMetric | TrailEvents;
  readonly statistic: 'Sum' | 'Maximum' | 'Average' | 'p99';
  readonly alarmsWhen: 'above' | 'below';
  readonly threshold: number;
  readonly periodMinutes: number;
  /** That many periods in a row. */
  readonly periods: number;
  /** What silence means: of a heartbeat the worst, of a count of failures nothing. */
  readonly missing: 'breaching' | 'notBreaching';
}

type DimensionsOf<Name extends MetricName> = (typeof METRICS)[Name]['by'][number][number];

/** A metric of shared/base/metrics.ts. */
export type OwnMetric = {
  readonly [Name in MetricName]: {
    readonly own: Name;
    readonly where: { readonly [Dimension in DimensionsOf<Name>]?: string };
  };
}[MetricName];

/** A metric AWS makes by itself, of a part of this stack. */
export interface AwsMetric {
  readonly aws: `AWS/${string}`;
  readonly metric: string;
  /** A function by its entry in infra/routes.ts; `each function` makes one alarm for each. */
  readonly of: 'api' | `cde/${string}` | 'each function' | 'firewall' | 'trail logs';
}

/** Events in the trail's log group, which are of the whole account: nothing else should run there. */
export interface TrailEvents {
  /** A filter pattern of CloudWatch Logs. */
  readonly pattern: string;
}

/** Once is enough, and silence is good news. */
export const ONCE = {
  statistic: 'Sum',
  alarmsWhen: 'above',
  threshold: 0,
  periodMinutes: 5,
  periods: 1,
  missing: 'notBreaching',
} as const;

/** More than so many within five minutes. */
export const moreThan = (threshold: number) => ({ ...ONCE, threshold });

/** A heartbeat of a schedule: less than one run in the time is as bad as none at all. */
export const STOPPED = {
  statistic: 'Sum',
  alarmsWhen: 'below',
  threshold: 1,
  periods: 1,
  missing: 'breaching',
} as const;

/** Something has waited for more than so long in three minutes' runs. */
export const waitingFor = (seconds: number) =>
  ({
    statistic: 'Maximum',
    alarmsWhen: 'above',
    threshold: seconds,
    periodMinutes: 1,
    periods: 3,
    missing: 'notBreaching',
  }) as const;

/** One in a hundred takes longer, for fifteen minutes. */
export const slowerThan = (milliseconds: number) =>
  ({
    statistic: 'p99',
    alarmsWhen: 'above',
    threshold: milliseconds,
    periodMinutes: 5,
    periods: 3,
    missing: 'notBreaching',
  }) as const;
