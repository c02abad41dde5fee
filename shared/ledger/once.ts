/**
 * One effect for each idempotency key (V6). The entry of the first request is asked before anything that is set up now
 * may refuse: a processor, credential, destination, origin or setting may have changed since, and the outcome of then
 * stays. No read is spent on it where nothing refuses, because the put of the new entry asks the same.
 *
 *   first request ── prepare ── put: new ──────────────────────► carry out
 *   repeated      ── prepare ── put: taken ── read ── compare ─► the entry of then
 *   repeated      ── prepare: refused ─────── read ── compare ─► the entry of then; the refusal where there is none
 */
import type { Deps } from '../base/deps.ts';
import { VaultError } from '../base/errors.ts';
import { isId } from '../base/ids.ts';
import { differingField, type Terms } from '../base/terms.ts';
import type { LedgerEntry } from './entry.ts';
import { putEntry, readEntry } from './ledger.ts';

/** What identifies a request: the id that its key derives, and what a repetition shares with it. */
export interface KeyedRequest<Item> {
  readonly id: string;
  readonly fields: Terms<Item>;
  readonly terms: Item;
}

/** A new entry with what its request goes on with; `source`, where there is one, is awaited beside the put. */
interface Prepared<Entry> {
  readonly entry: Entry;
  readonly source?: Promise<unknown>;
}

export type Once<Entry, Plan> = { readonly first: Plan } | { readonly repeated: Entry };

/**
 * Writes the entry that `prepare` makes, unless its key was used before. Throws what `prepare` throws where the key has no
 * entry, and `idempotency_conflict`, naming the field, where another request has it.
 */
export async function once<Item extends object, Entry extends LedgerEntry & Item, Plan extends Prepared<Entry>>(
  deps: Deps,
  asked: KeyedRequest<Item>,
  prepare: () => Promise<Plan>,
): Promise<Once<Entry, Plan>> {
  const plan = await prepare().catch(async (refusal: unknown): Promise<Entry> => {
    const existing = await readEntry<Entry>(deps, asked.id);
    if (existing === null) throw refusal;
    return existing;
  });
  if (!('entry' in plan)) return { repeated: sameAs(asked, plan) };
  const [isNew] = await Promise.all([putEntry(deps, plan.entry), plan.source?.catch(() => null)]);
  if (isNew) return { first: plan };
  const existing = await readEntry<Entry>(deps, asked.id);
  // The SDK repeats a put after a lost response, and finds the entry that this request wrote.
  if (existing?.nonce === plan.entry.nonce) return { first: plan };
  if (existing === null) throw new VaultError('busy');
  return { repeated: sameAs(asked, existing) };
}

function sameAs<Item extends object, Entry extends LedgerEntry & Item>(
  { fields, terms }: KeyedRequest<Item>,
  existing: Entry,
) {
  const param = differingField<Item>(fields, existing, terms);
  if (param === null) return existing;
  const charge = isId('ch', existing.entry_id) ? { charge: existing.entry_id } : {};
  throw new VaultError('idempotency_conflict', { param, ...charge });
}
