/**
 * Turns CloudTrail records into the typed events of the audit: calls on the vault's KMS keys and tables. Records are
 * untrusted and hold text that strangers choose (user agents, error messages), so lengths are bounded and the text is
 * never interpreted. Source: AWS CloudTrail user guide, "CloudTrail record contents" (1.x).
 */
import * as z from 'zod';
import { type KeyName, TABLES, type TableName } from '../../shared/base/tables.ts';
import {
  callOf,
  callsOf,
  type OURS,
  type OurNamed,
  sourceAndName,
  WATCHED_CALLS,
} from '../../shared/base/watched-calls.ts';

/** The physical names of the vault's keys and tables, by which records are recognized. */
export interface VaultResources {
  readonly keyArns: Readonly<Partial<Record<KeyName, string>>>;
  /** The PAN keys before `FormerPanKey`, oldest first. An event under one of them counts as one under `FormerPanKey`. */
  readonly olderPanKeyArns?: readonly string[] | undefined;
  readonly tableNames: Readonly<Partial<Record<TableName, string>>>;
  /** Function that opens cards → the name of its role. Without them no decryption is proven. */
  readonly openerRoles?: Readonly<Record<string, string>> | undefined;
  /** Further facts of the vault. A watch rule without the fact it needs is reported as not asked. */
  readonly stated?: VaultStatement | undefined;
}

/**
 * Names of the stack's own resources. Any caller but one of its roles that uses a card is a stranger; its trails are those
 * that record the vault.
 */
type Named = { readonly [Kind in OurNamed as (typeof OURS)[Kind]['stated']]?: readonly string[] | undefined };

export interface VaultStatement extends Named {
  /** The only Region in which cards may be used. */
  readonly region?: string | undefined;
  /** The only VPC endpoints through which cards may be used. */
  readonly vpcEndpointIds?: readonly string[] | undefined;
  /** The bucket that the trails write to, and their home Region. */
  readonly trailBucket?: string | undefined;
  readonly trailHome?: string | undefined;
  /** Further accounts and Regions that the trail must cover, as `<account>/<region>`; those of the keys always. */
  readonly covers?: readonly string[] | undefined;
  /** Users and roles of the people who run the vault: they may change merchants and keys. */
  readonly operatorNames?: readonly string[] | undefined;
  /** Whether people must have signed in with a second factor (PCI DSS 4.0.1 8.4.2). */
  readonly requiresMfa?: boolean | undefined;
}

type EncryptionContext = Readonly<Record<string, string>>;

/** One call on AWS, by any caller on any resource. */
export interface CallEvent {
  readonly eventId: string;
  readonly name: string;
  readonly timeMs: number;
  readonly requestId: string;
  /** Set when AWS refused or failed the call. */
  readonly errorCode: string | undefined;
  readonly callerArn: string;
  /** The role's name, or the user's, or the AWS service's. */
  readonly caller: string;
  /** The AWS service that made the call on the caller's behalf. */
  readonly invokedBy: string | undefined;
  readonly sourceAddress: string;
  readonly userAgent: string;
  readonly region: string;
  /** `TLSv1.3`; undefined where the record has no `tlsDetails`. */
  readonly tlsVersion: string | undefined;
  /** The VPC endpoint it came through; undefined when it came from elsewhere. */
  readonly vpcEndpointId: string | undefined;
  /** The `type` of `userIdentity`: `AssumedRole`, `IAMUser`, `Root`, `AWSService` and others. */
  readonly principal: string;
  /** The account of the caller, as its ARN says. */
  readonly account: string | undefined;
  /** An AWS service or a web identity began the session: it is a program's, and no second factor can be asked of it. */
  readonly isProgram: boolean;
  /** Whether the caller's session began with a second factor; undefined where no session is recorded. */
  readonly isMfa: boolean | undefined;
  /** `kms.amazonaws.com` */
  readonly source: string;
  /** As recorded, unchecked; only watch rules look into it. */
  readonly parameters: CallParameters;
  /** The log file it was read from. */
  readonly file: string;
}

export type CallParameters = Readonly<Record<string, unknown>>;

/** Source and destination key; undefined for a key outside the vault. */
export interface ReEncryption {
  readonly source: KeyName | undefined;
  readonly destination: KeyName | undefined;
  /** The destination as the caller named it: the only trace of a key outside the vault. */
  readonly destinationReference: string;
  readonly destinationContext: EncryptionContext;
  /** From one PAN key of the vault to itself, to one made later, or back; undefined where one of the two is another key. */
  readonly panKeyStep: 'same' | 'later' | 'back' | undefined;
}

