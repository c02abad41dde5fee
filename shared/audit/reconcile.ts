/**
 * Puts KMS's account of each decryption beside the vault's own (V5, PCI DSS 4.0.1 10.2.1.1). Both directions count: a
 * decryption without a business reason is unexplained, and a reason recorded without a decryption is missing from the
 * trail. Pure: events and charges in, facts out.
 */
import type { KeyEvent, TableEvent, TrailEvent } from './events.ts';

export type RevealKey = 'PanKey' | 'CvcKey';

/** A charge as far as the audit needs it; see ledger-reader.ts for where it comes from. */
export interface ChargeRecord {
  readonly chargeId: string;
  readonly merchantId: string;
  readonly createdAtMs: number;
  /** The `record` of the encryption context: the token's hash, or the card's id. */
  readonly sourceRecord: string;
  readonly reveals: readonly RecordedReveal[];
  /** How often the SDK asked for a decryption where it gave up; one where that is not recorded. */
  readonly unansweredAttempts?: number;
  /** The ReEncrypt that stored the card, when the charge saved one. */
  readonly storeRequestId: string | undefined;
}

export interface RecordedReveal {
  readonly key: RevealKey;
  readonly requestId: string;
  readonly atMs: number;
  /** How often the SDK asked KMS; all but the last attempt lost their answer and with it their request id. */
  readonly attempts: number;
}

export type UnexplainedReason =
  | 'no_record'
  | 'context_differs'
  | 'request_id_reused'
  | 'already_revealed'
  | 'already_interrupted';

export type Explanation =
  | { readonly kind: 'matched'; readonly chargeId: string }
  | { readonly kind: 'interrupted'; readonly chargeId: string }
  | { readonly kind: 'unexplained'; readonly reason: UnexplainedReason };

export interface Decryption {
  readonly event: KeyEvent;
  readonly explanation: Explanation;
}

export type ReEncryptionClass = 'stored_by_charge' | 'stored_card';
export type ReEncryptionReason = 'key_outside_vault' | 'merchant_differs' | 'not_a_card';

export interface Reconciliation {
  readonly decryptions: readonly Decryption[];
  /** Calls on vault keys that AWS refused or failed, with the error code in the event. */
  readonly refused: readonly KeyEvent[];
  readonly unexplainedReEncryptions: readonly { readonly event: KeyEvent; readonly reason: ReEncryptionReason }[];
  /** Every other use of a key, counted: `Encrypt PanKey`, `Decrypt CaptureKey`, `ReEncrypt stored_card`. */
  readonly keyUses: ReadonlyMap<string, number>;
  /** Calls that manage a vault key rather than use it: policies, grants, deletion, rotation. */
  readonly keyAdministration: readonly KeyEvent[];
  /** `table`, call and caller, counted. */
  readonly tableUses: ReadonlyMap<string, { readonly event: TableEvent; count: number; refused: number }>;
  /** Decryptions the vault recorded and no event was read for. */
  readonly unseenReveals: readonly UnseenReveal[];
  readonly newestEventMs: number | undefined;
}

export interface UnseenReveal {
  readonly chargeId: string;
  readonly key: RevealKey;
  readonly requestId: string;
  readonly atMs: number;
}

/** Event times are whole seconds and two clocks differ, so an event may seem a little older than its charge. */
const EARLY_MS = 60_000;
/** A charge decrypts within its function's timeout of being written; this leaves room for a slow retry. */
const LATE_MS = 15 * 60_000;
const PURPOSES: Readonly<Record<RevealKey, string>> = { PanKey: 'pan', CvcKey: 'cvc' };
/** Calls that use key material, as opposed to managing the key. */
const USES = new Set(['Encrypt', 'Decrypt', 'ReEncrypt', 'GenerateMac', 'VerifyMac', 'GenerateDataKey', 'DescribeKey']);

/** A claim on a charge's recorded reveal: used at most once. */
interface Claim {
  readonly charge: ChargeRecord;
  readonly key: RevealKey;
  readonly atMs: number;
  isUsed: boolean;
}

/** Takes events one at a time, so that a trail need not fit in memory. */
export class Reconciler {
  readonly #claims = new Map<string, Claim>();
  readonly #bySource = new Map<string, ChargeRecord[]>();
  readonly #stores = new Map<string, ChargeRecord>();
  /** Charge and key → decryptions already explained by a lost answer. */
  readonly #interrupted = new Map<string, number>();
  readonly #decryptions: Decryption[] = [];
  readonly #refused: KeyEvent[] = [];
  readonly #unexplainedReEncryptions: { event: KeyEvent; reason: ReEncryptionReason }[] = [];
  readonly #keyUses = new Map<string, number>();
  readonly #keyAdministration: KeyEvent[] = [];
  readonly #tableUses = new Map<string, { event: TableEvent; count: number; refused: number }>();
  #newestEventMs: number | undefined;

  constructor(charges: Iterable<ChargeRecord>) {
    for (const charge of charges) {
      for (const { key, requestId, atMs } of charge.reveals) {
        this.#claims.set(requestId, { charge, key, atMs, isUsed: false });
      }
      if (charge.storeRequestId !== undefined) this.#stores.set(charge.storeRequestId, charge);
      const source = sourceOf(charge.merchantId, charge.sourceRecord);
      const sameSource = this.#bySource.get(source);
      if (sameSource === undefined) this.#bySource.set(source, [charge]);
      else sameSource.push(charge);
    }
  }

