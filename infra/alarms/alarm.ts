/**
 * The type of a row in the alarm tables: the metric, the threshold, the severity, and the promise or clause it guards.
 * The template's alarms and the dashboard are made from these rows. Each name is a heading of docs/runbook.md, which
 * says what the alarm means, how to investigate and what to do.
 */
import type { METRICS, MetricName } from '../../shared/base/metrics.ts';

export interface AlarmRow {
  readonly name: string;
  /** High: pages the person on call at any hour. Low: can wait for the next working day. */
  readonly severity: 'high' | 'low';
  /** A promise of INVARIANTS.md, a clause of PCI DSS 4.0.1, or `service`. */
  readonly guards: string;
  /** One sentence, sent as part of the alarm's message. */
  readonly says: string;
  readonly watches: OwnMetric | AwsMetric | TrailEvents;
  readonly statistic: 'Sum' | 'Maximum' | 'Average' | 'p99';
  readonly alarmsWhen: 'above' | 'below';
  readonly threshold: number;
  readonly periodMinutes: number;
  /** Consecutive periods over the threshold before the alarm goes off. */
  readonly periods: number;
  /** How missing data counts: as an alarm for a heartbeat, as no alarm for a count of failures. */
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

/** A metric that AWS publishes for a resource of this stack. */
export interface AwsMetric {
  readonly aws: `AWS/${string}`;
  readonly metric: string;
  /**
   * A function by its entry in infra/routes.ts; `each function` makes one alarm per function, and `ten functions` one on the
   * sum of ten, which is as many as CloudWatch takes.
   */
  readonly of: 'api' | `cde/${string}` | 'each function' | 'ten functions' | 'firewall' | 'trail logs';
}

/** Events in the trail's log group. They cover the whole account, because nothing else should run in it. */
export interface TrailEvents {
  /** Filter patterns of CloudWatch Logs, all of which count into one metric; `{{stack}}` begins the names of its roles. */
  readonly patterns: readonly string[];
}

/** One event sets the alarm off; missing data does not. */
export const ONCE = {
  statistic: 'Sum',
  alarmsWhen: 'above',
  threshold: 0,
  periodMinutes: 5,
  periods: 1,
  missing: 'notBreaching',
} as const;

/** More than `threshold` events within five minutes. */
export const moreThan = (threshold: number) => ({ ...ONCE, threshold });

/** A schedule's heartbeat: no run in the period sets the alarm off, and so does missing data. */
export const STOPPED = {
  statistic: 'Sum',
  alarmsWhen: 'below',
  threshold: 1,
  periods: 1,
  missing: 'breaching',
} as const;

/** The oldest waiting item is older than `seconds` in three consecutive minutes. */
export const waitingFor = (seconds: number) =>
  ({
    statistic: 'Maximum',
    alarmsWhen: 'above',
    threshold: seconds,
    periodMinutes: 1,
    periods: 3,
    missing: 'notBreaching',
  }) as const;

/** The slowest 1 % of requests take longer than `milliseconds`, for fifteen minutes. */
export const slowerThan = (milliseconds: number) =>
  ({
    statistic: 'p99',
    alarmsWhen: 'above',
    threshold: milliseconds,
    periodMinutes: 5,
    periods: 3,
    missing: 'notBreaching',
  }) as const;
