/**
 * The DynamoDB calls of the stores, with plain objects in and out. Each decision of the vault is one conditional write.
 * A failed condition returns `false` or `null` rather than throwing, because the caller then reads the item that won.
 */
import { isDeepStrictEqual } from 'node:util';
import {
  type AttributeValue,
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Deps } from './deps.ts';
import { needs } from './errors.ts';
import { TABLES, type TableName } from './tables.ts';

export type Item = Record<string, unknown>;

const keyOf = (table: TableName, id: string) => marshall({ [TABLES[table].key]: id });
/**
 * `convertClassInstanceToMap` because the library takes a map with a member named `constructor` for a class instance.
 */
const plain = { removeUndefinedValues: true, convertClassInstanceToMap: true };

/** Strongly consistent read; null where there is no item. */
export async function getItem<T>(deps: Deps, table: TableName, id: string): Promise<T | null> {
  const response = await deps.dynamodb.send(
    new GetItemCommand({ TableName: deps.table(table), Key: keyOf(table, id), ConsistentRead: true }),
  );
  return response.Item === undefined ? null : (unmarshall(response.Item) as T);
}

/**
 * Writes a new item; false where one with this key is already there. `own` names an attribute of a value that no other
 * writer has: then the item is written again where it is there already, as when the SDK lost the first response.
 */
export async function putNew(deps: Deps, table: TableName, item: object, own?: string): Promise<boolean> {
  return decided(() =>
    deps.dynamodb.send(
      new PutItemCommand({
        TableName: deps.table(table),
        Item: marshall(item, plain),
        ConditionExpression: `attribute_not_exists(#key)${own === undefined ? '' : ' OR #own = :own'}`,
        ExpressionAttributeNames: { '#key': TABLES[table].key, ...(own !== undefined && { '#own': own }) },
        ...(own !== undefined && { ExpressionAttributeValues: marshall({ ':own': (item as Item)[own] }) }),
      }),
    ),
  ).then((response) => response !== null);
}

/**
 * Writes a new item under a random id. An existing item must be the same one, which the SDK sent again after it lost
 * the first response.
 */
export async function putFresh(deps: Deps, table: TableName, item: object): Promise<void> {
  if (await putNew(deps, table, item)) return;
  const written = unmarshall(marshall(item, plain));
  needs(isDeepStrictEqual(await getItem(deps, table, written[TABLES[table].key]), written), 'a random id is new');
}

export interface ItemChange {
  /** Update expression; `#name` and `:name` stand for the attributes and values below. */
  readonly update: string;
  readonly condition: string;
  readonly names?: Record<string, string>;
  readonly values: Item;
  /** Which image to return; the new one unless said. */
  readonly returns?: 'ALL_NEW' | 'ALL_OLD';
}

/** One conditional update; the asked-for image of the item, or null where the condition did not hold. */
export async function change<T>(deps: Deps, table: TableName, id: string, what: ItemChange): Promise<T | null> {
  const response = await decided(() =>
    deps.dynamodb.send(
      new UpdateItemCommand({
        TableName: deps.table(table),
        Key: keyOf(table, id),
        UpdateExpression: what.update,
        ConditionExpression: what.condition,
        ...(what.names && { ExpressionAttributeNames: what.names }),
        ExpressionAttributeValues: marshall(what.values, plain),
        ReturnValues: what.returns ?? 'ALL_NEW',
      }),
    ),
  );
  return response === null ? null : (unmarshall(response.Attributes ?? {}) as T);
}

/**
 * Creates or updates an item and returns it as it is then. Only for counts and the like, because it has no condition: a
 * retry may write twice. Given up after `timeoutMs`, retries included.
 */
export async function upsert<T>(
  deps: Deps,
  table: TableName,
  id: string,
  what: { readonly update: string; readonly values: Item; readonly timeoutMs: number },
): Promise<T> {
  const response = await deps.dynamodb.send(
    new UpdateItemCommand({
      TableName: deps.table(table),
      Key: keyOf(table, id),
      UpdateExpression: what.update,
      ExpressionAttributeValues: marshall(what.values, plain),
      ReturnValues: 'ALL_NEW',
    }),
    { abortSignal: AbortSignal.timeout(what.timeoutMs) },
  );
  return unmarshall(response.Attributes ?? {}) as T;
}

