/**
 * Rules for events that would blind the audit, widen access to cards, or copy them. Each rule judges one event and
 * names what it affects. Forms of `requestParameters` follow the AWS user guides and API references named at each
 * group; missing or unexpected parameters break the rule. test/audit/watch-rules.test.ts has a compliant and a
 * violating record for each rule.
 */
import { DESTINATION_NAME } from '../../shared/base/destinations.ts';
import { TABLES } from '../../shared/base/tables.ts';
import type {
  CallParameters,
  KeyEvent,
  TableEvent,
  TrailEvent,
  VaultResources,
  VaultStatement,
} from '../trail/events.ts';
import { coversVault } from './watch-selectors.ts';

export interface WatchRule {
  /** What happened, as one sentence for the report. */
  readonly says: string;
  /** The PCI DSS 4.0.1 requirement it serves. */
  readonly clause: string;
  /** Its hits are listed and are no findings: the change may be intended, and an auditor asks who made it and why. */
  readonly isListed?: true;
  /** The fact of the vault without which the rule is not asked. */
  readonly needs?: keyof VaultStatement;
  /** The calls it judges, as `source:name`; absent for rules about every use of a card. */
  readonly calls?: readonly string[];
  /** What the event affects where it breaks the rule; otherwise undefined. */
  broken(event: TrailEvent, resources: VaultResources): string | undefined;
}

const CLOUDFORMATION = 'cloudformation.amazonaws.com';

const object = (value: unknown): CallParameters =>
  typeof value === 'object' && value !== null ? (value as CallParameters) : {};
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const word = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 256) : '');