  take(event: TrailEvent): void {
    this.#newestEventMs = Math.max(this.#newestEventMs ?? event.timeMs, event.timeMs);
    if (event.service === 'dynamodb') this.#countTable(event);
    else if (!USES.has(event.name)) this.#keyAdministration.push(event);
    else if (event.errorCode !== undefined) this.#refused.push(event);
    else if (event.reEncryption !== undefined) this.#takeReEncryption(event);
    else if (event.name === 'Decrypt' && (event.key === 'PanKey' || event.key === 'CvcKey')) {
      this.#decryptions.push({ event, explanation: this.#explain(event, event.key) });
    } else this.#count(`${event.name} ${event.key}`);
  }

  finish(): Reconciliation {
    const unused = [...this.#claims].filter(([, claim]) => !claim.isUsed);
    return {
      decryptions: this.#decryptions,
      refused: this.#refused,
      unexplainedReEncryptions: this.#unexplainedReEncryptions,
      keyUses: this.#keyUses,
      keyAdministration: this.#keyAdministration,
      tableUses: this.#tableUses,
      unseenReveals: unused.map(([requestId, { charge, key, atMs }]) => ({
        chargeId: charge.chargeId,
        key,
        requestId,
        atMs,
      })),
      newestEventMs: this.#newestEventMs,
    };
  }

  /** By request id first; only work that was cut off before it could record one may be explained by its context. */
  #explain(event: KeyEvent, key: RevealKey): Explanation {
    const claim = this.#claims.get(event.requestId);
    if (claim !== undefined) {
      if (claim.isUsed) return { kind: 'unexplained', reason: 'request_id_reused' };
      if (claim.key !== key || !contextFits(event, key, claim.charge)) {
        return { kind: 'unexplained', reason: 'context_differs' };
      }
      claim.isUsed = true;
      return { kind: 'matched', chargeId: claim.charge.chargeId };
    }
    return this.#explainByContext(event, key);
  }

  #explainByContext(event: KeyEvent, key: RevealKey): Explanation {
    const { merchant = '', record = '' } = event.context;
    const charges = (this.#bySource.get(sourceOf(merchant, record)) ?? []).filter(
      (charge) =>
        contextFits(event, key, charge) &&
        event.timeMs >= charge.createdAtMs - EARLY_MS &&
        event.timeMs <= charge.createdAtMs + LATE_MS,
    );
    if (charges.length === 0) return { kind: 'unexplained', reason: 'no_record' };
    const open = charges.filter((charge) => lostAnswersOf(charge, key) > 0);
    if (open.length === 0) return { kind: 'unexplained', reason: 'already_revealed' };
    // A lost answer explains one decryption; more would let a stolen credential hide behind it.
    const used = (charge: ChargeRecord) => this.#interrupted.get(`${charge.chargeId}|${key}`) ?? 0;
    const charge = open.find((candidate) => used(candidate) < lostAnswersOf(candidate, key));
    if (charge === undefined) return { kind: 'unexplained', reason: 'already_interrupted' };
    this.#interrupted.set(`${charge.chargeId}|${key}`, used(charge) + 1);
    return { kind: 'interrupted', chargeId: charge.chargeId };
  }

  #takeReEncryption(event: KeyEvent): void {
    const reason = reEncryptionFault(event);
    if (reason !== undefined) this.#unexplainedReEncryptions.push({ event, reason });
    else this.#count(`ReEncrypt ${this.#stores.has(event.requestId) ? 'stored_by_charge' : 'stored_card'}`);
  }

  #count(use: string): void {
    this.#keyUses.set(use, (this.#keyUses.get(use) ?? 0) + 1);
  }

  #countTable(event: TableEvent): void {
    const use = `${event.table} ${event.name} ${event.caller}`;
    const entry = this.#tableUses.get(use) ?? { event, count: 0, refused: 0 };
    entry.count += 1;
    if (event.errorCode?.startsWith('AccessDenied')) entry.refused += 1;
    this.#tableUses.set(use, entry);
  }
}

const sourceOf = (merchantId: string, record: string): string => `${merchantId}|${record}`;

/**
 * How many decryptions of this charge may carry a request id it never learned: where it recorded none, the
 * attempts after which the SDK gave up, or one if it stopped; else the attempts the SDK repeated.
 */
function lostAnswersOf(charge: ChargeRecord, key: RevealKey): number {
  const recorded = charge.reveals.filter((reveal) => reveal.key === key);
  return recorded.length === 0
    ? (charge.unansweredAttempts ?? 1)
    : recorded.reduce((sum, { attempts }) => sum + attempts - 1, 0);
}

function contextFits({ context }: KeyEvent, key: RevealKey, charge: ChargeRecord): boolean {
  return (
    context.purpose === PURPOSES[key] &&
    context.merchant === charge.merchantId &&
    context.record === charge.sourceRecord
  );
}

/** A ReEncrypt may only move a PAN from a token to a card of the same merchant, under the vault's own key (V10). */
function reEncryptionFault({ context, reEncryption }: KeyEvent): ReEncryptionReason | undefined {
  if (reEncryption?.source !== 'PanKey' || reEncryption.destination !== 'PanKey') return 'key_outside_vault';
  const { destinationContext } = reEncryption;
  if (!context.merchant || context.merchant !== destinationContext.merchant) return 'merchant_differs';
  return destinationContext.record?.startsWith('card_') ? undefined : 'not_a_card';
}