export interface IndexPage {
  readonly keys: readonly Item[];
  readonly next: Item | null;
}

/** One page of an index that projects keys only. `sortValue` bounds the sort key as `comparison` says. */
export async function queryIndex(
  deps: Deps,
  table: TableName,
  index: string,
  query: {
    readonly partition: readonly [name: string, value: string];
    readonly sort?: readonly [name: string, comparison: '<=' | '<' | '>=' | '=', value: number | string];
    readonly limit: number;
    readonly newestFirst?: boolean;
    readonly after?: Item;
  },
): Promise<IndexPage> {
  const [partition, partitionValue] = query.partition;
  const response = await deps.dynamodb.send(
    new QueryCommand({
      TableName: deps.table(table),
      IndexName: index,
      KeyConditionExpression: query.sort ? `#p = :p AND #s ${query.sort[1]} :s` : '#p = :p',
      ExpressionAttributeNames: { '#p': partition, ...(query.sort && { '#s': query.sort[0] }) },
      ExpressionAttributeValues: marshall({ ':p': partitionValue, ...(query.sort && { ':s': query.sort[2] }) }),
      Limit: query.limit,
      ScanIndexForward: query.newestFirst !== true,
      ...(query.after && { ExclusiveStartKey: marshall(query.after) }),
    }),
  );
  return {
    keys: (response.Items ?? []).map((item) => unmarshall(item)),
    next: response.LastEvaluatedKey ? unmarshall(response.LastEvaluatedKey) : null,
  };
}

/** A page is 1 MB, which holds more than ten thousand keys. */
const COUNT_PAGES_MAX = 100_000;

/** How many entries one partition of an index has. */
export async function countIndex(
  deps: Deps,
  table: TableName,
  index: string,
  [name, value]: readonly [name: string, value: string],
): Promise<number> {
  let count = 0;
  let after: Record<string, AttributeValue> | undefined;
  for (let page = 0; page < COUNT_PAGES_MAX; page += 1) {
    const response = await deps.dynamodb.send(
      new QueryCommand({
        TableName: deps.table(table),
        IndexName: index,
        Select: 'COUNT',
        KeyConditionExpression: '#p = :p',
        ExpressionAttributeNames: { '#p': name },
        ExpressionAttributeValues: marshall({ ':p': value }),
        ...(after && { ExclusiveStartKey: after }),
      }),
    );
    count += response.Count ?? 0;
    after = response.LastEvaluatedKey;
    if (after === undefined) return count;
  }
  throw new RangeError('an index partition holds more than one count reads');
}

/** DynamoDB's own limit on one BatchGetItem. */
export const BATCH_GET_MAX = 100;
const BATCH_TRIES_MAX = 5;

/** Up to 100 items by key, in the order asked; a key without an item is left out. */
export async function getItems<T extends object>(deps: Deps, table: TableName, ids: readonly string[]): Promise<T[]> {
  const found = new Map<string, T>();
  const name = deps.table(table);
  const key = TABLES[table].key;
  let wanted = ids.map((id) => keyOf(table, id));
  for (let tried = 0; wanted.length > 0 && tried < BATCH_TRIES_MAX; tried += 1) {
    if (tried > 0) await deps.clock.sleep(50 * 2 ** tried);
    const response = await deps.dynamodb.send(
      new BatchGetItemCommand({ RequestItems: { [name]: { Keys: wanted, ConsistentRead: true } } }),
    );
    for (const item of response.Responses?.[name] ?? []) {
      const read = unmarshall(item);
      found.set(String(read[key]), read as T);
    }
    wanted = (response.UnprocessedKeys?.[name]?.Keys ?? []) as typeof wanted;
  }
  if (wanted.length > 0) throw new Error('DynamoDB left keys unprocessed');
  return ids.flatMap((id) => found.get(id) ?? []);
}

async function decided<T>(send: () => Promise<T>): Promise<T | null> {
  try {
    return await send();
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return null;
    throw error;
  }
}
