/**
 * Judges re-encryptions of card numbers (V10): from a spent token to a stored card of the same merchant, or of a stored
 * card to a later PAN key. No number leaves KMS in either, so the ledger has no reason for them. The trail itself must
 * show the rest of the work, by the same role, session and account within one run of a function:
 *
 *   token to card   UpdateItem that spends the token ──► ReEncrypt ──► PutItem of that card
 *   card to key                                          ReEncrypt ──► UpdateItem of that card
 *
 * The first write lies in the dossier of the token, the second in that of the card, so each half is judged apart. AWS's
 * times are whole seconds: what comes before has no later second, what comes after no earlier one.
 */
import { RUN_SECONDS_MAX } from '../../shared/base/entries.ts';
import type { KeyEvent, TableEvent } from '../trail/events.ts';
import { TRIES_MAX } from './reconcile.ts';

/** `interrupted`: the work stopped after the ReEncrypt, and no card holds what it made. */
type ReEncryptionClass = 'stored_by_charge' | 'stored_card' | 'moved_to_new_key' | 'interrupted';
export type ReEncryptionReason =
  | 'key_outside_vault'
  | 'merchant_differs'
  | 'not_a_card'
  | 'not_a_token'
  | 'token_not_spent'
  | 'several_cards'
  | 'card_not_written'
  | 'too_often';

export interface ReEncryptionUse {
  readonly event: KeyEvent;
  readonly explanation:
    | { readonly kind: ReEncryptionClass }
    | { readonly kind: 'unexplained'; readonly reason: ReEncryptionReason };
}

/** A re-encryption with what the dossier of its source says. */
export interface CardMove {
  readonly event: KeyEvent;
  readonly fault: ReEncryptionReason | undefined;
  readonly from: 'token' | 'charged token' | 'card';
}

/** The time-out of the function that moves cards; those that store one are stopped earlier. */
const RUN_MS = RUN_SECONDS_MAX * 1_000;

/** A successful re-encryption from or to a key of the vault. */
export const isReEncryption = ({ errorCode, reEncryption }: KeyEvent): boolean =>
  errorCode === undefined && reEncryption !== undefined;

/** A write of a card's ciphertext, also one that found the card changed: it shows that the work went on. */
export function writesCard({ table, name, item, errorCode, updateExpression, parameters }: TableEvent): boolean {
  if (table !== 'Cards' || item === undefined) return false;
  if (errorCode !== undefined && errorCode !== 'ConditionalCheckFailedException') return false;
  if (name === 'UpdateItem') return updateExpression === undefined || updateExpression.includes('pan_ct = ');
  const { item: attributes } = parameters;
  return name === 'PutItem' && (!Array.isArray(attributes) || attributes.includes('pan_ct'));
}

/** All of one token or card: the re-encryptions from it, the writes that spent the token, what its charges say. */
interface Source {
  readonly events: readonly KeyEvent[];
  readonly spends: readonly TableEvent[];
  /** The request ids with which charges say that they stored a card. */
  readonly stores: ReadonlySet<string>;
  /** The trail has no writes before it. */
  readonly fromMs: number;
  readonly runMs?: number;
}

export function movesFrom({ events, spends, stores, fromMs, runMs = RUN_MS }: Source): CardMove[] {
  const spent = new WritesByRun(spends);
  const cards = new Set(events.map(({ reEncryption }) => reEncryption?.destinationContext.record));
  return events.map((event): CardMove => {
    if (isCard(event.context.record)) return { event, fault: formFault(event), from: 'card' };
    const isSpent = event.timeMs - runMs < fromMs || spent.within(event, -runMs, 0) !== undefined;
    const fault = formFault(event) ?? (!isSpent ? 'token_not_spent' : cards.size > 1 ? 'several_cards' : undefined);
    return { event, fault, from: stores.has(event.requestId) ? 'charged token' : 'token' };
  });
}

