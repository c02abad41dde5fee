/**
 * Alarms on the events of the trail's log group, which can be in another account. The calls are those of
 * shared/base/watched-calls.ts; a pattern looks at neither the resource nor the parameters, because only the vault
 * should run in the account. A deployment also sets some of them off; docs/runbook.md says which.
 */
import {
  callsOf,
  sourceAndName,
  WATCHED_CALLS,
  type WatchedAlarm,
  type WatchedCalls,
} from '../../shared/base/watched-calls.ts';
import { type AlarmRow, ONCE, STOPPED } from './alarm.ts';

const ROWS: readonly WatchedCalls[] = Object.values(WATCHED_CALLS);

/** CloudWatch's limit for a filter pattern. Source: CloudWatch Logs API reference, PutMetricFilter. */
const MAX_PATTERN_CHARS = 1_024;

interface Watching {
  readonly name: WatchedAlarm;
  /** The promise it guards beside the clauses of its calls. */
  readonly promise?: string;
  readonly says: string;
  /** A further condition, for calls that are frequent otherwise. */
  readonly only?: string;
}

/** The alarm of its rows: their severity, their clauses, and as many patterns as their calls need. */
function watching({ name, promise, says, only }: Watching): AlarmRow {
  const rows = ROWS.filter(({ alarm }) => alarm === name);
  const [severity = 'high'] = rows.map((row) => row.severity);
  const guards = [...new Set([...(promise === undefined ? [] : [promise]), ...rows.map(({ clause }) => clause)])];
  return {
    name,
    severity,
    guards: guards.join(', '),
    says,
    watches: { patterns: patternsOf(callsOf(rows), only) },
    ...ONCE,
  };
}

const anyOf = (...tests: readonly string[]): string => `(${tests.join(' || ')})`;
const named = (member: string, ...values: readonly string[]): string =>
  anyOf(...values.map((value) => `($.${member} = "${value}")`));

/** One pattern for as many services as fit; a service with more calls than one pattern holds has several. */
function patternsOf(calls: readonly string[], only?: string): string[] {
  const patterns: string[] = [];
  let taken: string[] = [];
  for (const call of calls) {
    if (patternOf([...taken, call], only).length > MAX_PATTERN_CHARS) {
      patterns.push(patternOf(taken, only));
      taken = [];
    }
    taken.push(call);
  }
  return [...patterns, patternOf(taken, only)];
}

function patternOf(calls: readonly string[], only?: string): string {
  const bySource = Map.groupBy(calls.map(sourceAndName), ([source]) => source);
  const tests = [...bySource].map(([source, members]) => {
    // Lambda's names end in a version.
    const end = source.startsWith('lambda.') ? '*' : '';
    return `(($.eventSource = "${source}") && ${named('eventName', ...members.map(([, name]) => `${name}${end}`))})`;
  });
  return `{ ${[tests.length === 1 ? tests[0] : anyOf(...tests), ...(only ? [only] : [])].join(' && ')} }`;
}

/** A role's name is made of the stack's; the evidence report compares whole names. */
const IS_STRANGER =
  '(($.userIdentity.type != "AssumedRole") || ($.userIdentity.sessionContext.sessionIssuer.userName != "{{stack}}*"))';

/** All but CloudTrail's own deliveries, and the hourly list of decryptions that the vault puts beside them. */
const IS_FOREIGN_FILE = [
  anyOf('($.userIdentity.invokedBy NOT EXISTS)', '($.userIdentity.invokedBy != "cloudtrail.amazonaws.com")'),
  anyOf(
    '($.requestParameters.key NOT EXISTS)',
    '($.requestParameters.key != "decryptions/*")',
    '($.eventName != "PutObject")',
    IS_STRANGER,
  ),
].join(' && ');

