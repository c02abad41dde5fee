/**
 * The first card to each receiver of live cards (V14). The deliverer finds it when it copies the entry that sent the card,
 * so no payment waits for it. Every step may be repeated: the notes that end the search are written last.
 *
 *   vault-wide ── the first card of all ──► the entry, a log line, a metric, and an alarm if it comes late
 *   by owner   ── the merchant's first ───► an event
 */
import { toRfc3339 } from '../base/clock.ts';
import type { Deps } from '../base/deps.ts';
import { change, getItem } from '../base/dynamo.ts';
import { derivedId } from '../base/ids.ts';
import { eventOf, type FirstUse, type LedgerEntry } from '../ledger/entry.ts';
import { type EventItem, eventItem } from './event.ts';

export interface FirstUseDeps extends Deps {
  /** When the resource of a receiver was deployed, as AWS says; null where it does not say. */
  deployedAtMs(receiver: string): Promise<number | null>;
  /** Hears of the first card of all, perhaps more than once; `destination` is the deployed name. */
  tellFirstUse(use: { readonly destination: string; readonly isLate: boolean }): void;
}

/** A deployment is made for a use. One that comes later was planned by somebody else, or long forgotten. */
const LATE_MS = 24 * 60 * 60_000;

/** A receiver without a known deployment is late too. */
const isLate = ({ at_ms: atMs, deployed_at_ms: deployedAtMs }: FirstUse): boolean =>
  deployedAtMs === undefined || atMs - deployedAtMs > LATE_MS;

export interface FirstUses {
  /** The merchant's first, as events. */
  readonly events: readonly EventItem[];
  /** The vault's first. */
  readonly ofAll: readonly FirstUse[];
  readonly notes: readonly Note[];
  /** Another entry of this run may be the first, and may yet turn out to have sent nothing: this one is copied again. */
  readonly isHeld: boolean;
}

/** An item of the Ledger in no index: the receiver was used before. */
interface Note {
  readonly id: string;
  readonly receiver: string;
}

const noteId = (...of: readonly [receiver: string, owner?: string]): string =>
  derivedId('use', ...of.filter((part) => part !== undefined));

const NONE: FirstUses = { events: [], ofAll: [], notes: [], isHeld: false };

/** Note → the entry that wrote or will write it, of one run: of cards that are copied side by side only one is the first. */
export type Claims = Map<string, string>;

/** Finds the first uses of an entry, if its card may have left the vault. */
export async function firstUsesIn(deps: FirstUseDeps, entry: LedgerEntry, claims: Claims): Promise<FirstUses> {
  if (entry.sent_to === undefined || !mayHaveLeft(entry)) return NONE;
  const found = await Promise.all(entry.sent_to.receivers.map((receiver) => firstUseOf(deps, entry, receiver, claims)));
  return {
    events: found.flatMap(({ events }) => events),
    ofAll: found.flatMap(({ ofAll }) => ofAll),
    notes: found.flatMap(({ notes }) => notes),
    isHeld: found.some(({ isHeld }) => isHeld),
  };
}

/**
 * An entry that was interrupted may have ended without a word of its decryption. Of a failed one nothing was sent, except of a
 * charge that its processor left unanswered until it was reversed.
 */
function mayHaveLeft(entry: LedgerEntry & { readonly failure_code?: string | undefined }): boolean {
  const { status, decryptions = [], tries_without_response: lost, failure_code: code = '' } = entry;
  if (status === 'processing') return decryptions.length > 0 || lost !== undefined;
  return status !== 'failed' || code === 'processor_timeout' || code === 'interrupted';
}

async function firstUseOf(
  deps: FirstUseDeps,
  entry: LedgerEntry,
  receiver: string,
  claims: Claims,
): Promise<FirstUses> {
  let isHeld = false;
  const isUnused = async (id: string): Promise<boolean> => {
    const by = claims.get(id) ?? entry.entry_id;
    claims.set(id, by);
    if ((await getItem(deps, 'Ledger', id)) !== null) return false;
    isHeld ||= by !== entry.entry_id;
    return true;
  };
  const ids = [noteId(receiver), noteId(receiver, entry.owner)] as const;
  const [isOfAll, isOfOwner] = await Promise.all(ids.map(isUnused));
  if (isHeld || (!isOfAll && !isOfOwner)) return { ...NONE, isHeld };
  const deployedAtMs = await deps.deployedAtMs(receiver);
  const atMs = entry.decryptions?.at(-1)?.at_ms ?? entry.created_at_ms;
  const use: FirstUse = { receiver, at_ms: atMs, ...(deployedAtMs !== null && { deployed_at_ms: deployedAtMs }) };
  return {
    events: isOfOwner ? [useEvent(deps, entry, use)] : [],
    ofAll: isOfAll ? [use] : [],
    notes: ids.map((id) => ({ id, receiver })),
    isHeld: false,
  };
}

/** As of now, so that the list gets it where it is read next. */
const useEvent = ({ clock }: Deps, entry: LedgerEntry, use: FirstUse): EventItem => {
  const event = eventOf(entry.owner, 'destination.first_used', clock.nowMs(), use.receiver);
  return eventItem(entry, event, {
    object: 'destination',
    id: noteId(use.receiver, entry.owner),
    name: entry.sent_to?.destination ?? '',
    receiver: use.receiver,
    deployed_at: use.deployed_at_ms === undefined ? null : toRfc3339(use.deployed_at_ms),
    first_used_at: toRfc3339(use.at_ms),
  });
};

/** For the log and metrics of the deliverer. */
export function tellUses(deps: FirstUseDeps, entry: LedgerEntry, uses: readonly FirstUse[]): void {
  for (const use of uses) deps.tellFirstUse({ destination: entry.sent_to?.destination ?? '', isLate: isLate(use) });
}

/** The last step; a note of another run stays as it is. */
export async function noteUses(deps: Deps, entry: LedgerEntry, notes: readonly Note[]): Promise<void> {
  await Promise.all(
    notes.map(({ id, receiver }) =>
      change(deps, 'Ledger', id, {
        update: 'SET receiver = :receiver, first_entry = :entry',
        condition: 'attribute_not_exists(entry_id)',
        values: { ':receiver': receiver, ':entry': entry.entry_id },
      }),
    ),
  );
}
