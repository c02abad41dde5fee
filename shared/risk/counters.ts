/**
 * The table of counters: one item counts what came from one source within one window, by an atomic addition that answers
 * with the sum. An item's key is an HMAC, and its key is random and made anew each day, so that neither the table nor the
 * trail, which prints keys, holds an address or a BIN beside a time; once the day's key has expired nobody can say whose
 * counter it was.
 */
import { createHmac } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import type { Deps } from '../base/deps.ts';
import { upsert } from '../base/dynamo.ts';
import { base32 } from '../base/ids.ts';
import { WINDOW_MINUTES } from '../merchants/limits.ts';

const DAY_MS = 24 * 3_600_000;
const WINDOW_MS = WINDOW_MINUTES * 60_000;
const KEY_BYTES = 32;
/** A count that takes longer than this, retries included, is not waited for. */
export const COUNT_TIMEOUT_MS = 2_000;

interface CounterItem {
  readonly counter_id: string;
  readonly attempts: number;
  /** Soon after the window. */
  readonly expires_at_s: number;
}

interface DayKeyItem {
  /** `key_2026-11-25`. */
  readonly counter_id: string;
  readonly day_key: Uint8Array;
  readonly expires_at_s: number;
}

/** When the window of now ends; windows begin with the hour, so none spans two days. */
export const windowEndMs = (clock: Clock): number => (Math.floor(clock.nowMs() / WINDOW_MS) + 1) * WINDOW_MS;

/** Counts by what is counted, a text such as `mer_…/live|bin|424242`. One instance keeps the key of its day. */
export class Counters {
  readonly #deps: Deps;
  readonly #timeoutMs: number;
  #day = '';
  #dayKey: Promise<Uint8Array> = Promise.resolve(new Uint8Array());

  constructor(deps: Deps, timeoutMs: number) {
    this.#deps = deps;
    this.#timeoutMs = timeoutMs;
  }

  /** How many there have been in this window, this one included. Throws what DynamoDB throws, or when it takes too long. */
  async count(what: string): Promise<number> {
    const endMs = windowEndMs(this.#deps.clock);
    const mac = createHmac('sha256', await this.#keyOfDay())
      .update(`${what}|${endMs}`)
      .digest();
    const { attempts } = await upsert<CounterItem>(this.#deps, 'Counters', base32(mac, 26), {
      update: 'SET expires_at_s = :expires ADD attempts :one',
      values: { ':one': 1, ':expires': Math.ceil((endMs + WINDOW_MS) / 1_000) },
      timeoutMs: this.#timeoutMs,
    });
    return attempts;
  }

  #keyOfDay(): Promise<Uint8Array> {
    const nowMs = this.#deps.clock.nowMs();
    const day = new Date(nowMs).toISOString().slice(0, 10);
    if (day !== this.#day) {
      const key = this.#fetchKey(day, nowMs);
      [this.#day, this.#dayKey] = [day, key];
      // A failure may not be remembered.
      key.catch(() => {
        if (this.#dayKey === key) this.#day = '';
      });
    }
    return this.#dayKey;
  }

  /** Whoever comes first on a day makes its key; all others get that one. */
  async #fetchKey(day: string, nowMs: number): Promise<Uint8Array> {
    const { day_key: key } = await upsert<DayKeyItem>(this.#deps, 'Counters', `key_${day}`, {
      update: 'SET day_key = if_not_exists(day_key, :key), expires_at_s = :expires',
      values: { ':key': this.#deps.random(KEY_BYTES), ':expires': Math.ceil((nowMs + 2 * DAY_MS) / 1_000) },
      timeoutMs: this.#timeoutMs,
    });
    return key;
  }
}