/** All of one card: the re-encryptions to it, and the writes of its ciphertext. The trail has none after `toMs`. */
export function judgeMoves(
  moves: readonly CardMove[],
  writes: readonly TableEvent[],
  { toMs, runMs = RUN_MS }: { readonly toMs: number; readonly runMs?: number },
): ReEncryptionUse[] {
  const named = (name: string, done: boolean) =>
    new WritesByRun(writes.filter((write) => write.name === name && isDone(write) === done));
  const [puts, updates, refused] = [named('PutItem', true), named('UpdateItem', true), named('UpdateItem', false)];
  const writeAfter = ({ event, from }: CardMove) => (from === 'card' ? updates : puts).within(event, 0, runMs);
  const lastMovedMs = moves
    .filter((move) => move.from === 'card' && writeAfter(move) !== undefined)
    .reduce((lastMs, { event }) => Math.max(lastMs, event.timeMs), 0);
  const uses = new Map<TableEvent | string, number>();
  /** One write stands for one ReEncrypt and its repetitions by the SDK. */
  const once = (what: TableEvent | string, kind: ReEncryptionClass): ReEncryptionUse['explanation'] => {
    const count = (uses.get(what) ?? 0) + 1;
    uses.set(what, count);
    return count <= TRIES_MAX ? { kind } : { kind: 'unexplained', reason: 'too_often' };
  };
  const explain = (move: CardMove): ReEncryptionUse['explanation'] => {
    const { event, fault, from } = move;
    if (fault !== undefined) return { kind: 'unexplained', reason: fault };
    const write = writeAfter(move);
    if (write !== undefined) return once(write, CLASSES[from]);
    // Of a card that moves, a later run repeats what one left undone. A token's spend allows one ReEncrypt.
    const isRepeated = refused.within(event, 0, runMs) !== undefined || event.timeMs <= lastMovedMs;
    const isCutOff = from !== 'card' || isRepeated || event.timeMs + runMs >= toMs;
    return isCutOff
      ? once(event.context.record ?? '', 'interrupted')
      : { kind: 'unexplained', reason: 'card_not_written' };
  };
  const inTime = moves.toSorted((left, right) => left.event.timeMs - right.event.timeMs);
  return inTime.map((move) => ({ event: move.event, explanation: explain(move) }));
}

const CLASSES = {
  token: 'stored_card',
  'charged token': 'stored_by_charge',
  card: 'moved_to_new_key',
} as const satisfies Record<CardMove['from'], ReEncryptionClass>;

const isDone = ({ errorCode }: TableEvent): boolean => errorCode === undefined;

/** Finds the writes of the run that made a call: by one role, session and account, near it in time. */
class WritesByRun {
  readonly #byCaller: ReadonlyMap<string, readonly TableEvent[]>;

  constructor(writes: readonly TableEvent[]) {
    const inTime = writes.toSorted((left, right) => left.timeMs - right.timeMs);
    this.#byCaller = Map.groupBy(inTime, ({ callerArn }) => callerArn);
  }

  /** The first one from so long after the call until so long after it. */
  within({ callerArn, timeMs }: KeyEvent, fromMs: number, untilMs: number): TableEvent | undefined {
    const writes = this.#byCaller.get(callerArn) ?? [];
    let [low, high] = [0, writes.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((writes[middle]?.timeMs ?? 0) < timeMs + fromMs) low = middle + 1;
      else high = middle;
    }
    const found = writes[low];
    return found !== undefined && found.timeMs <= timeMs + untilMs ? found : undefined;
  }
}

/** What the call itself shows: keys of the vault, one merchant, and a card that stays the same where it was one. */
function formFault({ context, reEncryption }: KeyEvent): ReEncryptionReason | undefined {
  const { panKeyStep, destinationContext } = reEncryption ?? {};
  if (panKeyStep === undefined || panKeyStep === 'back') return 'key_outside_vault';
  const { merchant, record } = destinationContext ?? {};
  if (!context.merchant || context.merchant !== merchant) return 'merchant_differs';
  if (!isCard(record)) return 'not_a_card';
  if (!isCard(context.record)) return undefined;
  return panKeyStep === 'later' && context.record === record ? undefined : 'not_a_token';
}

const isCard = (record: string | undefined): boolean => record?.startsWith('card_') === true;
