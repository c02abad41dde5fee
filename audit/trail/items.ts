/** The items that one call on a table names: its own, or all of a batch or transaction. */
import { TABLES } from '../../shared/base/tables.ts';
import type { TableEvent } from './events.ts';

/** DynamoDB allows a hundred. */
const MAX_ITEMS = 200;
const MAX_DEPTH = 6;

/** By partition key, in both forms in which CloudTrail records batches. */
export function itemsOf({ table, item, parameters }: TableEvent): ReadonlySet<string> {
  const found = new Set(item === undefined ? [] : [item]);
  const key = TABLES[table].key;
  const look = (value: unknown, depth: number): void => {
    if (typeof value !== 'object' || value === null || depth > MAX_DEPTH || found.size > MAX_ITEMS) return;
    for (const [name, inner] of Object.entries(value)) {
      if (name === key && typeof inner === 'string') found.add(inner);
      else if (name === key) look({ [key]: Object.values(inner ?? {})[0] }, depth + 1);
      else look(inner, depth + 1);
    }
  };
  look(parameters.requestItems, 0);
  return found;
}