/** `vault-trail` and `arn:…:trail/vault-trail` name the same trail; undefined for other trails. */
function trailOf(parameters: CallParameters, { stated }: VaultResources): string | undefined {
  const name =
    word(parameters.name ?? parameters.trailName)
      .split('/')
      .at(-1) ?? '';
  return stated?.trailNames === undefined || stated.trailNames.includes(name) ? name : undefined;
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

const kms = (...names: readonly string[]) => names.map((name) => `kms.amazonaws.com:${name}`);
const dynamodb = (...names: readonly string[]) => names.map((name) => `dynamodb.amazonaws.com:${name}`);
const cloudtrail = (...names: readonly string[]) => names.map((name) => `cloudtrail.amazonaws.com:${name}`);
const s3 = (...names: readonly string[]) => names.map((name) => `s3.amazonaws.com:${name}`);
const iam = (...names: readonly string[]) => names.map((name) => `iam.amazonaws.com:${name}`);
const lambda = (...names: readonly string[]) => names.map((name) => `lambda.amazonaws.com:${name}`);

/** Source: CloudTrail API reference, StopLogging, DeleteTrail, UpdateTrail, PutEventSelectors; S3 API reference. */
const TRAIL_RULES = {
  logging_stopped: {
    says: 'Logging of the trail was stopped, or the trail deleted.',
    clause: '10.2.1.6',
    calls: cloudtrail('StopLogging', 'DeleteTrail'),
    broken: ({ parameters }, resources) => trailOf(parameters, resources),
  },
  trail_weakened: {
    says: 'The trail was changed: validation or Regions left out, or another bucket.',
    clause: '10.3.4',
    calls: cloudtrail('UpdateTrail'),
    broken({ parameters }, resources) {
      const { enableLogFileValidation, isMultiRegionTrail, includeGlobalServiceEvents, s3BucketName } = parameters;
      const bucket = resources.stated?.trailBucket;
      const isMoved = s3BucketName !== undefined && bucket !== undefined && s3BucketName !== bucket;
      const isNarrowed = [enableLogFileValidation, isMultiRegionTrail, includeGlobalServiceEvents].includes(false);
      return isMoved || isNarrowed ? trailOf(parameters, resources) : undefined;
    },
  },
  events_left_out: {
    says: 'The trail’s event selectors leave out KMS or a table of the vault.',
    clause: '10.2.1',
    calls: cloudtrail('PutEventSelectors'),
    broken: ({ parameters }, resources) =>
      coversVault(parameters, resources) ? undefined : trailOf(parameters, resources),
  },
  trail_bucket_changed: {
    says: 'The bucket of the trail was opened or weakened, or log files in it were deleted.',
    clause: '10.3.2',
    needs: 'trailBucket',
    calls: s3(
      'PutBucketPolicy',
      'DeleteBucketPolicy',
      'PutBucketAcl',
      'PutBucketLifecycle',
      'PutBucketVersioning',
      'PutBucketReplication',
      'PutBucketObjectLockConfiguration',
      'PutBucketPublicAccessBlock',
      'DeleteBucketPublicAccessBlock',
      'DeleteBucket',
      'DeleteObject',
      'DeleteObjects',
    ),
    broken: ({ parameters }, { stated }) =>
      parameters.bucketName === stated?.trailBucket ? word(parameters.bucketName) : undefined,
  },
} as const satisfies Record<string, WatchRule>;

/** Source: KMS developer guide, "Examples of AWS KMS log entries". */
const KEY_RULES = {
  key_policy_changed: {
    says: 'The policy of a key of the vault was replaced.',
    clause: '3.6.1.2',
    calls: kms('PutKeyPolicy'),
    broken: keyOf,
  },
  key_granted: {
    says: 'A grant was made on a key of the vault.',
    clause: '3.6.1.3',
    calls: kms('CreateGrant'),
    broken: keyOf,
  },
  key_disabled: {
    says: 'A key of the vault was disabled, scheduled for deletion, or no longer rotates.',
    clause: '3.7.4',
    calls: kms('DisableKey', 'ScheduleKeyDeletion', 'DisableKeyRotation', 'DeleteImportedKeyMaterial'),
    broken: keyOf,
  },
} as const satisfies Record<string, WatchRule>;

/** Source: DynamoDB API reference; developer guide, "Understanding DynamoDB log file entries". */
const TABLE_RULES = {
  table_policy_changed: {
    says: 'The resource policy of a table of the vault was changed.',
    clause: '7.2.1',
    calls: dynamodb('PutResourcePolicy', 'DeleteResourcePolicy'),
    broken: tableOf,
  },
  one_time_table_kept: {
    says: 'The one-time table was given recovery, a stream, a replica or a wider index, any of which keeps what is erased.',
    clause: '3.3.1',
    calls: dynamodb(
      'UpdateContinuousBackups',
      'UpdateTable',
      'EnableKinesisStreamingDestination',
      'CreateGlobalTable',
      'CreateBackup',
      'ExportTableToPointInTime',
    ),
    broken: (event) => (tableOf(event) === 'Tokens' && keepsCopies(event) ? 'Tokens' : undefined),
  },
  cards_copied: {
    says: 'The table of stored cards was exported, backed up by hand, or restored elsewhere.',
    clause: '3.2.1',
    calls: dynamodb('CreateBackup', 'ExportTableToPointInTime', 'RestoreTableToPointInTime', 'RestoreTableFromBackup'),
    broken: (event) => (tableOf(event) === 'Cards' ? 'Cards' : undefined),
  },
  table_unprotected: {
    says: 'A table of the vault was deleted, or lost its deletion protection or recovery.',
    clause: '10.5.1',
    calls: dynamodb('DeleteTable', 'UpdateTable', 'UpdateContinuousBackups'),
    broken(event) {
      if (event.service !== 'dynamodb') return undefined;
      const { deletionProtectionEnabled, pointInTimeRecoverySpecification: recovery } = event.parameters;
      const loses = TABLES[event.table].pointInTimeRecovery && object(recovery).pointInTimeRecoveryEnabled === false;
      return event.name === 'DeleteTable' || deletionProtectionEnabled === false || loses ? event.table : undefined;
    },
  },
} as const satisfies Record<string, WatchRule>;

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

/** Source: IAM API reference; Lambda developer guide, "Logging Lambda API calls" (its event names end in a version). */
const PERMISSION_RULES = {
  role_changed: {
    says: 'A role of the vault was changed by hand, not by its stack.',
    clause: '7.2.2',
    needs: 'roleNames',
    calls: iam(
      'PutRolePolicy',
      'DeleteRolePolicy',
      'AttachRolePolicy',
      'DetachRolePolicy',
      'UpdateAssumeRolePolicy',
      'PutRolePermissionsBoundary',
      'DeleteRolePermissionsBoundary',
    ),
    broken: ({ parameters, sourceAddress }, { stated }) =>
      sourceAddress !== CLOUDFORMATION && stated?.roleNames?.includes(word(parameters.roleName))
        ? word(parameters.roleName)
        : undefined,
  },
  code_changed: {
    says: 'The code or configuration of a function of the vault was changed by hand, not by its stack.',
    clause: '6.5.1',
    needs: 'functionNames',
    calls: lambda('UpdateFunctionCode20150331v2', 'UpdateFunctionConfiguration20150331v2', 'AddPermission20150331v2'),
    broken({ parameters, sourceAddress }, { stated }) {
      const name = word(parameters.functionName).split(':').at(-1) ?? '';
      return sourceAddress !== CLOUDFORMATION && stated?.functionNames?.includes(name) ? name : undefined;
    },
  },
} as const satisfies Record<string, WatchRule>;

/** Source: Systems Manager API reference, PutParameter, DeleteParameter; the names are those of shared/base/destinations.ts. */
const DESTINATION_RULES = {
  destination_changed: {
    says: 'A deployment added or removed a place where live cards may go.',
    clause: '7.2.2',
    isListed: true,
    calls: ['ssm.amazonaws.com:PutParameter', 'ssm.amazonaws.com:DeleteParameter'],
    broken({ parameters }) {
      const name = word(parameters.name);
      return DESTINATION_NAME.test(name) ? name : undefined;
    },
  },
} as const satisfies Record<string, WatchRule>;

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

export const WATCH_RULES = {
  ...TRAIL_RULES,
  ...KEY_RULES,
  ...TABLE_RULES,
  ...PERMISSION_RULES,
  ...DESTINATION_RULES,
  ...USE_RULES,
} as const satisfies Record<string, WatchRule>;

export type WatchRuleName = keyof typeof WATCH_RULES;
export const WATCH_RULE_NAMES = Object.keys(WATCH_RULES) as readonly WatchRuleName[];
