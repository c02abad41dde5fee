/**
 * The table of counters: one item counts the attempts of one source in one window, by an atomic addition that returns
 * the sum, and may be taken back. The item's key is an HMAC under a random key of the day, so that neither the table nor
 * the trail, which prints item keys, holds an address or a BIN beside a time. Once the day's key has expired, a counter
 * leads to no source.
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
/** A slower count, retries included, is given up. */
export const COUNT_TIMEOUT_MS = 2_000;

interface CounterItem {
  readonly counter_id: string;
  readonly attempts: number;
  /** Shortly after the end of the window. */
  readonly expires_at_s: number;
}

/** An attempt that was counted. */
export interface CountedAttempt {
  /** Of this source in this window, this one included. */
  readonly attempts: number;
  /** Subtracts this attempt again; throws as `count` does. */
  takeBack(): Promise<unknown>;
}

interface DayKeyItem {
  /** `key_2026-11-25`. */
  readonly counter_id: string;
  readonly day_key: Uint8Array;
  readonly expires_at_s: number;
}

/** End of the current window. Windows begin on the hour, so none spans two days. */
export const windowEndMs = (clock: Clock): number => (Math.floor(clock.nowMs() / WINDOW_MS) + 1) * WINDOW_MS;

/** Counts attempts by source, a text such as `mer_…/live|bin|424242`. An instance keeps the key of the day. */
export class Counters {
  readonly #deps: Deps;
  readonly #timeoutMs: number;
  #day = '';
  #dayKey: Promise<Uint8Array> = Promise.resolve(new Uint8Array());

  constructor(deps: Deps, timeoutMs: number) {
    this.#deps = deps;
    this.#timeoutMs = timeoutMs;
  }

  /** Counts one attempt in the current window. Throws what DynamoDB throws, or when it takes too long. */
  async count(what: string): Promise<CountedAttempt> {
    const endMs = windowEndMs(this.#deps.clock);
    const mac = createHmac('sha256', await this.#keyOfDay())
      .update(`${what}|${endMs}`)
      .digest();
    const add = (count: 1 | -1) =>
      upsert<CounterItem>(this.#deps, 'Counters', base32(mac, 26), {
        update: 'SET expires_at_s = :expires ADD attempts :count',
        values: { ':count': count, ':expires': Math.ceil((endMs + WINDOW_MS) / 1_000) },
        timeoutMs: this.#timeoutMs,
      });
    const { attempts } = await add(1);
    return { attempts, takeBack: () => add(-1) };
  }

  #keyOfDay(): Promise<Uint8Array> {
    const nowMs = this.#deps.clock.nowMs();
    const day = new Date(nowMs).toISOString().slice(0, 10);
    if (day !== this.#day) {
      const key = this.#fetchKey(day, nowMs);
      [this.#day, this.#dayKey] = [day, key];
      // A failure is not kept, so that the next count tries again.
      key.catch(() => {
        if (this.#dayKey === key) this.#day = '';
      });
    }
    return this.#dayKey;
  }

  /** The first count of a day creates its key; every later one reads it. */
  async #fetchKey(day: string, nowMs: number): Promise<Uint8Array> {
    const { day_key: key } = await upsert<DayKeyItem>(this.#deps, 'Counters', `key_${day}`, {
      update: 'SET day_key = if_not_exists(day_key, :key), expires_at_s = :expires',
      values: { ':key': this.#deps.random(KEY_BYTES), ':expires': Math.ceil((nowMs + 2 * DAY_MS) / 1_000) },
      timeoutMs: this.#timeoutMs,
    });
    return key;
  }
}
