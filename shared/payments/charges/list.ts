/** Reading charges: one by id, or a merchant's own, newest first, page by page with an opaque cursor. */
import type { Deps } from '../../base/deps.ts';
import { getItems, type Item, queryIndex } from '../../base/dynamo.ts';
import { VaultError } from '../../base/errors.ts';
import { isId } from '../../base/ids.ts';
import type { Caller } from '../../merchants/merchant.ts';
import { type ChargeItem, type ChargeView, chargeView } from './charge.ts';
import type { ChargePage } from './responses.ts';
import { readCharge } from './store.ts';

export const LIMIT_DEFAULT = 20;
export const LIMIT_MAX = 100;

/** Throws `charge_not_found`, also for another merchant's charge (V10). */
export async function getCharge(deps: Deps, caller: Caller, id: string): Promise<ChargeView> {
  const charge = isId('ch', id) ? await readCharge(deps, id) : null;
  if (charge === null || charge.owner !== caller.owner)
    throw new VaultError('charge_not_found', { param: 'charge_id' });
  return chargeView(charge);
}

/** `limit` and `cursor` as the query string gives them; throws `limit_invalid`, `cursor_invalid`. */
export async function listCharges(
  deps: Deps,
  caller: Caller,
  query: { readonly limit?: string | undefined; readonly cursor?: string | undefined },
): Promise<ChargePage> {
  const after = query.cursor === undefined ? undefined : readCursor(query.cursor, caller.owner);
  const page = await queryIndex(deps, 'Ledger', 'by_owner', {
    partition: ['owner', caller.owner],
    limit: readLimit(query.limit),
    newestFirst: true,
    ...(after && { after }),
  });
  const ids = page.keys.map((key) => String(key.entry_id));
  const charges = await getItems<ChargeItem>(deps, 'Ledger', ids);
  return {
    object: 'list',
    data: charges.map(chargeView),
    next_cursor: page.next === null ? null : writeCursor(page.next),
  };
}

/** Throws `limit_invalid`. */
export function readLimit(text: string | undefined): number {
  if (text === undefined) return LIMIT_DEFAULT;
  const limit = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > LIMIT_MAX) throw new VaultError('limit_invalid', { param: 'limit' });
  return limit;
}

/** A cursor is the position in the index without the owner, who is always the caller. */
const writeCursor = (position: Item): string => Buffer.from(String(position.created_key)).toString('base64url');

function readCursor(cursor: string, owner: string): Item {
  const createdKey = Buffer.from(cursor, 'base64url').toString();
  const id = createdKey.slice(createdKey.indexOf('#') + 1);
  const isOurs = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z#/.test(createdKey) && isId('ch', id);
  if (cursor.length > 200 || !isOurs) throw new VaultError('cursor_invalid', { param: 'cursor' });
  return { owner, created_key: createdKey, entry_id: id };
}
