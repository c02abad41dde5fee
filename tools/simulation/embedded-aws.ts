/**
 * DynamoDB and KMS as functions: the services of local/ over dynalite in memory, without sockets, so that a story of a
 * hundred calls takes milliseconds. It keeps CloudTrail's records, and the tables can be read without faults.
 */
import { createHash } from 'node:crypto';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { readEvent, type TrailEvent } from '../../audit/trail/events.ts';
import { toRecord } from '../../local/cloudtrail/record.ts';
import { type Engine, startEngine } from '../../local/dynamodb/engine.ts';
import { dynamoDbService } from '../../local/dynamodb/handler.ts';
import { Authorizer } from '../../local/iam/authorizer.ts';
import { kmsService } from '../../local/kms/handler.ts';
import type { KeyStore } from '../../local/kms/keys.ts';
import type { Item } from '../../shared/base/dynamo.ts';
import { OPENERS } from '../../shared/base/entries.ts';
import { KEYS, type KeyName, TABLES, type TableName } from '../../shared/base/tables.ts';
import { everyone, keyArn, keyDefinitions, tableDefinitions } from '../../test/setup/world.ts';
import type { Chance } from './chance.ts';

const ACCOUNT = { accountId: '123456789012', region: 'ap-northeast-1' };
/** Suffix of every table of a story. */
const STORY = 'story';
const SERVICES = ['kms', 'dynamodb'] as const;

/** Every story has the same open permissions, so one authorizer and its cache serve all. */
const authorizer = new Authorizer(ACCOUNT.accountId);
const principal = everyone();

export type ServiceName = (typeof SERVICES)[number];
export const tableName = (table: TableName): string => `${table}-${STORY}`;

export interface AwsResponse {
  readonly status: number;
  readonly body: string;
  readonly requestId: string;
}

/** `ok`, or the name of the error. */
export function outcomeOf({ status, body }: AwsResponse): string {
  if (status === 200) return 'ok';
  const { __type } = JSON.parse(body) as { __type?: string };
  return __type?.split('#').at(-1) ?? `status ${status}`;
}

/** When a call came, from which function, and whether Lambda would have ended that function before. */
interface At {
  readonly nowMs: number;
  readonly by: string;
  readonly isOverdue: boolean;
}

export interface EmbeddedAws {
  call(service: ServiceName, operation: string, body: Buffer, at: At): Promise<AwsResponse>;
  /** Records of successful and failed calls in the audit’s form. */
  readonly trail: readonly TrailEvent[];
  /** Request ids of calls that a function made after its time limit. */
  readonly overdue: ReadonlySet<string>;
  /** Every item of a table, with its stored JSON. */
  items(table: TableName): Promise<Rows>;
}

type Rows = readonly { readonly item: Item; readonly raw: string }[];

export async function openEmbeddedAws(chance: Chance): Promise<EmbeddedAws> {
  const definitions = tableDefinitions(STORY);
  const engine = await startEngine(null, definitions);
  const services = {
    kms: kmsService({ keys: openKeys(chance), random: (length) => chance.bytes(length) }, authorizer),
    dynamodb: dynamoDbService(engine, definitions, authorizer),
  };
  const trail: TrailEvent[] = [];
  const overdue = new Set<string>();
  const read = new Map<TableName, Promise<Rows>>();
  let requests = 0;
  return {
    trail,
    overdue,
    async call(service, operation, body, { nowMs, by, isOverdue }) {
      requests += 1;
      const requestId = `request-${requests}`;
      const call = { operation, body, principal, method: 'POST', path: '/', headers: {} };
      const { status, body: received, event } = await services[service].call(call);
      if (!isRead(operation)) read.clear();
      if (event !== null) {
        const caller = { userIdentity: identityOf(by), userAgent: '-', sourceIp: '127.0.0.1', requestId };
        const record = toRecord(event, caller, ACCOUNT, { eventId: `event-${requests}`, timeMs: nowMs });
        const known = readEvent(record, RESOURCES, 'story');
        if (typeof known === 'object') trail.push(known);
        if (isOverdue) overdue.add(requestId);
      }
      return { status, body: received.toString(), requestId };
    },
    items(table) {
      const rows = read.get(table) ?? readAll(engine, table);
      read.set(table, rows);
      return rows;
    },
  };
}

/** A story is looked into between its calls, far more often than they change anything. */
const isRead = (operation: string): boolean => /^(?:Get|BatchGet|Query|Scan)/.test(operation);

/** All requests of a story come from one function, and each schedule from one. */
const roleOf = (by: string): string => /^(?:sweep|deliver)/.exec(by)?.[0] ?? 'request';

const identityOf = (by: string) => {
  const role = roleOf(by);
  return {
    type: 'AssumedRole',
    arn: `arn:aws:sts::${ACCOUNT.accountId}:assumed-role/${role}/${role}`,
    sessionContext: { sessionIssuer: { type: 'Role', userName: role } },
  };
};

async function readAll(engine: Engine, table: TableName): Promise<Rows> {
  const response = await engine.call('Scan', JSON.stringify({ TableName: tableName(table), ConsistentRead: true }));
  const { Items } = JSON.parse(response.body.toString()) as { Items: Parameters<typeof unmarshall>[0][] };
  return Items.map((raw) => ({ item: unmarshall(raw), raw: JSON.stringify(raw) }));
}

const KEY_NAMES = Object.keys(KEYS) as KeyName[];
/** Which function may be any that opens cards. */
export const RESOURCES = {
  keyArns: Object.fromEntries(KEY_NAMES.map((name) => [name, keyArn(name)])),
  tableNames: Object.fromEntries((Object.keys(TABLES) as TableName[]).map((name) => [name, tableName(name)])),
  openerRoles: Object.fromEntries(OPENERS.map((opener) => [opener, roleOf('request')])),
};

function openKeys(chance: Chance): KeyStore {
  const entries = keyDefinitions().map((definition) => {
    const secret = Buffer.from(chance.bytes(32));
    const current = { id: createHash('sha256').update('id').update(secret).digest('hex'), secret };
    const material = (id: string) => (id === current.id ? current : undefined);
    return [definition.keyId, { ...definition, createdAtMs: 0, current, material }] as const;
  });
  return new Map(entries);
}
