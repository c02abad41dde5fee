/**
 * Rules for events that would blind the audit, widen access to cards, or copy them. Which calls they are is data of
 * shared/base/watched-calls.ts; here is what of them breaks a rule, and what any use of a card may break. Missing or
 * unexpected parameters break a rule. test/audit/watch-rules.test.ts has a compliant and a violating record for each.
 */
import { TABLES, type TableDefinition } from '../../shared/base/tables.ts';
import { WATCHED_CALLS, type WatchedCalls, type WatchedName } from '../../shared/base/watched-calls.ts';
import type {
  CallParameters,
  KeyEvent,
  TableEvent,
  TrailEvent,
  VaultResources,
  VaultStatement,
} from '../trail/events.ts';
import { isNamed, needOf, oursIn } from './ours.ts';
import { coversVault } from './watch-selectors.ts';

export interface WatchRule {
  /** What happened, as one sentence for the report. */
  readonly says: string;
  /** The PCI DSS 4.0.1 requirement it serves. */
  readonly clause: string;
  /** Its hits are listed and are no findings: the change may be intended, and an auditor asks who made it and why. */
  readonly isListed?: true | undefined;
  /** What CloudFormation did of it is listed too. */
  readonly mayBeDeployed?: boolean;
  /** The fact of the vault without which the rule is not asked. */
  readonly needs?: keyof VaultStatement | undefined;
  /** The calls it judges, as `service:name`; absent for rules about every use of a card. */
  readonly calls?: readonly string[];
  /** What the event affects where it breaks the rule; otherwise undefined. */
  broken(event: TrailEvent, resources: VaultResources): string | undefined;
}

const object = (value: unknown): CallParameters =>
  typeof value === 'object' && value !== null ? (value as CallParameters) : {};
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

type Condition = (event: TrailEvent, resources: VaultResources) => boolean;

/** What a call must ask for to break its rule. Any call of a row without a condition breaks it. */
const CONDITIONS: Readonly<Partial<Record<WatchedName, Condition>>> = {
  trail_weakened: isTrailWeakened,
  trail_files_written: (event, resources) => !isDelivery(event) && !isDecryptionList(event, resources),
  table_expires(event) {
    if (event.service !== 'dynamodb') return false;
    const { enabled, attributeName } = object(event.parameters.timeToLiveSpecification);
    const { expires }: TableDefinition = TABLES[event.table];
    return enabled !== false && attributeName !== expires;
  },
  requests_logged: tracesRequests,
  role_passed: (event, resources) => isPassedOn(event, resources),
  key_granted: (event) => event.service === 'kms' || !isByService(event),
  events_left_out: ({ parameters }, resources) => !coversVault(parameters, resources),
  one_time_table_kept: (event) => tableOf(event) === 'Tokens' && keepsCopies(event),
  cards_copied: (event) => tableOf(event) === 'Cards' && keepsCopies(event),
  table_unprotected(event) {
    if (event.service !== 'dynamodb') return false;
    const { deletionProtectionEnabled, pointInTimeRecoverySpecification: recovery } = event.parameters;
    const loses = TABLES[event.table].pointInTimeRecovery && object(recovery).pointInTimeRecoveryEnabled === false;
    return event.name === 'DeleteTable' || deletionProtectionEnabled === false || loses;
  },
};

/** A function without a role in the call keeps the one it has. */
const isPassedOn: Condition = ({ parameters }, { stated }) => {
  const { role, functionName } = parameters;
  const isOurs = stated?.functionNames?.some((name) => isNamed(String(functionName), name)) === true;
  return typeof role === 'string' && !isOurs;
};

/** Whether a patch turns `logging/dataTrace` on, of one method or of all. A removal leaves the default, which is off. */
function tracesRequests({ parameters }: TrailEvent): boolean {
  const patches = [parameters, object(parameters.updateStageInput)].flatMap((body) => list(body.patchOperations));
  return patches.map(object).some(({ op, path, value }) => {
    const isTrace = String(path).toLowerCase().endsWith('/logging/datatrace');
    return isTrace && op !== 'remove' && String(value).toLowerCase() !== 'false';
  });
}

/** Members of UpdateTrail that move what it writes, beside the value that leaves it where the vault's template put it. */
function isTrailWeakened({ parameters }: TrailEvent, { stated = {} }: VaultResources): boolean {
  const { trailBucket, keyIds, logGroupNames } = stated;
  const { enableLogFileValidation, isMultiRegionTrail, includeGlobalServiceEvents } = parameters;
  const isOf = (names: readonly string[] | undefined) => (value: string) =>
    names?.some((name) => isNamed(value, name)) ?? value !== '';
  const moved = (member: string, isKept: (value: string) => boolean) =>
    parameters[member] !== undefined && !isKept(String(parameters[member]));
  return (
    [enableLogFileValidation, isMultiRegionTrail, includeGlobalServiceEvents].includes(false) ||
    moved('s3BucketName', (value) => trailBucket === undefined || value === trailBucket) ||
    moved('s3KeyPrefix', (value) => value === '') ||
    moved('kmsKeyId', isOf(keyIds)) ||
    moved('cloudWatchLogsLogGroupArn', isOf(logGroupNames))
  );
}

/** CloudTrail's own delivery. AWS writes the type of a service's identity, and no caller can. */
const isDelivery = ({ principal, callerArn, name }: TrailEvent): boolean =>
  principal === 'AWSService' && callerArn === 'cloudtrail.amazonaws.com' && name === 'PutObject';

