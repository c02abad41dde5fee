/**
 * Turns CloudTrail records into the few typed events the audit is about: calls on the vault's KMS keys and tables.
 * Records are untrusted and hold text that strangers choose (user agents, error messages), so lengths are bounded here
 * and nothing of them is ever interpreted. Source: AWS CloudTrail user guide, "CloudTrail record contents" (1.x).
 */
import { z } from 'zod';
import type { KeyName, TableName } from '../base/tables.ts';

/** The physical names behind the vault's own, by which records are recognized. */
export interface VaultResources {
  readonly keyArns: Readonly<Partial<Record<KeyName, string>>>;
  readonly tableNames: Readonly<Partial<Record<TableName, string>>>;
}

export type EncryptionContext = Readonly<Record<string, string>>;

interface EventBase {
  readonly eventId: string;
  readonly name: string;
  readonly timeMs: number;
  readonly requestId: string;
  /** Set when AWS refused or failed the call. */
  readonly errorCode: string | undefined;
  readonly callerArn: string;
  /** The role's name, or the user's, or the AWS service's. */
  readonly caller: string;
  readonly sourceAddress: string;
  readonly userAgent: string;
  /** The log file it was read from. */
  readonly file: string;
}

/** From which key to which; undefined names a key outside the vault. */
export interface ReEncryption {
  readonly source: KeyName | undefined;
  readonly destination: KeyName | undefined;
  /** The destination as the caller named it, which for a key of a stranger is all there is. */
  readonly destinationReference: string;
  readonly destinationContext: EncryptionContext;
}

export interface KeyEvent extends EventBase {
  readonly service: 'kms';
  readonly key: KeyName;
  readonly context: EncryptionContext;
  readonly reEncryption: ReEncryption | undefined;
}

export interface TableEvent extends EventBase {
  readonly service: 'dynamodb';
  readonly table: TableName;
}

export type TrailEvent = KeyEvent | TableEvent;

/** Why a record gave no event. `elsewhere` is a well-formed record that does not concern the vault. */
export type Skip = 'elsewhere' | 'unknown_version' | 'bad_record';

const MAX_TEXT = 512;
const MAX_RESOURCES = 16;

const clipped = z.string().transform((value) => value.slice(0, MAX_TEXT));
const contextSchema = z.record(clipped, clipped).nullish();
const id = z.string().min(1).max(128);

const parametersSchema = z.object({
  keyId: z.string().optional().catch(undefined),
  encryptionContext: contextSchema.catch(undefined),
  sourceKeyId: z.string().optional().catch(undefined),
  sourceEncryptionContext: contextSchema.catch(undefined),
  destinationKeyId: z.string().optional().catch(undefined),
  destinationEncryptionContext: contextSchema.catch(undefined),
  tableName: z.string().optional().catch(undefined),
  requestItems: z.record(z.string(), z.unknown()).optional().catch(undefined),
});

const identitySchema = z.object({
  type: clipped.optional().catch(undefined),
  arn: clipped.optional().catch(undefined),
  userName: clipped.optional().catch(undefined),
  invokedBy: clipped.optional().catch(undefined),
  sessionContext: z
    .object({ sessionIssuer: z.object({ userName: clipped.optional() }).optional() })
    .optional()
    .catch(undefined),
});

const recordSchema = z.object({
  eventID: id,
  eventName: id,
  eventTime: z.iso.datetime(),
  requestID: id.nullish(),
  errorCode: clipped.nullish(),
  errorMessage: z.string().nullish().catch(undefined),
  userIdentity: identitySchema,
  sourceIPAddress: clipped.nullish(),
  userAgent: clipped.nullish(),
  requestParameters: parametersSchema.nullish().catch(undefined),
  resources: z
    .array(z.object({ ARN: z.string().max(MAX_TEXT).optional() }))
    .transform((list) => list.slice(0, MAX_RESOURCES))
    .nullish()
    .catch(undefined),
});

type Record_ = z.infer<typeof recordSchema>;

const headSchema = z.object({ eventVersion: z.string(), eventSource: z.string() });

