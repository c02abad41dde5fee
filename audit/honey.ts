/**
 * Looks for uses of honey records in the events. Any read, charge attempt, decryption or change of one shows an
 * intruder, in any role and even where AWS refused the call. Only planting and the sweep's erasure of an expired token
 * use them legitimately.
 */
import type { HoneyRecord } from '../shared/base/honey.ts';
import { type Bounded, BoundedList } from './base/bounded.ts';
import { type CallEvent, type KeyEvent, type TrailEvent, trimmed } from './trail/events.ts';
import { itemsOf } from './trail/items.ts';

export interface HoneyTouch {
  readonly kind: HoneyRecord['kind'];
  readonly record: string;
  readonly event: CallEvent;
}

export interface HoneyEvidence {
  /** How many are known; undefined without a list. */
  readonly planted: number | undefined;
  readonly touches: Bounded<HoneyTouch>;
}

const MAX_LISTED = 200;
/** The sweep runs every minute. A day allows for an outage, which other alarms report. */
const SWEEP_MS = 24 * 60 * 60_000;

export class HoneyWatch {
  readonly #records: ReadonlyMap<string, HoneyRecord> | undefined;
  readonly #touches = new BoundedList<HoneyTouch>(MAX_LISTED);
  readonly #swept = new Set<string>();

  constructor(records: readonly HoneyRecord[] | undefined) {
    this.#records = records && new Map(records.map((honey) => [honey.record, honey]));
  }

  take(event: TrailEvent): void {
    if (this.#records === undefined || this.#records.size === 0 || event.service === 'other') return;
    for (const record of event.service === 'kms' ? recordsOfKey(event) : itemsOf(event)) {
      const honey = this.#records.get(record);
      if (honey === undefined || event.timeMs < honey.quiet_from_ms || this.#isSweep(honey, event)) continue;
      this.#touches.add({ kind: honey.kind, record, event: trimmed(event) });
    }
  }

  finish(): HoneyEvidence {
    return { planted: this.#records?.size, touches: this.#touches };
  }

  /** Accepts one write that erases an expired token, and no second one. */
  #isSweep({ record, expires_at_ms: expiresAtMs }: HoneyRecord, event: TrailEvent): boolean {
    if (event.service !== 'dynamodb' || event.name !== 'UpdateItem' || expiresAtMs === undefined) return false;
    const isErasure = event.updateExpression === undefined || !event.updateExpression.includes('spent_by');
    const isDue = event.timeMs >= expiresAtMs - 1_000 && event.timeMs <= expiresAtMs + SWEEP_MS;
    if (!isErasure || !isDue || this.#swept.has(record)) return false;
    this.#swept.add(record);
    return true;
  }
}

const recordsOfKey = ({ context, reEncryption }: KeyEvent): ReadonlySet<string> =>
  new Set([context.record ?? '', reEncryption?.destinationContext.record ?? '']);