/** The hourly list of decryptions, which the vault puts beside the trail's folders. */
const isDecryptionList = ({ name, parameters, ...event }: TrailEvent, { stated }: VaultResources): boolean =>
  name === 'PutObject' &&
  String(parameters.key).startsWith('decryptions/') &&
  event.principal === 'AssumedRole' &&
  stated?.roleNames?.includes(event.caller) !== false;

/** DynamoDB and others grant themselves the use of a key that encrypts for them. */
const isByService = ({ invokedBy }: TrailEvent): boolean => invokedBy?.endsWith('.amazonaws.com') === true;

function keepsCopies({ name, parameters }: TrailEvent): boolean {
  if (name === 'UpdateContinuousBackups') {
    return object(parameters.pointInTimeRecoverySpecification).pointInTimeRecoveryEnabled !== false;
  }
  if (name !== 'UpdateTable') return true;
  const isStreamed = object(parameters.streamSpecification).streamEnabled === true;
  const isReplicated = list(parameters.replicaUpdates).length > 0;
  const isIndexed = list(parameters.globalSecondaryIndexUpdates).some((update) => {
    const { create } = object(update);
    return create !== undefined && object(object(create).projection).projectionType !== 'KEYS_ONLY';
  });
  return isStreamed || isReplicated || isIndexed;
}

function ruleOf(name: WatchedName): WatchRule {
  const row: WatchedCalls = WATCHED_CALLS[name];
  const condition = CONDITIONS[name];
  return {
    says: row.says,
    clause: row.clause,
    isListed: row.isListed,
    mayBeDeployed: row.isNeverDeployed !== true,
    needs: needOf(row),
    calls: Object.keys(row.calls),
    broken: (event, resources) =>
      condition === undefined || condition(event, resources) ? oursIn(row, event, resources) : undefined,
  };
}

const keyOf = (event: TrailEvent): string | undefined => (event.service === 'kms' ? event.key : undefined);
const tableOf = (event: TrailEvent): string | undefined => (event.service === 'dynamodb' ? event.table : undefined);

/** A use of card data: its keys, or items of the tables that hold ciphertext. Indexes project keys only. */
const KEY_ADMINISTRATION =
  /^(?:Put|Create|Disable|Enable|Schedule|Cancel|Update|Delete|Retire|Revoke|Import|Tag|Untag|Get|List)/;
const ITEM_CALLS = /(?:Item|Items|^Query|^Scan|Statement)$/;
function cardUse(event: TrailEvent): string | undefined {
  if (event.service === 'kms') return isCardKey(event) && !KEY_ADMINISTRATION.test(event.name) ? event.key : undefined;
  return event.service === 'dynamodb' && isCardItem(event) ? event.table : undefined;
}
const isCardKey = ({ key, name }: KeyEvent): boolean =>
  (key === 'PanKey' || key === 'FormerPanKey' || key === 'CvcKey') && name !== 'DescribeKey';
const isCardItem = ({ table, name, index }: TableEvent): boolean =>
  (table === 'Tokens' || table === 'Cards') && ITEM_CALLS.test(name) && index === undefined;

/** Source: CloudTrail user guide, "CloudTrail userIdentity element" and "CloudTrail record contents". */
const USE_RULES = {
  stranger: {
    says: 'Card data was used by somebody who is no role of the stack.',
    clause: '7.2.1',
    needs: 'roleNames',
    broken: (event, { stated }) =>
      stated?.roleNames?.includes(event.caller) && event.principal === 'AssumedRole' ? undefined : cardUse(event),
  },
  root_used: {
    says: 'The account’s root user touched a key or table of the vault.',
    clause: '7.2.2',
    broken: (event) => (event.principal === 'Root' ? (keyOf(event) ?? tableOf(event)) : undefined),
  },
  no_mfa: {
    says: 'A person used a key or table of the vault without a second factor.',
    clause: '8.4.2',
    needs: 'requiresMfa',
    broken: (event) =>
      (event.principal === 'IAMUser' || event.principal === 'Root') && event.isMfa !== true
        ? (keyOf(event) ?? tableOf(event))
        : undefined,
  },
  outside_region: {
    says: 'Card data was used in another Region than the vault’s.',
    clause: '1.4.4',
    needs: 'region',
    broken: (event, { stated }) => (event.region === stated?.region ? undefined : cardUse(event)),
  },
  outside_vpc: {
    says: 'Card data was used from outside the vault’s VPC endpoints.',
    clause: '1.4.4',
    needs: 'vpcEndpointIds',
    broken: (event, { stated }) =>
      stated?.vpcEndpointIds?.includes(event.vpcEndpointId ?? '') ? undefined : cardUse(event),
  },
  weak_tls: {
    says: 'Card data was used over a TLS version older than 1.2.',
    clause: '4.2.1',
    broken: (event) =>
      event.tlsVersion === undefined || /^TLSv1\.[23]$/.test(event.tlsVersion) ? undefined : cardUse(event),
  },
} as const satisfies Record<string, WatchRule>;

const CALL_RULES = Object.fromEntries(
  (Object.keys(WATCHED_CALLS) as WatchedName[]).map((name) => [name, ruleOf(name)]),
) as Readonly<Record<WatchedName, WatchRule>>;

export const WATCH_RULES = { ...CALL_RULES, ...USE_RULES };

export type WatchRuleName = keyof typeof WATCH_RULES;
export const WATCH_RULE_NAMES = Object.keys(WATCH_RULES) as readonly WatchRuleName[];
