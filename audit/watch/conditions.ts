/**
 * What a watched call must ask for to break its rule. Forms of `requestParameters` follow the API references named in
 * shared/base/watched-calls.ts; missing or unexpected parameters break a rule.
 */
import { TABLES, type TableDefinition } from '../../shared/base/tables.ts';
import type { WatchedName } from '../../shared/base/watched-calls.ts';
import type { CallParameters, TrailEvent, VaultResources } from '../trail/events.ts';
import { isNamed } from './ours.ts';
import { coversVault } from './watch-selectors.ts';

const object = (value: unknown): CallParameters =>
  typeof value === 'object' && value !== null ? (value as CallParameters) : {};
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

type Condition = (event: TrailEvent, resources: VaultResources) => boolean;

/** Any call of a row without a condition breaks it. */
export const CONDITIONS: Readonly<Partial<Record<WatchedName, Condition>>> = {
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

const tableOf = (event: TrailEvent): string | undefined => (event.service === 'dynamodb' ? event.table : undefined);