/** Reads one record of a log file. */
export function readEvent(record: unknown, resources: VaultResources, file: string): TrailEvent | Skip {
  const head = headSchema.safeParse(record).data;
  if (head === undefined) return 'bad_record';
  // Minor versions only add fields; another major version may move them.
  if (!/^1\.\d{1,3}$/.test(head.eventVersion)) return 'unknown_version';
  if (head.eventSource !== 'kms.amazonaws.com' && head.eventSource !== 'dynamodb.amazonaws.com') return 'elsewhere';
  const parsed = recordSchema.safeParse(record).data;
  if (parsed === undefined) return 'bad_record';
  return head.eventSource === 'kms.amazonaws.com'
    ? readKeyEvent(parsed, resources, file)
    : readTableEvent(parsed, resources, file);
}

function readKeyEvent(record: Record_, { keyArns }: VaultResources, file: string): KeyEvent | 'elsewhere' {
  const parameters = record.requestParameters ?? {};
  const arns = record.resources?.map((resource) => resource.ARN) ?? [];
  // An alias or a bare key id in the parameters is resolved by the ARN in `resources`.
  const named = (...references: readonly (string | undefined)[]): KeyName | undefined =>
    references.map((reference) => keyNamed(reference, keyArns)).find((name) => name !== undefined);
  // A refused call may name its key only in the message: «… on resource: arn:aws:kms:…».
  const refused = record.errorCode ? keyMentioned(record.errorMessage ?? '', keyArns) : undefined;
  const reEncryption =
    record.eventName === 'ReEncrypt'
      ? {
          source: named(parameters.sourceKeyId, arns[0]),
          destination: named(parameters.destinationKeyId, arns[1]),
          destinationReference: (parameters.destinationKeyId ?? arns[1] ?? '').slice(0, MAX_TEXT),
          destinationContext: parameters.destinationEncryptionContext ?? {},
        }
      : undefined;
  const key = reEncryption?.source ?? reEncryption?.destination ?? named(...arns, parameters.keyId) ?? refused;
  if (key === undefined) return 'elsewhere';
  const context = parameters.encryptionContext ?? parameters.sourceEncryptionContext ?? {};
  return { service: 'kms', key, context, reEncryption, ...baseOf(record, file) };
}

function readTableEvent(record: Record_, { tableNames }: VaultResources, file: string): TableEvent | 'elsewhere' {
  const parameters = record.requestParameters ?? {};
  const references = [
    parameters.tableName,
    ...Object.keys(parameters.requestItems ?? {}),
    ...(record.resources?.map((resource) => resource.ARN) ?? []),
  ];
  for (const [table, physical] of Object.entries(tableNames)) {
    const isOurs = (reference: string | undefined) =>
      reference === physical || reference?.split(':table/')[1]?.split('/')[0] === physical;
    if (references.some(isOurs)) {
      return { service: 'dynamodb', table: table as TableName, ...baseOf(record, file) };
    }
  }
  return 'elsewhere';
}

function baseOf(record: Record_, file: string): EventBase {
  const { userIdentity: identity } = record;
  const callerArn = identity.arn ?? identity.invokedBy ?? identity.type ?? 'unknown';
  return {
    eventId: record.eventID,
    name: record.eventName,
    timeMs: Date.parse(record.eventTime),
    requestId: record.requestID ?? '',
    errorCode: record.errorCode ?? undefined,
    callerArn,
    caller: identity.sessionContext?.sessionIssuer?.userName ?? identity.userName ?? lastName(callerArn),
    sourceAddress: record.sourceIPAddress ?? '',
    userAgent: record.userAgent ?? '',
    file,
  };
}

/** `arn:aws:sts::1:assumed-role/Role/session` → `Role`; other ARNs give their last part. */
function lastName(arn: string): string {
  const parts = arn.split(':').at(-1)?.split('/') ?? [];
  return (parts[0] === 'assumed-role' ? parts[1] : parts.at(-1)) ?? arn;
}

function keyNamed(reference: string | undefined, keyArns: VaultResources['keyArns']): KeyName | undefined {
  if (reference === undefined) return undefined;
  return (Object.keys(keyArns) as KeyName[]).find(
    (name) => keyArns[name] === reference || keyArns[name]?.split(':key/')[1] === reference,
  );
}

const keyMentioned = (message: string, keyArns: VaultResources['keyArns']): KeyName | undefined =>
  (Object.keys(keyArns) as KeyName[]).find((name) => message.includes(keyArns[name] ?? '\0'));