/** The contexts of cards and of the keys that browsers encrypt to; HMAC keys have none. */
const CARD_KEYS = `($.eventSource = "kms.amazonaws.com") && ${anyOf(
  named('eventName', 'GenerateMac', 'VerifyMac'),
  named('requestParameters.encryptionContext.purpose', 'pan', 'cvc', 'capture'),
  named('requestParameters.sourceEncryptionContext.purpose', 'pan', 'cvc', 'capture'),
)}`;
/** Operators write merchants and webhooks, one item at a time. Only the vault writes the other tables, or several items. */
const WRITES = `($.eventSource = "dynamodb.amazonaws.com") && ${anyOf(
  named('eventName', 'BatchWriteItem', 'TransactWriteItems', 'Execute*', 'BatchExecute*'),
  `(${named('eventName', 'PutItem', 'UpdateItem', 'DeleteItem')} && ${named(
    'requestParameters.tableName',
    ...['Tokens', 'Cards', 'Ledger', 'CaptureKeys', 'Counters'].map((table) => `*${table}*`),
  )})`,
)}`;

export const TRAIL_ALARMS: readonly AlarmRow[] = [
  {
    name: 'trail-silent',
    severity: 'high',
    guards: 'V12, 10.7.2',
    says: 'No event has reached the trail’s log group for half an hour, though the sweep alone causes some every minute.',
    watches: { aws: 'AWS/Logs', metric: 'IncomingLogEvents', of: 'trail logs' },
    ...STOPPED,
    periodMinutes: 30,
  },
  watching({
    name: 'trail-changed',
    promise: 'V12',
    says: 'The trail was stopped, deleted or changed, or a call tried to.',
  }),
  watching({
    name: 'trail-store-changed',
    promise: 'V12',
    says: 'The policy, lock, lifecycle or versioning of a bucket was changed, or a call tried to.',
  }),
  watching({
    name: 'trail-files-written',
    promise: 'V12',
    says: 'A file of the trail was written, replaced or deleted by a caller other than CloudTrail, or a call tried to.',
    only: IS_FOREIGN_FILE,
  }),
  watching({
    name: 'logs-changed',
    says: 'Logs were deleted, changed or copied elsewhere, an alarm was silenced, or a call tried to.',
  }),
  watching({
    name: 'key-changed',
    promise: 'V5',
    says: 'A KMS key’s policy was changed, its rotation was stopped, or it was disabled or scheduled for deletion, or a call tried to.',
  }),
  {
    name: 'kms-denied',
    severity: 'high',
    guards: 'V5, 10.2.1.4',
    says: 'KMS denied the use of a key.',
    watches: { patterns: ['{ ($.eventSource = "kms.amazonaws.com") && ($.errorCode = "AccessDenied*") }'] },
    ...ONCE,
  },
  watching({
    name: 'table-changed',
    promise: 'V2',
    says: 'A table, its stream or its recovery was changed, copied, exported, restored or deleted, or a call tried to.',
  }),
  watching({
    name: 'destination-changed',
    promise: 'V14',
    says: 'A place where live cards may go was added or removed, or a call tried to.',
    // A pattern cannot look for one name among several.
    only: '(($.requestParameters.name = "/fuda/*/destinations/*") || ($.eventName = "DeleteParameters"))',
  }),
  watching({
    name: 'code-changed',
    says: 'A function’s code, settings or allowed callers were changed, a schedule was, or a stack was deployed.',
  }),
  watching({
    name: 'api-changed',
    says: 'The API, its domain names or its firewall were changed, or a call tried to.',
  }),
  watching({
    name: 'roles-changed',
    says: 'A role, a policy, a user or a group was given other rights, or a user or an access key was created.',
  }),
  {
    name: 'stranger-used',
    severity: 'high',
    guards: 'V5, 7.2.1',
    says: 'A caller that is no role of the stack used a key of cards, or wrote their tables or the ledger, or tried to.',
    watches: { patterns: [CARD_KEYS, WRITES].map((uses) => `{ ${uses} && ${IS_STRANGER} }`) },
    ...ONCE,
  },
  {
    name: 'root-used',
    severity: 'high',
    guards: '10.2.1.2',
    says: 'The account’s root user was used.',
    watches: {
      patterns: [
        '{ ($.userIdentity.type = "Root") && ($.userIdentity.invokedBy NOT EXISTS) && ($.eventType != "AwsServiceEvent") }',
      ],
    },
    ...ONCE,
  },
];
