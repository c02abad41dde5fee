/**
 * Metrics as log lines: CloudWatch extracts them from the log (embedded metric format, CloudWatch user guide), so a
 * function needs no permission and no client for them. A dimension is a field of log.ts with few values. A merchant,
 * card or request is not a dimension, because each value creates a metric, and metrics cannot be erased.
 */
import { type LogFields, type LogLevel, logRecord } from './log.ts';

type Dimension = 'function' | 'service' | 'processor' | 'destination' | 'mode' | 'outcome' | 'code';

interface MetricDefinition {
  /** Of CloudWatch's units. */
  readonly unit: 'Count' | 'Seconds';
  /** Each set of dimensions under which the value is counted. */
  readonly by: readonly (readonly Dimension[])[];
  readonly about: string;
}

export const METRICS = {
  Charges: {
    unit: 'Count',
    by: [
      ['processor', 'mode', 'outcome'],
      ['mode', 'outcome'],
    ],
    about: 'responses to charges, by outcome; processing is an outcome not known yet',
  },
  CardsSent: {
    unit: 'Count',
    by: [['destination']],
    about: 'responses to live charges and forwards, by the deployed destination of the card',
  },
  DestinationFirstUses: {
    unit: 'Count',
    by: [['destination'], []],
    about: 'receivers of live cards that got their first card, by their deployed destination',
  },
  DestinationFirstUsesLate: {
    unit: 'Count',
    by: [[]],
    about: 'those that got it over a day after their deployment, or whose deployment is not known',
  },
  Refusals: {
    unit: 'Count',
    by: [['code']],
    about: 'requests refused or failed, by the code of docs/reference/errors.md',
  },
  AttemptsUncounted: {
    unit: 'Count',
    by: [[]],
    about: 'attempts to send a card or code that could not be counted, and went on',
  },
  Retries: { unit: 'Count', by: [['service']], about: 'calls to AWS that had to be repeated, or were given up' },
  Runs: { unit: 'Count', by: [['function']], about: 'runs of a scheduled function that came to their end' },
  TokensErased: { unit: 'Count', by: [[]], about: 'expired tokens erased by the sweep' },
  TokensOverdueSeconds: {
    unit: 'Seconds',
    by: [[]],
    about: 'how long ago the oldest token still to be erased expired',
  },
  EntriesResolved: {
    unit: 'Count',
    by: [[]],
    about: 'charges, operations, forwards and checkout sessions that the sweep ended',
  },
  UnresolvedSeconds: { unit: 'Seconds', by: [[]], about: 'how long the oldest of them has been unresolved' },
  EventsCopied: { unit: 'Count', by: [[]], about: 'events copied from the ledger for lists and webhooks' },
  EventsLeft: { unit: 'Count', by: [[]], about: 'charges with events that a run did not copy' },
  DeliveriesMade: { unit: 'Count', by: [[]], about: 'webhooks a receiver has accepted' },
  DeliveriesFailed: { unit: 'Count', by: [[]], about: 'tries to send a webhook without an acceptance' },
  DeliveriesDead: { unit: 'Count', by: [[]], about: 'webhooks given up, and kept for fuda webhook replay' },
  Decryptions: { unit: 'Count', by: [[]], about: 'decryptions of card data in the window of the last reconciliation' },
  DecryptionsProven: {
    unit: 'Count',
    by: [[]],
    about: 'decryptions of which AWS’s records show reason and result in their order',
  },
  DecryptionsInterrupted: { unit: 'Count', by: [[]], about: 'decryptions of work that stopped before it noted them' },
  DecryptionsInterruptedOverLimit: { unit: 'Count', by: [[]], about: 'how many more of these than a report allows' },
  DecryptionsClaimed: {
    unit: 'Count',
    by: [[]],
    about: 'decryptions that only the ledger gives a reason, against AWS’s records or without them',
  },
  DecryptionsUnexplained: {
    unit: 'Count',
    by: [[]],
    about: 'decryptions and re-encryptions of card data without a recorded reason',
  },
  DecryptionsUnseen: { unit: 'Count', by: [[]], about: 'decryptions the vault recorded and the trail does not show' },
  TrailFilesBroken: {
    unit: 'Count',
    by: [[]],
    about: 'files of the trail that are altered, missing, strange or unreadable',
  },
  DigestsMissing: { unit: 'Count', by: [[]], about: 'times without a digest of the trail, and trails beside it' },
  DigestAgeSeconds: {
    unit: 'Seconds',
    by: [[]],
    about: 'how long ago the newest valid digest of the vault’s Region ends',
  },
  HoneyTouched: { unit: 'Count', by: [[]], about: 'uses of planted cards and tokens' },
  EvidenceFindings: { unit: 'Count', by: [[]], about: 'findings of the last reconciliation, of any kind' },
  ReviewBehindSeconds: {
    unit: 'Seconds',
    by: [[]],
    about: 'how long ago the oldest hour ended that is due for its second review and has none',
  },
  DecryptionHoursLeft: {
    unit: 'Count',
    by: [[]],
    about: 'past hours with decryptions that are not stored beside the trail yet',
  },
  CaptureKeyAgeSeconds: { unit: 'Seconds', by: [[]], about: 'age of the key pair that browsers encrypt cards to' },
  PageViolations: {
    unit: 'Count',
    by: [[]],
    about: 'acts that browsers refused on pages of the vault, by their reports',
  },
  PageFindings: { unit: 'Count', by: [[]], about: 'differences between what is served to browsers and what was built' },
} as const satisfies Record<string, MetricDefinition>;

export type MetricName = keyof typeof METRICS;

export type Measures = { readonly [Name in MetricName]?: number };

interface LineHead {
  readonly namespace: string | undefined;
  readonly level: LogLevel;
  readonly timeMs: number;
}

/**
 * One log line that also carries metrics. A set of dimensions counts where the line has all its fields. `namespace`
 * separates two deployments in one account; without it the line holds the values and CloudWatch makes no metric of
 * them.
 */
export function metricLine({ namespace, level, timeMs }: LineHead, fields: LogFields, measures: Measures): string {
  const line = logRecord(level, timeMs, fields);
  const values = (Object.entries(measures) as [MetricName, number][]).filter(([, value]) => Number.isFinite(value));
  const CloudWatchMetrics = values.map(([Name]) => {
    const { unit: Unit, by }: MetricDefinition = METRICS[Name];
    const Dimensions = by.filter((set) => set.every((field) => field in line));
    return { Namespace: namespace, Dimensions, Metrics: [{ Name, Unit }] };
  });
  const directive = namespace !== undefined && values.length > 0;
  return JSON.stringify({
    ...(directive && { _aws: { Timestamp: timeMs, CloudWatchMetrics } }),
    ...line,
    ...Object.fromEntries(values),
  });
}
