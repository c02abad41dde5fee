/**
 * DynamoDB request units of one call (DynamoDB developer guide, "Read/write capacity mode"). The engine reports the
 * table's units. A write adds one unit for each global index of which it sets or removes keys, because every index of
 * the vault projects keys only and so stays below 1 KB.
 */
import type { TemplateTable } from '../../local/template/storage.ts';

export interface Units {
  readonly read: number;
  readonly write: number;
}

const READS = new Set(['GetItem', 'BatchGetItem', 'Query']);

type Json = Readonly<Record<string, unknown>>;

/** `request` as sent, and the engine's response with the consumed capacity. */
export function unitsOf(operation: string, table: TemplateTable | undefined, request: Json, response: Json): Units {
  const consumed = [response.ConsumedCapacity ?? []].flat() as { readonly CapacityUnits?: number }[];
  const units = consumed.reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
  if (READS.has(operation)) return { read: units, write: 0 };
  return { read: 0, write: units + indexWrites(table, request) };
}

function indexWrites(table: TemplateTable | undefined, request: Json): number {
  const written = request.Item === undefined ? attributesNamed(request) : Object.keys(request.Item as Json);
  const keysOf = (keys: readonly { readonly AttributeName: string }[] = []) => keys.map((key) => key.AttributeName);
  const primary = new Set(keysOf(table?.schema.KeySchema));
  return (table?.schema.GlobalSecondaryIndexes ?? []).filter(({ KeySchema }) => {
    const own = keysOf(KeySchema).filter((name) => !primary.has(name));
    return request.Item === undefined
      ? own.some((name) => written.includes(name))
      : own.every((name) => written.includes(name));
  }).length;
}

/** Attributes that an update expression sets or removes, placeholders resolved. */
function attributesNamed({ UpdateExpression = '', ExpressionAttributeNames = {} }: Json): string[] {
  const names = ExpressionAttributeNames as Readonly<Record<string, string>>;
  const words = String(UpdateExpression).match(/(?<![\w:.])#?[A-Za-z_]\w*/g) ?? [];
  return words.map((word) => names[word] ?? word);
}
