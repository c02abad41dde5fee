/**
 * Reads from the body of a DynamoDB request the resources and condition keys that IAM decides by, and the parameters
 * that CloudTrail records. As in AWS, attribute values other than keys appear in neither. Source: service authorization
 * reference for DynamoDB; DynamoDB developer guide, "Understanding DynamoDB log file entries".
 */
import { AwsError } from '../base/aws-error.ts';
import type { ServiceEvent } from '../endpoint/event.ts';
import type { RequestContext } from '../iam/authorizer.ts';
import type { TemplateTable } from '../template/storage.ts';

type Json = Readonly<Record<string, unknown>>;

/** One permission a request needs. */
export interface TableAccess {
  readonly action: string;
  readonly resourceArn: string;
  readonly table: TemplateTable;
  readonly context: RequestContext;
}

const READS = new Set(['GetItem', 'BatchGetItem', 'Query', 'Scan', 'DescribeTable']);
const ITEM_OPERATIONS = ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query', 'Scan', 'DescribeTable'] as const;

/** The operations that the endpoint supports; only the template creates tables. */
export const OPERATIONS: ReadonlySet<string> = new Set([...ITEM_OPERATIONS, 'BatchGetItem', 'BatchWriteItem']);

/** Request members that CloudTrail repeats, in addition to names and keys. */
const LOGGED = [
  'IndexName',
  'ConsistentRead',
  'KeyConditionExpression',
  'FilterExpression',
  'ProjectionExpression',
  'UpdateExpression',
  'ConditionExpression',
  'ExpressionAttributeNames',
  'Limit',
  'ScanIndexForward',
  'Select',
  'ReturnValues',
  'ReturnConsumedCapacity',
] as const;

const object = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const partitionKey = (table: TemplateTable): string =>
  table.schema.KeySchema.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName ?? '';

/** `{S: 'a'}` → 'a': the form of CloudTrail and IAM. */
const plain = (value: unknown): string => String(Object.values(object(value))[0] ?? '');

/** The key attributes of an item or key, in plain form. */
function keyOf(table: TemplateTable, attributes: unknown): Record<string, string> {
  const given = object(attributes);
  return Object.fromEntries(
    table.schema.KeySchema.filter(({ AttributeName }) => AttributeName in given).map(({ AttributeName }) => [
      AttributeName,
      plain(given[AttributeName]),
    ]),
  );
}

/** The permissions a request needs. Throws for a table that is not in the template, even if the store still has it. */
export function accessesOf(operation: string, body: Json, tables: ReadonlyMap<string, TemplateTable>): TableAccess[] {
  const action = `dynamodb:${operation}`;
  if (operation.startsWith('Batch')) {
    return Object.entries(object(body.RequestItems)).flatMap(([name, requests]) => {
      const table = tableNamed(name, tables);
      return { action, resourceArn: table.arn, table, context: contextOf(table, batchKeys(requests), requests) };
    });
  }
  const table = tableNamed(String(body.TableName), tables);
  const resourceArn = body.IndexName === undefined ? table.arn : `${table.arn}/index/${String(body.IndexName)}`;
  return [{ action, resourceArn, table, context: contextOf(table, [body.Key ?? body.Item], body) }];
}

function tableNamed(name: string, tables: ReadonlyMap<string, TemplateTable>): TemplateTable {
  const table = tables.get(name);
  if (!table) throw new AwsError('ResourceNotFoundException', 'Requested resource not found');
  return table;
}

/** Keys and items of one table in a batch. */
function batchKeys(requests: unknown): unknown[] {
  const reads = list(object(requests).Keys);
  const writes = list(requests).map((entry) => {
    const { PutRequest, DeleteRequest } = object(entry);
    return object(PutRequest).Item ?? object(DeleteRequest).Key;
  });
  return [...reads, ...writes];
}

function contextOf(table: TemplateTable, keys: readonly unknown[], request: unknown): RequestContext {
  const body = object(request);
  const leading = keys.map((key) => plain(object(key)[partitionKey(table)])).filter((value) => value !== '');
  const attributes = attributeNames(body, keys);
  return {
    ...(leading.length > 0 && { 'dynamodb:LeadingKeys': leading }),
    ...(attributes.length > 0 && { 'dynamodb:Attributes': attributes }),
    ...(body.ReturnValues !== undefined && { 'dynamodb:ReturnValues': String(body.ReturnValues) }),
    ...(body.Select !== undefined && { 'dynamodb:Select': String(body.Select) }),
    ...(body.ReturnConsumedCapacity !== undefined && {
      'dynamodb:ReturnConsumedCapacity': String(body.ReturnConsumedCapacity),
    }),
  };
}

const EXPRESSIONS = [
  'KeyConditionExpression',
  'FilterExpression',
  'ProjectionExpression',
  'UpdateExpression',
  'ConditionExpression',
];
const KEYWORDS = new Set(
  'set remove add delete and or not between in attribute_exists attribute_not_exists attribute_type begins_with contains size if_not_exists list_append'.split(
    ' ',
  ),
);

/** Every top-level attribute in a request: in keys and items, in expressions, and in the parameters that came before them. */
function attributeNames(body: Json, keys: readonly unknown[]): string[] {
  const placeholders = object(body.ExpressionAttributeNames);
  const named = EXPRESSIONS.flatMap((name) => {
    // Values (:v) and names after a dot are not top-level attributes.
    const words = String(body[name] ?? '').match(/(?<![\w:.#])#?[A-Za-z_]\w*/g) ?? [];
    return words.filter((word) => !KEYWORDS.has(word.toLowerCase())).map((word) => String(placeholders[word] ?? word));
  });
  const older = [body.AttributeUpdates, body.Expected].flatMap((each) => Object.keys(object(each)));
  const read = list(body.AttributesToGet).map(String);
  return [...new Set([...keys.flatMap((key) => Object.keys(object(key))), ...named, ...older, ...read])].sort();
}

/** The record of a call on tables: a Data event, except DescribeTable. */
export function eventOf(operation: string, body: Json, accesses: readonly TableAccess[]): ServiceEvent {
  return {
    eventSource: 'dynamodb.amazonaws.com',
    eventName: operation,
    apiVersion: '2012-08-10',
    category: operation === 'DescribeTable' ? 'Management' : 'Data',
    readOnly: READS.has(operation),
    requestParameters: operation.startsWith('Batch')
      ? batchParameters(accesses, body)
      : parameters(body, accesses[0]?.table),
    resources: accesses.map(({ table }) => ({ type: 'AWS::DynamoDB::Table', arn: table.arn })),
  };
}

function parameters(body: Json, table: TemplateTable | undefined): Json {
  const key = table && keyOf(table, body.Key ?? body.Item);
  const rest = LOGGED.filter((name) => body[name] !== undefined).map((name) => [lowerFirst(name), body[name]]);
  return {
    tableName: body.TableName,
    ...(key && Object.keys(key).length > 0 && { key }),
    ...(body.Item !== undefined && { item: Object.keys(object(body.Item)) }),
    ...Object.fromEntries(rest),
  };
}

function batchParameters(accesses: readonly TableAccess[], body: Json): Json {
  const requestItems = accesses.flatMap(({ table }) =>
    batchKeys(object(body.RequestItems)[table.name]).map((key) => ({ tableName: table.name, key: keyOf(table, key) })),
  );
  return { requestItems };
}

const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);