export interface KeyEvent extends CallEvent {
  readonly service: 'kms';
  readonly key: KeyName;
  readonly context: EncryptionContext;
  readonly reEncryption: ReEncryption | undefined;
}

export interface TableEvent extends CallEvent {
  readonly service: 'dynamodb';
  readonly table: TableName;
  /** The partition key in the record: a token's hash, a card's id; undefined for calls without one. */
  readonly item: string | undefined;
  readonly index: string | undefined;
  readonly updateExpression: string | undefined;
  /** Top-level attributes that the update expression names. */
  readonly changes: readonly string[];
}

/** A call on a service that can blind the audit or widen access to cards; watch rules decide which calls do. */
interface OtherEvent extends CallEvent {
  readonly service: 'other';
  /** What it is about, as AWS resolved it. */
  readonly arns: readonly string[];
}

export type TrailEvent = KeyEvent | TableEvent | OtherEvent;

/** The event without its parameters, because these may be large and events in lists are kept. */
export const trimmed = <Event extends CallEvent>(event: Event): Event => ({ ...event, parameters: {} });

/** Includes more than the event id, so that a forged record with the same id does not replace another. */
export const identityOf = ({ eventId, requestId, name }: CallEvent): string => `${eventId}|${requestId}|${name}`;

/** Why a record gives no event. `elsewhere` is a well-formed record that does not concern the vault. */
export type Skip = 'elsewhere' | 'unknown_version' | 'bad_record';

const CALLS: ReadonlySet<string> = new Set(callsOf(Object.values(WATCHED_CALLS)));
/** Services with watched calls, beside the keys and tables. */
const OTHER_SOURCES: ReadonlySet<string> = new Set([...CALLS].map((call) => sourceAndName(call)[0]));

/** Calls on backups, restores, resource policies and exports name the table in one of these. */
const TABLE_MEMBERS = [
  ...new Set(
    Object.values(WATCHED_CALLS)
      .filter(({ ours }) => ours === 'table')
      .flatMap(({ calls }) => Object.values<readonly string[]>(calls).flat()),
  ),
];

const MAX_TEXT = 512;
const MAX_RESOURCES = 16;

const clipped = z.string().transform((value) => value.slice(0, MAX_TEXT));
const contextSchema = z.record(clipped, clipped).nullish();
const id = z.string().min(1).max(128);
const optionalText = clipped.optional().catch(undefined);

/** DynamoDB’s own limit on an expression. */
const EXPRESSION_MAX = 4_096;
const expression = z
  .string()
  .transform((value) => value.slice(0, EXPRESSION_MAX))
  .optional()
  .catch(undefined);

const parametersSchema = z.object({
  keyId: z.string().optional().catch(undefined),
  encryptionContext: contextSchema.catch(undefined),
  sourceKeyId: z.string().optional().catch(undefined),
  sourceEncryptionContext: contextSchema.catch(undefined),
  destinationKeyId: z.string().optional().catch(undefined),
  destinationEncryptionContext: contextSchema.catch(undefined),
  tableName: z.string().optional().catch(undefined),
  requestItems: z
    .union([z.record(z.string(), z.unknown()), z.array(z.unknown())])
    .optional()
    .catch(undefined),
  key: z.record(z.string(), z.unknown()).optional().catch(undefined),
  indexName: optionalText,
  updateExpression: expression,
  expressionAttributeNames: z.record(clipped, clipped).optional().catch(undefined),
});

const identitySchema = z.object({
  type: optionalText,
  arn: optionalText,
  userName: optionalText,
  invokedBy: optionalText,
  inScopeOf: z.object({ issuerType: optionalText }).optional().catch(undefined),
  sessionContext: z
    .object({
      sessionIssuer: z.object({ userName: optionalText }).optional().catch(undefined),
      ec2RoleDelivery: optionalText,
      // Present and empty where no web identity began the session.
      webIdFederationData: z.object({ federatedProvider: optionalText }).optional().catch(undefined),
      attributes: z.object({ mfaAuthenticated: optionalText }).optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
});

const recordSchema = z.object({
  eventID: id,
  eventName: id,
  eventTime: z.iso.datetime(),
  awsRegion: optionalText,
  requestID: id.nullish(),
  errorCode: clipped.nullish(),
  errorMessage: z.string().nullish().catch(undefined),
  userIdentity: identitySchema,
  sourceIPAddress: clipped.nullish(),
  userAgent: clipped.nullish(),
  vpcEndpointId: optionalText,
  tlsDetails: z.object({ tlsVersion: optionalText }).nullish().catch(undefined),
  requestParameters: parametersSchema.nullish().catch(undefined),
  resources: z
    .array(z.object({ ARN: z.string().max(MAX_TEXT).optional() }))
    .transform((list) => list.slice(0, MAX_RESOURCES))
    .nullish()
    .catch(undefined),
});

type Parsed = z.infer<typeof recordSchema>;

const headSchema = z.object({ eventVersion: z.string(), eventSource: z.string() });

/** Reads one record of a log file. */
export function readEvent(record: unknown, resources: VaultResources, file: string): TrailEvent | Skip {
  const head = headSchema.safeParse(record).data;
  if (head === undefined) return 'bad_record';
  // Minor versions only add fields; a major version may move them.
  if (!/^1\.\d{1,3}$/.test(head.eventVersion)) return 'unknown_version';
  const isKms = head.eventSource === 'kms.amazonaws.com';
  const isDynamoDb = head.eventSource === 'dynamodb.amazonaws.com';
  if (!isKms && !isDynamoDb && !OTHER_SOURCES.has(head.eventSource)) return 'elsewhere';
  const parsed = recordSchema.safeParse(record).data;
  if (parsed === undefined) return 'bad_record';
  const base = baseOf(parsed, record, head.eventSource, file);
  if (isKms) return readKeyEvent(parsed, resources, base);
  return isDynamoDb ? readTableEvent(parsed, resources, base) : otherEvent(parsed, base);
}

const otherEvent = ({ resources }: Parsed, base: CallEvent): OtherEvent => ({
  service: 'other',
  arns: resources?.flatMap(({ ARN }) => ARN ?? []) ?? [],
  ...base,
});

/** The management of a key that is not in shared/base/tables.ts, such as that of the trail, is left to the watch rules. */
function readKeyEvent(record: Parsed, resources: VaultResources, base: CallEvent): KeyEvent | OtherEvent | 'elsewhere' {
  const parameters = record.requestParameters ?? {};
  const arns = record.resources?.map((resource) => resource.ARN) ?? [];
  const { keys } = knownOf(resources);
  // The ARN in `resources` resolves an alias or a bare key id in the parameters.
  const named = (...references: readonly (string | undefined)[]): VaultKey | undefined =>
    references.map((reference) => keys.find((key) => isNamed(key, reference))).find((key) => key !== undefined);
  // A refused call may name its key only in the message: «… on resource: arn:aws:kms:…».
  const refused = record.errorCode ? keys.find(({ arn }) => record.errorMessage?.includes(arn)) : undefined;
  const [source, destination] = [named(parameters.sourceKeyId, arns[0]), named(parameters.destinationKeyId, arns[1])];
  const reEncryption =
    record.eventName === 'ReEncrypt'
      ? {
          source: source?.name,
          destination: destination?.name,
          destinationReference: (parameters.destinationKeyId ?? arns[1] ?? '').slice(0, MAX_TEXT),
          destinationContext: parameters.destinationEncryptionContext ?? {},
          panKeyStep: stepOf(source, destination),
        }
      : undefined;
  const known = (reEncryption && (source ?? destination)) ?? named(...arns, parameters.keyId) ?? refused;
  if (known === undefined) return CALLS.has(callOf(base.source, base.name)) ? otherEvent(record, base) : 'elsewhere';
  const context = parameters.encryptionContext ?? parameters.sourceEncryptionContext ?? {};
  return { service: 'kms', key: known.name, context, reEncryption, ...base };
}

function readTableEvent(record: Parsed, resources: VaultResources, base: CallEvent): TableEvent | 'elsewhere' {
  const parameters = record.requestParameters ?? {};
  const references = [
    parameters.tableName,
    ...batchTables(parameters.requestItems),
    ...TABLE_MEMBERS.map((member) => text(base.parameters[member])),
    ...(record.resources?.map((resource) => resource.ARN) ?? []),
  ];
  const { tables } = knownOf(resources);
  for (const reference of references) {
    const table = tables.get(reference?.split(':table/')[1]?.split('/')[0] ?? reference ?? '');
    if (table === undefined) continue;
    const item = parameters.key?.[TABLES[table].key];
    return {
      service: 'dynamodb',
      table,
      item: typeof item === 'string' ? item.slice(0, MAX_TEXT) : undefined,
      index: parameters.indexName,
      updateExpression: parameters.updateExpression,
      changes: namesIn(parameters),
      ...base,
    };
  }
  return 'elsewhere';
}

/** `SET #s = :v REMOVE a` with `#s` for `status` → `s`, `status`, `a`, and the keywords, which name no attribute of ours. */
function namesIn({ updateExpression = '', expressionAttributeNames: names = {} }: z.infer<typeof parametersSchema>) {
  const words = updateExpression.match(/(?<![\w:.#])#?\w+/g) ?? [];
  return [...new Set(words.flatMap((word) => [word.replace('#', ''), names[word] ?? []].flat()))];
}

/** CloudTrail records the tables of a batch as member names, or in each entry. */
const batchTables = (items: z.infer<typeof parametersSchema>['requestItems']): (string | undefined)[] =>
  Array.isArray(items) ? items.map((item) => text(asObject(item).tableName)) : Object.keys(items ?? {});

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const asObject = (value: unknown): CallParameters =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as CallParameters) : {};

function baseOf(parsed: Parsed, record: unknown, source: string, file: string): CallEvent {
  const { userIdentity: identity } = parsed;
  const callerArn = identity.arn ?? identity.invokedBy ?? identity.type ?? 'unknown';
  const session = identity.sessionContext;
  return {
    eventId: parsed.eventID,
    name: parsed.eventName,
    timeMs: Date.parse(parsed.eventTime),
    requestId: parsed.requestID ?? '',
    errorCode: parsed.errorCode ?? undefined,
    callerArn,
    caller: session?.sessionIssuer?.userName ?? identity.userName ?? lastName(callerArn),
    invokedBy: identity.invokedBy,
    sourceAddress: parsed.sourceIPAddress ?? '',
    userAgent: parsed.userAgent ?? '',
    region: parsed.awsRegion ?? '',
    tlsVersion: parsed.tlsDetails?.tlsVersion,
    vpcEndpointId: parsed.vpcEndpointId,
    principal: identity.type ?? 'unknown',
    account: identity.arn?.split(':')[4],
    isProgram: [
      identity.invokedBy,
      identity.inScopeOf?.issuerType,
      session?.ec2RoleDelivery,
      session?.webIdFederationData?.federatedProvider,
    ].some((sign) => sign !== undefined),
    isMfa:
      session?.attributes?.mfaAuthenticated === undefined ? undefined : session.attributes.mfaAuthenticated === 'true',
    source,
    parameters: asObject(asObject(record).requestParameters),
    file,
  };
}

/** `arn:aws:sts::1:assumed-role/Role/session` → `Role`; other ARNs give their last part. */
function lastName(arn: string): string {
  const parts = arn.split(':').at(-1)?.split('/') ?? [];
  return (parts[0] === 'assumed-role' ? parts[1] : parts.at(-1)) ?? arn;
}

interface VaultKey {
  readonly name: KeyName;
  readonly arn: string;
  /** PAN keys are numbered in the order in which they were made; other keys have no number. */
  readonly panKey: number | undefined;
}

interface Known {
  readonly keys: readonly VaultKey[];
  /** By physical name. */
  readonly tables: ReadonlyMap<string, TableName>;
}

/** Made once for a run, because every record is compared with it. */
const knownByResources = new WeakMap<VaultResources, Known>();
function knownOf(resources: VaultResources): Known {
  const known = knownByResources.get(resources);
  if (known !== undefined) return known;
  const names = Object.entries(resources.tableNames) as [TableName, string][];
  const made = { keys: keysOf(resources), tables: new Map(names.map(([table, physical]) => [physical, table])) };
  knownByResources.set(resources, made);
  return made;
}

/** All keys of the vault, those included that no function can use any more. */
function keysOf({ keyArns, olderPanKeyArns = [] }: VaultResources): readonly VaultKey[] {
  const older = olderPanKeyArns.map((arn, panKey) => ({ name: 'FormerPanKey' as const, arn, panKey }));
  const numbers: Partial<Record<KeyName, number>> = { FormerPanKey: older.length, PanKey: older.length + 1 };
  const named = (Object.entries(keyArns) as [KeyName, string][]).map(([name, arn]) => ({
    ...{ name, arn },
    panKey: numbers[name],
  }));
  return [...named, ...older];
}

const isNamed = ({ arn }: VaultKey, reference: string | undefined): boolean =>
  reference !== undefined && (arn === reference || arn.split(':key/')[1] === reference);

function stepOf(source: VaultKey | undefined, destination: VaultKey | undefined): ReEncryption['panKeyStep'] {
  if (source?.panKey === undefined || destination?.panKey === undefined) return undefined;
  if (source.panKey === destination.panKey) return 'same';
  return source.panKey < destination.panKey ? 'later' : 'back';
}
